"""Going on from another model: its parameters, in a vocabulary that may hold more characters."""

from dataclasses import replace

from poemgen import filling
from poemgen.filling import Joint
from poemgen.model import Config, Parameters, zeros
from poemgen.network.arrays import Floats, Ids
from poemgen.text.tokenizer import UNK


def with_more_characters(config: Config, model: Parameters, new_ids: Ids, vocabulary: int) -> tuple[Config, Parameters]:
    """A network in a vocabulary of the given size, where the old id i is `new_ids[i]`.

    A character that is new begins with the weights of <UNK>, as which the model has known it so far.
    """
    larger = replace(config, vocabulary=vocabulary)
    result = zeros(larger, model.flat.dtype)
    for depth, (new, old) in enumerate(zip(result.layers, model.layers, strict=True)):
        new.U[:], new.b[:] = old.U, old.b
        if depth:
            new.W[:] = old.W
        else:
            _extend(new.W.swapaxes(0, 1), old.W.swapaxes(0, 1), new_ids)  # (V, G, H)
    _extend(result.W_y.T, model.W_y.T, new_ids)
    _extend(result.b_y, model.b_y, new_ids)
    return larger, result


def joint_with_more_characters(config: Config, joint: Joint, new_ids: Ids) -> Joint:
    """The same for what joins two language models, the left one of which is of this config now."""
    result = filling.zeros(config, joint.flat.dtype, len(joint.W_v))
    for new, old in zip(result[1:-2], joint[1:-2], strict=True):
        new[:] = old
    _extend(result.W_y.T, joint.W_y.T, new_ids)
    _extend(result.b_y, joint.b_y, new_ids)
    return result


def _extend(new_weights: Floats, old_weights: Floats, new_ids: Ids) -> None:
    new_weights[:] = old_weights[UNK]
    new_weights[new_ids] = old_weights
