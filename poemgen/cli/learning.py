"""A run as the command line leads it: shown, logged, saved now and then, and ended."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import typer

from poemgen.cli.interrupts import Interrupts
from poemgen.cli.log import Log, training_log
from poemgen.cli.shell import say
from poemgen.console import TrainingDisplay
from poemgen.errors import PoemgenError
from poemgen.sampling import Choice, stream
from poemgen.storage import BACKWARD, FILL, FORWARD, PoemModel
from poemgen.training import trainer
from poemgen.training.checkpoint import checkpoint_path
from poemgen.training.divergence import DivergenceError
from poemgen.training.helper import LostHelperError
from poemgen.training.job import Job
from poemgen.training.outcome import best_step
from poemgen.training.saving import finish, save, save_best
from poemgen.training.stages import summary_of
from poemgen.training.trainer import Step, Validation
from poemgen.workers import Workers

LOG_EVERY = 50  # steps
VERSE = 60  # characters of a sampled line


class Files(NamedTuple):
    """What a run writes: the model, with its checkpoint beside it every so many seconds, and perhaps a log."""

    output: Path
    log: Path | None
    save_every: float


def learn(
    job: Job,
    files: Files,
    signals: Interrupts,
    workers: Workers,
    *,
    append_log: bool,
    quiet: bool,
) -> PoemModel:
    """Trains to the end, saving now and then; writes and returns the model. Ends by typer.Exit if a signal comes."""
    output = files.output
    with training_log(files.log, append=append_log) as log:
        try:
            if job.progress.step == 0:
                save(job, output)  # in place of a checkpoint that an older run has left
            with signals.deferring():
                for _ in watched(job, log, workers, saver(job, files), quiet=quiet):
                    if signals.exit_code is not None:
                        break
                save(job, output)
        except DivergenceError:
            save_best(job, output)
            checkpoint_path(output).unlink(missing_ok=True)  # it leads to the same end
            raise
        except LostHelperError as error:
            save(job, output)
            raise PoemgenError(f"{error}; --resume goes on after step {job.progress.step:,}") from error
        except (PoemgenError, OSError, MemoryError):
            with suppress(PoemgenError):  # the log could not be written, say, and perhaps this cannot either
                save(job, output)
            raise
        if signals.exit_code is not None:
            of_network = f" of the {job.stage} network" if job.stage != FORWARD or job.later else ""
            steps = f"step {job.progress.step:,} of {job.run.recipe.steps:,}{of_network}"
            say(f"stopped after {steps}; --resume goes on from there")
            raise typer.Exit(signals.exit_code)
        model = finish(job, output, workers)
        summary = summary_of(job.stage, model)
        figures = {key: summary.get(key) for key in ("step", "best_step", "seconds", "held_out")}
        log(event="finished", network=job.stage, **figures)
    return model


def watched(
    job: Job, log: Log, workers: Workers, save_now_and_then: Callable[[], None], *, quiet: bool
) -> Iterator[Step | Validation]:
    """The events of training, shown and logged as they pass by."""
    run, progress = job.run, job.progress
    characters = run.recipe.batch * run.recipe.window
    display = TrainingDisplay(steps=run.recipe.steps, done=progress.step, characters_a_step=characters, quiet=quiet)
    with display:
        for event in trainer.train(run, progress, workers):
            if isinstance(event, Validation):
                best = event.held_out is None or event.step == best_step(progress)
                display.validation(*event, best, "" if quiet else verse(job))
                log(event="validation", network=job.stage, **event._asdict(), seconds=round(job.trained(), 2))
            else:
                display.step(*event)
                if event.step % LOG_EVERY == 0:
                    figures = {"step": event.step, "bits": round(event.bits, 4), "seconds": round(job.trained(), 2)}
                    log(event="step", network=job.stage, **figures)
            save_now_and_then()
            yield event


def saver(job: Job, files: Files) -> Callable[[], None]:
    """A function that saves if the last time was long enough ago."""
    last = time.monotonic()

    def save_now_and_then() -> None:
        nonlocal last
        if time.monotonic() - last > files.save_every:
            save(job, files.output)
            last = time.monotonic()

    return save_now_and_then


def verse(job: Job) -> str:
    """A line that the network would write now, if it is one that writes."""
    if job.stage == FILL:
        return ""
    config, vocabulary = job.run.config, job.dataset.train.vocabulary
    choice = Choice(reject_unk=True)
    pieces = stream(
        config,
        job.progress.model,
        np.array([], np.int64),
        choice,
        max_length=VERSE,
        rng_seed=job.progress.step,
        count=1,
    )
    text = "".join(vocabulary.token(piece) for piece in pieces if isinstance(piece, int))
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return line[::-1] if job.stage == BACKWARD else line
