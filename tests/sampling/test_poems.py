"""Poems that can be had again, whatever their number, and in order."""

import math
from typing import Any

import numpy as np
import pytest

from poemgen import sampling
from poemgen.model import Config, Parameters, Reader, initial, next_logits
from poemgen.network.arrays import Ids
from poemgen.sampling import Choice, Poem
from poemgen.sampling import hand as hand_module
from poemgen.sampling.hand import STEPS, Hand, after_seed
from poemgen.sampling.poems import BLOCK, BLOCKS, WORTH_A_HAND, in_order, poem_rng
from poemgen.scoring import Passage, score
from poemgen.text.tokenizer import EOS, UNK
from poemgen.workers import workers

CONFIG = Config("lstm", 2, 8, 6)
SEED = np.array([2, 3, 4, 3], np.uint8)


def model_of(config: Config, dtype: type = np.float32, eos: float = 0.0) -> Parameters:
    """A model whose poems are about as long as the tests want them."""
    model = initial(config, np.random.default_rng(10), dtype)
    model.b_y[EOS] = eos
    return model


MODEL = model_of(CONFIG, eos=-0.5)
LONG = model_of(CONFIG, eos=-4)
ENDLESS = model_of(CONFIG, eos=-1e9)
UNLISTED = math.log(1_112_064 - 4)  # what scoring charges for <UNK> beyond its probability
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


@pytest.mark.parametrize("count", [1, 6, 50])
@pytest.mark.parametrize("max_length", [STEPS - 1, STEPS, STEPS + 1, 2 * STEPS + 22])
def test_log_probability_is_that_of_scoring_however_long_the_poem(count: int, max_length: int) -> None:
    found = poems(model=LONG, count=count, max_length=max_length)
    ends = [[EOS] if poem.stop == "eos" else [] for poem in found]
    lines = [np.concatenate([SEED, poem.ids, end]).astype(np.int64) for poem, end in zip(found, ends, strict=True)]
    nats = score(CONFIG, LONG, [Passage(ids, CONFIG.no_character, len(SEED)) for ids in lines]).nats
    unknown = [UNLISTED * np.sum(poem.ids == UNK) for poem in found]
    assert max(len(poem.ids) for poem in found) == max_length
    np.testing.assert_allclose([-poem.log_probability for poem in found], nats - unknown, rtol=1e-5)


@pytest.mark.parametrize("most", [1, 3 * BLOCK * CONFIG.vocabulary])
def test_a_large_vocabulary_gets_its_noise_in_smaller_pieces(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    expected = whole(poems(count=20, max_length=70, model=LONG))
    monkeypatch.setattr(hand_module, "MOST", most)
    assert whole(poems(count=20, max_length=70, model=LONG)) == expected
    assert whole(poems(count=1, max_length=70, model=LONG))[0][0] == expected[0][0]


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
    for poem in poems(choice=choice, count=count):
        end = [EOS] if poem.stop == "eos" else []
        ids = np.concatenate([SEED, poem.ids, end]).astype(np.int64)
        (nats,) = score(CONFIG, MODEL, [Passage(ids, CONFIG.no_character, len(SEED))]).nats
        assert -poem.log_probability == pytest.approx(nats - UNLISTED * np.sum(poem.ids == UNK), abs=1e-3)


@pytest.mark.parametrize("max_length", [1, 30, 33])
def test_a_poem_does_not_depend_on_how_many_are_asked_for(max_length: int) -> None:
    for rng_seed in range(4):
        many = whole(poems(count=70, max_length=max_length, rng_seed=rng_seed))
        assert len(many) == 70
        for count in (2, BLOCK + 1, 50, 64):
            assert whole(poems(count=count, max_length=max_length, rng_seed=rng_seed)) == many[:count]
    assert max_length == 1 or len({tuple(ids) for ids, _, _ in many}) > 50


def whole(found: list[Poem]) -> list[tuple[list[int], str, float]]:
    """All there is of the poems."""
    return [(poem.ids.tolist(), poem.stop, poem.log_probability) for poem in found]


class Scripted:
    """A hand that writes what it is told to."""

    def __init__(self, *lanes: list[int]) -> None:
        self.lanes = len(lanes)
        self._steps = [list(step) for step in zip(*lanes, strict=True)]

    def draw(self, steps: int) -> list[list[int]]:
        drawn, self._steps = self._steps[:steps], self._steps[steps:]
        return drawn

    def retire(self, ended: list[bool]) -> None:
        assert len(ended) == self.lanes

    def log_probability(self, lane: int, characters: int) -> float:
        return -100.0 * lane - characters


def test_an_eos_behind_the_greatest_length_ends_no_poem() -> None:
    lanes = [[2, 3, 4, EOS] + [5] * 12, [2, EOS] + [EOS] * 14, [2, 3, EOS] + [2] * 13, [EOS] + [3] * 15]
    expected = [([2, 3, 4], "max-length", -3), ([2], "eos", -102), ([2, 3], "eos", -3), ([], "eos", -101)]
    hands: Any = [Scripted(*lanes[:2]), Scripted(*lanes[2:])]
    found = [piece for piece in in_order(hands, 4, 3) if isinstance(piece, Poem)]
    assert whole(found) == expected
    single: Any = [Scripted(*lanes)]
    found = [piece for piece in in_order(single, 3, 3) if isinstance(piece, Poem)]
    assert [(ids, stop) for ids, stop, _ in whole(found)] == [(ids, stop) for ids, stop, _ in expected[:3]]


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

    monkeypatch.setattr(hand_module, "next_logits", next_logits_noted)
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
    assert len(poems(count=count, max_length=12, model=ENDLESS)) == count
    assert {len(ids) for ids in read if len(ids) > 1 or count == 1} == widths


def test_a_block_whose_poems_have_ended_is_read_no_more(read: list[Ids]) -> None:
    found = poems(count=3 * BLOCK, max_length=200, rng_seed=3)
    widths = [len(ids) for ids in read if len(ids) > 1]
    assert widths == sorted(widths, reverse=True)
    assert {BLOCK, 3 * BLOCK} <= set(widths)
    block_ends = [max(len(poem.ids) for poem in found[begin : begin + BLOCK]) for begin in range(0, 3 * BLOCK, BLOCK)]
    assert sum(widths) == BLOCK * sum(block_ends)


def test_two_workers_write_the_same_poems() -> None:
    count = BLOCK * WORTH_A_HAND + 3
    with workers(2) as pool:
        together = sampling.poems(CONFIG, MODEL, SEED, WARM, max_length=30, rng_seed=7, count=count, map=pool.map)
        assert whole(list(together)) == whole(poems(count=count))
