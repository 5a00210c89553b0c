"""A run as the command line leads it: shown, logged, saved now and then, and ended."""

import time
from collections.abc import Iterator
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
from poemgen.training.engine import Engine
from poemgen.training.helper import LostHelperError
from poemgen.training.job import Job
from poemgen.training.outcome import best_step
from poemgen.training.saving import finish, save, save_best, unwritten
from poemgen.training.stages import summary_of
from poemgen.training.trainer import Step, Validation
from poemgen.workers import Workers

TERMINATED = 143  # the exit code where the signal came to another process
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
    engine: Engine,
    *,
    append_log: bool,
    quiet: bool,
) -> PoemModel:
    """Trains to the end, saving now and then; writes and returns the model. Ends by typer.Exit if a signal comes.

    Of many processes the first one shows, logs, saves and writes.
    """
    output = files.output
    writes = engine.processes.rank == 0
    save_here = save if writes else _save_nothing
    with training_log(files.log if writes else None, append=append_log) as log:
        try:
            if job.progress.step == 0:
                save_here(job, output)  # in place of a checkpoint that an older run has left
            with signals.deferring():
                stopped = _to_the_end(job, files, log, signals, workers, engine, quiet=quiet or not writes)
                save_here(job, output)
        except DivergenceError:
            if writes:
                save_best(job, output)
                checkpoint_path(output).unlink(missing_ok=True)  # it leads to the same end
            raise
        except LostHelperError as error:
            save(job, output)
            raise PoemgenError(f"{error}; --resume goes on after step {job.progress.step:,}") from error
        except (PoemgenError, OSError, MemoryError):
            # Of many processes each holds some of the states, and only together could they save them.
            if engine.processes.count == 1:
                with suppress(PoemgenError):  # the log could not be written, say, and perhaps this cannot either
                    save(job, output)
            raise
        if stopped:
            of_network = f" of the {job.stage} network" if job.stage != FORWARD or job.later else ""
            steps = f"step {job.progress.step:,} of {job.run.recipe.steps:,}{of_network}"
            if writes:
                say(f"stopped after {steps}; --resume goes on from there")
            raise typer.Exit(signals.exit_code or TERMINATED)
        if not writes:
            return unwritten(job)
        if job.run.recipe.match_lengths and not quiet:
            say("writing poems, to make them as long as those of the corpus")
        model = finish(job, output, workers)
        summary = summary_of(job.stage, model)
        figures = {key: summary.get(key) for key in ("step", "best_step", "seconds", "held_out")}
        log(event="finished", network=job.stage, **figures)
    return model


def _to_the_end(
    job: Job, files: Files, log: Log, signals: Interrupts, workers: Workers, engine: Engine, *, quiet: bool
) -> bool:
    """Trains to the end, or until a signal comes to any process; whether one did. The progress can be saved then."""
    writes, last = engine.processes.rank == 0, time.monotonic()
    for _ in watched(job, log, workers, engine, quiet=quiet):
        due = writes and time.monotonic() - last > files.save_every
        stop, due = engine.processes.any(signals.exit_code is not None, due)
        if stop or due:
            engine.fetch()
        if stop:
            return True
        if due and writes:
            save(job, files.output)
            last = time.monotonic()
    return False


def _save_nothing(job: Job, output: Path) -> None:
    """What all processes but the first do."""


def watched(job: Job, log: Log, workers: Workers, engine: Engine, *, quiet: bool) -> Iterator[Step | Validation]:
    """The events of training, shown and logged as they pass by."""
    run, progress = job.run, job.progress
    characters = run.recipe.batch * run.recipe.window
    display = TrainingDisplay(
        steps=run.recipe.steps,
        done=progress.step,
        characters_a_step=characters,
        quiet=quiet,
        of="missing character" if job.stage == FILL else "character",
    )
    with display:
        for event in trainer.train(run, progress, workers, engine):
            if isinstance(event, Validation):
                best = event.held_out is None or event.step == best_step(progress)
                display.validation(*event, best, "" if quiet else verse(job))
                log(event="validation", network=job.stage, **event._asdict(), seconds=round(job.trained(), 2))
            else:
                display.step(*event)
                if event.step % LOG_EVERY == 0:
                    figures = {"step": event.step, "bits": round(event.bits, 4), "seconds": round(job.trained(), 2)}
                    log(event="step", network=job.stage, **figures)
            yield event


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
