"""Poems of which something was asked, by the way `poemgen generate` asks, and whether it was done.

A line that did not come counts as one that is not what it should be.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from poemgen.composing.judging import Composed
from poemgen.composing.order import holds
from poemgen.composing.workshop import open_workshop, poems_in_form
from poemgen.evaluation.hearing import iambic_pentameter
from poemgen.evaluation.real_words import plain_words
from poemgen.evaluation.told_forms import Formed, end_words, lines_of
from poemgen.sampling import Choice
from poemgen.storage import PoemModel
from poemgen.verse.forms import FormName, Wishes, line_forms
from poemgen.verse.meter import Meter, syllables
from poemgen.verse.rhyme import rhymes
from poemgen.verse.sounds import Sounds
from poemgen.workers import Map

LINES = 8
SYLLABLES = 10
COUPLETS = "AABBCCDD"
WORDS = ("moon", "night", "roses", "winter")  # keywords, and in upper case acrostics


class Asker(NamedTuple):
    """A model that is asked for poems, in a language, with fixed random numbers."""

    model: PoemModel
    language: str
    rng_seed: int
    map: Map = map

    def ask(self, wishes: Wishes, count: int, keyword: str | None = None) -> Iterator[Composed]:
        """So many poems. Raises UsageError if the model cannot write such a poem."""
        shop = open_workshop(
            self.model,
            line_forms(wishes),
            keyword=keyword,
            choice=Choice(reject_unk=True),
            language=self.language,
            map=self.map,
        )
        yield from poems_in_form(shop, self.rng_seed, count)


def couplets(asker: Asker, count: int) -> list[Formed]:
    """Poems of four couplets in iambic pentameter, and without a scheme where the model cannot rhyme, for want of a
    network that writes from right to left."""
    if asker.model.backward is None:
        wishes, scheme = Wishes(meter=Meter.IAMBIC, syllables=str(SYLLABLES), lines=LINES), ""
    else:
        wishes, scheme = Wishes(FormName.COUPLETS, lines=LINES), COUPLETS
    poems = (poem.lines for poem in asker.ask(wishes, count))
    return [Formed(lines + [""] * (LINES - len(lines)), scheme) for lines in poems]


def keywords(asker: Asker, count: int) -> list[bool]:
    """For so many poems of eight lines, a quarter of them to each of the words, whether the poem is whole and holds
    it."""
    return [
        len(poem.lines) == LINES and holds(poem.text, word)
        for word, times in _dealt(count)
        for poem in asker.ask(Wishes(lines=LINES), times, word)
    ]


def acrostics(asker: Asker, count: int) -> list[bool]:
    """The same for the first letters of the lines."""
    return [
        initials(poem.text) == word.upper()
        for word, times in _dealt(count)
        for poem in asker.ask(Wishes(acrostic=word), times)
    ]


def _dealt(count: int) -> Iterator[tuple[str, int]]:
    """The words, and how many of the poems each gets."""
    for index, word in enumerate(WORDS):
        yield word, len(range(index, count, len(WORDS)))


def initials(poem: str) -> str:
    """The first letter of each line that has words, in upper case."""
    firsts = (plain_words(line)[:1] for line in lines_of(poem))
    return "".join(word[0].upper() for first in firsts for word in first)


def rhyming(sounds: Sounds, poem: Formed) -> tuple[int, int]:
    """The pairs of lines that are to rhyme and do, strictly, and all of them."""
    pairs = end_words(poem.lines, poem.scheme)
    return sum(all(pair) and rhymes(sounds, *pair) for pair in pairs), len(pairs)


def of_ten_syllables(sounds: Sounds, lines: Sequence[str]) -> tuple[int, int]:
    """The lines of ten syllables, and all."""
    return sum(syllables(sounds, line) == SYLLABLES for line in lines), len(lines)


def in_pentameter(sounds: Sounds, lines: Iterable[str]) -> tuple[int, int]:
    """The lines in five iambic feet, and all."""
    found = [iambic_pentameter(sounds, line) for line in lines]
    return sum(found), len(found)
