"""Going on from another model: its parameters, in a vocabulary that may hold more characters."""

from collections.abc import Sequence
from dataclasses import replace

from poemgen import filling
from poemgen.filling import Filler
from poemgen.model import Config, Parameters, zeros
from poemgen.network.arrays import Floats, Ids
from poemgen.network.stack import Layer
from poemgen.text.tokenizer import UNK


def with_more_characters(config: Config, model: Parameters, new_ids: Ids, vocabulary: int) -> tuple[Config, Parameters]:
    """A network in a vocabulary of the given size, where the old id i is `new_ids[i]`.

    A character that is new begins with the weights of <UNK>, as which the model has known it so far.
    """
    larger = replace(config, vocabulary=vocabulary)
    result = zeros(larger, model.flat.dtype)
    _extend_layers(result.layers, model.layers, new_ids)
    _extend(result.W_y.T, model.W_y.T, new_ids)
    _extend(result.b_y, model.b_y, new_ids)
    return larger, result


def filler_with_more_characters(filler: Filler, new_ids: Ids, vocabulary: int) -> Filler:
    """The same for the network that fills gaps."""
    larger, old = replace(filler.config, vocabulary=vocabulary), filler.parameters
    result = filling.zeros(larger, filler.right.units, old.flat.dtype)
    for new_layers, old_layers in ((result.left, old.left), (result.right, old.right)):
        _extend_layers(new_layers, old_layers, new_ids)
    for new, part in zip(result.joint[:-2], old.joint[:-2], strict=True):
        new[:] = part
    _extend(result.joint.W_y.T, old.joint.W_y.T, new_ids)
    _extend(result.joint.b_y, old.joint.b_y, new_ids)
    return Filler(larger, result)


def _extend_layers(new_layers: Sequence[Layer], old_layers: Sequence[Layer], new_ids: Ids) -> None:
    for depth, (new, old) in enumerate(zip(new_layers, old_layers, strict=True)):
        new.U[:], new.b[:] = old.U, old.b
        if depth:
            new.W[:] = old.W
        else:
            _extend(new.W.swapaxes(0, 1), old.W.swapaxes(0, 1), new_ids)  # (V, G, H)


def _extend(new_weights: Floats, old_weights: Floats, new_ids: Ids) -> None:
    new_weights[:] = old_weights[UNK]
    new_weights[new_ids] = old_weights
