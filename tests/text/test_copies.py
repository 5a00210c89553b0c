"""Copies of a corpus against Python's own `in`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.text import copies
from poemgen.text.copies import SHORTEST, Copies, run_hashes

VERSE = "The moon went down behind the mill,\nand one by one the lamps were lit along the quiet hill — no more.\n"
FEW = st.text("ab", max_size=90)
PARTS = st.lists(FEW | st.just(VERSE[:70]) | st.just(VERSE[20:]) | st.just("—\U0001f319é"), max_size=6)
POEMS = PARTS.map("".join)
CORPORA = st.lists(POEMS, max_size=5)


def windows_in(corpus: list[str], text: str, length: int) -> int:
    windows = [text[place : place + length] for place in range(len(text) - length + 1)]
    return sum(any(window in poem for poem in corpus) for window in windows)


def longest_in(corpus: list[str], text: str) -> int:
    runs = (text[i:j] for i in range(len(text)) for j in range(i, len(text) + 1))
    return max((len(run) for run in runs if any(run in poem for poem in corpus)), default=0)


@given(CORPORA, POEMS, st.integers(SHORTEST, 50))
def test_windows_are_shared_if_they_are_in_a_text(corpus: list[str], text: str, length: int) -> None:
    found = Copies(corpus)
    expected = windows_in(corpus, text, length)
    assert found.shared_windows(text, length) == expected
    assert found.contains_copy(text, length) == (expected > 0)


@given(POEMS, st.integers(0, 60), st.integers(SHORTEST, 80))
def test_every_window_of_a_text_of_the_corpus_is_shared(text: str, lead: int, length: int) -> None:
    found = Copies(["b" * lead, text])
    assert found.shared_windows(text, length) == max(0, len(text) - length + 1)
    assert found.longest(text) == text


@given(st.lists(FEW, max_size=3), FEW | POEMS.map(lambda poem: poem[:80]))
def test_the_longest_passage_is_the_longest(corpus: list[str], text: str) -> None:
    longest = Copies(corpus).longest(text)
    assert longest in text
    assert not longest or any(longest in poem for poem in corpus)
    assert len(longest) == longest_in(corpus, text)


@given(CORPORA, POEMS)
def test_it_does_not_depend_on_how_much_is_read_at_once(corpus: list[str], text: str) -> None:
    whole = Copies(corpus)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copies, "CHUNK", 7)
        patch.setattr(copies, "CELLS", 200)
        bit_by_bit = Copies(corpus)
        assert bit_by_bit.shared_windows(text) == whole.shared_windows(text)
        assert bit_by_bit.longest(text) == whole.longest(text)


def test_equal_hashes_alone_are_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_equal(codes: copies.Codes, length: int) -> copies.Hashes:
        return np.zeros(max(0, len(codes) - length + 1), np.uint64)

    monkeypatch.setattr(copies, "run_hashes", all_equal)
    assert Copies([VERSE]).shared_windows(VERSE[:40] + "!" * 40) == 11
    assert not Copies([VERSE]).contains_copy("The sea went down behind the mill, and one by one")


@given(st.text(max_size=40), st.integers(1, 20))
def test_a_hash_is_the_sum_it_says(text: str, length: int) -> None:
    codes = np.array([ord(character) for character in text], np.uint32)
    runs = [codes[place : place + length].tolist() for place in range(len(text) - length + 1)]
    base = int(copies._BASE)
    assert run_hashes(codes, length).tolist() == [
        sum(code * base**power for power, code in enumerate(run)) % 2**64 for run in runs
    ]


def test_nothing_reaches_from_one_text_into_the_next() -> None:
    found = Copies([VERSE[:40], VERSE[40:80]])
    assert not found.contains_copy(VERSE[15:65])
    assert not found.contains_copy(VERSE[15:40] + "\0" + VERSE[40:65])
    assert not Copies([]).contains_copy(VERSE)
    assert Copies([]).longest(VERSE) == Copies([VERSE]).longest("") == ""


def test_windows_too_short_for_the_index_are_refused() -> None:
    with pytest.raises(ValueError, match=r"29 characters are too short.*take 30 or more"):
        Copies([VERSE]).contains_copy(VERSE, 29)
