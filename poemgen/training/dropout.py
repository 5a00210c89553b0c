"""Two kinds of dropout: of what a layer hands on, and of the weights by which it remembers.

Srivastava et al. (2014); of recurrent weights, with one mask a window, Merity, Keskar and Socher (2018). A chance is
rounded to a 256th, so that a byte of randomness decides on one number.
"""

from collections.abc import Sequence

import numpy as np

from poemgen.model import Parameters
from poemgen.network.arrays import Floats
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Layer, Masks
from poemgen.training.recipe import Recipe

FLOAT32 = np.dtype(np.float32)


def output_masks(
    model: Parameters, recipe: Recipe, shape: tuple[int, ...], rng: np.random.Generator, scratch: Scratch
) -> Masks:
    """A mask (T, B, H) for each layer's output: 0 with the dropout's chance, else 1/(1-chance)."""
    if not _dropped(recipe.dropout):
        return [None] * len(model.layers)
    units = [layer.b.shape[1] for layer in model.layers]
    masks = [scratch.empty(("mask", depth), (*shape, H), FLOAT32) for depth, H in enumerate(units)]
    return [_draw(mask, recipe.dropout, rng) for mask in masks]


def weight_masks(model: Parameters, recipe: Recipe, rng: np.random.Generator, scratch: Scratch) -> list[Floats]:
    """A mask (G, H, H) for each layer's U: 0 with the weight dropout's chance, else 1/(1-chance); none without it."""
    if not _dropped(recipe.weight_dropout):
        return []
    masks = [scratch.empty(("U mask", depth), layer.U.shape, FLOAT32) for depth, layer in enumerate(model.layers)]
    return [_draw(mask, recipe.weight_dropout, rng) for mask in masks]


def thinned(model: Parameters, masks: Sequence[Floats], scratch: Scratch) -> Parameters:
    """The parameters with masked recurrent weights."""
    if not masks:
        return model
    layers: list[Layer] = []
    for depth, (layer, mask) in enumerate(zip(model.layers, masks, strict=True)):
        U = scratch.like(("U", depth), layer.U)
        layers.append(layer._replace(U=np.multiply(layer.U, mask, out=U)))
    return model._replace(layers=tuple(layers))


def _dropped(chance: float) -> int:
    """How many of 256 equally likely bytes mean 0; some are always left."""
    return min(255, round(256 * chance))


def _draw(mask: Floats, chance: float, rng: np.random.Generator) -> Floats:
    draws = np.frombuffer(rng.bytes(mask.size), np.uint8).reshape(mask.shape)
    return np.multiply(draws >= _dropped(chance), np.float32(256 / (256 - _dropped(chance))), out=mask)
