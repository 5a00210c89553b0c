"""Rhyme schemes: a letter a line, the same letter for lines that rhyme.

A line is tied to its nearest partners. A rhyme that is far away or taken with licence counts only for a line that has
no better one: else the third line of a sonnet would be tied to any later one that happens to end alike.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from string import ascii_uppercase

from poemgen.verse.licence import Ending, ending, rhyme_loosely, rhyme_strictly
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import last_word

NEAR, FAR = 4, 8  # lines
ALONE = "x"

_STRICT, _LOOSE, _DISTANT, _NONE = range(4)  # how well two lines rhyme


def scheme(sounds: Sounds, lines: Iterable[str]) -> str:
    """The scheme of a poem, stanzas apart: `ABAB CDCD EFEF GG`. See `letters`."""
    return joined(letters(sounds, lines))


def joined(letters: Iterable[str]) -> str:
    """Letters as a scheme: a line without one is a space."""
    return " ".join("".join(letter or " " for letter in letters).split())


def letters(sounds: Sounds, lines: Iterable[str]) -> list[str]:
    """A letter a line: `x` for one that rhymes with none, nothing for one without words. After Z comes A again."""
    ends = [last_word(line) for line in lines]
    groups = iter(tied([ending(sounds, word) for word in ends if word]))
    return _named([next(groups) if word else None for word in ends])


def tied(lines: Sequence[Ending]) -> list[int]:
    """The group of each line: the number of the first line that it is tied to, be it by others."""
    first = list(range(len(lines)))

    def root(line: int) -> int:
        while first[line] != line:
            line = first[line]
        return line

    for one, other in ties(lines):
        low, high = sorted((root(one), root(other)))
        first[high] = low
    return [root(line) for line in range(len(lines))]


def ties(lines: Sequence[Ending]) -> Iterator[tuple[int, int]]:
    """Each line with the nearest one before and after it, among those that it rhymes with best."""
    for index in range(len(lines)):
        before = range(index - 1, max(index - FAR, 0) - 1, -1)
        after = range(index + 1, min(index + FAR + 1, len(lines)))
        found = [[(likeness(lines, index, other), other) for other in side] for side in (before, after)]
        best = min((each for side in found for each, _ in side), default=_NONE)
        for side in found:
            nearest = (other for each, other in side if each == best < _NONE)
            yield from ((index, other) for other in [*nearest][:1])


def likeness(lines: Sequence[Ending], one: int, other: int) -> int:
    """How well two lines rhyme, 0 best: strictly and near, with licence and near, strictly and far, not at all."""
    near = abs(other - one) <= NEAR
    if rhyme_strictly(lines[one], lines[other]):
        return _STRICT if near else _DISTANT
    return _LOOSE if near and rhyme_loosely(lines[one], lines[other]) else _NONE


def _named(groups: Sequence[int | None]) -> list[str]:
    sizes = Counter(groups)
    rhymed = dict.fromkeys(group for group in groups if group is not None and sizes[group] > 1)
    names = {group: ascii_uppercase[index % len(ascii_uppercase)] for index, group in enumerate(rhymed)}
    return ["" if group is None else names.get(group, ALONE) for group in groups]
