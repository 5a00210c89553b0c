"""Where the two halves of a batch are worked on: each at a desk of its own, with memory for its gradients.

The halves are always the same and their gradients are summed in a fixed order, so that the result does not depend on
who works on them: this process alone, or a helper process on the second one.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from poemgen.errors import PoemgenError
from poemgen.model import Config, Parameters, Window, loss_and_gradients, zeros
from poemgen.network.scratch import Scratch
from poemgen.network.stack import State
from poemgen.training.dropout import output_masks, thinned, weight_masks
from poemgen.training.recipe import Recipe

DROPOUT, WEIGHT_DROPOUT = 2, 4  # what random numbers are for; each half has dropout of its own, this and the next
WORTH_A_HELPER = 10**7  # parameters x characters of a step; below, a helper costs more than it gives


class LostHelperError(PoemgenError):
    """The helper process is gone in the middle of a run; the progress is as it was before the step."""


class Result(NamedTuple):
    """The loss of a half, summed over its characters in nats, and the states after it."""

    loss: float
    states: list[State]


class Desk(Protocol):
    """Works on one half of each batch."""

    gradients: Parameters

    def begin(self, step: int, part: Window, states: Sequence[State]) -> None:
        """Takes the half of a step's window and the states before it."""

    def end(self) -> Result:
        """The result; the gradients lie in `gradients`."""


@dataclass
class Work:
    """What a half takes: the gradients of a window's half, with dropout from the half's own random numbers."""

    config: Config
    recipe: Recipe
    model: Parameters
    gradients: Parameters
    half: int
    scratch: Scratch

    def __call__(self, step: int, part: Window, states: Sequence[State]) -> Result:
        config, recipe, scratch = self.config, self.recipe, self.scratch
        masks = output_masks(config, recipe, part.y.shape, recipe.random(step, DROPOUT + self.half), scratch)
        of_weights = weight_masks(self.model, recipe, recipe.random(step, WEIGHT_DROPOUT), scratch)
        model = thinned(self.model, of_weights, scratch)
        with np.errstate(over="ignore", invalid="ignore"):  # training notices a loss that is no number
            loss, ends, _ = loss_and_gradients(config, model, part, states, masks, self.gradients, scratch)
        if of_weights:
            for layer, mask in zip(self.gradients.layers, of_weights, strict=True):
                np.multiply(layer.U, mask, out=layer.U)
        return Result(loss, ends)


class OwnDesk:
    """A desk in this process, which works when the result is asked for."""

    def __init__(self, config: Config, recipe: Recipe, model: Parameters, half: int, scratch: Scratch) -> None:
        self.gradients = zeros(config, model.flat.dtype)
        self._work = Work(config, recipe, model, self.gradients, half, scratch)
        self._job: tuple[Any, ...] = ()

    def begin(self, step: int, part: Window, states: Sequence[State]) -> None:
        """Puts the half aside until `end`."""
        self._job = step, part, states

    def end(self) -> Result:
        """Does the work."""
        return self._work(*self._job)


@contextmanager
def open_desks(
    config: Config, recipe: Recipe, model: Parameters, workers: int
) -> Iterator[tuple[Parameters, list[Desk]]]:
    """The desks of a run, one for each half, and the parameters that they work with, which begin as a copy of `model`.

    With two workers the second half goes to a helper process, if there is a second half and it is worth it. Where no
    process can be had, this one does without.
    """
    work = recipe.batch * recipe.window * len(model.flat)
    helped: list[Desk] = []
    with ExitStack() as stack:
        if workers > 1 and recipe.batch > 1 and work >= WORTH_A_HELPER:
            from poemgen.training.helper import helper

            with suppress(OSError):
                model, desk = stack.enter_context(helper(config, recipe, model, half=1))
                helped.append(desk)
        halves, scratch = min(2, recipe.batch) - len(helped), Scratch()  # they work one after the other
        own = [OwnDesk(config, recipe, model, half, scratch) for half in range(halves)]
        yield model, [*own, *helped]
