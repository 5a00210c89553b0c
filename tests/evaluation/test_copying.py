"""Copies: all of a poem that stands in the corpus, and of others only what does."""

import math

import numpy as np

from poemgen.evaluation.copying import longest_match, windows
from poemgen.text.copies import Copies

KEPT = "the kettle sang before the light and someone hummed along with it"
OTHER = "no boat came in, the tar had dried, and gulls were quarrelling over bread"


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_windows_and_the_longest_match() -> None:
    copies = Copies([KEPT])
    assert windows(copies, KEPT) == (len(KEPT) - 29, len(KEPT) - 29)
    assert windows(copies, OTHER) == (0, len(OTHER) - 29)
    assert windows(copies, "the kettle") == (0, 0)
    assert longest_match(copies, [OTHER, KEPT[3:45], KEPT[:40]], rng()).value == 42


def test_the_interval_ends_where_the_search_does() -> None:
    assert longest_match(Copies([KEPT]), [KEPT, OTHER], rng())[1:] == (29, len(KEPT))


def test_short_matches_have_no_interval_and_none_reaches_over_two_poems() -> None:
    figure = longest_match(Copies([KEPT]), [OTHER, "the kettle", " sang before the"], rng())
    assert figure.value == len(" sang before the")
    assert math.isnan(figure.low)


def test_nothing_is_no_copy() -> None:
    assert math.isnan(longest_match(Copies([KEPT]), ["", ""], rng()).value)
    assert longest_match(Copies([KEPT]), ["\n\n"], rng()).value == 0
