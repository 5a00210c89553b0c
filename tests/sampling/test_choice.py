"""One draw: from the right distribution, truncated as asked."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import UsageError
from poemgen.network.arrays import Floats, Ids
from poemgen.sampling.choice import Choice, choose, gumbel, truncated
from poemgen.text.tokenizer import EOS, UNK

DRAWS = 20_000
LOGITS = np.array([0.3, 1.5, -1.0, 0.9, 0.0, -0.4], np.float32)  # <UNK> is the likeliest
V = len(LOGITS)


def softmax(logits: Any) -> Floats:
    weights: Floats = np.exp(np.asarray(logits, np.float64))
    weights /= weights.sum()
    return weights


def draw(logits: Any, choice: Choice, seed: int = 0) -> Ids:
    """Many draws of one character."""
    noise = gumbel(np.random.default_rng(seed), (DRAWS, len(logits)))
    return choose(np.tile(np.asarray(logits, np.float32), (DRAWS, 1)), choice, noise)


def come_from(ids: Ids, probability: Floats) -> bool:
    """Pearson's χ²: whether draws may come from a distribution. A true one is doubted once in some 10,000 tries."""
    counts = np.bincount(ids, minlength=len(probability))
    possible = probability > 0
    if counts[~possible].any():
        return False
    expected = len(ids) * probability[possible]
    freedom = np.count_nonzero(possible) - 1
    return bool(np.sum((counts[possible] - expected) ** 2 / expected) < freedom + 7 * math.sqrt(2 * freedom))


# ---- the draw


@pytest.mark.parametrize("temperature", [0.5, 1, 2])
def test_draws_come_from_the_softmax_at_a_temperature(temperature: float) -> None:
    ids = draw(LOGITS, Choice(temperature))
    assert come_from(ids, softmax(LOGITS / temperature))
    assert not come_from(ids, softmax(LOGITS / (1.2 * temperature)))


@pytest.mark.parametrize("reject_unk", [False, True])
def test_at_temperature_zero_the_likeliest_comes(reject_unk: bool) -> None:
    ids = draw(LOGITS, Choice(0, reject_unk=reject_unk))
    assert set(ids) == {3 if reject_unk else UNK}


def test_noise_is_gumbel_and_always_finite() -> None:
    noise = gumbel(np.random.default_rng(1), (100_000,))
    assert noise.dtype == np.float32
    assert noise.mean() == pytest.approx(0.5772, abs=0.02)
    assert noise.var() == pytest.approx(math.pi**2 / 6, abs=0.04)

    class Zeros(np.random.Generator):
        def standard_exponential(self, size: Any = None, dtype: Any = float, *_: Any, **__: Any) -> Any:
            return np.zeros(size, dtype)

    assert np.isfinite(gumbel(Zeros(np.random.PCG64()), (3,))).all()


# ---- <UNK>


def draw_again_until_known(logits: Floats, seed: int) -> Ids:
    """Rejection, to the letter: draw from the softmax, and draw again whatever came out as <UNK>."""
    rng, ids = np.random.default_rng(seed), np.full(DRAWS, UNK)
    while (unknown := ids == UNK).any():
        ids[unknown] = rng.choice(V, size=np.count_nonzero(unknown), p=softmax(logits))
    return ids


def second_best_for_unk(logits: Floats, seed: int) -> Ids:
    """The mistake: where <UNK> came, the likeliest of the others is taken."""
    ids = np.random.default_rng(seed).choice(V, size=DRAWS, p=softmax(logits))
    ids[ids == UNK] = np.argmax(np.where(np.arange(V) == UNK, -np.inf, logits))
    return ids


def known(logits: Floats) -> Floats:
    """The probabilities of the others, given that it is not <UNK>."""
    probability = softmax(logits)
    probability[UNK] = 0
    probability /= probability.sum()
    return probability


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=8), st.integers(0, 2**32), st.floats(0.1, 3))
def test_unk_is_left_out_of_the_race_and_nothing_else_changes(
    logits: list[float], seed: int, temperature: float
) -> None:
    """Of several Gumbel variables the largest of a subset is an exact draw from the softmax of that subset."""
    row, noise = np.array([logits]), np.random.default_rng(seed).gumbel(size=(1, len(logits)))
    scores = {id: logit / temperature + noise[0, id] for id, logit in enumerate(logits) if id != UNK}
    assert choose(row, Choice(temperature, reject_unk=True), noise) == [max(scores, key=lambda id: scores[id])]
    np.testing.assert_array_equal(row, [logits])  # whose log ŷ is still to be read


@pytest.mark.parametrize("temperature", [0.5, 1, 2])
def test_removing_unk_is_drawing_again(temperature: float) -> None:
    expected = known(LOGITS / temperature)
    assert come_from(draw(LOGITS, Choice(temperature, reject_unk=True)), expected)
    assert come_from(draw_again_until_known(LOGITS / temperature, seed=2), expected)
    assert not come_from(second_best_for_unk(LOGITS / temperature, seed=2), expected)
    assert not come_from(draw(LOGITS, Choice(temperature)), expected)


def test_unk_may_come_if_it_is_not_refused() -> None:
    assert UNK in draw(LOGITS, Choice(1))


# ---- top-k and top-p

ROWS = st.lists(st.floats(-8, 8), min_size=1, max_size=9)


def kept(logits: list[float], k: int, p: float) -> list[int]:
    """The ids that `truncated` keeps; their logits must not have changed."""
    row = truncated(np.array([logits]), k, p)[0]
    ids = np.flatnonzero(np.isfinite(row)).tolist()
    assert all(row[id] == logits[id] for id in ids)
    return ids


@given(ROWS, st.integers(1, 10))
def test_top_k_keeps_the_k_likeliest(logits: list[float], k: int) -> None:
    ids = kept(logits, k, 1)
    assert len(ids) == min(k, len(logits))
    assert sorted(logits[id] for id in ids) == sorted(logits)[-k:]


@given(ROWS, st.floats(0, 0.999) | st.just(1.0))
def test_top_p_keeps_the_fewest_that_have_the_probability(logits: list[float], p: float) -> None:
    ids = kept(logits, len(logits), p)
    probability = softmax(logits)
    assert sorted(logits[id] for id in ids) == sorted(logits)[-len(ids) :]
    assert probability[ids].sum() >= p - 1e-9
    assert len(ids) == 1 or probability[ids].sum() - probability[ids].min() <= p + 1e-9


@given(ROWS, st.integers(1, 10), st.floats(0, 1))
def test_the_likeliest_stays_and_top_p_counts_what_top_k_left(logits: list[float], k: int, p: float) -> None:
    both, of_k = kept(logits, k, p), kept(logits, k, 1)
    assert int(np.argmax(logits)) in both
    assert [of_k[place] for place in kept([logits[id] for id in of_k], k, p)] == both


# <UNK> has 0.7; of the rest, ids 2, 3, 4 and <EOS> have 0.6, 0.2, 0.15 and 0.05.
MOSTLY_UNKNOWN = np.log([0.015, 0.7, 0.18, 0.06, 0.045])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"top_k": 1}, {2}),
        ({"top_k": 2}, {2, 3}),
        ({"top_k": 4}, {EOS, 2, 3, 4}),
        ({"top_k": 5}, {EOS, 2, 3, 4}),
        ({"top_p": 0.5}, {2}),
        ({"top_p": 0.7}, {2, 3}),
        ({"top_p": 0.9}, {2, 3, 4}),
        ({"top_k": 2, "top_p": 0.7}, {2}),
    ],
)
def test_truncation_comes_after_unk_is_removed(options: dict[str, Any], expected: set[int]) -> None:
    assert set(draw(MOSTLY_UNKNOWN, Choice(1, **options, reject_unk=True))) == expected


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(1, top_p=0.85), {UNK, 2}),
        (Choice(0.2, top_p=0.85), {UNK}),
        (Choice(5, top_p=0.85), {UNK, 2, 3, 4}),
        (Choice(1, top_k=2), {UNK, 2}),
    ],
)
def test_truncation_comes_after_temperature(choice: Choice, expected: set[int]) -> None:
    assert set(draw(MOSTLY_UNKNOWN, choice)) == expected


def test_what_truncation_leaves_keeps_its_proportions() -> None:
    assert come_from(draw(LOGITS, Choice(2, top_k=3)), softmax([0.15, 0.75, -np.inf, 0.45, -np.inf, -np.inf]))


@pytest.mark.parametrize(
    "values",
    [{"temperature": float("nan")}, {"temperature": -1.0}, {"temperature": float("inf")}, {"top_k": -1}]
    + [{"top_p": value} for value in (0.0, 1.5, float("nan"))],
    ids=str,
)
def test_a_choice_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(values)).replace("_", "-")):
        Choice(**values)
