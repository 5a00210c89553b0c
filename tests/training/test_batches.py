"""Windows for teacher forcing: each character is foretold from the true one before it."""

import numpy as np
import pytest
from runs import small_run

from poemgen.training.batches import Corpus, beginnings, even_places, halves, jump, window
from poemgen.training.task import FORETELLING
from poemgen.training.trainer import begin

EOS, NONE = 0, 9
# Poems 3 4 5, 6, 7 8: the ring goes on from the last <EOS> with the first poem.
RING = Corpus(np.array([3, 4, 5, EOS, 6, EOS, 7, 8, EOS], np.uint8), EOS, NONE)
STILL = np.zeros(1, bool)


def test_x_is_y_one_step_later_but_nothing_where_a_poem_starts() -> None:
    seen = window(RING, np.array([0]), STILL, 9)
    assert seen.y[:, 0].tolist() == [3, 4, 5, EOS, 6, EOS, 7, 8, EOS]
    assert seen.x[:, 0].tolist() == [NONE, 3, 4, 5, NONE, 6, NONE, 7, 8]
    assert seen.keep[:, 0, 0].tolist() == [0, 1, 1, 1, 0, 1, 0, 1, 1]
    assert seen.keep.shape == (9, 1, 1)
    assert seen.keep.dtype == np.float32


def test_the_end_of_the_ring_is_followed_by_its_beginning() -> None:
    seen = window(RING, np.array([7]), STILL, 4)
    assert seen.y[:, 0].tolist() == [8, EOS, 3, 4]
    assert seen.x[:, 0].tolist() == [7, 8, NONE, 3]
    assert seen.keep[:, 0, 0].tolist() == [1, 1, 0, 1]


def test_a_ring_that_was_cut_inside_a_poem_starts_anew_all_the_same() -> None:
    cut = Corpus(np.array([3, 4, EOS, 5], np.uint8), EOS, NONE)  # the last poem has no end
    seen = window(cut, np.array([3]), STILL, 3)
    assert seen.y[:, 0].tolist() == [5, 3, 4]
    assert seen.x[:, 0].tolist() == [NONE, NONE, 3]
    assert seen.keep[:, 0, 0].tolist() == [0, 0, 1]


def test_windows_of_a_stream_follow_each_other_and_may_be_longer_than_the_ring() -> None:
    long = window(RING, np.array([2]), STILL, 20)
    parts = [window(RING, np.array([place % 9]), STILL, 5) for place in (2, 7, 12, 17)]
    for whole, pieces in zip(long, zip(*parts, strict=True), strict=True):
        assert np.array_equal(whole, np.concatenate(pieces))


def test_a_jump_zeroes_the_state_but_reads_the_true_character_before() -> None:
    seen = window(RING, np.array([2, 2]), np.array([True, False]), 3)
    assert seen.keep[:, 0, 0].tolist() == [0, 1, 0]
    assert seen.keep[:, 1, 0].tolist() == [1, 1, 0]
    assert seen.x.tolist() == [[4, 4], [5, 5], [NONE, NONE]]
    assert np.array_equal(seen.y[:, 0], seen.y[:, 1])


def test_streams_begin_evenly_spaced_even_where_there_are_more_than_characters() -> None:
    assert even_places(RING, 3).tolist() == [0, 3, 6]
    assert even_places(RING, 1).tolist() == [0]
    assert even_places(RING, 18).tolist() == [place // 2 for place in range(18)]


@pytest.mark.parametrize("chance", [0.0, 0.25, 1.0])
def test_streams_jump_with_the_given_chance_to_anywhere(chance: float) -> None:
    places = np.full(4000, 4)
    moved, jumped = jump(RING, places, chance, np.random.default_rng(1))
    assert jumped.mean() == pytest.approx(chance, abs=0.03)
    assert (moved[~jumped] == 4).all()
    assert chance == 0 or set(moved[jumped].tolist()) == set(range(9))
    assert (places == 4).all()


@pytest.mark.parametrize(("batch", "widths"), [(1, [1]), (2, [1, 1]), (5, [2, 3])])
def test_halves_are_all_streams_in_their_order(batch: int, widths: list[int]) -> None:
    whole = window(RING, np.arange(batch), np.zeros(batch, bool), 4)
    parts = halves(whole)
    assert [part.y.shape[1] for part in parts] == widths
    for original, pieces in zip(whole, zip(*parts, strict=True), strict=True):
        assert np.array_equal(np.concatenate(pieces, axis=1), original)
        assert all(piece.flags.c_contiguous for piece in pieces)


def test_some_streams_read_what_they_read_in_the_whole_batch() -> None:
    run, task = small_run(jump=0.5), FORETELLING
    places, _ = task.begin(run.config, run.recipe, run.corpus, begin(run).model)
    whole = task.batch(run.corpus, run.recipe, 3, places)
    shares = [task.batch(run.corpus, run.recipe, 3, places, streams) for streams in (slice(0, 3), slice(3, 5))]
    for name in whole.halves[0]._fields:
        axis = -2 if name == "keep" else -1
        expected, found = (
            np.concatenate([getattr(part, name) for part in parts], axis=axis)
            for parts in (whole.halves, [share.halves[0] for share in shares])
        )
        np.testing.assert_array_equal(found, expected)
    for share in shares:
        assert share.characters == whole.characters
        np.testing.assert_array_equal(share.places, whole.places)


def test_of_a_poem_no_more_is_read_than_its_beginning() -> None:
    starts = np.array([0, 4, 6, 9])
    short = RING._replace(beginnings=beginnings(starts, 2))
    seen = window(short, np.array([0]), STILL, 8)
    assert short.size == 6
    assert seen.y[:, 0].tolist() == [3, 4, 6, EOS, 7, 8, 3, 4]
    assert seen.x[:, 0].tolist() == [NONE, 3, NONE, 6, NONE, 7, NONE, 3]
    assert seen.keep[:, 0, 0].tolist() == [0, 1, 0, 1, 0, 1, 0, 1]
    all_of_it = RING._replace(beginnings=beginnings(starts, 4))
    for expected, found in zip(*(window(ring, np.array([5]), STILL, 20) for ring in (RING, all_of_it)), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_streams_stay_in_the_beginnings_of_poems() -> None:
    short = RING._replace(beginnings=beginnings(np.array([0, 4, 6, 9]), 1))
    moved, _ = jump(short, np.zeros(1000, np.int64), 1.0, np.random.default_rng(1))
    assert set(moved.tolist()) == {0, 1, 2}
    assert short.among_ids(np.array([0, 1, 2])).tolist() == [0, 4, 6]
    assert even_places(short, 6).tolist() == [0, 0, 1, 1, 2, 2]
