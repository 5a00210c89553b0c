"""Where the two halves of a batch are worked on: each at a desk of its own, with memory for its gradients.

The halves are always the same and their gradients are summed in a fixed order, so that the result does not depend on
who works on them: this process alone, or a helper process on the second one.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Protocol

import numpy as np

from poemgen.model import Config, Parameters
from poemgen.network.scratch import Scratch
from poemgen.network.stack import State
from poemgen.training.half import Result, Work
from poemgen.training.recipe import Recipe
from poemgen.training.task import FORETELLING, Task

WORTH_A_HELPER = 10**7  # parameters x characters of a step; below, a helper costs more than it gives


class Desk(Protocol):
    """Works on one half of each batch."""

    gradients: Parameters

    def begin(self, step: int, part: Any, states: Sequence[State]) -> None:
        """Takes the half of a step's window and the states before it."""

    def end(self) -> Result:
        """The result; the gradients lie in `gradients`."""


class OwnDesk:
    """A desk in this process, which works when the result is asked for."""

    def __init__(
        self,
        config: Config,
        recipe: Recipe,
        model: Parameters,
        half: int,
        scratch: Scratch,
        task: Task = FORETELLING,
    ) -> None:
        self.gradients = task.parameters(config, np.zeros_like(model.flat))
        self._work = Work(config, recipe, model, self.gradients, half, scratch, task)
        self._job: tuple[Any, ...] = ()

    def begin(self, step: int, part: Any, states: Sequence[State]) -> None:
        """Puts the half aside until `end`."""
        self._job = step, part, states

    def end(self) -> Result:
        """Does the work."""
        return self._work(*self._job)


@contextmanager
def open_desks(
    config: Config, recipe: Recipe, model: Parameters, workers: int, task: Task = FORETELLING
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
                model, desk = stack.enter_context(helper(config, recipe, model, half=1, task=task))
                helped.append(desk)
        halves, scratch = min(2, recipe.batch) - len(helped), Scratch()  # they work one after the other
        own = [OwnDesk(config, recipe, model, half, scratch, task) for half in range(halves)]
        yield model, [*own, *helped]
