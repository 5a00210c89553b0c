"""Texts with gaps: what is a gap, how long it may be, and how it is filled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.sampling import template
from poemgen.sampling.template import ANY_LENGTH, filled, has_gap, layouts
from poemgen.text.tokenizer import Vocabulary

VOCABULARY = Vocabulary(" .aehst")
RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("text", "gaps"),
    [("the ____ sea", [4]), ("_", [1]), ("a_ _t", [1, 1]), ("a. t.. __", [2]), ("__\n_", [2, 1])],
)
def test_a_gap_of_known_length_has_one_layout(text: str, gaps: list[int]) -> None:
    [layout] = layouts(text, VOCABULARY, RNG)
    assert layout.lengths == tuple(gaps)
    assert layout.missing.tolist() == [character == "_" for character in text]
    seen = VOCABULARY.encode(text)
    np.testing.assert_array_equal(layout.ids[~layout.missing], seen[~layout.missing])
    assert not layout.ids[layout.missing].any()


def test_a_gap_of_any_length_has_many() -> None:
    found = layouts("the ... sea_", VOCABULARY, RNG)
    assert [layout.lengths for layout in found] == [(length, 1) for length in ANY_LENGTH]
    assert all(len(layout.ids) == len(layout.missing) == 9 + layout.lengths[0] for layout in found)
    assert len(layouts("a...e", VOCABULARY, RNG)) == len(layouts("a.....e", VOCABULARY, RNG)) == len(ANY_LENGTH)


def test_of_several_gaps_of_any_length_some_choices_are_drawn() -> None:
    assert len(layouts("... ...", VOCABULARY, RNG)) == len(ANY_LENGTH) ** 2
    found = layouts("... ... ... _", VOCABULARY, np.random.default_rng(1))
    again = layouts("... ... ... _", VOCABULARY, np.random.default_rng(1))
    assert [layout.lengths for layout in found] == [layout.lengths for layout in again]
    assert template.MOST_LAYOUTS * 0.9 < len({layout.lengths for layout in found}) <= template.MOST_LAYOUTS


def test_two_dots_are_no_gap() -> None:
    assert not has_gap("the sea ..")
    assert has_gap("...")


@given(st.lists(st.text(" .aehst\n", min_size=1).filter(lambda text: "..." not in text), min_size=2))
def test_gaps_filled_with_what_was_there_give_the_text_again(parts: list[str]) -> None:
    gaps = ["_" * (number % 3 + 1) for number in range(len(parts) - 1)]
    text = "".join(part for pair in zip(parts, [*gaps, ""], strict=True) for part in pair)
    assert filled(text, gaps) == text
    [layout] = layouts(text, VOCABULARY, RNG)
    assert layout.lengths == tuple(map(len, gaps))
