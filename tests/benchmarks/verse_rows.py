"""The figures of the table of verse, a function a group of rows: from the columns' texts to counts."""

import math
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import verse_forms as forms
from poemgen.verse.meter import Meter, fits, syllables
from poemgen.verse.rhyme import rhymes
from poemgen.verse.rhyme_by_spelling import rhymes_by_spelling
from poemgen.verse.table import look_up
from verse_columns import ACROSTICS, KEYWORDS, MODES, Columns

import poemgen
from poemgen import ngram
from poemgen.scoring import Passage, score
from poemgen.text.copies import WINDOW
from poemgen.verse.sounds import Sounds
from poemgen.verse.words import words

HUMAN, EIGHT_GRAM, MODEL = "humans", "8-gram", "model"
COLUMNS = (HUMAN, EIGHT_GRAM, MODEL)
RHYMED = ("sonnet", "couplets", "ballad", "quatrain")
METERS = {"iambic": 5, "trochaic": 4, "anapestic": 4}  # and the feet of a line
SONNET_LINES = 14
TIMED = 11  # sonnets


class Cell(NamedTuple):
    """A figure: a share with its counts, or a number with its unit."""

    value: float
    hits: int = 0
    of: int = 0
    unit: str = "%"


Found = Iterator[tuple[str, Cell]]  # the name of a row, and its figure in one column


def share(hits: int, of: int) -> Cell:
    """So many of so many."""
    return Cell(100 * hits / of if of else math.nan, hits, of)


def share_of(found: Iterable[bool]) -> Cell:
    """How many are true."""
    listed = list(found)
    return share(sum(listed), len(listed))


# ---- rhyme


def rhyme(columns: Columns, column: str) -> Found:
    """Pairs of lines that are to rhyme; those of lines that did not come count as failed."""
    for form in RHYMED:
        pairs = asked_pairs(columns, column, form)
        strict = (all(pair) and rhymes(columns.sounds, *pair) for pair in pairs)
        yield f"{form}: pairs that rhyme strictly", share_of(strict)
        yield f"{form}: pairs that rhyme by spelling", share_of(all(p) and rhymes_by_spelling(*p) for p in pairs)


def asked_pairs(columns: Columns, column: str, form: str) -> list[tuple[str, str]]:
    """The last words of lines that are to rhyme. The 8-gram is asked nothing: its lines stand where a form's would."""
    scheme = MODES[form].scheme
    if column == MODEL:
        return [pair for poem in columns.by_model(form) for pair in forms.end_words(forms.lines_of(poem), scheme)]
    if column == HUMAN:
        return [pair for poem in human_poems(columns, form) for pair in forms.end_words(*poem)]
    pairs = (pair for poem in columns.by_8_gram for pair in forms.end_words(forms.lines_of(poem), scheme))
    return [pair for pair in pairs if all(pair)]


@cache
def human_poems(columns: Columns, form: str) -> list[forms.Formed]:
    """The held-out poems of a form."""
    match form:
        case "sonnet":
            return list(forms.sonnets(columns.humans, columns.sounds))
        case "couplets":
            return list(forms.couplets(columns.humans))
        case "ballad":
            return list(forms.quatrains(columns.humans, "ABCB"))
        case _:
            return list(forms.quatrains(columns.humans, "ABAB"))


# ---- syllables and meter


def counts_of(columns: Columns, column: str) -> Found:
    """Lines with exactly the syllables that were asked for; of people and the 8-gram, ten."""
    if column == MODEL:
        for mode in ("sonnet", "syllables 8", "syllables 10", "haiku"):
            asked = asked_lines(columns, mode)
            name = f"{mode}: lines of exactly so many syllables"
            yield name, share_of(syllables(columns.sounds, line) == count for line, count in asked)
            some = (count in possible_counts(columns.sounds, line) for line, count in asked)
            yield f"{name}, said in some listed way", share_of(some)
        return
    kinds = {"syllables 10": pentameter(columns) if column == HUMAN else lines_by_8_gram(columns)}
    if column == HUMAN:
        kinds["sonnet"] = sonnet_lines(columns)
    for kind, lines in kinds.items():
        name = f"{kind}: lines of exactly so many syllables"
        yield name, share_of(syllables(columns.sounds, line) == 10 for line in lines)
        some = (10 in possible_counts(columns.sounds, line) for line in lines)
        yield f"{name}, said in some listed way", share_of(some)


def meters(columns: Columns, column: str) -> Found:
    """Lines in the meter that was asked for: sonnets of people, all lines of the 8-gram."""
    if column != EIGHT_GRAM:
        sonnets = sonnet_lines(columns) if column == HUMAN else [line for line, _ in asked_lines(columns, "sonnet")]
        yield "sonnet: lines in five iambic feet", share_of(iambic(columns.sounds, line) for line in sonnets)
    for meter, feet in METERS.items():
        name = f"{meter}: lines in {feet} feet of that meter"
        kind = Meter(meter)
        if column == MODEL:
            asked = asked_lines(columns, meter)
            yield name, share_of(fits(columns.sounds, line, kind, syllables=count) for line, count in asked)
        elif column == EIGHT_GRAM:
            yield name, share_of(fits(columns.sounds, line, kind, feet=feet) for line in lines_by_8_gram(columns))
        elif meter == "iambic":
            yield name, share_of(iambic(columns.sounds, line) for line in pentameter(columns))


def iambic(sounds: Sounds, line: str) -> bool:
    """Whether it is a line of iambic pentameter, of ten or eleven syllables."""
    return fits(sounds, line, Meter.IAMBIC, feet=METERS["iambic"])


def asked_lines(columns: Columns, mode: str) -> list[tuple[str, int]]:
    """The lines of a mode, each with its syllables as they were asked for; empty ones where lines did not come."""
    asked = MODES[mode].syllables
    poems = (forms.lines_of(poem) for poem in columns.by_model(mode))
    return [pair for lines in poems for pair in zip([*lines, *[""] * len(asked)], asked, strict=False)]


def pentameter(columns: Columns) -> list[str]:
    """The lines of the held-out sonnets and blank verse."""
    blank = (line for lines in forms.blank_verse(columns.humans, columns.sounds) for line in lines)
    return [*sonnet_lines(columns), *blank]


def sonnet_lines(columns: Columns) -> list[str]:
    """The lines of the held-out sonnets."""
    return [line for poem in human_poems(columns, "sonnet") for line in poem.lines]


def lines_by_8_gram(columns: Columns) -> list[str]:
    """All lines of its poems, but for the last ones, which the greatest length may have cut."""
    return [line for poem in columns.by_8_gram for line in forms.lines_of(poem)[:-1]]


def possible_counts(sounds: Sounds, line: str) -> set[int]:
    """The numbers of syllables that a line has, its words said in all listed ways."""
    counts = {0}
    for word in words(line):
        lengths = {len(way.stresses) for way in sounds.pronunciations(word)}
        counts = {count + length for count in counts for length in lengths}
    return counts


# ---- words


def demands(columns: Columns, column: str) -> Found:
    """Acrostics and keywords; only the model is asked for them."""
    if column == MODEL:
        each = columns.count // len(ACROSTICS)
        acrostics = [(word, poem) for word in ACROSTICS for poem in columns.by_model(f"acrostic {word}", each)]
        keywords = [(word, poem) for word in KEYWORDS for poem in columns.by_model(f"keyword {word}", each)]
        yield "acrostic: poems that spell it", share_of(initials(poem) == word for word, poem in acrostics)
        yield "keyword: poems that hold it", share_of(word in words(poem) for word, poem in keywords)


def initials(poem: str) -> str:
    """The first letter of each line, in upper case."""
    firsts = (words(line)[:1] for line in forms.lines_of(poem))
    return "".join(first[0].strip("'")[:1].upper() for first in firsts if first)


def real_words(columns: Columns, column: str) -> Found:
    """Words of the table of pronunciations, or that come at least twice in the training corpus."""
    for name, poems in free_and_formed(columns, column):
        yield f"real words{name}", share_of(is_word(columns, word) for poem in poems for word in plain_words(poem))


def copied(columns: Columns, column: str) -> Found:
    """Windows of 30 characters that stand in the training corpus."""
    for name, poems in free_and_formed(columns, column):
        hits = sum(columns.copies.shared_windows(poem) for poem in poems)
        of = sum(max(0, len(poem) - WINDOW + 1) for poem in poems)
        yield f"windows of {WINDOW} characters copied from the training corpus{name}", share(hits, of)


def free_and_formed(columns: Columns, column: str) -> Iterator[tuple[str, list[str]]]:
    """The poems of a column: people and the 8-gram have one kind, the model writes freely, and sonnets."""
    if column == MODEL:
        yield ", free", columns.by_model("free")
        yield ", sonnets", columns.by_model("sonnet")
    else:
        yield ", free", columns.humans if column == HUMAN else columns.by_8_gram


def plain_words(text: str) -> list[str]:
    """The words, without the apostrophes around them."""
    return [plain for word in words(text) if (plain := word.strip("'"))]


def is_word(columns: Columns, word: str) -> bool:
    """Whether it is known to be one."""
    return training_words(columns)[word] >= 2 or bool(look_up(word))


@cache
def training_words(columns: Columns) -> Counter[str]:
    """The words of the training corpus."""
    return Counter(word for poem in columns.training for word in plain_words(poem))


# ---- bits and seconds


def bits(columns: Columns, column: str) -> Found:
    """How surprising poems are, cut to 14 lines, their end not counted: to the model, and to the 8-gram.

    Of people's poems as many are taken, or up to twice as many, as there are of the others, from all over them.
    """
    kinds = dict(free_and_formed(columns, column))
    if column == HUMAN:
        kinds[", sonnets"] = ["\n".join(poem.lines) for poem in human_poems(columns, "sonnet")]
    for name, poems in kinds.items():
        some = poems[:: max(1, len(poems) // columns.count)]
        beginnings = [text for poem in some if (text := beginning(poem))]
        yield f"bits/character by the model{name}", Cell(bits_by_model(columns, beginnings), unit="")
        yield f"bits/character by the 8-gram{name}", Cell(bits_by_8_gram(columns, beginnings), unit="")


def beginning(poem: str) -> str:
    """The first 14 lines that show something, and the stanzas between them."""
    kept = poem.split("\n")
    shown = [place for place, line in enumerate(kept) if line.strip()][:SONNET_LINES]
    return "\n".join(kept[: shown[-1] + 1]) if shown else ""


def bits_by_model(columns: Columns, texts: Sequence[str]) -> float:
    """Bits a character by the model's forward network, each text from its beginning."""
    model = poemgen.load_model(columns.model)
    passages = [Passage(model.vocabulary.encode(text), model.config.no_character, 0) for text in texts]
    return score(model.config, model.parameters, passages).bits_per_character


def bits_by_8_gram(columns: Columns, texts: Sequence[str]) -> float:
    """Bits a character by the 8-gram, each text from its beginning."""
    fitted, vocabulary = columns.fitted
    ends = np.cumsum([len(text) + 1 for text in texts]) - 1
    log_p = ngram.log_probabilities(fitted, np.concatenate([vocabulary.encode_poem(text) for text in texts]))
    counted = np.delete(log_p, ends)
    return float(-counted.mean() / math.log(2))


def seconds(columns: Columns, column: str) -> Found:
    """How long a whole call takes that writes a sonnet."""
    if column == MODEL:
        name = f"time for a sonnet, median of {TIMED} seeds"
        yield name, Cell(statistics.median(seconds_for(columns, rng_seed) for rng_seed in range(TIMED)), unit="s")


def seconds_for(columns: Columns, rng_seed: int) -> float:
    """Of one call."""
    begin = time.perf_counter()
    subprocess.run(columns.generate_command("sonnet", 1, rng_seed), capture_output=True, check=True)
    return time.perf_counter() - begin


GROUPS = {
    "rhyme": rhyme,
    "syllables": counts_of,
    "meter": meters,
    "demands": demands,
    "words": real_words,
    "copies": copied,
    "bits": bits,
}
