"""A hand reads and writes as the network that was taught."""

import numpy as np
import pytest

from poemgen.model import Config, initial, zero_states
from poemgen.network import stack
from poemgen.network.arrays import Floats
from poemgen.network.scratch import Scratch
from poemgen.sampling.choice import Choice
from poemgen.sampling.hand import Hand, after_seed
from poemgen.sampling.poems import BLOCK, poem_rng

SEED = np.array([2, 3, 4, 3], np.uint8)
WARM = Choice(1.0)


@pytest.mark.parametrize("length", [0, 1, 300])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_seed_is_read_from_its_start_as_in_training(cell: str, length: int) -> None:
    config = Config(cell, 2, 4, 6)
    model = initial(config, np.random.default_rng(10), np.float64)
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
