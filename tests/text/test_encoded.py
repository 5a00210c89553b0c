"""Ids of one vocabulary turned into another's, and counted, chunk by chunk."""

import numpy as np
import pytest

from poemgen.text import encoded
from poemgen.text.corpus import encode_corpus
from poemgen.text.encoded import count_ids, moved_together, remap, with_vocabulary
from poemgen.text.tokenizer import Vocabulary


def test_a_corpus_in_another_vocabulary_reads_the_same_but_for_what_that_lacks() -> None:
    corpus = encode_corpus(["moon", "🌙 noon"])
    wider = with_vocabulary(corpus, Vocabulary(" mnox"))
    assert wider.vocabulary.decode(wider.ids) == "moon<EOS><UNK> noon<EOS>"
    assert (wider.unknown, wider.counts) == (1, corpus.counts)
    assert with_vocabulary(wider, encode_corpus(["moon", "🌙 noon"]).vocabulary).unknown == 1
    assert np.shares_memory(wider.ids, corpus.ids)


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(encoded, "_CHUNK", chunk)
    vocabulary = Vocabulary("amno")
    ids = vocabulary.encode("moon moon")
    assert count_ids(ids, len(vocabulary)).tolist() == [0, 1, 0, 2, 2, 4]
    wider = np.array([0, 1, 300, 301, 302, 303], np.uint16)
    assert remap(ids, wider).tolist() == wider[ids].tolist()
    assert remap(ids, wider).dtype == np.uint16


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_pieces_are_moved_together_in_place(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(encoded, "_CHUNK", chunk)
    ids = np.arange(12, dtype=np.uint8)
    moved = moved_together(ids, np.array([0, 3, 4]), np.array([2, 4, 11]))
    assert moved.tolist() == [0, 1, 3, 4, 5, 6, 7, 8, 9, 10]
    assert np.shares_memory(moved, ids)
    assert moved_together(np.arange(3, dtype=np.uint8), np.array([0]), np.array([3])).tolist() == [0, 1, 2]


def test_ids_of_the_same_width_are_written_over() -> None:
    ids = np.array([2, 0, 3, 3], np.uint8)
    assert remap(ids, np.array([0, 1, 3, 2], np.uint8)) is ids
    assert ids.tolist() == [3, 0, 2, 2]
