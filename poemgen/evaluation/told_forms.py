"""Human poems chosen by their form, without a look at what is measured of them.

A scheme is assumed where at least half of its pairs rhyme, by their spelling unless another ear is named, and
pentameter where the median line has ten syllables. So the strict rhymes, the syllables of the single line and the meter
are left to be found. Rhymes by spelling are looked for in poems told by their sound: an ear that has chosen the poems
would flatter them.
"""

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from poemgen.verse.meter import syllables
from poemgen.verse.rhyme_by_spelling import rhymes_by_spelling
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import last_word

LONGEST = 40  # lines of a poem that count, so that no epic outweighs the rest
SHORTEST_COUPLETS = 8
SHORTEST_BLANK_VERSE = 14
UNRHYMED = 0.15  # of the lines of blank verse, at most so many rhyme by spelling with one of the next three
PENTAMETER = 10  # syllables of the median line

Ear = Callable[[str, str], bool]  # whether two words rhyme

SHAKESPEARE = "ABABCDCDEFEFGG"
SONNETS = (
    SHAKESPEARE,
    "ABABBCBCCDCDEE",
    *(octave + sestet for octave in ("ABBAABBA", "ABABABAB") for sestet in ("CDECDE", "CDCDCD", "CDDCEE", "CDEDCE")),
    *("ABBACDDC" + sestet for sestet in ("EFGEFG", "EFEFEF", "EFEFGG", "EFFEGG")),
    *("ABBAABBA" + sestet for sestet in ("CDEEDC", "CDDCDC", "CDEECD", "CDCDEE", "CCDEED", "CDDECE")),
)
QUATRAINS = ("ABAB", "ABBA", "AABB", "ABCB")  # the last is a ballad's


class Formed(NamedTuple):
    """A poem's lines, and the scheme that they are taken to follow."""

    lines: list[str]
    scheme: str


def lines_of(poem: str) -> list[str]:
    """The lines that show something."""
    return [line for line in poem.split("\n") if line.strip()]


def stanzas_of(poem: str) -> list[list[str]]:
    """The lines of each stanza."""
    stanzas: list[list[str]] = [[]]
    for line in poem.split("\n"):
        if line.strip():
            stanzas[-1].append(line)
        elif stanzas[-1]:
            stanzas.append([])
    return [stanza for stanza in stanzas if stanza]


def pairs_of(scheme: str) -> list[tuple[int, int]]:
    """The lines that should rhyme: each with the latest before it that has its letter.

    >>> pairs_of("ABAB")
    [(0, 2), (1, 3)]
    """
    pairs = ((scheme.rfind(letter, 0, line), line) for line, letter in enumerate(scheme))
    return [(first, second) for first, second in pairs if first >= 0]


def end_words(lines: Sequence[str], scheme: str) -> list[tuple[str, str]]:
    """The last words of the lines that should rhyme; empty for lines that are not there."""
    words = [last_word(line) for line in lines] + [""] * len(scheme)
    return [(words[first], words[second]) for first, second in pairs_of(scheme)]


def share_heard(lines: Sequence[str], scheme: str, ear: Ear) -> float:
    """Of the pairs of a scheme, how many rhyme."""
    pairs = end_words(lines, scheme)
    return sum(ear(*pair) for pair in pairs) / len(pairs) if pairs else 0


def sonnets(poems: Iterable[str], sounds: Sounds, ear: Ear = rhymes_by_spelling) -> Iterator[Formed]:
    """Poems of 14 lines of mostly ten syllables in one of the common schemes, that of which most rhymes are heard."""
    for poem in poems:
        lines = lines_of(poem)
        if len(lines) == len(SHAKESPEARE) and _is_pentameter(lines, sounds):
            scheme = max(SONNETS, key=lambda scheme: share_heard(lines, scheme, ear))
            if share_heard(lines, scheme, ear) >= 0.5:
                yield Formed(lines, scheme)


def couplets(poems: Iterable[str], ear: Ear = rhymes_by_spelling) -> Iterator[Formed]:
    """Poems of at least eight lines, in stanzas of even length, whose lines rhyme two by two."""
    for poem in poems:
        stanzas = stanzas_of(poem)
        lines = [line for stanza in stanzas for line in stanza][:LONGEST]
        scheme = "".join(chr(65 + line // 2) for line in range(len(lines) // 2 * 2))
        even = all(len(stanza) % 2 == 0 for stanza in stanzas)
        if even and len(lines) >= SHORTEST_COUPLETS and share_heard(lines, scheme, ear) >= 0.5:
            yield Formed(lines, scheme)


def quatrains(poems: Iterable[str], scheme: str, ear: Ear = rhymes_by_spelling) -> Iterator[Formed]:
    """Poems in stanzas of four lines that are taken to follow that scheme, each stanza by itself."""
    for poem in poems:
        stanzas = stanzas_of(poem)[: LONGEST // 4]
        if all(len(stanza) == 4 for stanza in stanzas) and _quatrain_scheme(stanzas, ear) == scheme:
            yield from (Formed(stanza, scheme) for stanza in stanzas)


def blank_verse(poems: Iterable[str], sounds: Sounds) -> Iterator[list[str]]:
    """The lines of poems of at least 14 lines of mostly ten syllables, without rhyme."""
    for poem in poems:
        lines = lines_of(poem)[:LONGEST]
        if len(lines) >= SHORTEST_BLANK_VERSE and _is_pentameter(lines, sounds) and _is_unrhymed(lines):
            yield lines


def _quatrain_scheme(stanzas: Sequence[Sequence[str]], ear: Ear) -> str:
    """The first of `QUATRAINS` of whose pairs at each place at least half rhyme."""

    def holds(pair: tuple[int, int]) -> bool:
        rhyming = (ear(last_word(stanza[pair[0]]), last_word(stanza[pair[1]])) for stanza in stanzas)
        return 2 * sum(rhyming) >= len(stanzas)

    return next((scheme for scheme in QUATRAINS if stanzas and all(map(holds, pairs_of(scheme)))), "")


def _is_pentameter(lines: Sequence[str], sounds: Sounds) -> bool:
    counts = [syllables(sounds, line) for line in lines]
    return bool(statistics.median(counts) == PENTAMETER)


def _is_unrhymed(lines: Sequence[str]) -> bool:
    words = [last_word(line) for line in lines]
    rhyming = (any(rhymes_by_spelling(word, near) for near in words[i + 1 : i + 4]) for i, word in enumerate(words))
    return sum(rhyming) <= UNRHYMED * len(words)
