"""What a run learns from and is tested on: a corpus, read and split in a way that can be repeated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from poemgen.errors import PoemgenError
from poemgen.text.corpus import EncodedCorpus, encode_corpus, read_poems, split_validation, with_min_count
from poemgen.text.encoded import with_vocabulary
from poemgen.text.tokenizer import Vocabulary

FRACTION = 0.1
MOST_HELD_OUT = 200_000  # characters: enough for a figure that is right to 0.01 bits


@dataclass(frozen=True)
class Reading:
    """How a corpus is read and split. `fraction` is the held-out share of its characters, None for the default;
    `validation_split` is the rule for held-out poems with sources of their own."""

    split: str = "auto"
    encoding: str = "utf-8"
    min_count: int = 2
    fraction: float | None = None
    rng_seed: int = 0
    validation_split: str = "auto"


def reading_from(fields: Any) -> Reading:
    """The reading that a model's summary tells of. Raises PoemgenError if it is none."""
    try:
        reading = Reading(**fields)
        numbers = (reading.min_count, reading.rng_seed, reading.fraction or 0.0)
        whole = all(type(number) is int for number in numbers[:2]) and min(numbers) >= 0
        if whole and {type(reading.split), type(reading.encoding), type(reading.validation_split)} == {str}:
            return reading
    except TypeError:
        pass
    raise PoemgenError("the model does not tell how its corpus was read and split")


@dataclass(frozen=True)
class Dataset:
    """The training part and the validation part, in one vocabulary, and how they were read (all choices made).

    `own_validation` is whether the validation part came from sources of its own; `dropped` counts control characters.
    """

    train: EncodedCorpus
    validation: EncodedCorpus | None
    reading: Reading
    own_validation: bool
    dropped: dict[str, int]


def read_dataset(
    sources: Sequence[str | Path],
    reading: Reading,
    *,
    validation_sources: Sequence[str | Path] = (),
    vocabulary: Vocabulary | None = None,
    extend: bool = False,
    stdin: BinaryIO | None = None,
) -> Dataset:
    """Reads the poems without duplicates, holds some out, and chooses the vocabulary from the training part alone.

    With a `vocabulary` that one is used, and with `extend` enlarged by what the training part adds to it. Raises
    PoemgenError for sources that cannot be read or hold nothing to learn.
    """
    stream = read_poems(sources, split=reading.split, encoding=reading.encoding, stdin=stdin)
    corpus = encode_corpus(stream, drop_duplicates=True)
    if reading.fraction is None:
        reading = replace(reading, fraction=min(FRACTION, MOST_HELD_OUT / len(corpus.ids)))
    reading = replace(reading, split=str(stream.split))
    train, validation = _held_out(corpus, reading, bool(validation_sources))
    train, validation = _in_vocabulary(train, validation, reading.min_count, vocabulary, extend)
    dropped = stream.dropped
    if validation_sources:
        own = read_poems(validation_sources, split=reading.validation_split, encoding=reading.encoding)
        validation = encode_corpus(own, vocabulary=train.vocabulary)
        reading = replace(reading, validation_split=str(own.split))
        dropped += own.dropped
    return Dataset(train, validation, reading, bool(validation_sources), dict(dropped))


def _held_out(corpus: EncodedCorpus, reading: Reading, own: bool) -> tuple[EncodedCorpus, EncodedCorpus | None]:
    if own or not reading.fraction:
        return corpus, None
    return split_validation(corpus, reading.fraction, rng=np.random.default_rng(reading.rng_seed))


def _in_vocabulary(
    train: EncodedCorpus,
    validation: EncodedCorpus | None,
    min_count: int,
    vocabulary: Vocabulary | None,
    extend: bool,
) -> tuple[EncodedCorpus, EncodedCorpus | None]:
    if vocabulary is None:
        return with_min_count(train, validation, min_count)
    if extend:
        frequent = (character for character, count in train.counts.items() if count >= min_count)
        vocabulary = vocabulary.extended("".join(frequent)).vocabulary
    return with_vocabulary(train, vocabulary), validation and with_vocabulary(validation, vocabulary)
