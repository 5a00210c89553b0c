"""Going on from a model: what it knows stays, and what is new begins as <UNK>."""

from dataclasses import replace

import numpy as np
import pytest

from poemgen import filling
from poemgen.filling import Filler
from poemgen.model import Config, Window, initial, log_probabilities, zero_states
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.text.tokenizer import UNK, Vocabulary
from poemgen.training.transfer import filler_with_more_characters, with_more_characters

OLD = Vocabulary("bdh")


def log_y_hat(config: Config, model: object, x: Ids, y: Ids) -> Floats:
    """log ŷ of each of the ids y after the inputs x, as one stream."""
    window = Window(x[:, None], y[:, None], np.ones((len(x), 1, 1), np.float32))
    return log_probabilities(config, model, window, zero_states(config, model, 1), Scratch())[0][:, 0]  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("layers", [1, 2])
def test_old_text_is_as_likely_as_before_up_to_the_new_characters(cell: str, layers: int) -> None:
    rng = np.random.default_rng(1)
    config = Config(cell, layers, 7, len(OLD))
    model = initial(config, rng)
    model.b_y[:] = rng.standard_normal(len(OLD))
    new_vocabulary, new_ids = OLD.extended("acze")
    larger, extended = with_more_characters(config, model, new_ids, len(new_vocabulary))
    assert larger == Config(cell, layers, 7, len(OLD) + 4)
    assert extended.flat.size == sum(part.size for layer in extended.layers for part in layer) + extended.W_y.size + 9

    y = rng.integers(len(OLD), size=30)
    x = np.append(config.no_character, y[:-1])
    new_x = np.append(larger.no_character, new_ids[y[:-1]].astype(np.int64))
    before = log_y_hat(config, model, x, y)
    after = log_y_hat(larger, extended, new_x, new_ids[y].astype(np.int64))
    unknown = np.exp(log_y_hat(config, model, x, np.full(30, UNK)))
    assert np.allclose(after, before - np.log1p(4 * unknown), atol=1e-5)  # <UNK>'s probability is there five times


def test_a_new_character_is_read_and_foretold_as_unk_was() -> None:
    config = Config("lstm", 1, 5, len(OLD))
    model = initial(config, np.random.default_rng(2))
    vocabulary, new_ids = OLD.extended("a")
    larger, extended = with_more_characters(config, model, new_ids, len(vocabulary))
    new = int(vocabulary.encode("a")[0])
    steps = np.arange(len(vocabulary))
    as_new, as_unk = (log_y_hat(larger, extended, np.full(6, id), steps[:6]) for id in (new, UNK))
    assert np.array_equal(as_new, as_unk)
    inputs = np.array([larger.no_character, 2, 3])
    as_new, as_unk = (log_y_hat(larger, extended, inputs, np.full(3, id)) for id in (new, UNK))
    assert np.array_equal(as_new, as_unk)


def test_nothing_new_changes_nothing() -> None:
    config = Config("gru", 2, 5, len(OLD))
    model = initial(config, np.random.default_rng(3))
    same, copy = with_more_characters(config, model, OLD.extended("b").new_ids, len(OLD))
    assert same == config
    assert np.array_equal(copy.flat, model.flat)
    assert not np.shares_memory(copy.flat, model.flat)


@pytest.mark.parametrize("layers", [1, 2])
def test_what_fills_gaps_foretells_as_before_up_to_the_new_characters(layers: int) -> None:
    rng, H, V, R, count = np.random.default_rng(4), 5, len(OLD), 3, 20
    config = Config("lstm", layers, H, V)
    filler = Filler(config, filling.parameters(config, rng.standard_normal(filling.parameter_count(config, R))))
    vocabulary, new_ids = OLD.extended("acze")
    extended = filler_with_more_characters(filler, new_ids, len(vocabulary))
    assert extended.config == replace(config, vocabulary=len(vocabulary))
    x, y, n = rng.integers(V, size=(2, count, 1)), rng.integers(V, size=count), np.arange(count, 0, -1)
    places, gap = np.arange(count), np.zeros(count, int)

    def log_y_hat(network: Filler, ids: Ids, y: Ids) -> Floats:
        window = filling.Window(ids, np.ones((count, 1, 1)), y, places, np.array([count - 1]), gap, n)
        sides = filling.read(*network, window, Scratch())
        return filling.log_probabilities(network.parameters.joint, sides, y)

    moved = new_ids[x]
    before, after = log_y_hat(filler, x, y), log_y_hat(extended, moved, new_ids[y].astype(int))
    unknown = np.exp(log_y_hat(filler, x, np.full(count, UNK)))
    assert np.allclose(after, before - np.log1p(4 * unknown))
    new = log_y_hat(extended, moved, np.full(count, int(vocabulary.encode("a")[0])))
    assert np.array_equal(new, log_y_hat(extended, moved, np.full(count, UNK)))
    same = filler_with_more_characters(filler, OLD.extended("b").new_ids, V)
    assert np.array_equal(same.parameters.flat, filler.parameters.flat)
    assert not np.shares_memory(same.parameters.flat, filler.parameters.flat)
