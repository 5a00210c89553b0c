"""Gaps to learn from: where they lie, what each side has read before them, and that training fills them."""

import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import RECIPE, copied, numbers, trained

from poemgen.filling import Bidirectional, Window
from poemgen.model import Config
from poemgen.network.arrays import Floats, Ids
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.reversal import from_the_end, reverse_lines, runs
from poemgen.text.tokenizer import EOS, UNK, Vocabulary
from poemgen.training import desks as desks_module
from poemgen.training.batches import Corpus, beginnings
from poemgen.training.gaps import APART, EXCERPT, LONGEST, Filling, Gaps
from poemgen.training.task import Batch
from poemgen.training.trainer import Run, Step, begin, train
from poemgen.workers import workers

VOCABULARY = Vocabulary("\n 'abc")
V = len(VOCABULARY)
NEWLINE, SPACE, APOSTROPHE, A, B, C = range(2, V)
SIGNS = "|?/ 'abc^"  # of each id: | ends a poem, / a line, ? is unknown; ^ is x<t> = 0
POEMS = ["abc cab/abc", "bca abc/a'c abc cab", "cab//abc bca"]


TASK = Filling.of(VOCABULARY, right=6)


def ids_of(signs: str) -> Ids:
    return np.array([SIGNS.index(sign) for sign in signs])


def signs_of(ids: Ids) -> str:
    return "".join(SIGNS[id] for id in ids)


def ring(poems: list[str] = POEMS) -> Corpus:
    return Corpus(ids_of("|".join(poems) + "|").astype(np.uint8), EOS, V)


def small_run(cell: str = "lstm", *, layers: int = 1, **settings: Any) -> Run:
    """A run of a few units on short poems with gaps."""
    task, corpus = TASK, ring()
    recipe = replace(RECIPE, **{"window": 12, **settings})
    return Run(Config(cell, layers, 6, V), recipe, corpus, task.held_out(corpus, 300), task)


def random_text(steps: int, columns: int, ends: float = 0.2) -> Ids:
    """Ids that end something, or are unknown, in this share."""
    rng = np.random.default_rng(3)
    shape = steps, columns
    return np.where(rng.random(shape) < ends, rng.integers(3, size=shape), rng.integers(3, V, size=shape))


texts = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.text("|?/ 'abc", min_size=25, max_size=25), min_size=columns, max_size=columns)
).map(lambda texts: np.stack([ids_of(text) for text in texts], axis=1))  # fmt: skip


def triples(gaps: Gaps) -> list[tuple[int, ...]]:
    return list(zip(*(part.tolist() for part in gaps), strict=True))


# ---- where gaps are


def test_the_vocabulary_says_what_is_a_letter_and_what_ends_a_line() -> None:
    assert TASK.letters == (APOSTROPHE, A, B, C)
    assert TASK.line_end == NEWLINE
    assert Filling.of(Vocabulary("ab"), 6).line_end == UNK  # of which none is ever missing


def test_runs_begin_and_stop() -> None:
    inside = np.array([[0, 1], [1, 1], [1, 0], [0, 1], [1, 1]], bool)
    begins, stops = runs(inside)
    assert list(zip(begins[[1, 2, 4], 0], stops[[1, 2, 4], 0], strict=True)) == [(1, 3), (1, 3), (4, 5)]
    assert list(zip(begins[[0, 1, 3, 4], 1], stops[[0, 1, 3, 4], 1], strict=True)) == [(0, 2), (0, 2), (3, 5), (3, 5)]
    assert (stops < begins)[~inside].all()


@given(texts)
def test_lines_are_reversed_in_every_column_and_their_ends_stay(text: Ids) -> None:
    places = from_the_end((text == EOS) | (text == NEWLINE))
    turned = np.take_along_axis(text, places, axis=0)
    for column, found, place in zip(text.T, turned.T, places.T, strict=True):
        pieces = re.split("([|/])", signs_of(column))
        assert signs_of(found) == "".join(piece[::-1] for piece in pieces)
        np.testing.assert_array_equal(column[place], reverse_lines(column.copy(), [EOS, NEWLINE]))
        np.testing.assert_array_equal(place[place], np.arange(len(place)))


def words_in(text: Ids) -> Counter[tuple[int, ...]]:
    """First place, place after the last, and column of all words in lines that end in the text."""
    return Counter(
        (line.start() + word.start(), line.start() + word.end(), column)
        for column, ids in enumerate(text.T)
        for line in re.finditer("[^|/]*[|/]", signs_of(ids))
        for word in re.finditer("[abc']+", line[0])
    )


@given(texts, st.integers(0, 99))
def test_every_word_of_a_whole_line_is_a_gap_and_some_others_are(text: Ids, seed: int) -> None:
    found, words = Counter(triples(TASK.gaps(text, np.random.default_rng(seed)))), words_in(text)
    assert found & words == words
    for first, stop, column in (others := found - words):
        line = re.split("[|/]", signs_of(text[first:, column]))
        assert len(line) > 1  # it ends
        assert 0 < stop - first <= min(LONGEST, len(line[0]))
        assert "?" not in line[0][: stop - first]
    assert others.total() <= text.shape[1]


def test_gaps_that_are_no_words_are_of_all_lengths_and_lie_anywhere() -> None:
    text = random_text(128, 400, ends=0.02)
    others = Counter(triples(TASK.gaps(text, np.random.default_rng(1)))) - words_in(text)
    lengths = Counter(stop - first for first, stop, _ in others.elements())
    assert sorted(lengths) == list(range(1, LONGEST + 1))
    assert min(lengths.values()) > 30
    assert 0.4 < others.total() / (128 // APART * 400) < 1
    assert len({first for first, _, _ in others}) > 60


def test_a_text_without_a_whole_line_has_no_gap() -> None:
    assert triples(TASK.gaps(ids_of("abc abc")[:, None], np.random.default_rng(1))) == []
    assert triples(TASK.gaps(ids_of("|?/|//?|")[:, None], np.random.default_rng(1))) == []


# ---- what both sides read


def heard(x: Ids, keep: Floats, place: int) -> str:
    """What a language model has read when it comes to a place t·B + b, since its state began anew."""
    t, b = divmod(place, x.shape[1])
    anew = (keep[: t + 1, b, 0] == 0).nonzero()[0]
    return signs_of(x[(anew[-1] if len(anew) else 0) : t + 1, b])


def told(before: str, text: str, first: int, stop: int) -> tuple[str, str]:
    """What is to be read from the left and from the right of a gap in a text, given the character before the text."""
    poem = (before + text)[: first + 1].split("|")[-1]
    start = "^" if "|" in before + text[:first] else ""
    *lines, _ = text[:first].split("|")[-1].split("/")
    rest = re.split("[|/]", text[stop:])[0]
    seen = "/".join([*(line[::-1] for line in lines), rest[::-1]])
    return start + poem, (start or "/") + seen


@given(st.text("|?/ 'abc", min_size=30, max_size=30), st.integers(0, 99))
def test_both_sides_have_read_all_but_the_gap(text: str, seed: int) -> None:
    columns = np.stack([ids_of(text), ids_of(text[::-1])], axis=1)
    gaps = TASK.gaps(columns[1:], np.random.default_rng(seed))
    window = TASK.window(columns, columns[:-1] == EOS, gaps)
    assert window.keep.dtype == np.float32
    position = 0
    for index, (first, stop, column) in enumerate(triples(gaps)):
        before, rest = text[::-1][0] if column else text[0], text[::-1][1:] if column else text[1:]
        for t in range(first, stop):
            left, right = told(before, rest, t, stop)
            assert heard(window.x[0], window.keep, int(window.left[position])) == left
            assert window.left[position] % 2 == window.right[index] % 2 == column
            assert SIGNS[window.y[position]] == rest[t]
            assert (window.gap[position], window.n[position]) == (index, stop - t)
            position += 1
        assert heard(window.x[1], window.keep, int(window.right[index])) == right
    assert position == len(window.y) == len(window.left) == len(window.gap) == len(window.n)


def test_both_sides_of_a_gap_by_hand() -> None:
    text = ids_of("c|ab c/b'a cab/")[:, None]
    gaps = Gaps(*(np.array([number]) for number in (10, 12, 0)))  # the last `ca`
    window = TASK.window(text, text[:-1] == EOS, gaps)
    assert signs_of(window.y) == "ca"
    assert [heard(window.x[0], window.keep, place) for place in window.left.tolist()] == ["^ab c/b'a ", "^ab c/b'a c"]
    assert heard(window.x[1], window.keep, int(window.right[0])) == "^c ba/b"
    assert window.n.tolist() == [2, 1]


# ---- batches


def drawn(run: Run, step: int, streams: slice | None = None) -> Batch:
    return run.task.batch(run.corpus, run.recipe, step, np.zeros(0, np.int64), streams)


def characters_of(windows: list[Window]) -> Counter[tuple[int, ...]]:
    """Where each missing character is, what it is, how far from its gap's end, and what the right side has read."""
    found: Counter[tuple[int, ...]] = Counter()
    offset = 0
    for window in windows:
        width = window.x.shape[2]
        (t, b), (right, same) = (divmod(places, width) for places in (window.left, window.right[window.gap]))
        assert (b == same).all()
        found.update(zip(*(part.tolist() for part in (t, b + offset, window.y, window.n, right)), strict=True))
        offset += width
    return found


def assert_same(one: Any, other: Any) -> None:
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("batch", [1, 5])
def test_a_step_is_a_function_of_seed_and_number(batch: int) -> None:
    run = small_run(batch=batch)
    one, same, next_one = (drawn(run, step) for step in (3, 3, 4))
    for first, second in zip(one.halves, same.halves, strict=True):
        assert_same(first, second)
    assert not np.array_equal(one.halves[0].x, next_one.halves[0].x)
    other_seed = drawn(replace(run, recipe=replace(run.recipe, seed=2)), 3)
    assert not np.array_equal(one.halves[0].x, other_seed.halves[0].x)
    assert one.characters == max(1, sum(len(half.y) for half in one.halves))


@pytest.mark.parametrize(("batch", "widths"), [(1, [1]), (2, [1, 1]), (5, [2, 3])])
def test_halves_are_all_passages_in_their_order(batch: int, widths: list[int]) -> None:
    run = small_run(batch=batch, window=60)
    halves, whole = drawn(run, 3).halves, drawn(run, 3, slice(0, batch)).halves
    assert [half.x.shape[2] for half in halves] == widths
    assert len(whole) == 1
    np.testing.assert_array_equal(np.concatenate([half.x for half in halves], axis=2), whole[0].x)
    np.testing.assert_array_equal(np.concatenate([half.keep for half in halves], axis=1), whole[0].keep)
    assert characters_of(list(halves)) == characters_of(list(whole))


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_some_streams_read_what_they_read_in_the_whole_batch(cut: int) -> None:
    run = small_run(window=60)
    whole, shares = drawn(run, 3), [drawn(run, 3, streams) for streams in (slice(0, cut), slice(cut, 5))]
    parts = [share.halves[0] for share in shares]
    np.testing.assert_array_equal(
        np.concatenate([part.x for part in parts], axis=2), np.concatenate([half.x for half in whole.halves], axis=2)
    )
    assert characters_of(parts) == characters_of(list(whole.halves))
    assert {share.characters for share in shares} == {whole.characters}


def test_windows_come_from_everywhere_and_hold_what_stands_there() -> None:
    run = small_run(batch=40)
    text = signs_of(np.tile(run.corpus.ids, 3))
    begins: Counter[int] = Counter()
    for half in (half for step in range(10) for half in drawn(run, step).halves):
        for column, keep in zip(half.x[0].T, half.keep[:, :, 0].T, strict=True):
            read = "".join("|" if not kept else sign for sign, kept in zip(signs_of(column), keep, strict=True))
            assert read in text
            begins[text.index(read)] += 1
    assert len(begins) > 0.6 * len(run.corpus.ids)


def test_windows_begin_in_the_beginnings_of_poems_where_but_those_are_read() -> None:
    run = small_run(batch=64)
    starts = np.append(0, np.flatnonzero(run.corpus.ids == EOS) + 1)
    short = replace(run, corpus=run.corpus._replace(beginnings=beginnings(starts, 1)))
    begin_poems = [np.concatenate([half.keep[0] == 0 for half in drawn(each, 0).halves]).all() for each in (run, short)]
    assert begin_poems == [False, True]


def test_no_gap_spans_the_place_where_a_ring_was_cut_inside_a_poem() -> None:
    cut = Corpus(ids_of("ab/cab").astype(np.uint8), EOS, V)  # after which `ab` begins again
    run = replace(small_run(batch=60), corpus=cut)
    for half in drawn(run, 0).halves:
        for gap in range(len(half.right)):
            assert signs_of(half.y[half.gap == gap]) in {"a", "ab", "b", "c", "ca", "cab"}
        read = [heard(half.x[1], half.keep, place) for place in half.right.tolist()]
        assert {re.split("[/^]", text)[-1] for text in read} <= {"", "b", "ba"}


def test_a_batch_without_a_gap_counts_one_character_and_changes_nothing() -> None:
    run = small_run(steps=2)
    run = replace(run, corpus=run.corpus._replace(ids=np.zeros(9, np.uint8)), held_out=None)
    assert drawn(run, 0).characters == 1
    progress, events = trained(run)
    assert all(event.bits == 0 for event in events if isinstance(event, Step))
    assert np.isfinite(progress.model.flat).all()


# ---- held-out text


def test_held_out_gaps_are_always_the_same_and_from_all_over() -> None:
    corpus = ring(POEMS * 100)
    one, same = (TASK.held_out(corpus, 2000) for _ in range(2))
    for first, second in zip(one, same, strict=True):
        assert_same(first, second)
    assert [window.x.shape for window in one] == [(2, EXCERPT, 2000 // EXCERPT)]
    assert sum(window.x.shape[2] for window in TASK.held_out(corpus, 10**9)) == len(corpus.ids) // EXCERPT


def test_the_figure_is_the_mean_over_all_missing_characters() -> None:
    run = small_run()
    ids = run.corpus.ids
    starts = np.append(0, (ids == EOS).nonzero()[0] + 1)
    encoded = EncodedCorpus(ids, starts, VOCABULARY, {}, 0, 0, 0, "")
    weights = TASK.initial(run.config, np.random.default_rng(0))
    windows = TASK.held_out(ring(POEMS * 300), 10**9)
    assert len(windows) > 1
    surprisals = np.concatenate([-TASK.log_probabilities(run.config, weights, window) for window in windows])
    bits = TASK.held_out_bits(run.config, weights, windows)
    assert bits == pytest.approx(surprisals.mean() / np.log(2), rel=1e-5)
    read = iter(windows)
    zeros = TASK.held_out_bits(run.config, weights, windows, read=lambda window: 0 * next(read).y - 1.0)
    assert zeros == pytest.approx(1 / np.log(2))
    figure = TASK.held_out_bits(run.config, weights, TASK.glance(run.config, encoded))
    assert TASK.figures(run.config, weights, encoded) == {"bits_per_missing_character": round(figure, 4)}


# ---- runs


@pytest.mark.parametrize("batch", [1, 5])
def test_a_copy_of_the_progress_goes_on_like_the_original(batch: int) -> None:
    run = small_run(batch=batch, steps=6, validations=2)
    whole, events = trained(run)
    part = begin(run)
    assert part.states == [[] for _ in range(min(batch, 2))]
    with workers(1) as pool:
        first = list(islice(train(run, part, pool), 2))
    copy, rest = trained(run, copied(run, part))
    assert first + rest == events
    assert numbers(copy) == numbers(whole)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_helper_comes_to_the_same_bits(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks_module, "WORTH_A_HELPER", 0)
    run = small_run(cell, layers=2, weight_dropout=0.3)
    (alone, events), (together, same_events) = trained(run, count=1), trained(run, count=2)
    assert numbers(together) == numbers(alone)
    assert same_events == events


def test_both_sides_learn_and_what_joins_them() -> None:
    run = small_run(steps=5)
    progress, _ = trained(run)
    learned, start = progress.model, begin(run).model
    assert isinstance(learned, Bidirectional) and isinstance(start, Bidirectional)
    pairs = [*zip(learned.left + learned.right, start.left + start.right, strict=True), (learned.joint, start.joint)]
    for parts in pairs:
        assert all((new != old).any() for new, old in zip(*parts, strict=True))


@pytest.mark.parametrize("alike", [True, False])
def test_what_is_learned_is_learned_from_both_sides(alike: bool) -> None:
    rng = Random(1)  # if alike, each word of a line is foretold by the other alone
    pairs = [(word, word if alike else rng.choice("abc")) for word in rng.choices("abc", k=1000)]
    poems = ["/".join(map(" ".join, pairs[begin : begin + 5])) for begin in range(0, 1000, 5)]
    task, config = Filling.of(VOCABULARY, right=12), Config("rnn", 1, 16, V)
    recipe = replace(RECIPE, steps=200, batch=16, window=32, validations=3, learning_rate=0.01)
    run = Run(config, recipe, ring(poems[:150]), task.held_out(ring(poems[150:]), 10**4), task)
    progress, events = trained(run)
    bits = [event.bits for event in events if isinstance(event, Step)]
    held_out = [point.held_out or 9 for point in progress.curve]
    assert np.mean(bits[:3]) > 2
    for figure in (np.mean(bits[-20:]), held_out[-1]):
        assert figure < 0.15 if alike else figure > 0.6
    best = run.task.held_out_bits(run.config, progress.best, run.held_out)
    assert best == pytest.approx(min(held_out))
