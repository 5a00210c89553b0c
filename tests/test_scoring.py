"""Scoring: the plain sum, however the poems are laid side by side."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from poemgen import scoring
from poemgen.model import Config, Parameters, initial, next_logits, reader, zero_states, zeros
from poemgen.network.arrays import Ids
from poemgen.network.stack import CELLS
from poemgen.scoring import Passage, Score, excerpts, score, whole
from poemgen.text.tokenizer import EOS, UNK

CHARACTERS = 4
CONFIG = Config("lstm", 2, 5, CHARACTERS + 2)
UNLISTED = math.log(1_112_064 - CHARACTERS)


def random_model(config: Config, dtype: type = np.float64) -> Parameters:
    rng = np.random.default_rng(12)
    model = initial(config, rng, dtype)
    model.flat[:] += 0.3 * rng.normal(size=model.flat.shape)
    return model


def random_poems(lengths: list[int]) -> list[Ids]:
    """Poems of so many characters, <UNK> among them, each with its <EOS>."""
    rng = np.random.default_rng(13)
    return [np.append(rng.integers(UNK, CONFIG.vocabulary, size=length), EOS).astype(np.uint8) for length in lengths]


MODEL = random_model(CONFIG)
POEMS = random_poems([7, 0, 31, 1, 12, 12, 3, 25, 0, 9, 40])
# Parts that begin in the middle of a poem as well, with and without characters that do not count.
PASSAGES = [
    *whole(CONFIG, POEMS),
    Passage(POEMS[2][10:], 3, 5),
    Passage(POEMS[7][5:], UNK, 0),
    Passage(POEMS[4], 2, 12),
]


def one_by_one(passage: Passage, config: Config = CONFIG, model: Parameters = MODEL) -> float:
    """The nats of a passage that is read alone, a character at a time."""
    nats, x, states, weights = 0.0, passage.before, zero_states(config, model, 1), reader(config, model, 1)
    for place, y in enumerate(passage.ids.tolist()):
        logits = np.empty((1, config.vocabulary), model.flat.dtype)
        states = next_logits(config, weights, np.array([x]), states, logits)
        if place >= passage.warm_up:
            nats += math.log(sum(map(math.exp, logits[0]))) - logits[0, y]
            nats += UNLISTED if y == UNK else 0
        x = y
    return nats


EXPECTED = [one_by_one(passage) for passage in PASSAGES]


# ---- the sum


def test_a_score_is_the_plain_sum_over_each_passage_read_alone() -> None:
    found = score(CONFIG, MODEL, PASSAGES)
    np.testing.assert_allclose(found.nats, EXPECTED, rtol=1e-12)
    assert found.characters.tolist() == [*map(len, POEMS), 17, 21, 1]


@pytest.mark.parametrize("cell", CELLS)
def test_single_precision_is_enough(cell: str) -> None:
    config = Config(cell, 1, 5, CONFIG.vocabulary)
    model = random_model(config, np.float32)
    expected = [one_by_one(passage, config, model) for passage in PASSAGES]
    np.testing.assert_allclose(score(config, model, PASSAGES).nats, expected, rtol=1e-5)


@pytest.mark.parametrize("lanes", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("steps", [1, 5, 128])
@pytest.mark.parametrize("group", [1, 30, 10**6])
def test_the_layout_does_not_matter(monkeypatch: pytest.MonkeyPatch, lanes: int, steps: int, group: int) -> None:
    for name, number in (("LANES", lanes), ("STEPS", steps), ("GROUP", group)):
        monkeypatch.setattr(scoring, name, number)
    np.testing.assert_allclose(score(CONFIG, MODEL, PASSAGES).nats, EXPECTED, rtol=1e-12)


def test_the_order_does_not_matter() -> None:
    order = np.random.default_rng(14).permutation(len(PASSAGES))
    shuffled = score(CONFIG, MODEL, [PASSAGES[place] for place in order])
    np.testing.assert_allclose(shuffled.nats, np.array(EXPECTED)[order], rtol=1e-12)


def test_a_poem_costs_the_same_alone() -> None:
    for passage, expected in zip(PASSAGES, EXPECTED, strict=True):
        assert score(CONFIG, MODEL, [passage]).nats.tolist() == pytest.approx([expected], rel=1e-12)


def test_threads_change_no_digit() -> None:
    alone = score(CONFIG, MODEL, PASSAGES)
    with ThreadPoolExecutor(2) as pool:
        together = score(CONFIG, MODEL, PASSAGES, pool.map)
    assert together.nats.tolist() == alone.nats.tolist()
    assert together.bits_per_character == alone.bits_per_character


# ---- what counts


@pytest.mark.parametrize("unknown", [0, 1, 3])
def test_an_unknown_character_costs_the_choice_among_all_that_are_not_listed(unknown: int) -> None:
    ids = np.array([UNK] * unknown + [3, 2, EOS])
    model = zeros(CONFIG)
    (nats,) = score(CONFIG, model, whole(CONFIG, [ids])).nats
    surcharge = nats - len(ids) * math.log(CONFIG.vocabulary)
    assert surcharge == pytest.approx(unknown * math.log(1_112_064 - CHARACTERS), abs=1e-4)


def test_a_warm_up_is_read_but_not_counted() -> None:
    ids = np.array([UNK, 3, UNK, 2, 4, EOS])
    kept = score(CONFIG, MODEL, [Passage(ids, CONFIG.no_character, 3)])
    all_of_it, first = score(CONFIG, MODEL, whole(CONFIG, [ids, ids[:3]])).nats
    assert kept.characters.tolist() == [3]
    assert kept.nats[0] == pytest.approx(all_of_it - first, rel=1e-12)


def test_a_passage_is_read_from_the_character_before_it() -> None:
    one, other = score(CONFIG, MODEL, [Passage(POEMS[0], before, 0) for before in (2, 3)]).nats
    assert one != other


@pytest.mark.parametrize("size", [2, 6, 50])
def test_a_model_that_knows_nothing_needs_the_bits_of_its_vocabulary(size: int) -> None:
    config = Config("gru", 1, 3, size)
    poems = [np.zeros(length, np.uint8) for length in (1, 20, 4)]
    assert score(config, zeros(config), whole(config, poems)).bits_per_character == pytest.approx(math.log2(size))


def test_bits_are_a_mean_over_characters_and_not_over_poems() -> None:
    assert Score(np.array([1.0, 5.0]) * math.log(2), np.array([1, 5])).bits_per_character == pytest.approx(1)
    assert Score(np.array([4.0, 5.0]) * math.log(2), np.array([1, 5])).bits_per_character == pytest.approx(1.5)


def test_nothing_to_score() -> None:
    empty = score(CONFIG, MODEL, [])
    assert (empty.nats.tolist(), empty.characters.tolist()) == ([], [])


@pytest.mark.parametrize("passages", [1, 3])
@pytest.mark.parametrize("length", [0, 5, 128])
def test_a_passage_of_nothing_costs_nothing(passages: int, length: int) -> None:
    nothing = Passage(np.array([], np.uint8), CONFIG.no_character, 0)
    something = Passage(np.full(length, 2), CONFIG.no_character, 0)
    found = score(CONFIG, MODEL, [nothing, something] * passages)
    assert found.characters.tolist() == [0, length] * passages
    np.testing.assert_allclose(found.nats, [0, one_by_one(something)] * passages, rtol=1e-12)


# ---- excerpts

LENGTHS = [95, 3, 40, 0, 61, 20, 150, 7, 33]
LONG = random_poems(LENGTHS)
TOTAL = sum(LENGTHS) + len(LENGTHS)


def counted(passages: list[Passage]) -> list[int]:
    return [id for passage in passages for id in passage.ids[passage.warm_up :].tolist()]


@pytest.mark.parametrize("warm_up", [0, 6, 10**6])
@pytest.mark.parametrize("characters", [TOTAL, TOTAL + 1, 10**9])
def test_excerpts_may_be_all_there_is(characters: int, warm_up: int) -> None:
    passages = excerpts(CONFIG, LONG, characters, 16, warm_up)
    assert counted(passages) == np.concatenate(LONG).tolist()
    assert max(len(passage.ids) - passage.warm_up for passage in passages) == 16
    assert max(passage.warm_up for passage in passages) == min(warm_up, 144)


@pytest.mark.parametrize("characters", [1, 50, 200, TOTAL - 1])
@pytest.mark.parametrize("length", [8, 16])
def test_excerpts_have_about_the_characters_asked_for_from_all_over(characters: int, length: int) -> None:
    everything = excerpts(CONFIG, LONG, TOTAL, length, 6)
    passages = excerpts(CONFIG, LONG, characters, length, 6)
    assert abs(len(counted(passages)) - characters) < max(length, 0.1 * characters) + 1
    places = [[same(passage, other) for other in everything].index(True) for passage in passages]
    assert places[0] == 0
    assert np.ptp(np.diff([*places, len(everything)])) <= 1  # evenly spaced


def same(one: Passage, other: Passage) -> bool:
    return one[1:] == other[1:] and one.ids.tolist() == other.ids.tolist()


def test_every_excerpt_goes_on_from_what_stands_before_it() -> None:
    (poem,) = random_poems([39])
    first, second, third = excerpts(CONFIG, [poem], 100, 16, 6)
    assert same(first, Passage(poem[:16], CONFIG.no_character, 0))
    assert same(second, Passage(poem[10:32], int(poem[9]), 6))
    assert same(third, Passage(poem[26:], int(poem[25]), 6))


def test_a_warm_up_that_reaches_the_start_of_the_poem_begins_as_the_poem_does() -> None:
    (poem,) = random_poems([19])
    assert same(excerpts(CONFIG, [poem], 100, 6, 6)[1], Passage(poem[:12], CONFIG.no_character, 6))


def bits(warm_up: int | None) -> float:
    passages = whole(CONFIG, LONG) if warm_up is None else excerpts(CONFIG, LONG, TOTAL, 16, warm_up)
    return score(CONFIG, MODEL, passages).bits_per_character


def test_the_longer_the_warm_up_the_closer_to_the_whole_poem() -> None:
    cold, warm, hot = (abs(bits(warm_up) - bits(None)) for warm_up in (0, 32, 10**6))
    assert hot < 1e-12 < warm < cold / 100


def test_excerpts_of_nothing() -> None:
    assert excerpts(CONFIG, [], 100, 16, 6) == []
