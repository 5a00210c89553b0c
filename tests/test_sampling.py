"""Drawing characters: from the right distribution, truncated as asked, and poems that can be had again."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen import sampling
from poemgen.errors import UsageError
from poemgen.model import Config, Parameters, Reader, initial, next_logits, zero_states
from poemgen.network import stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.sampling import (
    BLOCK,
    BLOCKS,
    WORTH_A_HAND,
    Choice,
    Hand,
    Poem,
    after_seed,
    choose,
    gumbel,
    poem_rng,
    truncated,
)
from poemgen.scoring import Passage, score
from poemgen.text.tokenizer import EOS, UNK
from poemgen.workers import workers

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


# ---- poems

CONFIG = Config("lstm", 2, 8, 6)
SEED = np.array([2, 3, 4, 3], np.uint8)


def model_of(config: Config, dtype: type = np.float32, eos: float = 0.0) -> Parameters:
    """A model whose poems are about as long as the tests want them."""
    model = initial(config, np.random.default_rng(10), dtype)
    model.b_y[EOS] = eos
    return model


MODEL = model_of(CONFIG, eos=-0.5)
WARM = Choice(1.0)


def poems(
    seed: Any = SEED,
    choice: Choice = WARM,
    *,
    model: Parameters = MODEL,
    max_length: int = 30,
    rng_seed: int = 7,
    count: int = 5,
) -> list[Poem]:
    return list(sampling.poems(CONFIG, model, seed, choice, max_length=max_length, rng_seed=rng_seed, count=count))


def texts(poems: list[Poem]) -> list[list[int]]:
    return [poem.ids.tolist() for poem in poems]


@pytest.mark.parametrize("count", [1, 40])
def test_a_poem_ends_with_eos_or_at_its_greatest_length(count: int) -> None:
    found = [poem for seed in range(40 // count) for poem in poems(rng_seed=seed, count=count)]
    assert {poem.stop for poem in found} == {"eos", "max-length"}
    for poem in found:
        assert EOS not in poem.ids
        assert len(poem.ids) < 30 if poem.stop == "eos" else len(poem.ids) == 30


@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize(
    "choice",
    [
        Choice(1),
        Choice(0),
        Choice(0.5),
        Choice(2, reject_unk=True),
        Choice(1, top_k=2, reject_unk=True),
        Choice(1, top_p=0.8),
    ],
)
def test_log_probability_is_that_of_scoring_whatever_the_choice(choice: Choice, count: int) -> None:
    unlisted = math.log(1_112_064 - 4)  # what scoring charges for <UNK> beyond its probability
    for poem in poems(choice=choice, count=count):
        end = [EOS] if poem.stop == "eos" else []
        ids = np.concatenate([SEED, poem.ids, end]).astype(np.int64)
        (nats,) = score(CONFIG, MODEL, [Passage(ids, CONFIG.no_character, len(SEED))]).nats
        assert -poem.log_probability == pytest.approx(nats - unlisted * np.sum(poem.ids == UNK), abs=1e-3)


def test_a_poem_does_not_depend_on_how_many_are_asked_for() -> None:
    many = poems(count=50)
    assert len(many) == 50
    for count in (2, 5, BLOCK, BLOCK + 1):
        assert [(poem.ids.tolist(), poem.stop, poem.log_probability) for poem in poems(count=count)] == [
            (poem.ids.tolist(), poem.stop, poem.log_probability) for poem in many[:count]
        ]
    assert len(set(map(tuple, texts(many)))) > 40


def test_a_single_poem_can_be_had_again_and_is_the_first_of_many() -> None:
    assert texts(poems(count=1)) == texts(poems(count=1)) == texts(poems())[:1]


def test_other_seeds_give_other_poems() -> None:
    seeds = (0, 1, 7, 2**32, 2**32 + 7, 2**63 - 1)
    found = [text for seed in seeds for text in texts(poems(rng_seed=seed, count=2, model=model_of(CONFIG, eos=-5)))]
    assert len(set(map(tuple, found))) == len(found)


def test_no_two_poems_share_a_random_stream() -> None:
    places = [(seed, index) for seed in (0, 1, 2**32 - 1, 2**32, 2**32 + 1, 2**33, 2**63 - 1) for index in range(3)]
    numbers = {poem_rng(*place).random() for place in places}
    assert len(numbers) == len(places)
    assert poem_rng(1, 2).random() == poem_rng(1, 2).random()


def test_poems_come_in_order_though_they_end_out_of_turn() -> None:
    hand = Hand(
        CONFIG, MODEL, after_seed(CONFIG, MODEL, SEED), WARM, [poem_rng(7, lane) for lane in range(BLOCK)], BLOCK
    )
    steps = hand.draw(30)
    lanes = [[step[lane] for step in steps] for lane in range(BLOCK)]
    ends = [lane.index(EOS) if EOS in lane else len(lane) for lane in lanes]
    assert ends != sorted(ends)
    assert texts(poems(count=BLOCK)) == [lane[:end] for lane, end in zip(lanes, ends, strict=True)]


@pytest.mark.parametrize("count", [1, 3])
def test_no_room_for_a_character(count: int) -> None:
    for poem in poems(max_length=0, count=count):
        assert (poem.ids.tolist(), poem.stop, poem.log_probability) == ([], "max-length", 0)


def test_a_poem_of_one_character_or_none() -> None:
    found = poems(max_length=1, count=40)
    assert {(len(poem.ids), poem.stop) for poem in found} == {(0, "eos"), (1, "max-length")}


def test_no_poems() -> None:
    assert poems(count=0) == []


@pytest.mark.parametrize("length", [0, 1, 300])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_seed_is_read_from_its_start_as_in_training(cell: str, length: int) -> None:
    config = Config(cell, 2, 4, 6)
    model = model_of(config, np.float64)
    seed = np.random.default_rng(11).integers(1, 6, size=length).astype(np.uint8)
    logits, states = after_seed(config, model, seed)
    x = np.array([config.no_character, *seed.tolist()])[:, None]
    keep: Floats = np.ones((len(x), 1, 1))
    zero = zero_states(config, model, 1)
    output, expected_states, _ = stack.forward(cell, model.layers, x, zero, keep, [None, None], Scratch())
    np.testing.assert_allclose(logits, output[-1] @ model.W_y + model.b_y, rtol=0, atol=1e-10)
    np.testing.assert_allclose(states, expected_states, rtol=0, atol=1e-10)


@pytest.mark.parametrize(("dtype", "digits"), [(np.float32, 1e-5), (np.float64, 1e-12)])
@pytest.mark.parametrize("count", [1, BLOCK])
def test_the_logits_are_those_of_the_forward_pass_that_teaches(dtype: type, digits: float, count: int) -> None:
    config = Config("lstm", 2, 64, 30)
    model = initial(config, np.random.default_rng(5), dtype)
    hand = Hand(config, model, after_seed(config, model, SEED), WARM, [poem_rng(1, k) for k in range(count)], count)
    ids = np.array(hand.draw(40))
    x = np.concatenate([np.tile([[config.no_character], *SEED[:, None].tolist()], count), ids[:-1]])
    keep: Floats = np.ones((len(x), count, 1), dtype)
    zero = zero_states(config, model, count)
    output, _, _ = stack.forward("lstm", model.layers, x, zero, keep, [None, None], Scratch())
    expected = output[len(SEED) :] @ model.W_y + model.b_y
    np.testing.assert_allclose(hand._logits[:40], expected, rtol=0, atol=digits)


@pytest.mark.parametrize("seed", [np.array([], np.uint8), [], np.tile(SEED, 100)], ids=["empty", "list", "long"])
def test_poems_grow_from_any_seed(seed: Any) -> None:
    assert [len(poem.ids) > 0 for poem in poems(seed, count=2, max_length=5, choice=Choice(0.1))] == [True, True]


@pytest.mark.parametrize("count", [1, 5, BLOCK + 3])
def test_the_stream_gives_every_character_and_then_the_poem(count: int) -> None:
    pieces = sampling.stream(CONFIG, MODEL, SEED, WARM, max_length=30, rng_seed=7, count=count)
    found: list[int] = []
    ended: list[list[int]] = []
    for piece in pieces:
        if isinstance(piece, Poem):
            assert piece.ids.tolist() == found
            ended.append(found)
            found = []
        else:
            found.append(piece)
    assert not found
    assert ended == texts(poems(count=count))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Ids]:
    """What the model reads, a step at a time."""
    steps: list[Ids] = []

    def next_logits_noted(config: Config, model: Reader, ids: Ids, *rest: Any) -> Any:
        steps.append(ids)
        return next_logits(config, model, ids, *rest)

    monkeypatch.setattr(sampling, "next_logits", next_logits_noted)
    return steps


def test_a_character_is_passed_on_before_it_is_read(read: list[Ids]) -> None:
    pieces = sampling.stream(CONFIG, MODEL, SEED, WARM, max_length=5, rng_seed=1, count=1)
    for characters in range(3):
        assert isinstance(next(pieces), int)
        assert len(read) == 1 + len(SEED) + characters


@pytest.mark.parametrize(
    ("count", "widths"),
    [
        (1, {1}),
        (2, {BLOCK}),
        (BLOCK + 1, {2 * BLOCK}),
        (BLOCK * WORTH_A_HAND, {BLOCK * WORTH_A_HAND // 2}),
        (BLOCK * BLOCKS + 1, {BLOCK, BLOCK * BLOCKS // 2}),
    ],
)
def test_poems_are_drawn_side_by_side_in_whole_blocks_and_by_two_hands_if_they_are_many(
    read: list[Ids], count: int, widths: set[int]
) -> None:
    assert len(poems(count=count)) == count
    assert {len(ids) for ids in read if len(ids) > 1 or count == 1} == widths


def test_two_workers_write_the_same_poems() -> None:
    count = BLOCK * WORTH_A_HAND + 3
    with workers(2) as pool:
        together = sampling.poems(CONFIG, MODEL, SEED, WARM, max_length=30, rng_seed=7, count=count, map=pool.map)
        assert texts(list(together)) == texts(poems(count=count))


@pytest.mark.parametrize(
    "values",
    [{"temperature": float("nan")}, {"temperature": -1.0}, {"temperature": float("inf")}, {"top_k": -1}]
    + [{"top_p": value} for value in (0.0, 1.5, float("nan"))],
    ids=str,
)
def test_a_choice_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(values)).replace("_", "-")):
        Choice(**values)
