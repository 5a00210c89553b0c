"""One run, from its preparation to its files: begun anew, on another model, or from a checkpoint; saved on the way."""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from poemgen.errors import PoemgenError
from poemgen.model import Parameters
from poemgen.scoring import Passage, excerpts
from poemgen.storage import PoemModel, check_config, save_model
from poemgen.text.encoded import poems_of
from poemgen.text.tokenizer import EOS
from poemgen.training.batches import Corpus
from poemgen.training.checkpoint import Checkpoint, checkpoint_path, load_checkpoint, save_checkpoint
from poemgen.training.dataset import Dataset, Reading, read_dataset
from poemgen.training.outcome import best_so_far, final_passages, outcome
from poemgen.training.plan import Wishes, choose, steps_in, useful_steps
from poemgen.training.trainer import Progress, Run, begin
from poemgen.training.transfer import with_more_characters
from poemgen.workers import Workers

GLANCE, PASSAGE, LEAD = 40_000, 2_000, 256  # characters of a validation, of one of its passages, of a warm-up


@dataclass(frozen=True)
class Corpora:
    """The sources to learn from, and those to validate on (none: a part of the former)."""

    sources: tuple[str, ...]
    validation: tuple[str, ...]


@dataclass
class Job:
    """A run and its progress, and what its files tell besides.

    `half` is whether the model is stored as float16, `seconds` were trained before this process, and `details` go into
    the model's summary as they are.
    """

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


def prepared(corpora: Corpora, reading: Reading, wishes: Wishes, base: PoemModel | None, half: bool) -> Job:
    """A run that has not begun; `base` is the model to go on from. Without a wish for its length it is still untimed.

    Raises PoemgenError for a corpus that cannot be read or learned from, or wishes that cannot be met.
    """
    started = time.monotonic()
    dataset = read_dataset(
        corpora.sources,
        reading,
        validation_sources=corpora.validation,
        vocabulary=base.vocabulary if base else None,
        extend=base is not None,
    )
    characters, vocabulary = len(dataset.train.ids), len(dataset.train.vocabulary)
    config, recipe = choose(wishes, characters, vocabulary, base.config if base else None)
    check_config(config)
    run = _held_out(Run(config, recipe, _ring(dataset), None), dataset)
    progress = begin(run, _transferred(base, dataset) if base else None)
    return Job(run, progress, dataset, half, details={"from": base.sha256} if base else {}, started=started)


def timed(job: Job, seconds: float, workers: Workers, *, while_useful: bool) -> Job:
    """The job with as many steps as fit into so many seconds since it was begun to be prepared.

    With `while_useful` they are no more than are known to help held-out text, if there is any. Raises PoemgenError if
    not even one step fits.
    """
    final = final_passages(job.run.config, job.dataset)
    steps = steps_in(job.run, seconds - job.trained(), final, workers, job.progress.model)
    if while_useful and job.run.held_out:
        steps = min(steps, useful_steps(job.run))
    return replace(job, run=replace(job.run, recipe=replace(job.run.recipe, steps=steps)))


def resumed(output: Path, corpora: Corpora) -> Job:
    """The run of the checkpoint beside the model. Raises PoemgenError if there is none, or for another corpus."""
    path = checkpoint_path(output)
    if not path.exists():
        next_step = "the model is finished: --from goes on from it" if output.exists() else "train without --resume"
        raise PoemgenError(f"there is no checkpoint {str(path)!r} to resume; {next_step}")
    saved = load_checkpoint(path)
    dataset = read_dataset(
        corpora.sources, saved.reading, validation_sources=corpora.validation, vocabulary=saved.vocabulary
    )
    if (dataset.train.sha256, _validation_hash(dataset)) != (saved.corpus_sha256, saved.validation_sha256):
        raise PoemgenError(
            "this is not the corpus of the interrupted run; name the same files, and the same --validation, in order"
        )
    run = _held_out(Run(saved.config, saved.recipe, _ring(dataset), None), dataset)
    return Job(run, saved.progress, dataset, saved.half, saved.seconds, saved.details)


def save(job: Job, output: Path) -> None:
    """Writes the checkpoint, and the best model so far once there is one. Raises PoemgenError if it cannot."""
    checkpoint = Checkpoint(
        config=job.run.config,
        recipe=job.run.recipe,
        vocabulary=job.dataset.train.vocabulary,
        reading=job.dataset.reading,
        corpus_sha256=job.dataset.train.sha256,
        validation_sha256=_validation_hash(job.dataset),
        details=job.details,
        half=job.half,
        seconds=job.trained(),
        progress=job.progress,
    )
    save_checkpoint(checkpoint_path(output), checkpoint)
    save_best(job, output)


def save_best(job: Job, output: Path) -> None:
    """Writes the best model so far, if there was a validation."""
    if job.progress.curve:
        model = best_so_far(job.run, job.progress, job.dataset, job.half, job.all_details())
        save_model(output, model, half=job.half)


def finish(job: Job, output: Path, workers: Workers) -> PoemModel:
    """Scores the best model on all held-out poems, writes it, and removes the checkpoint."""
    model = outcome(job.run, job.progress, job.dataset, job.half, job.all_details(), workers)
    save_model(output, model, half=job.half)
    checkpoint_path(output).unlink(missing_ok=True)
    return model


def _ring(dataset: Dataset) -> Corpus:
    """The training part as batches are cut from it."""
    return Corpus(dataset.train.ids, EOS, len(dataset.train.vocabulary))


def _held_out(run: Run, dataset: Dataset) -> Run:
    """The run with the passages of held-out text that its validations look at."""
    if dataset.validation is None:
        return run
    passages: list[Passage] = excerpts(run.config, poems_of(dataset.validation), GLANCE, PASSAGE, LEAD)
    return replace(run, held_out=passages)


def _transferred(base: PoemModel, dataset: Dataset) -> Parameters:
    """The parameters of the model to go on from, in the vocabulary of the dataset."""
    new_ids = base.vocabulary.extended(dataset.train.vocabulary.characters).new_ids
    size = len(dataset.train.vocabulary)
    return with_more_characters(base.config, base.parameters, new_ids, size)[1]


def _validation_hash(dataset: Dataset) -> str:
    """Of a validation part with sources of its own; empty otherwise."""
    return dataset.validation.sha256 if dataset.own_validation and dataset.validation else ""
