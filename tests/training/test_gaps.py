"""Gaps to learn from: where they may lie, what each direction reads around them, and that training fills them."""

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from runs import RECIPE, copied, numbers, trained

from poemgen.model import Config
from poemgen.network.arrays import Ids
from poemgen.text.tokenizer import EOS, Vocabulary
from poemgen.training import desks as desks_module
from poemgen.training import gaps
from poemgen.training.batches import Corpus
from poemgen.training.gaps import Filling, draw_gaps, halves
from poemgen.training.gaps import words as words_of
from poemgen.training.trainer import Run, Step, begin, train
from poemgen.workers import workers

VOCABULARY = Vocabulary("\n 'abc")
V = len(VOCABULARY)
TASK = Filling.of(VOCABULARY)
NEWLINE, SPACE, APOSTROPHE, A, B, C = range(2, V)
POEMS = ["abc cab\nabc", "bca abc\na'c abc cab", "cab\n\nabc bca"]


def ring(poems: list[str] = POEMS) -> Corpus:
    return Corpus(np.concatenate([VOCABULARY.encode_poem(poem) for poem in poems]), EOS, V)


def small_run(cell: str = "lstm", *, layers: int = 1, **settings: Any) -> Run:
    """A run of a few units on three short poems with gaps."""
    recipe = replace(RECIPE, **{"window": 12, **settings})
    return Run(Config(cell, layers, 6, V), recipe, ring(), TASK.held_out(ring(), 60), TASK)


def random_text(steps: int, columns: int) -> Ids:
    return np.random.default_rng(3).integers(V, size=(steps, columns))


def test_the_vocabulary_says_what_is_a_letter_and_what_ends_a_line() -> None:
    assert Filling((APOSTROPHE, A, B, C), NEWLINE) == TASK
    assert Filling.of(Vocabulary("ab")).line_end == 1  # of which none is ever missing


def test_a_word_is_a_run_of_letters() -> None:
    letter = np.array([[0, 1], [1, 1], [1, 0], [0, 1], [1, 1]], bool)
    begins, ends = words_of(letter)
    assert list(zip(begins[[1, 2, 4], 0], ends[[1, 2, 4], 0], strict=True)) == [(1, 3), (1, 3), (4, 5)]
    assert list(zip(begins[[0, 1, 3, 4], 1], ends[[0, 1, 3, 4], 1], strict=True)) == [(0, 2), (0, 2), (3, 5), (3, 5)]
    assert (ends <= begins)[~letter].all()


def test_about_a_fifth_is_missing_but_no_end_of_a_poem_and_few_ends_of_lines() -> None:
    text = random_text(128, 200)
    missing = draw_gaps(text, np.array(TASK.letters), TASK.line_end, np.random.default_rng(1))
    assert not missing[text < 2].any()
    share = missing[text > NEWLINE].mean()
    assert 0.15 < share < 0.3
    assert missing[text == NEWLINE].mean() == pytest.approx(share * gaps.ACROSS, abs=0.02)


def test_gaps_are_words_or_not_longer_than_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    text = random_text(60, 100)
    letters, at = np.isin(text, TASK.letters), (text >= 2) & (text != NEWLINE)
    monkeypatch.setattr(gaps, "SHARE", 0.1)  # one gap a column
    missing = draw_gaps(text, np.array(TASK.letters), TASK.line_end, np.random.default_rng(1))
    begins, ends = words_of(letters)
    whole = 0
    for k in range(100):
        if len(places := missing[:, k].nonzero()[0]):
            first, last = int(places[0]), int(places[-1])
            is_word = bool(letters[first, k]) and (int(begins[first, k]), int(ends[first, k])) == (first, last + 1)
            whole += is_word
            assert is_word or last - first < gaps.LONGEST
            assert (missing[first : last + 1, k] | ~at[first : last + 1, k]).all()
    assert 30 < whole < 95


def test_each_direction_reads_the_character_on_its_side() -> None:
    corpus = Corpus(VOCABULARY.encode_poem("ab c"), EOS, V)
    window = TASK.window(corpus, np.array([3]), 5, np.random.default_rng(2))
    assert window.y[:, 0].tolist() == [C, EOS, A, B, SPACE]
    assert window.x[0, :, 0].tolist() == [SPACE, C, V, A, B]
    gone = window.missing[:, 0].tolist()
    after = [EOS, V, B, SPACE, C]
    expected = [V if t < 4 and gone[t + 1] else after[t] for t in range(5)]
    assert window.x[1, :, 0].tolist() == expected
    assert window.keep[:, 0, 0].tolist() == [1, 1, 0, 1, 1]


def test_a_step_is_a_function_of_seed_and_number() -> None:
    run = small_run()
    one, same, next_one = (run.task.batch(run.corpus, run.recipe, step, np.zeros(0)) for step in (3, 3, 4))
    for first, second, third in zip(one.halves[0], same.halves[0], next_one.halves[0], strict=True):
        np.testing.assert_array_equal(first, second)
        assert first.shape == third.shape
    assert not np.array_equal(one.halves[0].y, next_one.halves[0].y)
    assert one.characters == sum(int(half.missing.sum()) for half in one.halves)


@pytest.mark.parametrize(("batch", "widths"), [(1, [1]), (2, [1, 1]), (5, [2, 3])])
def test_halves_are_all_passages_in_their_order(batch: int, widths: list[int]) -> None:
    whole = TASK.window(ring(), np.arange(batch), 4, np.random.default_rng(1))
    parts = halves(whole)
    assert [part.y.shape[1] for part in parts] == widths
    for original, pieces in zip(whole, zip(*parts, strict=True), strict=True):
        axis = 2 if original.ndim == 3 and original.shape[0] == 2 else 1
        assert np.array_equal(np.concatenate(pieces, axis=axis), original)


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


def test_what_is_learned_is_learned() -> None:
    run = small_run(steps=300, dropout=0.0, batch=16, validations=3)
    progress, events = trained(run)
    bits = [event.bits for event in events if isinstance(event, Step)]
    assert np.mean(bits[:3]) > 2
    assert np.mean(bits[-20:]) < 1.2
    held_out = [point.held_out or 9 for point in progress.curve]
    assert held_out[-1] < 1.3
    best = run.task.held_out_bits(run.config, progress.best, run.held_out)
    assert best == pytest.approx(min(held_out))
