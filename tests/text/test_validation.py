"""The two parts of a corpus: nothing lost, nothing in both, and the vocabulary from the training part alone."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import PoemgenError, UsageError
from poemgen.text.corpus import EncodedCorpus, encode_corpus, split_validation, with_min_count
from poemgen.text.validation import FEWEST_CHARACTERS, draw_poems

# Poem i is made of the character i places after the first, so that it can be told in which part it came to lie.
NUMBERED = [chr(0x4E00 + number) * 50 for number in range(100)]


def text_of(corpus: EncodedCorpus) -> str:
    return corpus.vocabulary.decode(corpus.ids)


def split(corpus: EncodedCorpus, fraction: float, seed: int = 0) -> tuple[EncodedCorpus, EncodedCorpus]:
    train, validation = split_validation(corpus, fraction, rng=np.random.default_rng(seed))
    assert validation is not None
    return train, validation


@given(st.integers(0, 2**32), st.floats(0.02, 0.5))
def test_whole_poems_lie_in_one_part_each_in_order(seed: int, fraction: float) -> None:
    train, validation = split(encode_corpus(NUMBERED), fraction, seed)
    parts = [text_of(part).split("<EOS>")[:-1] for part in (train, validation)]
    assert sorted(parts[0] + parts[1]) == NUMBERED
    assert parts == [sorted(parts[0]), sorted(parts[1])]
    assert abs(validation.characters - fraction * 5000) <= 50
    for part, poems in zip((train, validation), parts, strict=True):
        assert part.starts.tolist() == [51 * number for number in range(len(poems) + 1)]
        assert part.counts == Counter("".join(poems))


def test_the_training_part_lies_in_the_memory_of_the_whole() -> None:
    corpus = encode_corpus(NUMBERED)
    train, validation = split(corpus, 0.1)
    assert np.shares_memory(train.ids, corpus.ids)
    assert not np.shares_memory(validation.ids, corpus.ids)
    train, _ = with_min_count(train, validation, 2)
    assert np.shares_memory(train.ids, corpus.ids)


def test_the_draw_is_random_and_repeatable() -> None:
    drawn = [text_of(split(encode_corpus(NUMBERED), 0.1, seed)[1]) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_single_poem_is_cut_before_its_last_characters() -> None:
    poem = "the tide goes down\n" * 100
    corpus = encode_corpus([poem])
    train, validation = split(corpus, 0.1)
    assert text_of(train) + text_of(validation) == poem + "<EOS>"
    assert (train.poems, validation.poems) == (1, 1)
    assert (train.characters, validation.characters) == (1710, 190)
    assert train.starts.tolist() == [0, len(train.ids)]
    assert validation.starts.tolist() == [0, len(validation.ids)]


def test_poems_too_long_for_the_fraction_leave_the_last_one_cut() -> None:
    poems = ["moon " * 200, "tide " * 200, "reed " * 200]
    train, validation = split(encode_corpus(poems), 0.1)
    assert text_of(train) + text_of(validation) == "".join(poem + "<EOS>" for poem in poems)
    assert (train.poems, validation.poems) == (3, 1)
    assert train.starts[:3].tolist() == [0, 1001, 2002]


@pytest.mark.parametrize("poems", [["moon " * 100], NUMBERED[:10]])
@pytest.mark.parametrize("fraction", [0.0, 0.1])
def test_too_little_text_gives_no_validation_part(poems: list[str], fraction: float) -> None:
    corpus = encode_corpus(poems)
    assert split_validation(corpus, fraction, rng=np.random.default_rng(0)) == (corpus, None)
    assert fraction * corpus.characters < FEWEST_CHARACTERS


@pytest.mark.parametrize("fraction", [-0.1, 0.6, float("nan")])
def test_a_fraction_without_sense_is_a_usage_error(fraction: float) -> None:
    with pytest.raises(UsageError, match="fraction"):
        split_validation(encode_corpus(NUMBERED), fraction, rng=np.random.default_rng(0))


@given(st.lists(st.integers(1, 1000), min_size=1), st.floats(0, 0.5), st.integers(0, 9))
def test_some_poem_always_stays(lengths: list[int], fraction: float, seed: int) -> None:
    drawn = draw_poems(np.array(lengths), fraction, rng=np.random.default_rng(seed))
    assert not drawn.all()
    assert np.array(lengths)[drawn].sum() < 2 * fraction * sum(lengths) or not drawn.any()


def test_the_training_part_alone_decides_the_vocabulary() -> None:
    train, validation = encode_corpus(["moon 🌙", "noon"]), encode_corpus(["moon 🌙🌙 star"])
    train, part = with_min_count(train, validation, 2)
    assert part is not None
    assert train.vocabulary.characters == part.vocabulary.characters == "no"
    assert text_of(train) == "<UNK>oon<UNK><UNK><EOS>noon<EOS>"
    assert text_of(part) == "<UNK>oon" + "<UNK>" * 8 + "<EOS>"
    assert (train.unknown, part.unknown) == (3, 9)
    assert with_min_count(train, None, 1)[1] is None


def test_a_count_that_no_character_reaches_is_an_error() -> None:
    with pytest.raises(PoemgenError, match="lower --min-count"):
        with_min_count(encode_corpus(["moon"]), None, 5)
