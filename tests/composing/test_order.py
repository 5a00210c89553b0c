"""Orders: what the seed and the keyword say beside the form, and where they contradict it."""

from collections.abc import Sequence

import numpy as np
import pytest
from toys import TOY

from poemgen.composing.order import Order, ordered
from poemgen.errors import UsageError
from poemgen.verse.forms import LineForm

FOUR = [LineForm(4, rhyme=letter) for letter in "ABAB"]


def order(forms: Sequence[LineForm], seed: str = "", keyword: str = "", rng: int = 0) -> Order:
    return ordered(forms, seed, keyword, TOY, np.random.default_rng(rng))


def test_whole_lines_are_given_and_the_last_one_goes_on() -> None:
    found = order(FOUR, "some line\n\nelse bat\nla")
    assert (found.given, found.start) == (["some line", "else bat"], "la")
    assert order(FOUR, "some line\n").start == ""
    assert order(FOUR).given == []


def test_a_keyword_stands_where_it_binds_least() -> None:
    lines = {order(FOUR, keyword="late", rng=seed).keyword_line for seed in range(20)}
    assert lines == {0, 1}  # the others must rhyme with these
    assert {order(FOUR, "mat bat", "late", rng=seed).keyword_line for seed in range(20)} == {1}
    letters = [LineForm(4, letter="L"), LineForm(4)]
    assert {order(letters, keyword="late", rng=seed).keyword_line for seed in range(20)} == {1}
    assert order(FOUR, "a b\nc d\n", "late").keyword_line in (2, 3)


def test_a_keyword_that_the_seed_holds_is_there_already() -> None:
    assert order(FOUR, "the Late moon", "late").keyword == ""
    assert order(FOUR, "the later moon", "late").keyword == "late"
    assert order(FOUR, "", "  old   moon ").keyword == "old moon"


@pytest.mark.parametrize(
    ("forms", "seed", "keyword", "reason"),
    [
        (FOUR, "a\nb\nc\nd\ne", "", "more lines than the poem, which has 4"),
        ([LineForm(2)], "mole mole", "", "4 syllables, and the form's has 2"),
        ([LineForm(letter="M")], "sat", "", "begins with 's', and the acrostic asks for 'M'"),
        ([LineForm(), LineForm(letter="M")], "sat\nlab", "", "line 2 of the seed begins with 'l'"),
        (FOUR, "a mat\nb\nc see\n", "", "end in 'mat' and 'see', which are to rhyme and do not"),
        ([LineForm(3)], "", "mole bela", "no line has room for the keyword 'mole bela', which has 4 syllables"),
    ],
)
def test_contradictions_are_refused(forms: Sequence[LineForm], seed: str, keyword: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        order(forms, seed, keyword)
