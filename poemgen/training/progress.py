"""A run: all that stays while a network is trained, and all that changes."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from poemgen.model import Config, Parameters
from poemgen.network.arrays import Ids
from poemgen.network.stack import State
from poemgen.training.batches import Corpus
from poemgen.training.optimizer import Moments
from poemgen.training.recipe import Recipe
from poemgen.training.task import FORETELLING, Task


class Validation(NamedTuple):
    """A point of the loss curve: after `step` steps, bits a character on training windows (none before the first step)
    and on held-out text."""

    step: int
    training: float | None
    held_out: float | None


@dataclass
class Progress:
    """All that changes while training. `states` holds the states of each half of the streams."""

    step: int
    model: Parameters
    best: Parameters
    moments: Moments
    places: Ids
    states: list[list[State]]
    curve: list[Validation] = field(default_factory=list)
    loss: float = 0.0  # sum of bits over the steps since the last validation


@dataclass(frozen=True)
class Run:
    """All that stays: what is learned, how, and from what. `held_out` is what the task validates on, or None."""

    config: Config
    recipe: Recipe
    corpus: Corpus
    held_out: Any
    task: Task = FORETELLING
