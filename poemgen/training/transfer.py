"""Going on from another model: its parameters, in a vocabulary that may hold more characters."""

from dataclasses import replace

from poemgen.model import Config, Parameters, zeros
from poemgen.network.arrays import Ids
from poemgen.text.tokenizer import UNK


def with_more_characters(config: Config, model: Parameters, new_ids: Ids, vocabulary: int) -> tuple[Config, Parameters]:
    """The model in a vocabulary of the given size, where the old id i is `new_ids[i]`.

    A character that is new begins with the weights of <UNK>, as which the model has known it so far.
    """
    larger = replace(config, vocabulary=vocabulary)
    result = zeros(larger, model.flat.dtype)
    for new, old in zip(result.layers, model.layers, strict=True):
        new.U[:], new.b[:] = old.U, old.b
        if new.W.shape == old.W.shape:
            new.W[:] = old.W
    for new_weights, old_weights in (
        (result.layers[0].W.swapaxes(0, 1), model.layers[0].W.swapaxes(0, 1)),  # (V, G, H)
        (result.W_y.T, model.W_y.T),
        (result.b_y, model.b_y),
    ):
        new_weights[:] = old_weights[UNK]
        new_weights[new_ids] = old_weights
    return larger, result
