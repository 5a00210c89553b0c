"""How soon lines and poems end, set right for free running: by networks that write lines of a known length."""

from collections.abc import Mapping

import iid
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import small_run

from poemgen.model import Network
from poemgen.text.corpus import encode_corpus
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.tokenizer import EOS, FIRST_CHARACTER, Vocabulary
from poemgen.training.length_matching import CUT, MOST, READ, cut_of, match, mean_lengths, seconds, some_poems

NEWLINE, END = 0.15, 0.05  # chances: lines that have anything are 1 / (NEWLINE + END) = 5 characters long
WRITER = {"\n": NEWLINE, "a": 0.5, "b": 0.3}


def network(chances: Mapping[str, float], end: float) -> Network:
    model = iid.model(chances, end)
    return Network(model.config, model.parameters)


def corpus(*poems: str, characters: str = "\nab") -> EncodedCorpus:
    return encode_corpus(poems, vocabulary=Vocabulary(characters))


@pytest.mark.parametrize(("length", "lines"), [(3, 4), (5, 4), (5, 8), (9, 2)])
def test_lines_and_poems_become_as_long_as_those_of_the_corpus(length: int, lines: int) -> None:
    writer, poem = network(WRITER, END), "\n".join(["a" * length] * lines)
    before = writer.parameters.flat.copy()
    parameters, found = match(writer, corpus(poem), CUT, np.random.default_rng(1))
    assert found.read == (length, len(poem))
    assert found.before.line == pytest.approx(5, rel=0.1)
    assert found.before.poem == pytest.approx(1 / END - 1, rel=0.2)
    assert found.after.line == pytest.approx(length, rel=0.1)
    assert found.after.poem == pytest.approx(len(poem), rel=0.2)
    chances = np.exp(parameters.b_y) / np.exp(parameters.b_y).sum()
    assert chances[[EOS, FIRST_CHARACTER]].sum() == pytest.approx(1 / length, rel=0.1)
    assert chances[EOS] == pytest.approx(1 / (len(poem) + 1), rel=0.2)
    changed = np.flatnonzero(parameters.flat != before) - len(before) + len(chances)
    assert changed.tolist() == [EOS, FIRST_CHARACTER]
    assert np.array_equal(writer.parameters.flat, before)


def test_the_same_random_numbers_give_the_same_parameters() -> None:
    writer, poems = network(WRITER, END), corpus("abab\nbaba")
    results = [match(writer, poems, CUT, np.random.default_rng(seed)) for seed in (4, 4, 5)]
    assert results[0][1] == results[1][1] != results[2][1]
    assert np.array_equal(results[0][0].flat, results[1][0].flat)


def test_without_a_newline_poems_are_lines() -> None:
    writer, poems = network({"a": 0.6, "b": 0.3}, 0.1), corpus("abababab", characters="ab")
    _, found = match(writer, poems, CUT, np.random.default_rng(2))
    assert found.after.line == pytest.approx(8, rel=0.15)


def test_what_has_no_lines_stays_as_it_is() -> None:
    empty = Network(iid.NEWLINES.config, iid.NEWLINES.parameters)
    parameters, found = match(empty, corpus("a\na", characters="\n"), 20, np.random.default_rng(0))
    assert (found.line_ends, found.poem_ends) == (0, 0)
    assert found.before == found.after == (0, 20)
    assert np.array_equal(parameters.flat, empty.parameters.flat)


def test_what_is_too_far_off_is_corrected_but_so_far() -> None:
    endless = network({"\n": 0.0005, "a": 0.9995}, 0.0)
    _, found = match(endless, corpus("ab\nab", characters="\na"), 60, np.random.default_rng(0))
    assert (found.line_ends, found.poem_ends) == (MOST, MOST)


@given(st.lists(st.text("\nab", max_size=12), min_size=1, max_size=4))
def test_mean_lengths_are_those_of_poems_and_of_lines_with_anything_in_them(poems: list[str]) -> None:
    vocabulary = Vocabulary("\nab")
    lengths = [len(line) for poem in poems for line in poem.split("\n") if line]
    found = mean_lengths([vocabulary.encode(poem) for poem in poems], vocabulary)
    assert found.line == pytest.approx(np.mean(lengths) if lengths else 0)
    assert found.poem == pytest.approx(np.mean([len(poem) for poem in poems]))


def test_of_the_corpus_a_sample_is_read_and_of_poems_their_beginnings() -> None:
    poems = corpus(*(("ab" * (1 + number % 7)) for number in range(READ + 50)))
    chosen = some_poems(poems, 5, np.random.default_rng(0))
    assert len(chosen) == READ
    assert {len(poem) for poem in chosen} == {2, 4, 5}
    assert len(some_poems(corpus("ab", "ba"), 5, np.random.default_rng(0))) == 2


@pytest.mark.parametrize(("limit", "cut"), [(None, CUT), (100, 100), (CUT + 1, CUT)])
def test_no_more_of_a_poem_is_drawn_than_is_read(limit: int | None, cut: int) -> None:
    assert cut_of(small_run(poem_limit=limit).recipe) == cut


def test_only_who_asks_for_it_waits() -> None:
    writer = network(WRITER, END)
    assert seconds(writer, small_run().recipe) == 0
    assert seconds(writer, small_run(match_lengths=True).recipe) > 0
