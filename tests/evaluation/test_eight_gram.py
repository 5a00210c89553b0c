"""The 8-gram's surprisal, poem by poem."""

import math

import numpy as np
import pytest

from poemgen import ngram
from poemgen.evaluation.eight_gram import bits, fit
from poemgen.scoring import UNICODE

CORPUS = ["abab abab", "abba", "baab ab"]


def test_each_poem_has_its_own_bits() -> None:
    counted = fit(CORPUS)
    for poem, (found, characters) in zip(CORPUS, bits(counted, CORPUS), strict=True):
        ids = counted.vocabulary.encode_poem(poem)
        expected = -ngram.log_probabilities(counted.ngram, ids).sum() / math.log(2)
        assert found == pytest.approx(expected)
        assert characters == len(poem) + 1


def test_without_their_ends_poems_are_less_surprising() -> None:
    counted = fit(CORPUS)
    [(with_end, longer)], [(without, shorter)] = bits(counted, ["abab"]), bits(counted, ["abab"], ends=False)
    assert (longer, shorter) == (5, 4)
    assert with_end > without
    assert bits(counted, []) == []


def test_an_unknown_character_costs_what_it_costs_a_network() -> None:
    counted = fit(CORPUS)
    [(found, _)] = bits(counted, ["☃"])
    known = np.array([1, 0])
    expected = -ngram.log_probabilities(counted.ngram, known).sum() / math.log(2) + math.log2(UNICODE - 3)
    assert found == pytest.approx(expected)
