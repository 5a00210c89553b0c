"""What one half of a batch takes: its gradients, with dropout from random numbers of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from poemgen.model import Config, Parameters
from poemgen.network.scratch import Scratch
from poemgen.network.stack import State
from poemgen.training.dropout import output_masks, thinned, weight_masks
from poemgen.training.recipe import Recipe
from poemgen.training.task import FORETELLING, Task

DROPOUT, WEIGHT_DROPOUT = 2, 4  # what random numbers are for; each half has dropout of its own, this and the next


class Result(NamedTuple):
    """The loss of a half, summed over its characters in nats, and the states after it."""

    loss: float
    states: list[State]


@dataclass
class Work:
    """The gradients of a half of each window, written to `gradients`; both halves leave out the same weights."""

    config: Config
    recipe: Recipe
    model: Parameters
    gradients: Parameters
    half: int
    scratch: Scratch
    task: Task = FORETELLING

    def __call__(self, step: int, part: Any, states: Sequence[State]) -> Result:
        config, recipe, scratch = self.config, self.recipe, self.scratch
        masks = output_masks(self.model, recipe, part.y.shape, recipe.random(step, DROPOUT + self.half), scratch)
        of_weights = weight_masks(self.model, recipe, recipe.random(step, WEIGHT_DROPOUT), scratch)
        model = thinned(self.model, of_weights, scratch)
        with np.errstate(over="ignore", invalid="ignore"):  # training notices a loss that is no number
            loss, ends = self.task.loss_and_gradients(config, model, part, states, masks, self.gradients, scratch)
        if of_weights:
            for layer, mask in zip(self.gradients.layers, of_weights, strict=True):
                np.multiply(layer.U, mask, out=layer.U)
        return Result(loss, ends)
