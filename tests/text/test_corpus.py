"""The corpus: every poem in its place, in the vocabulary's ids, with a true account of what was left out."""

from collections import Counter
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import PoemgenError
from poemgen.text.corpus import EncodedCorpus, encode_corpus
from poemgen.text.encoded import poems_of
from poemgen.text.tokenizer import Vocabulary

POEMS = st.lists(st.text("amno \né月🌙"), min_size=1).filter(lambda poems: len(set("".join(poems)) - set(" \n")) > 1)


def texts_of(corpus: EncodedCorpus) -> list[str]:
    """The corpus's poems as text, each with the `<EOS>` that ends it."""
    return [corpus.vocabulary.decode(ids) for ids in poems_of(corpus)]


@given(POEMS)
def test_poems_stand_in_order_each_with_its_end(poems: list[str]) -> None:
    corpus = encode_corpus(poems)
    assert texts_of(corpus) == [poem + "<EOS>" for poem in poems]
    assert (corpus.poems, corpus.characters) == (len(poems), sum(map(len, poems)))
    assert corpus.counts == Counter("".join(poems))
    assert corpus.unknown == 0
    assert corpus.ids.dtype == np.uint8
    assert corpus.starts.dtype == np.int64
    assert corpus.sha256 == sha256("".join(poem + "\0" for poem in poems).encode()).hexdigest()


def test_rare_characters_become_unknown() -> None:
    corpus = encode_corpus(["moon 🌙", "noon ☾"], min_count=2)
    assert corpus.vocabulary.characters == " no"
    assert texts_of(corpus) == ["<UNK>oon <UNK><EOS>", "noon <UNK><EOS>"]
    assert (corpus.unknown, corpus.characters) == (3, 12)
    assert corpus.counts["🌙"] == 1


def test_a_given_vocabulary_is_used_as_it_is() -> None:
    vocabulary = Vocabulary("moz")
    corpus = encode_corpus(["moon"], min_count=9, vocabulary=vocabulary)
    assert corpus.vocabulary is vocabulary
    assert (corpus.ids.tolist(), corpus.unknown) == ([2, 3, 3, 1, 0], 1)


def test_ids_are_as_wide_as_the_vocabulary_needs() -> None:
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 300)))
    corpus = encode_corpus(["moon", many, "noon"])
    assert corpus.ids.dtype == np.uint16
    assert texts_of(corpus) == ["moon<EOS>", many + "<EOS>", "noon<EOS>"]
    assert encode_corpus(["moon", many, "noon"], min_count=2).ids.dtype == np.uint8


def test_duplicates_are_left_out_only_when_asked() -> None:
    poem = "the moon comes up, the tide goes down,\nthe heron stands in the reeds"
    poems = [poem, "a lantern", poem.upper(), poem + "!", "a lantern"]
    corpus = encode_corpus(poems, drop_duplicates=True)
    assert texts_of(corpus) == [poem + "<EOS>", "a lantern<EOS>"]
    assert (corpus.exact_duplicates, corpus.near_duplicates) == (2, 1)
    assert corpus.sha256 == encode_corpus(poems[:2]).sha256
    kept = encode_corpus(poems)
    assert (kept.poems, kept.exact_duplicates, kept.near_duplicates) == (5, 0, 0)


@pytest.mark.parametrize("poems", [[], ["", ""], [" \n", "\t"]])
def test_a_corpus_without_text_is_an_error(poems: list[str]) -> None:
    with pytest.raises(PoemgenError, match="holds no text"):
        encode_corpus(poems)


def test_a_corpus_of_one_character_is_an_error() -> None:
    with pytest.raises(PoemgenError, match="fewer than two different characters"):
        encode_corpus(["aaa", "aa"])
