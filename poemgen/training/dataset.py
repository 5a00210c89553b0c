"""What a run learns from and is tested on: a corpus, read and split in a way that can be repeated."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from poemgen.errors import PoemgenError, UsageError
from poemgen.text.corpus import EncodedCorpus, encode_corpus, read_poems, split_validation, with_min_count
from poemgen.text.encoded import with_vocabulary
from poemgen.text.shards import are_shards, read_shards, split_shards
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
    if any(are_shards(source) for source in sources):
        return _of_shards(sources, reading, validation_sources, vocabulary, extend)
    stream = read_poems(sources, split=reading.split, encoding=reading.encoding, stdin=stdin)
    corpus = encode_corpus(stream, drop_duplicates=True)
    if reading.fraction is None:
        reading = replace(reading, fraction=min(FRACTION, MOST_HELD_OUT / len(corpus.ids)))
    reading = replace(reading, split=str(stream.split))
    train, validation = _held_out(corpus, reading, bool(validation_sources))
    train, validation = _in_vocabulary(train, validation, reading.min_count, vocabulary, extend)
    return _with_own_validation(train, validation, reading, validation_sources, stream.dropped)


def _with_own_validation(
    train: EncodedCorpus,
    validation: EncodedCorpus | None,
    reading: Reading,
    sources: Sequence[str | Path],
    dropped: Counter[str],
) -> Dataset:
    if sources:
        own = read_poems(sources, split=reading.validation_split, encoding=reading.encoding)
        validation = encode_corpus(own, vocabulary=train.vocabulary)
        reading = replace(reading, validation_split=str(own.split))
        dropped = dropped + own.dropped
    return Dataset(train, validation, reading, bool(sources), dict(dropped))


def _of_shards(
    sources: Sequence[str | Path],
    reading: Reading,
    validation_sources: Sequence[str | Path],
    vocabulary: Vocabulary | None,
    extend: bool,
) -> Dataset:
    """A folder of shards, left where it lies. What had to be chosen was chosen when it was made."""
    if len(sources) > 1:
        raise UsageError("a folder of shards is a whole corpus; name it alone")
    corpus, split = read_shards(sources[0])
    if vocabulary and not _fits(corpus.vocabulary, vocabulary, extend):
        raise PoemgenError("the shards have another vocabulary than the model; make them with `tokenize --model`")
    if reading.split not in ("auto", split):
        raise UsageError("how shards fall into poems was settled when they were made; leave out --split")
    if reading.fraction is None:
        reading = replace(reading, fraction=min(FRACTION, MOST_HELD_OUT / len(corpus.ids)))
    reading = replace(reading, split=split)
    train, validation = corpus, None
    if reading.fraction and not validation_sources:
        train, validation = split_shards(corpus, reading.fraction, rng=np.random.default_rng(reading.rng_seed))
    return _with_own_validation(train, validation, reading, validation_sources, Counter())


def _fits(vocabulary: Vocabulary, model: Vocabulary, extend: bool) -> bool:
    return set(model.characters) <= set(vocabulary.characters) if extend else vocabulary == model


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
