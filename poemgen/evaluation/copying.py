"""How much of poems stands word for word in the corpus."""

from collections.abc import Sequence

import numpy as np

from poemgen.evaluation.bootstrap import bootstrap
from poemgen.evaluation.figures import NOTHING, Figure
from poemgen.text.copies import SHORTEST, WINDOW, Copies

BETWEEN = "\0"  # matches nothing


def windows(copies: Copies, poem: str) -> tuple[int, int]:
    """The windows of 30 characters of a poem that stand in the corpus, and all."""
    return copies.shared_windows(poem), max(0, len(poem) - WINDOW + 1)


def longest_match(copies: Copies, poems: Sequence[str], rng: np.random.Generator) -> Figure:
    """How many characters the longest passage has that stands in the corpus. Where all have fewer than 30, which the
    index does not find, the figure has no interval: that would want the longest passage of every poem."""
    each = np.array([len(copies.longest(poem)) if copies.contains_copy(poem) else 0 for poem in poems])
    if each.any():
        floor = SHORTEST - 1  # what the others may have at most
        return bootstrap(lambda times: np.where(times > 0, each.clip(floor), floor).max(axis=1), len(each), rng)
    return Figure(float(len(copies.longest(BETWEEN.join(poems), most=SHORTEST - 1)))) if any(poems) else NOTHING
