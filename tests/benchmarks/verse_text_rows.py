"""Figures about any poems: real words, copies, surprise; and the time that a sonnet takes."""

import math
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from eight_gram import per_character
from verse_cells import HUMAN, MODEL, Cell, Found, together
from verse_columns import Columns
from verse_form_rows import human_poems

import poemgen
from poemgen.evaluation import eight_gram
from poemgen.evaluation.copying import windows
from poemgen.evaluation.real_words import count
from poemgen.evaluation.real_words import real_words as known_words
from poemgen.scoring import Passage, score
from poemgen.text.copies import WINDOW
from poemgen.verse.rhyme_by_spelling import rhymes_by_spelling

SONNET_LINES = 14
TIMED = 11  # sonnets


def real_words(columns: Columns, column: str) -> Found:
    """Words of the table of pronunciations, or that come at least twice in the training corpus."""
    for name, poems in free_and_formed(columns, column):
        yield f"real words{name}", together(count(poem, is_real(columns)) for poem in poems)


def copied(columns: Columns, column: str) -> Found:
    """Windows of 30 characters that stand in the training corpus."""
    for name, poems in free_and_formed(columns, column):
        found = together(windows(columns.copies, poem) for poem in poems)
        yield f"windows of {WINDOW} characters copied from the training corpus{name}", found


def free_and_formed(columns: Columns, column: str) -> Iterator[tuple[str, list[str]]]:
    """The poems of a column: people and the 8-gram have one kind, the model writes freely, and sonnets."""
    if column == MODEL:
        yield ", free", columns.by_model("free")
        yield ", sonnets", columns.by_model("sonnet")
    else:
        yield ", free", columns.humans if column == HUMAN else columns.by_8_gram


@cache
def is_real(columns: Columns) -> Callable[[str], bool]:
    """Whether a word is real."""
    return known_words(columns.training, "en")


def bits(columns: Columns, column: str) -> Found:
    """How surprising poems are, cut to 14 lines, their end not counted: to the model, and to the 8-gram.

    Of people's poems as many are taken, or up to twice as many, as there are of the others, from all over them.
    """
    kinds = dict(free_and_formed(columns, column))
    if column == HUMAN:
        kinds[", sonnets"] = ["\n".join(poem.lines) for poem in human_poems(columns, "sonnet", rhymes_by_spelling)]
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
    if not texts:
        return math.nan
    model = poemgen.load_model(columns.model)
    passages = [Passage(model.vocabulary.encode(text), model.config.no_character, 0) for text in texts]
    return score(model.config, model.parameters, passages).bits_per_character


def bits_by_8_gram(columns: Columns, texts: Sequence[str]) -> float:
    """Bits a character by the 8-gram, each text from its beginning."""
    return per_character(eight_gram.bits(columns.fitted, texts, ends=False)) if texts else math.nan


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
