"""The training loop: read a window, follow the gradient of its loss, look at held-out poems now and then.

    for every step:
        window      T characters of B streams, with the true character before each (teacher forcing)
        loss        L = -Σt Σi y<t>i log ŷ<t>i, averaged over the window, and its gradient by all parameters
        clipping    a gradient longer than `clip` is shortened to it
        Adam        moves the parameters
    at a dozen of steps, and before the first if the parameters have learned before:
        validation  the surprisal of held-out text; the best parameters so far are kept

`train` is a generator: it yields an event after every step and every validation, and its caller decides what to show,
when to save, and when to stop. All that changes is in one `Progress`, so a run can be saved and go on bit for bit.

This is how a language model learns. What else can be learned so, and from what windows, is up to the run's `task`.
Who takes the steps is up to an `Engine`; the one of this file is NumPy's.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from poemgen.model import Parameters
from poemgen.network.arrays import Floats
from poemgen.training.desks import Desk, open_desks
from poemgen.training.divergence import check_losses, check_number
from poemgen.training.engine import Alone, Engine
from poemgen.training.optimizer import Moments, Update, adam, clipping_scale
from poemgen.training.progress import Progress, Run, Validation
from poemgen.training.recipe import Recipe
from poemgen.workers import Workers

__all__ = ["NUMPY", "Progress", "Run", "Step", "Validation", "begin", "train"]

INITIAL = 0  # what random numbers are for; tasks and dropout have the numbers after this


class Step(NamedTuple):
    """One update is done: the loss of its window in bits a character."""

    step: int
    bits: float


def begin(run: Run, model: Parameters | None = None) -> Progress:
    """The progress of a run that has not begun, from a copy of these parameters or from random ones."""
    config, recipe, task = run.config, run.recipe, run.task
    flat = task.initial(config, recipe.random(0, INITIAL)).flat if model is None else model.flat.copy()
    model = task.parameters(config, flat)
    moments = Moments(np.zeros_like(flat), np.zeros_like(flat))
    places, states = task.begin(config, recipe, run.corpus, model)
    return Progress(0, model, task.parameters(config, flat.copy()), moments, places, states)


class NumpyEngine:
    """The steps as they are written out here, in this process and perhaps a helper."""

    name, exact = "NumPy", True
    processes = Alone()

    @contextmanager
    def at_work(self, run: Run, progress: Progress, workers: Workers) -> Iterator[Callable[[], float]]:
        """See `update`."""
        with at_desks(run, progress, workers) as desks:
            yield lambda: update(run, progress, desks, workers)

    def held_out_bits(self, run: Run, progress: Progress, workers: Workers) -> float:
        """See `Task.held_out_bits`."""
        return run.task.held_out_bits(run.config, progress.model, run.held_out, workers.map)

    def fetch(self) -> None:
        """All is there already."""


NUMPY = NumpyEngine()


def train(run: Run, progress: Progress, workers: Workers, engine: Engine = NUMPY) -> Iterator[Step | Validation]:
    """Trains until the last step, or until held-out text has got no better for `patience` validations.

    Raises DivergenceError if the loss runs away; the best parameters are in the progress all the same.
    """
    rate = run.recipe.learning_rate
    with engine.at_work(run, progress, workers) as take_a_step:
        if run.recipe.validates_start and run.held_out and not progress.curve and not progress.step:
            yield validate(run, progress, workers, engine)
        while progress.step < run.recipe.steps and not out_of_patience(run.recipe, progress.curve):
            bits = take_a_step()
            check_number(bits, progress.step, rate)
            progress.loss += bits
            progress.step += 1
            # Before anything is yielded: whoever stops here and goes on later must not miss the validation.
            point = validate(run, progress, workers, engine) if run.recipe.validates_after(progress.step - 1) else None
            yield Step(progress.step, bits)
            if point:
                yield point
                losses = [point.training for point in progress.curve if point.training is not None]
                check_losses(losses, run.config.vocabulary, progress.step, rate)


@contextmanager
def at_desks(run: Run, progress: Progress, workers: Workers) -> Iterator[list[Desk]]:
    """The desks where the halves of each batch are worked on, with the progress' parameters."""
    with open_desks(run.config, run.recipe, progress.model, workers.count, run.task) as (progress.model, both):
        try:
            yield both
        finally:
            progress.model = run.task.parameters(run.config, progress.model.flat.copy())  # the desks' memory goes


def update(run: Run, progress: Progress, desks: Sequence[Desk], workers: Workers) -> float:
    """One step of training, all in `progress` but its count. Returns the window's loss in bits a character.

    If a desk fails, the progress is as it was.
    """
    recipe, step = run.recipe, progress.step
    batch = run.task.batch(run.corpus, recipe, step, progress.places)
    for desk, part, states in zip(reversed(desks), reversed(batch.halves), reversed(progress.states), strict=True):
        desk.begin(step, part, states)
    results = [desk.end() for desk in desks]
    norm = descend(recipe, progress, [desk.gradients.flat for desk in desks], batch.characters, workers)
    progress.places = batch.places
    progress.states = [result.states for result in results]
    return sum(result.loss for result in results) / batch.characters / math.log(2) if math.isfinite(norm) else math.nan


def descend(
    recipe: Recipe, progress: Progress, gradients: Sequence[Floats], characters: int, workers: Workers
) -> float:
    """Sums the halves' gradients, clips their mean and takes one step of Adam, each worker on half of the vector.

    Returns the squared norm of the mean gradient. If that is not finite, the parameters stay as they were.
    """
    total, *others = gradients
    cut = len(total) // 2
    pieces = [slice(0, cut), slice(cut, None)]

    def add(piece: slice) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            for other in others:
                total[piece] += other[piece]
            return float(np.dot(total[piece], total[piece]))

    squared_norm = sum(workers.map(add, pieces)) / characters**2
    if not math.isfinite(squared_norm):
        return squared_norm
    step = progress.step
    update = Update(
        t=step + 1,
        rate=recipe.rate(step),
        scale=clipping_scale(squared_norm, recipe.clip) / characters,
        beta1=recipe.beta1,
        beta2=recipe.beta2,
        decay=recipe.weight_decay,
    )
    m, v = progress.moments
    theta = progress.model.flat
    workers.map(lambda piece: adam(theta[piece], total[piece], Moments(m[piece], v[piece]), update), pieces)
    return squared_norm


def validate(run: Run, progress: Progress, workers: Workers, engine: Engine) -> Validation:
    """Adds a point to the curve and keeps the parameters if they are the best so far (or nothing is held out)."""
    engine.fetch()
    since = progress.step - (progress.curve[-1].step if progress.curve else 0)
    held_out = None
    if run.held_out:
        held_out = engine.processes.first(lambda: engine.held_out_bits(run, progress, workers))
    if held_out is None or held_out < best_bits(progress.curve):
        progress.best.flat[:] = progress.model.flat
    point = Validation(progress.step, progress.loss / since if since else None, held_out)
    progress.curve.append(point)
    progress.loss = 0.0
    return point


def best_bits(curve: Sequence[Validation]) -> float:
    """The lowest held-out bits a character so far."""
    return min((point.held_out for point in curve if point.held_out is not None), default=math.inf)


def out_of_patience(recipe: Recipe, curve: Sequence[Validation]) -> bool:
    """Whether the last `patience` validations in a row all stayed above the best one before them. That before the first
    step does not count: a high rate may need some steps to get below it."""
    held_out = [point.held_out for point in curve if point.held_out is not None and point.step]
    if len(held_out) <= recipe.patience:
        return False
    return min(held_out[-recipe.patience :]) >= min(held_out[: -recipe.patience])
