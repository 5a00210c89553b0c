"""Which form a poem has, told from what is heard: its stanzas, the lengths of its lines and its rhymes.

Poets bend forms and ears miss rhymes, so most of a poem has to keep a form's rules, not all of it.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from string import ascii_uppercase
from typing import NamedTuple

from poemgen.verse.scheme import ALONE

MOST = 0.7  # of the lines, stanzas or rhymes
FEW = 0.15  # of the lines of blank verse may rhyme
BLANK_VERSE = 8  # lines, at least
QUATRAINS = {"ABAB", "ABBA", "AABB", "ABCB", "AABA", "AAAA"}


class Form(StrEnum):
    """The forms that are known by name."""

    HAIKU = "haiku"
    TANKA = "tanka"
    LIMERICK = "limerick"
    SONNET = "sonnet"
    BALLAD = "ballad"
    QUATRAINS = "quatrains"
    COUPLETS = "couplets"
    BLANK_VERSE = "blank verse"


class Shape(NamedTuple):
    """What is heard of a poem: the letters of its stanzas, the syllables of all its lines, and its meter."""

    stanzas: list[str]
    syllables: Sequence[int]
    meter: str = ""

    @property
    def letters(self) -> str:
        """The rhyme letters of all lines."""
        return "".join(self.stanzas)


def form_of(scheme: str, syllables: Sequence[int], meter: str = "") -> str:
    """The name of the form of a poem with that scheme (`ABAB CDCD EFEF GG`, `x` for a line that rhymes with none) and
    so many syllables in each line; empty if it has none that is known. A meter that is not known is left empty."""
    shape = Shape(scheme.split(), syllables, meter)
    if not syllables or len(shape.letters) != len(syllables):
        return ""
    return next((form.value for form, has_form in FORMS.items() if has_form(shape)), "")


def _is_haiku(shape: Shape) -> bool:
    return list(shape.syllables) == [5, 7, 5]


def _is_tanka(shape: Shape) -> bool:
    return list(shape.syllables) == [5, 7, 5, 7, 7]


def _is_limerick(shape: Shape) -> bool:
    """Two short lines after two long ones and before a third; one of the rhymes may be missed."""
    if len(shape.syllables) != 5:
        return False
    one, two, three, four, five = shape.syllables
    long_ties, short_tie = _ties(shape.letters[:2] + shape.letters[4]), _ties(shape.letters[2:4])
    return max(three, four) < min(one, two, five) and five <= 12 and long_ties >= 1 and long_ties + short_tie >= 2


def _is_sonnet(shape: Shape) -> bool:
    rhymed = sum(letter != ALONE for letter in shape.letters)
    lines = len(shape.letters) == 14 and _share(shape.syllables, 9, 12) >= MOST
    return lines and rhymed >= MOST * 14 and not _is_couplets(shape)


def _is_ballad(shape: Shape) -> bool:
    """Stanzas of four lines, long and short in turn, whose short lines rhyme."""
    fours = list(_fours(shape))
    kept = sum(_ties(letters[1] + letters[3]) and _alternates(counts) for letters, counts in fours)
    return bool(fours) and kept >= MOST * len(fours)


def _alternates(counts: Sequence[int]) -> bool:
    long, short = counts[::2], counts[1::2]
    return (
        all(7 <= each <= 10 for each in long) and all(5 <= each <= 7 for each in short) and sum(long) > sum(short) + 1
    )


def _is_quatrains(shape: Shape) -> bool:
    if {len(stanza) for stanza in shape.stanzas} != {4}:
        return False
    return sum(pattern(stanza) in QUATRAINS for stanza in shape.stanzas) >= MOST * len(shape.stanzas)


def _is_couplets(shape: Shape) -> bool:
    letters = shape.letters
    pairs = [letters[place : place + 2] for place in range(0, len(letters) - 1, 2)]
    return len(letters) >= 4 and sum(map(_ties, pairs)) >= MOST * len(pairs)


def _is_blank_verse(shape: Shape) -> bool:
    rhymed = sum(letter != ALONE for letter in shape.letters)
    pentameter = shape.meter in ("", "iambic pentameter") and _share(shape.syllables, 9, 12) >= MOST
    return len(shape.letters) >= BLANK_VERSE and rhymed <= FEW * len(shape.letters) and pentameter


FORMS: dict[Form, Callable[[Shape], bool]] = {
    Form.HAIKU: _is_haiku,
    Form.TANKA: _is_tanka,
    Form.LIMERICK: _is_limerick,
    Form.SONNET: _is_sonnet,
    Form.BALLAD: _is_ballad,
    Form.QUATRAINS: _is_quatrains,
    Form.COUPLETS: _is_couplets,
    Form.BLANK_VERSE: _is_blank_verse,
}


def pattern(letters: str) -> str:
    """The letters of a stanza as if it stood alone: `EFGF` and `xAxA` are both `ABCB`."""
    keys = [f"{ALONE}{place}" if letter == ALONE else letter for place, letter in enumerate(letters)]
    order = list(dict.fromkeys(keys))
    return "".join(ascii_uppercase[order.index(key) % len(ascii_uppercase)] for key in keys)


def _fours(shape: Shape) -> Iterator[tuple[str, Sequence[int]]]:
    """The letters and syllables of a poem's quatrains; none if it has any other stanza."""
    whole = len(shape.stanzas) == 1 and len(shape.letters) % 4 == 0
    if not whole and {len(stanza) for stanza in shape.stanzas} != {4}:
        return
    for place in range(0, len(shape.letters), 4):
        yield shape.letters[place : place + 4], shape.syllables[place : place + 4]


def _ties(letters: str) -> int:
    """How many of the letters repeat an earlier one."""
    rhymed = [letter for letter in letters if letter != ALONE]
    return len(rhymed) - len(set(rhymed))


def _share(counts: Sequence[int], least: int, most: int) -> float:
    return sum(least <= each <= most for each in counts) / len(counts)
