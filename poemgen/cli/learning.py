"""A run as the command line leads it: prepared anew, from a model or from a checkpoint; shown, saved, and ended."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import typer

from poemgen.cli.interrupts import Interrupts
from poemgen.cli.log import Log, training_log
from poemgen.cli.shell import say
from poemgen.console import TrainingDisplay
from poemgen.durable import check_writable, remove_leftovers
from poemgen.errors import PoemgenError
from poemgen.model import Parameters
from poemgen.sampling import Choice, stream
from poemgen.scoring import excerpts
from poemgen.storage import PoemModel, check_config, embedded_path, load_model, save_model
from poemgen.text.cleaning import describe_dropped
from poemgen.text.encoded import poems_of
from poemgen.text.tokenizer import EOS
from poemgen.training import trainer
from poemgen.training.batches import Corpus
from poemgen.training.checkpoint import Checkpoint, checkpoint_path, load_checkpoint, save_checkpoint
from poemgen.training.dataset import Dataset, Reading, read_dataset
from poemgen.training.outcome import best_so_far, final_passages, outcome
from poemgen.training.plan import Wishes, choose, steps_in
from poemgen.training.trainer import Progress, Run, Step, Validation, best_bits
from poemgen.training.transfer import with_more_characters
from poemgen.training.workers import Workers

SAVE_EVERY = 30.0  # seconds
LOG_EVERY = 50  # steps
GLANCE, PASSAGE, LEAD = 40_000, 2_000, 256  # characters of a validation, of one of its passages, of a warm-up
VERSE = 60  # characters of a sampled line


@dataclass(frozen=True)
class Corpora:
    """The sources to learn from, and those to validate on (none: a part of the former)."""

    sources: tuple[str, ...]
    validation: tuple[str, ...]


@dataclass
class Job:
    """A run and its progress, with what its files tell besides; `seconds` were trained before this process."""

    run: Run
    progress: Progress
    dataset: Dataset
    half: bool
    seconds: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def trained(self) -> float:
        """Seconds trained so far, in all processes."""
        return self.seconds + time.monotonic() - self.started

    def all_details(self) -> dict[str, Any]:
        """What goes into the model's summary besides what the run says itself."""
        return self.details | {"seconds": round(self.trained(), 1)}


def check_places(output: Path, log: Path | None, *, force: bool, resume: bool) -> None:
    """Raises PoemgenError, before any time is spent, if something is in the way of what will be written."""
    checkpoint = checkpoint_path(output)
    for path in (output, checkpoint, *([log] if log else [])):
        if path.exists() and not (force or resume):
            hint = "--resume goes on with its run, " if checkpoint.exists() else ""
            raise PoemgenError(f"{str(path)!r} exists: {hint}--force replaces it, -o names another model")
        check_writable(path)
        remove_leftovers(path)


def new_job(
    corpora: Corpora,
    reading: Reading,
    wishes: Wishes,
    from_model: Path | None,
    half: bool,
    seconds: float | None,
    workers: Workers,
    *,
    quiet: bool,
) -> Job:
    """A run that has not begun. With `seconds` its number of steps is what fits into them, reading included."""
    started = time.monotonic()
    base = load_model(embedded_path() if str(from_model) == "embedded" else from_model) if from_model else None
    dataset = read_dataset(
        corpora.sources,
        reading,
        validation_sources=corpora.validation,
        vocabulary=base.vocabulary if base else None,
        extend=base is not None,
    )
    config, recipe = choose(
        wishes, len(dataset.train.ids), len(dataset.train.vocabulary), base.config if base else None
    )
    check_config(config)
    model = transferred(base, dataset) if base else None
    run = Run(config, recipe, ring(dataset), None)
    run = replace(run, held_out=glance(run, dataset))
    describe(run, dataset, quiet=quiet)
    if seconds is not None:
        left = seconds - (time.monotonic() - started)
        steps = steps_in(run, left, final_passages(config, dataset), workers, model)
        run = replace(run, recipe=replace(recipe, steps=steps))
    if not quiet:
        say(f"{run.recipe.steps:,} steps; the same again, bit for bit: --steps {run.recipe.steps}")
    details: dict[str, Any] = {"from": base.sha256} if base else {}
    return Job(run, trainer.begin(run, model), dataset, half, details=details, started=started)


def resumed_job(output: Path, corpora: Corpora, *, quiet: bool) -> Job:
    """The run of the checkpoint beside the model. Raises PoemgenError if there is none, or for another corpus."""
    path = checkpoint_path(output)
    if not path.exists():
        finished = ", and the model is finished: --from goes on from it" if output.exists() else ""
        raise PoemgenError(f"there is no checkpoint {str(path)!r} to resume{finished or '; train without --resume'}")
    saved = load_checkpoint(path)
    dataset = read_dataset(
        corpora.sources, saved.reading, validation_sources=corpora.validation, vocabulary=saved.vocabulary
    )
    if (dataset.train.sha256, validation_hash(dataset)) != (saved.corpus_sha256, saved.validation_sha256):
        raise PoemgenError("this is not the corpus of the interrupted run; name the same files in the same order")
    run = Run(saved.config, saved.recipe, ring(dataset), None)
    run = replace(run, held_out=glance(run, dataset))
    if not quiet:
        say(f"going on after step {saved.progress.step:,} of {saved.recipe.steps:,}")
    return Job(run, saved.progress, dataset, saved.half, saved.seconds)


def ring(dataset: Dataset) -> Corpus:
    """The training part as batches are cut from it."""
    return Corpus(dataset.train.ids, EOS, len(dataset.train.vocabulary))


def glance(run: Run, dataset: Dataset) -> list[Any] | None:
    """The passages of held-out text that validations while training look at."""
    if dataset.validation is None:
        return None
    return excerpts(run.config, poems_of(dataset.validation), GLANCE, PASSAGE, LEAD)


def transferred(base: PoemModel, dataset: Dataset) -> Parameters:
    """The parameters of the model to go on from, in the vocabulary of the dataset."""
    new_ids = base.vocabulary.extended(dataset.train.vocabulary.characters).new_ids
    size = len(dataset.train.vocabulary)
    return with_more_characters(base.config, base.parameters, new_ids, size)[1]


def validation_hash(dataset: Dataset) -> str:
    """Of a validation part with sources of its own; empty otherwise."""
    return dataset.validation.sha256 if dataset.own_validation and dataset.validation else ""


def describe(run: Run, dataset: Dataset, *, quiet: bool) -> None:
    """Says what was read and what will be trained."""
    if quiet:
        return
    train, config, recipe = dataset.train, run.config, run.recipe
    if dataset.dropped:
        say(f"left out: {describe_dropped(dataset.dropped)}")
    if train.exact_duplicates or train.near_duplicates:
        say(f"left out: {train.exact_duplicates:,} duplicate and {train.near_duplicates:,} near-duplicate poems")
    say(
        f"{train.poems:,} poems (split: {dataset.reading.split}), {train.characters:,} characters, "
        f"a vocabulary of {config.vocabulary:,}, {100 * train.unknown / max(1, train.characters):.2f}% <UNK>"
    )
    if dataset.validation:
        say(f"held out: {dataset.validation.poems:,} poems, {dataset.validation.characters:,} characters")
    else:
        say("held out: nothing, so the result will not be tested and no early stop is possible")
    say(
        f"network: {config.layers} x {config.units} {config.cell}, batch {recipe.batch} x {recipe.window}, "
        f"dropout {recipe.dropout:g}, learning rate {recipe.learning_rate:g}"
    )


def learn(
    job: Job,
    output: Path,
    log_path: Path | None,
    signals: Interrupts,
    workers: Workers,
    *,
    append_log: bool,
    quiet: bool,
) -> None:
    """Trains to the end, saving now and then, and writes the model. Ends by typer.Exit if a signal comes."""
    with training_log(log_path, append=append_log) as log:
        try:
            with signals.deferring():
                for _ in watched(job, log, workers, saver(job, output), quiet=quiet):
                    if signals.exit_code is not None:
                        break
                save(job, output)
        except PoemgenError:
            save_best(job, output)
            raise
        if signals.exit_code is not None:
            say(f"stopped after step {job.progress.step:,} of {job.run.recipe.steps:,}; --resume goes on from there")
            raise typer.Exit(signals.exit_code)
        model = outcome(job.run, job.progress, job.dataset, job.half, job.all_details(), workers)
        save_model(output, model, half=job.half)
        checkpoint_path(output).unlink(missing_ok=True)
        log(event="finished", **{key: model.summary.get(key) for key in ("step", "best_step", "seconds", "held_out")})
    if not quiet:
        sum_up(job, model, output)


def watched(
    job: Job, log: Log, workers: Workers, save_now_and_then: Any, *, quiet: bool
) -> Iterator[Step | Validation]:
    """The events of training, shown and logged as they pass by."""
    run, progress = job.run, job.progress
    characters = run.recipe.batch * run.recipe.window
    display = TrainingDisplay(steps=run.recipe.steps, done=progress.step, characters_a_step=characters, quiet=quiet)
    with display:
        for event in trainer.train(run, progress, workers):
            if isinstance(event, Validation):
                best = event.held_out is None or event.held_out <= best_bits(progress.curve)
                display.validation(*event, best, verse(job))
                log(event="validation", **event._asdict(), seconds=round(job.trained(), 2))
            else:
                display.step(*event)
                if event.step % LOG_EVERY == 0:
                    log(event="step", step=event.step, bits=round(event.bits, 4), seconds=round(job.trained(), 2))
            save_now_and_then()
            yield event


def saver(job: Job, output: Path) -> Any:
    """A function that saves if the last time was long enough ago."""
    last = time.monotonic()

    def save_now_and_then() -> None:
        nonlocal last
        if time.monotonic() - last > SAVE_EVERY:
            save(job, output)
            last = time.monotonic()

    return save_now_and_then


def save(job: Job, output: Path) -> None:
    """The checkpoint, and the best model so far once there is one."""
    checkpoint = Checkpoint(
        config=job.run.config,
        recipe=job.run.recipe,
        vocabulary=job.dataset.train.vocabulary,
        reading=job.dataset.reading,
        corpus_sha256=job.dataset.train.sha256,
        validation_sha256=validation_hash(job.dataset),
        half=job.half,
        seconds=job.trained(),
        progress=job.progress,
    )
    save_checkpoint(checkpoint_path(output), checkpoint)
    save_best(job, output)


def save_best(job: Job, output: Path) -> None:
    """The best model so far, if there was a validation."""
    if job.progress.curve:
        model = best_so_far(job.run, job.progress, job.dataset, job.half, job.all_details())
        save_model(output, model, half=job.half)


def verse(job: Job) -> str:
    """A line that the model would write now."""
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
    return next((line for line in text.split("\n") if line.strip()), "")


def sum_up(job: Job, model: PoemModel, output: Path) -> None:
    """Says what was learned, where it is, and what to type next."""
    summary, recipe = model.summary, job.run.recipe
    if summary["step"] < recipe.steps:
        say(f"stopped early: held-out text got no better for {recipe.patience} validations")
    figure = ""
    if "held_out" in summary:
        held_out = summary["held_out"]
        figure = f": {held_out['bits_per_character']} bits/character on {held_out['characters']:,} held-out characters"
    say(f"learned from {job.dataset.train.poems:,} poems in {job.trained() / 60:.1f} minutes{figure}")
    say(f"the model is {str(output)!r}, {output.stat().st_size / 1e6:.1f} MB")
    where = "" if str(output) == "poemgen.safetensors" else f" --model {output}"
    say(f'next: poemgen generate{where} --seed "moon"')
