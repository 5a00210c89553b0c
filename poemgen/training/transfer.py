"""Going on from another model: its parameters, in a vocabulary that may hold more characters."""

from dataclasses import replace

from poemgen import filling
from poemgen.model import Config, Parameters, zeros
from poemgen.network.arrays import Floats, Ids
from poemgen.text.tokenizer import UNK


def with_more_characters(config: Config, model: Parameters, new_ids: Ids, vocabulary: int) -> tuple[Config, Parameters]:
    """A network in a vocabulary of the given size, where the old id i is `new_ids[i]`.

    A character that is new begins with the weights of <UNK>, as which the model has known it so far.
    """
    larger = replace(config, vocabulary=vocabulary)
    result = (zeros if len(model.layers) == config.layers else filling.zeros)(larger, model.flat.dtype)

    def extend(new_weights: Floats, old_weights: Floats) -> None:
        new_weights[:] = old_weights[UNK]
        new_weights[new_ids] = old_weights

    for index, (new, old) in enumerate(zip(result.layers, model.layers, strict=True)):
        new.U[:], new.b[:] = old.U, old.b
        if index % config.layers:
            new.W[:] = old.W
        else:
            extend(new.W.swapaxes(0, 1), old.W.swapaxes(0, 1))  # (V, G, H)
    extend(result.W_y.T, model.W_y.T)
    extend(result.b_y, model.b_y)
    return larger, result
