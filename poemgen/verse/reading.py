"""What a poem sounds like, line by line: syllables, stresses, rhymes, the meter and the form."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from poemgen.verse.meter import Meter, Saying, said, syllables
from poemgen.verse.recognize import form_of
from poemgen.verse.scheme import joined, letters
from poemgen.verse.sounds import Sounds
from poemgen.verse.weights import weights
from poemgen.verse.words import words

METRICAL = ("en", "de")  # the languages whose stresses are known, and whose verse counts them
STEADY = 0.6  # the share of a poem's lines that have to fit a meter
COMMON = 0.2  # the share of lines with so many feet from which on that is a length of the poem
LENGTHS = ["mono", "di", "tri", "tetra", "penta", "hexa", "hepta", "octa"]
STRESSED, UNSTRESSED = "/", "x"


@dataclass(frozen=True)
class Line:
    """A line as it is heard. `stresses` has a mark a syllable, `/` or `x`; `rhyme` is a letter, `x` without a partner;
    `meter` is empty if the line does not fit the poem's."""

    text: str
    syllables: int
    stresses: str
    rhyme: str
    meter: str


@dataclass(frozen=True)
class Reading:
    """A poem as it is heard; form and meter are empty if it has none that is known. Blank lines are among the lines,
    and without syllables."""

    lines: list[Line]
    scheme: str
    form: str
    meter: str


def read_aloud(sounds: Sounds, poem: str) -> Reading:
    """Hears a poem. A word with several pronunciations is said as the meter of the poem wants it."""
    texts = _without_margins(poem.split("\n"))
    rhymes = letters(sounds, texts)
    sayings = in_meter(sounds, texts)
    lines = [_line(sounds, *each) for each in zip(texts, rhymes, sayings, strict=True)]
    meter = _meter_of_all(lines)
    spoken = [line.syllables for line in lines if line.rhyme]
    return Reading(lines, joined(rhymes), form_of(joined(rhymes), spoken, meter), meter)


def _without_margins(lines: list[str]) -> list[str]:
    """The lines from the first to the last one that is not blank."""
    written = [index for index, line in enumerate(lines) if line.strip()]
    return lines[written[0] : written[-1] + 1] if written else []


def in_meter(sounds: Sounds, lines: Sequence[str]) -> list[tuple[Meter, Saying] | None]:
    """Each line said in the meter that most lines fit; None for a line that does not, or if the poem has no meter.

    In a poem whose lines, as words are usually said, have all one length, a line that has another one in the meter does
    not fit.
    """
    nothing: list[tuple[Meter, Saying] | None] = [None] * len(lines)
    if sounds.language not in METRICAL:
        return nothing
    spoken = sum(bool(words(line)) for line in lines)
    tried = {meter: [said(sounds, line, meter) for line in lines] for meter in Meter}
    best = max(Meter, key=lambda meter: sum(each is not None for each in tried[meter]))
    fitting = [each for each in tried[best] if each]
    if not fitting or len(fitting) < STEADY * spoken:
        return nothing
    feet = Counter(each.feet for each in fitting).most_common()
    usual = [count for count, times in feet if times >= COMMON * len(fitting)]
    sayings = [
        (best, _of_length(sounds, line, best, usual) or found) if found else None
        for line, found in zip(lines, tried[best], strict=True)
    ]
    as_usual = {syllables(sounds, line) for line in lines if words(line)}
    if len(as_usual) > 1 or spoken == 1:
        return sayings
    kept = [each if each and len(each[1].places) in as_usual else None for each in sayings]
    return kept if sum(each is not None for each in kept) >= STEADY * spoken else nothing


def _of_length(sounds: Sounds, line: str, meter: Meter, lengths: Sequence[int]) -> Saying | None:
    """Said in one of these lengths, rather with each word as usual than with as little against the meter as can be."""
    found = (
        said(sounds, line, meter, syllables=count, feet=feet)
        for count in (syllables(sounds, line), None)
        for feet in lengths
    )
    return next(filter(None, found), None)


def _line(sounds: Sounds, text: str, rhyme: str, saying: tuple[Meter, Saying] | None) -> Line:
    if saying:
        meter, (weight, places) = saying[0], saying[1]
        marks = "".join(map(_mark, "".join(weight), places))
        return Line(text, len(marks), marks, rhyme, meter_name(meter, saying[1].feet))
    usual = "".join(option for word in words(text) for option in weights(sounds, word)[:1])
    marks = "".join(_mark(each, "s" if each == "2" else "w") for each in usual)
    return Line(text, len(marks), marks, rhyme, "")


def _mark(weight: str, place: str) -> str:
    """A stress that belongs to the word, or for a syllable that can go either way what its place wants."""
    if weight in "2n":
        return UNSTRESSED if place == "w" else STRESSED
    return STRESSED if weight in "1c" else UNSTRESSED


def meter_name(meter: Meter, feet: int) -> str:
    """`iambic pentameter`; beyond eight feet just the meter."""
    return f"{meter} {LENGTHS[feet - 1]}meter" if 0 < feet <= len(LENGTHS) else meter.value


def _meter_of_all(lines: Sequence[Line]) -> str:
    """The meter of most lines, with its length if that is steady."""
    names = Counter(line.meter for line in lines if line.meter)
    if not names:
        return ""
    name, times = names.most_common(1)[0]
    return name if times >= STEADY * names.total() else name.split()[0]
