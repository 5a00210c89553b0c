"""How far what `poemgen scan` hears agrees with what the forms of known poems say.

    python tests/benchmarks/scan_agreement.py poems.jsonl.gz

Of the training part of the poems (`split_poetry`): Shakespeare's numbered sonnets, Pope's couplets, Lear's limericks,
and others' sonnets and ballads in quatrains by their titles. The forms are taken from the books, not from the ear that
is measured: a rhyme of Shakespeare's that is none today counts against the ear.
"""

import argparse
import gzip
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from split_poetry import part

from poemgen.verse.language import sounds_for
from poemgen.verse.licence import ending, rhyme_loosely, rhyme_strictly
from poemgen.verse.meter import Meter, fits, syllables
from poemgen.verse.reading import read_aloud
from poemgen.verse.rhyme_by_spelling import rhymes_by_spelling
from poemgen.verse.words import last_word, words

SOUNDS = sounds_for("en")


class Kind(NamedTuple):
    """Poems whose form is known: their scheme (`*`: as many couplets as there are), meter and feet, and the names that
    scan may give them."""

    name: str
    scheme: str
    meter: Meter
    feet: tuple[int, ...]
    forms: frozenset[str]
    chosen: Callable[[dict[str, str]], bool]


def lines_of(poem: str) -> list[str]:
    """The lines with words in them."""
    return [line for line in poem.split("\n") if words(line)]


def paragraphs(poem: str) -> list[list[str]]:
    """The lines between blank lines."""
    found = [lines_of(block) for block in re.split(r"\n\s*\n", poem)]
    return [lines for lines in found if lines]


def is_sonnet(poem: dict[str, str]) -> bool:
    """CXLV is left out: it has eight syllables a line."""
    title = poem["title"]
    by_number = re.fullmatch("[IVXLC]+", title) and title != "CXLV"
    return poem["author"] == "William Shakespeare" and bool(by_number) and len(lines_of(poem["text"])) == 14


def is_titled_sonnet(poem: dict[str, str]) -> bool:
    """By others, in whatever scheme they chose."""
    return "Sonnet" in poem["title"] and len(lines_of(poem["text"])) == 14 and poem["author"] != "William Shakespeare"


def is_couplets(poem: dict[str, str]) -> bool:
    """A kind that Pope wrote in couplets, without a triplet, which would put later lines out of step."""
    even = all(len(each) % 2 == 0 for each in paragraphs(poem["text"]))
    by_title = re.search("Epi(stle|taph|logue|gram)|Prologue|Pastoral|Essay|Eclogue|Satire|Rape|Fable", poem["title"])
    return poem["author"] == "Alexander Pope" and bool(by_title) and even and len(lines_of(poem["text"])) >= 8


def is_limerick(poem: dict[str, str]) -> bool:
    return poem["author"] == "Edward Lear" and "Limerick" in poem["title"] and len(lines_of(poem["text"])) == 5


def is_ballad(poem: dict[str, str]) -> bool:
    """In stanzas of four lines; which of them rhyme, and how long they are, the title does not say."""
    return "Ballad" in poem["title"] and {len(each) for each in paragraphs(poem["text"])} == {4}


KINDS = [
    Kind("sonnets (Shakespeare)", "ABABCDCDEFEFGG", Meter.IAMBIC, (5,), frozenset({"sonnet"}), is_sonnet),
    Kind("sonnets (by title)", "", Meter.IAMBIC, (5,), frozenset({"sonnet"}), is_titled_sonnet),
    Kind("couplets (Pope)", "*", Meter.IAMBIC, (5,), frozenset({"couplets"}), is_couplets),
    Kind("limericks (Lear)", "AABBA", Meter.ANAPESTIC, (2, 3), frozenset({"limerick"}), is_limerick),
    Kind("ballads (by title)", "", Meter.IAMBIC, (3, 4), frozenset({"ballad", "quatrains"}), is_ballad),
]


def partners(scheme: str, count: int) -> list[tuple[int, int]]:
    """The pairs of lines that a scheme says rhyme: each line and the next one with its letter."""
    letters = (
        "".join(f"{chr(place)}{chr(place)}" for place in range(1000, 1000 + count // 2)) if scheme == "*" else scheme
    )
    following = [(place, letters.find(letter, place + 1)) for place, letter in enumerate(letters)]
    return [pair for pair in following if pair[1] >= 0]


def pairs_heard(kind: Kind, poem: str) -> list[tuple[bool, bool, bool]]:
    """Of each pair that should rhyme: whether it does strictly, whether it does at all, and whether by spelling."""
    words_at_ends = [last_word(line) for line in lines_of(poem)]
    ends = [ending(SOUNDS, word) for word in words_at_ends]
    found: list[tuple[bool, bool, bool]] = []
    for a, b in partners(kind.scheme, len(ends)):
        strict = rhyme_strictly(ends[a], ends[b])
        heard = strict or rhyme_loosely(ends[a], ends[b])
        found.append((strict, heard, rhymes_by_spelling(words_at_ends[a], words_at_ends[b])))
    return found


def scheme_of(kind: Kind, count: int) -> str:
    if kind.scheme != "*":
        return kind.scheme
    return "".join(2 * chr(ord("A") + place % 26) for place in range(count // 2))


def share(found: Iterable[bool]) -> str:
    """`81.3% of 1,806`."""
    each = list(found)
    return f"{sum(each) / len(each):6.1%} of {len(each):<6,}" if each else f"{'-':>16}"


def row(kind: Kind, poems: list[str]) -> list[str]:
    """What is measured of the poems of a kind, in the order of `COLUMNS`."""
    pairs = [pair for poem in poems for pair in pairs_heard(kind, poem)]
    lines = [line for poem in poems for line in lines_of(poem)]
    readings = [(read_aloud(SOUNDS, poem), len(lines_of(poem))) for poem in poems]
    ten = [syllables(SOUNDS, line) in (10, 11) for line in lines] if kind.feet == (5,) else []
    in_meter = [any(fits(SOUNDS, line, kind.meter, feet=feet) for feet in kind.feet) for line in lines]
    named = [reading.form in kind.forms for reading, _ in readings]
    exact = [reading.scheme.replace(" ", "") == scheme_of(kind, count) for reading, count in readings]
    rhymes = [[pair[index] for pair in pairs] for index in range(3)]
    figures = [*rhymes, ten, in_meter, named, exact if kind.scheme else []]
    return [f"{kind.name:22}", f"{len(poems):5}", *map(share, figures)]


COLUMNS = [
    "poems",
    "rhyme strictly",
    "heard as rhyming",
    "rhyme by spelling",
    "10 or 11 as usual",
    "in the meter",
    "form named",
    "scheme exact",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("poems", type=Path)
    path = parser.parse_args().poems
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as records:
        poems = [poem for poem in map(json.loads, records) if part(poem) == "poetry-en-train.txt"]
    print("  ".join([f"{'':22}", COLUMNS[0], *(f"{column:16}" for column in COLUMNS[1:])]))
    for kind in KINDS:
        print("  ".join(row(kind, [poem["text"] for poem in poems if kind.chosen(poem)])))


if __name__ == "__main__":
    main()
