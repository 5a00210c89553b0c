"""Small runs for the tests of training."""

from dataclasses import replace
from typing import Any

import numpy as np

from poemgen.model import Config
from poemgen.scoring import whole
from poemgen.training.batches import Corpus
from poemgen.training.optimizer import Moments
from poemgen.training.recipe import Recipe
from poemgen.training.trainer import Progress, Run, Step, Validation, begin, train
from poemgen.workers import workers

EOS = 0
RING = np.array([3, 4, 5, 4, 3, EOS, 6, 5, 4, 3, EOS, 3, 3, 4, 4, 5, EOS], np.uint8)
HELD_OUT = [np.array([3, 4, 5, EOS]), np.array([6, 5, 5, EOS])]
RECIPE = Recipe(steps=24, batch=5, window=4, dropout=0.2, jump=0.3, seed=1)


def small_run(cell: str = "lstm", *, layers: int = 1, held_out: bool = True, **settings: Any) -> Run:
    """A run of a few units on three poems of few characters."""
    config = Config(cell, layers, 6, 7)
    corpus = Corpus(RING, EOS, config.no_character)
    passages = whole(config, HELD_OUT) if held_out else None
    return Run(config, replace(RECIPE, **settings), corpus, passages)


def trained(run: Run, progress: Progress | None = None, *, count: int = 1) -> tuple[Progress, list[Step | Validation]]:
    """The progress at the end, and all events."""
    progress = progress or begin(run)
    with workers(count) as pool:
        return progress, list(train(run, progress, pool))


def copied(run: Run, progress: Progress) -> Progress:
    """A progress that shares no array with this one."""
    model, best = (run.task.parameters(run.config, part.flat.copy()) for part in (progress.model, progress.best))
    states = [[type(state)(*map(np.copy, state)) for state in half] for half in progress.states]
    moments = Moments(*map(np.copy, progress.moments))
    places, curve = progress.places.copy(), list(progress.curve)
    return Progress(progress.step, model, best, moments, places, states, curve, progress.loss)


def numbers(progress: Progress) -> bytes:
    """All numbers of a progress, to compare bit for bit."""
    states = [part for half in progress.states for state in half for part in state]
    arrays = [progress.model.flat, progress.best.flat, *progress.moments, progress.places, *states]
    return b"".join(array.tobytes() for array in arrays) + repr((progress.step, progress.curve, progress.loss)).encode()
