"""Figures about any poems: real words, copies, surprise; and the time that a sonnet takes."""

import math
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import eight_gram
from verse_cells import HUMAN, MODEL, Cell, Found, share, share_of
from verse_columns import Columns
from verse_form_rows import human_poems, plain_words

import poemgen
from poemgen.scoring import Passage, score
from poemgen.text.copies import WINDOW
from poemgen.verse.table import look_up

SONNET_LINES = 14
TIMED = 11  # sonnets


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


def is_word(columns: Columns, word: str) -> bool:
    """Whether it is known to be one."""
    return training_words(columns)[word] >= 2 or bool(look_up(word))


@cache
def training_words(columns: Columns) -> Counter[str]:
    """The words of the training corpus."""
    return Counter(word for poem in columns.training for word in plain_words(poem))


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
    if not texts:
        return math.nan
    model = poemgen.load_model(columns.model)
    passages = [Passage(model.vocabulary.encode(text), model.config.no_character, 0) for text in texts]
    return score(model.config, model.parameters, passages).bits_per_character


def bits_by_8_gram(columns: Columns, texts: Sequence[str]) -> float:
    """Bits a character by the 8-gram, each text from its beginning."""
    return eight_gram.bits_per_character(*columns.fitted, texts, ends=False) if texts else math.nan


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
