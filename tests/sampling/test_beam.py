"""A beam keeps the best ways, or draws them without replacement, each with its own log-probability."""

import itertools

import numpy as np
import pytest

from poemgen.network.arrays import Floats
from poemgen.network.loss import log_softmax
from poemgen.sampling.beam import Beam, below, empty, extended

V = 4
NONE = np.zeros(0, np.int64)
FIRST = np.array([0.3, -0.4, 1.1, 0.0])
SECOND = np.array([[1.0, 0.2, -0.5, 0.1], [2.0, -1.0, 0.0, 0.3], [0.0, 0.1, 0.2, 0.3], [-2.0, 0.5, 0.4, 1.5]])


def written(width: int, temperature: float, seed: int = 0, barred: Floats = NONE) -> Beam:
    """Two characters, the second depending on the first."""
    rng = np.random.default_rng(seed)
    beam, _ = extended(empty(width), np.tile(FIRST, (width, 1)), barred, temperature, rng)
    return extended(beam, SECOND[beam.ids[:, 0]], barred, temperature, rng)[0]


def log_probabilities(temperature: float = 1.0) -> dict[tuple[int, ...], float]:
    """Of all ways of two characters."""
    first = log_softmax(FIRST[None] / temperature)[0]
    second = log_softmax(SECOND / temperature)
    return {(a, b): first[a] + second[a, b] for a, b in itertools.product(range(V), repeat=2)}


@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_a_beam_that_is_wide_enough_holds_every_way_once_and_nothing_else(temperature: float) -> None:
    beam = written(20, temperature)
    there = np.isfinite(beam.rank)
    assert there.sum() == V * V
    expected = log_probabilities()
    found = dict(zip(map(tuple, beam.ids[there].tolist()), beam.log_p[there].tolist(), strict=True))
    assert found == pytest.approx(expected)
    tempered = dict(zip(map(tuple, beam.ids[there].tolist()), beam.tempered[there].tolist(), strict=True))
    assert tempered == pytest.approx(log_probabilities(temperature or 1.0))


def test_without_temperature_the_likeliest_come_first() -> None:
    beam = written(20, 0.0)
    expected = sorted(log_probabilities().items(), key=lambda way: -way[1])
    assert list(map(tuple, beam.ids[:5].tolist())) == [way for way, _ in expected[:5]]


@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_a_way_is_drawn_first_as_often_as_it_is_likely(temperature: float) -> None:
    draws = 3000
    for width in (1, 3):
        counts = dict.fromkeys(log_probabilities(), 0)
        for seed in range(draws):
            counts[tuple(written(width, temperature, seed).ids[0].tolist())] += 1
        for way, log_p in log_probabilities(temperature).items():
            p = np.exp(log_p)
            assert abs(counts[way] / draws - p) < 4.5 * (p / draws) ** 0.5


def test_what_is_barred_is_never_written() -> None:
    for temperature in (0.0, 1.0):
        beam = written(20, temperature, barred=np.array([0, 2]))
        there = np.isfinite(beam.rank)
        assert sorted(map(tuple, beam.ids[there].tolist())) == [(1, 1), (1, 3), (3, 1), (3, 3)]


def test_noise_stays_below_its_parent() -> None:
    noisy = np.random.default_rng(1).gumbel(size=(3, 5))
    noisy[1] = -np.inf
    noisy[2, 3] = -np.inf
    parents = np.array([0.5, -np.inf, 2.0])
    moved = below(parents, noisy)
    np.testing.assert_allclose(moved[[0, 2]].max(axis=1), parents[[0, 2]])
    assert np.isneginf(moved[1]).all()
    assert np.isneginf(moved[2, 3])
    np.testing.assert_array_equal(np.argsort(moved[0]), np.argsort(noisy[0]))
