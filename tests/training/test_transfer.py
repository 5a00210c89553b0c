"""Going on from a model: what it knows stays, and what is new begins as <UNK>."""

import numpy as np
import pytest

from poemgen import filling
from poemgen.filling import Sides
from poemgen.model import Config, Window, initial, log_probabilities, zero_states
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.text.tokenizer import UNK, Vocabulary
from poemgen.training.transfer import joint_with_more_characters, with_more_characters

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


def test_what_joins_two_networks_foretells_as_before_up_to_the_new_characters() -> None:
    rng, H, V, R = np.random.default_rng(4), 5, len(OLD), 3
    config, count = Config("rnn", 1, H, V), 20
    joint = filling.parameters(config, rng.standard_normal(filling.parameter_count(config, R)))
    sides = Sides(rng.normal(size=(count, H)), rng.normal(size=(1, R)), np.zeros(count, int), np.arange(count, 0, -1))
    vocabulary, new_ids = OLD.extended("acze")
    extended = joint_with_more_characters(Config("rnn", 1, H, len(vocabulary)), joint, new_ids)
    y = rng.integers(V, size=count)
    before, after = (
        filling.log_probabilities(*each) for each in ((joint, sides, y), (extended, sides, new_ids[y].astype(int)))
    )
    unknown = np.exp(filling.log_probabilities(joint, sides, np.full(count, UNK)))
    assert np.allclose(after, before - np.log1p(4 * unknown))
    new = filling.log_probabilities(extended, sides, np.full(count, int(vocabulary.encode("a")[0])))
    assert np.array_equal(new, filling.log_probabilities(extended, sides, np.full(count, UNK)))
    assert all(np.shares_memory(view, extended.flat) for view in extended[1:])
    same = joint_with_more_characters(config, joint, OLD.extended("b").new_ids)
    assert np.array_equal(same.flat, joint.flat)
    assert not np.shares_memory(same.flat, joint.flat)
