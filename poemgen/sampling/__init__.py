"""Poems out of a model: what a draw is (`choice`), a hand that writes (`hand`), poems in their order (`poems`).

And gaps filled: a text with gaps (`template`), the best few ways to write on (`beam`), the answers (`answers`).
"""

from poemgen.sampling.choice import Choice
from poemgen.sampling.poems import Poem, hands_for, poems, stream

__all__ = ["Choice", "Poem", "hands_for", "poems", "stream"]
