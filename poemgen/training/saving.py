"""A job's files: the checkpoint, the best model so far, and the finished one."""

from dataclasses import replace
from pathlib import Path

from poemgen.storage import PoemModel, save_model
from poemgen.training.checkpoint import Checkpoint, checkpoint_path, save_checkpoint
from poemgen.training.job import Job, validation_hash
from poemgen.training.outcome import best_so_far, outcome
from poemgen.training.stages import joined, untrained
from poemgen.workers import Workers


def save(job: Job, output: Path) -> None:
    """Writes the checkpoint, and the best model so far once there is one. Raises PoemgenError if it cannot."""
    checkpoint = Checkpoint(
        config=job.run.config,
        recipe=job.run.recipe,
        vocabulary=job.dataset.train.vocabulary,
        reading=job.dataset.reading,
        corpus_sha256=job.dataset.train.sha256,
        validation_sha256=validation_hash(job.dataset),
        details=job.details,
        half=job.half,
        seconds=job.trained(),
        stage=job.stage,
        later=job.later,
        others=job.rest is not None,
        progress=job.progress,
    )
    if job.rest:  # first, since the checkpoint leans on it
        save_best(job, output)
    save_checkpoint(checkpoint_path(output), checkpoint)
    if not job.rest:
        save_best(job, output)


def save_best(job: Job, output: Path) -> None:
    """Writes the best model so far, if there was a validation, or else the other networks, if there are any."""
    if job.progress.curve:
        save_model(output, unwritten(job), half=job.half)
    elif job.rest:
        save_model(output, job.rest, half=job.half)


def _whole(job: Job, trained: PoemModel) -> PoemModel:
    return joined(job.stage, trained, job.rest, job.word_lists)


def unwritten(job: Job) -> PoemModel:
    """The best model so far, not yet scored on all held-out poems."""
    return _whole(job, best_so_far(job.run, job.progress, job.dataset, job.half, job.all_details()))


def finish(job: Job, output: Path, workers: Workers) -> PoemModel:
    """Scores the best model on all held-out poems and writes it. After the last stage the checkpoint is removed;
    after another one it stands until the next stage has its own."""
    trained = outcome(job.run, job.progress, job.dataset, job.half, job.details, workers)
    trained.summary["seconds"] = job.all_details()["seconds"]  # what comes after the last step included
    if not job.run.recipe.steps:
        trained = replace(trained, summary=untrained(trained.summary))
    model = _whole(job, trained)
    save_model(output, model, half=job.half)
    if not job.later:
        checkpoint_path(output).unlink(missing_ok=True)
    return model
