"""The end of a run: the best parameters as they are stored, scored on all held-out poems, with a summary of the run."""

import platform
from dataclasses import asdict
from typing import Any

import numpy as np

from poemgen import __version__
from poemgen.model import Config, Network
from poemgen.scoring import Passage, whole
from poemgen.storage import PoemModel
from poemgen.text.encoded import poems_of
from poemgen.training.dataset import Dataset
from poemgen.training.length_matching import cut_of, match, told
from poemgen.training.progress import Progress, Run
from poemgen.training.rounding import as_stored
from poemgen.training.trainer import best_bits
from poemgen.workers import Workers, available

LENGTHS = 6  # what random numbers are for, besides those of training


def final_passages(config: Config, dataset: Dataset) -> list[Passage]:
    """All held-out poems, whole."""
    return whole(config, poems_of(dataset.validation)) if dataset.validation else []


def best_so_far(run: Run, progress: Progress, dataset: Dataset, half: bool, details: dict[str, Any]) -> PoemModel:
    """The model of a run that has not ended, not yet scored on all held-out poems."""
    best = run.task.parameters(run.config, as_stored(progress.best.flat, half))
    summary = summarize(run, progress, dataset, details) | {"finished": False}
    return PoemModel(run.config, best, dataset.train.vocabulary, summary)


def outcome(
    run: Run, progress: Progress, dataset: Dataset, half: bool, details: dict[str, Any], workers: Workers
) -> PoemModel:
    """The finished model. `details` go into its summary as they are."""
    best = run.task.parameters(run.config, as_stored(progress.best.flat, half))
    summary = summarize(run, progress, dataset, details) | {"finished": True}
    if run.recipe.match_lengths:
        network, rng = Network(run.config, best), run.recipe.random(0, LENGTHS)
        matched, found = match(network, dataset.train, cut_of(run.recipe), rng, workers.map)
        best = run.task.parameters(run.config, as_stored(matched.flat, half))
        summary["lengths"] = told(found)
    if dataset.validation:
        summary["held_out"] = run.task.figures(run.config, best, dataset.validation, workers.map)
    return PoemModel(run.config, best, dataset.train.vocabulary, summary)


def summarize(run: Run, progress: Progress, dataset: Dataset, details: dict[str, Any]) -> dict[str, Any]:
    """What a model file tells of its training, as JSON."""
    train = dataset.train
    return details | {
        "poemgen": __version__,
        "corpus": {
            "sha256": train.sha256,
            "poems": train.poems,
            "characters": train.characters,
            "unknown": train.unknown,
            "exact_duplicates": train.exact_duplicates,
            "near_duplicates": train.near_duplicates,
        },
        "reading": asdict(dataset.reading),
        "own_validation": dataset.own_validation,
        "recipe": asdict(run.recipe),
        "step": progress.step,
        "best_step": best_step(progress),
        "curve": [
            [point.step, round_or_none(point.training), round_or_none(point.held_out)] for point in progress.curve
        ],
        "machine": {"processor": platform.machine(), "workers": available(), "numpy": np.__version__},
    }


def best_step(progress: Progress) -> int:
    """The step of the validation that kept its parameters: the best or, where nothing is held out, the last."""
    best = best_bits(progress.curve)
    last = progress.curve[-1].step if progress.curve else 0
    return next((point.step for point in progress.curve if point.held_out == best), last)


def round_or_none(bits: float | None) -> float | None:
    """To four decimals."""
    return None if bits is None else round(bits, 4)
