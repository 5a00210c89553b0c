"""What is heard in poems of which nothing was asked: lines that rhyme, keep the length of their neighbours, and fit a
meter. Each function gives the lines of a poem that do, and all that could."""

from collections import defaultdict

from poemgen.verse.licence import ending
from poemgen.verse.meter import Meter, fits, syllables
from poemgen.verse.reading import METRICAL, in_meter
from poemgen.verse.rhyme import same_word
from poemgen.verse.scheme import tied
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import last_word, words

NEIGHBOURS = 2  # lines above that a line may be as long as
PENTAMETER = 5  # feet


def rhymed(sounds: Sounds, poem: str) -> tuple[int, int]:
    """Lines that rhyme, as `poemgen scan` hears it, with another line that ends in another word."""
    ends = [end for line in poem.split("\n") if (end := last_word(line))]
    groups: dict[int, list[str]] = defaultdict(list)
    for group, end in zip(tied([ending(sounds, end) for end in ends]), ends, strict=True):
        groups[group].append(end)
    rhyming = (group for group in groups.values() if any(not same_word(end, group[0]) for end in group))
    return sum(map(len, rhyming)), len(ends)


def steady(sounds: Sounds, poem: str) -> tuple[int, int]:
    """Lines with as many syllables as one of the two lines of verse above them; the first cannot have them."""
    counts = [syllables(sounds, line) for line in poem.split("\n") if words(line)]
    above = [counts[max(0, place - NEIGHBOURS) : place] for place in range(1, len(counts))]
    return sum(count in near for count, near in zip(counts[1:], above, strict=True)), len(above)


def has_meter(sounds: Sounds) -> bool:
    """Whether the stresses of the language are known."""
    return sounds.language in METRICAL


def metrical(sounds: Sounds, poem: str) -> tuple[int, int]:
    """Lines that fit the meter of their poem, as `poemgen scan` hears it; none do if it has no meter."""
    lines = [line for line in poem.split("\n") if words(line)]
    return sum(said is not None for said in in_meter(sounds, lines)), len(lines)


def iambic_pentameter(sounds: Sounds, line: str) -> bool:
    """Whether it is a line in five iambic feet, of ten or eleven syllables."""
    return fits(sounds, line, Meter.IAMBIC, feet=PENTAMETER)
