"""One run, from its preparation to its files: begun anew, on another model, or from a checkpoint; saved on the way.

A model may hold several networks. Each is trained in a run of its own, a stage, and the model's file keeps the others.
"""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from poemgen.errors import PoemgenError, UsageError
from poemgen.model import Config, Network
from poemgen.storage import BACKWARD, FILL, FORWARD, PoemModel, check_config, load_model
from poemgen.text.shards import are_shards
from poemgen.text.tokenizer import EOS
from poemgen.text.word_lists import WordLists, word_lists
from poemgen.training import length_matching
from poemgen.training.batches import Corpus, beginnings
from poemgen.training.checkpoint import checkpoint_path, load_checkpoint
from poemgen.training.dataset import Dataset, Reading, read_dataset
from poemgen.training.engine import Engine, check_streams
from poemgen.training.outcome import final_passages
from poemgen.training.plan import Wishes, choose, continued_rate, steps_in, steps_wished, useful_steps
from poemgen.training.progress import Progress, Run
from poemgen.training.recipe import Recipe
from poemgen.training.stages import (
    EARLIER,
    as_kept,
    check_size,
    config_of,
    dataset_of,
    earlier_runs,
    in_vocabulary,
    right_units,
    start_of,
    task_of,
    wider,
)
from poemgen.training.trainer import INITIAL, NUMPY, begin
from poemgen.workers import Workers

COSTS = {FORWARD: 1.0, BACKWARD: 1.0, FILL: 3.0}  # time of a step; measured for gaps: 2.6 (640 units) to 3.4 (128)
FILL_WINDOW, FILL_RATE = 192, 4e-3  # some lines, and the learning rate where what joins the sides begins at random


@dataclass(frozen=True)
class Corpora:
    """The sources to learn from, and those to validate on (none: a part of the former)."""

    sources: tuple[str, ...]
    validation: tuple[str, ...]


@dataclass
class Job:
    """A run and its progress, and what its files tell besides.

    `half` is whether the model is stored as float16, `seconds` were trained before this process, and `details` go into
    the model's summary as they are. `stage` is the network in training, `later` are those that come after it, and
    `rest` is the model that holds the others. `word_lists` are of the corpus.
    """

    run: Run
    progress: Progress
    dataset: Dataset
    half: bool
    word_lists: WordLists
    stage: str = FORWARD
    later: tuple[str, ...] = ()
    rest: PoemModel | None = None
    seconds: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def trained(self) -> float:
        """Seconds trained so far, in all processes."""
        return self.seconds + time.monotonic() - self.started

    def all_details(self) -> dict[str, Any]:
        """What goes into the model's summary besides what the run says itself."""
        return self.details | {"seconds": round(self.trained(), 1)}


def prepared(
    corpora: Corpora,
    reading: Reading,
    wishes: Wishes,
    base: PoemModel | None,
    half: bool,
    stages: tuple[str, ...] = (FORWARD,),
) -> Job:
    """A run that has not begun; `base` is the model to go on from. Without a wish for its length it is still untimed.

    Raises PoemgenError for a corpus that cannot be read or learned from, or wishes that cannot be met.
    """
    started = time.monotonic()
    if wishes.match_lengths and FORWARD not in stages:
        raise UsageError(f"--match-lengths is for the network that writes poems; leave it out with --only {stages[0]}")
    if BACKWARD in stages and any(map(are_shards, corpora.sources)):
        raise UsageError(
            "a second network reads every line reversed, from memory, and shards stay in their files; "
            "leave out --both, --fill and --only backward"
        )
    dataset = read_dataset(
        corpora.sources,
        reading,
        validation_sources=corpora.validation,
        vocabulary=base.vocabulary if base else None,
        extend=base is not None,
    )
    characters, vocabulary = _ring(dataset, wishes.poem_limit).size, len(dataset.train.vocabulary)
    first, *later = stages
    config, recipe = choose(wishes, characters, vocabulary, config_of(first, base, base.config) if base else None)
    check_config(config)
    if base:  # lest a second run read the windows of the first again
        recipe = replace(recipe, seed=recipe.seed + int(base.sha256[:8] or "0", 16))
    lists = word_lists(dataset.train)
    rest = in_vocabulary(base, dataset, lists) if base else None
    if rest and wishes.units:
        rest = wider(rest, wishes.units, stages, recipe.random(0, INITIAL))
    if rest:
        rest = as_kept(rest, first, half)
    _check_stages(stages, rest, config)
    check_size(config, stages, rest)
    if first == FILL:
        recipe = _asked_for_gaps(recipe, wishes, characters, begun=rest is not None and rest.fill is not None)
    dataset = dataset_of(first, dataset)
    run, progress, start = _stage(first, config, recipe, dataset, rest)
    details = {"from": base.sha256} | earlier_runs(first, base) if base and start is not None else {}
    lists = rest.word_lists if rest else lists
    return Job(run, progress, dataset, half, lists, first, tuple(later), rest, details=details, started=started)


def _check_stages(stages: tuple[str, ...], rest: PoemModel | None, config: Config) -> None:
    """Raises PoemgenError if what fills gaps would have nothing to begin as, or be of another size than what it goes on
    from."""
    if rest is None or FILL not in stages or BACKWARD in stages:
        return
    if not rest.backward and not rest.fill:
        raise PoemgenError(
            "--from has no network from right to left, so that there is nothing to join; train it with --fill"
        )
    if config != config_of(FILL, rest, config):
        raise UsageError("what fills gaps is as large as the network on its left; leave out --units")


def _stage(
    stage: str, config: Config, recipe: Recipe, dataset: Dataset, model: PoemModel | None
) -> tuple[Run, Progress, Any]:
    """A run that has not begun, its progress, and the parameters it starts from, None if they are random. `config` is
    that of a network that is not in the model."""
    start = start_of(stage, model, recipe.random(0, INITIAL)) if model else None
    writes = recipe.match_lengths and stage == FORWARD
    recipe = replace(recipe, validates_start=start is not None, match_lengths=writes)
    task = task_of(stage, dataset.train.vocabulary, right_units(stage, start))
    run = Run(config_of(stage, model, config), recipe, _ring(dataset, recipe.poem_limit), None, task)
    run = _held_out(run, dataset)
    return run, begin(run, start), start


def check_stages_together(job: Job, processes: int) -> None:
    """Raises UsageError if a stage to come has fewer streams than there are processes, or begins as a network that only
    the first of them would have."""
    if job.run.recipe.match_lengths and job.later and processes > 1:
        raise UsageError(
            "--match-lengths with several networks is for one process; "
            "leave it out, and then go on with --from, --only forward, --steps 0 and --match-lengths"
        )
    if FILL in job.later:
        check_streams(_for_gaps(job.run.recipe, begun=False).batch, processes)


def next_stage(job: Job, model: PoemModel) -> Job:
    """The run that comes after one that has ended in this model: the next network by the same recipe, or what joins
    them by one that suits it, with as many characters a step."""
    stage, *later = job.later
    started, dataset = time.monotonic(), dataset_of(stage, job.dataset, job.stage)
    recipe = _for_gaps(job.run.recipe, begun=model.fill is not None) if stage == FILL else job.run.recipe
    run, progress, start = _stage(stage, job.run.config, recipe, dataset, model)
    details = {key: value for key, value in job.details.items() if key not in ("from", EARLIER)}
    if "from" in job.details and start is not None:
        details |= {"from": job.details["from"]} | earlier_runs(stage, model)
    return Job(
        run, progress, dataset, job.half, job.word_lists, stage, tuple(later), model, details=details, started=started
    )


def _asked_for_gaps(recipe: Recipe, wishes: Wishes, characters: int, *, begun: bool) -> Recipe:
    """The recipe of a run that does nothing but join two networks."""
    asked = {name: getattr(wishes, name) for name in ("batch", "window", "learning_rate")}
    given = {name: value for name, value in asked.items() if value is not None}
    recipe = replace(_for_gaps(recipe, begun=begun), **given)
    return replace(recipe, steps=steps_wished(wishes, characters, recipe.batch * recipe.window))


def _for_gaps(recipe: Recipe, *, begun: bool) -> Recipe:
    window = max(recipe.window, FILL_WINDOW)
    batch = max(1, recipe.batch * recipe.window // window)
    rate = continued_rate(batch, window) if begun else FILL_RATE
    return replace(recipe, batch=batch, window=window, learning_rate=rate)


def timed(job: Job, seconds: float, workers: Workers, *, while_useful: bool, engine: Engine = NUMPY) -> Job:
    """The job with as many steps as fit into so many seconds since it was begun to be prepared, all stages included.

    With `while_useful` they are no more than are known to help held-out text, if there is any. Raises PoemgenError if
    not even one step fits.
    """
    final = [] if job.stage == FILL else final_passages(job.run.config, job.dataset)
    costs = sum(COSTS[stage] for stage in (job.stage, *job.later)) / COSTS[job.stage]
    matching = length_matching.seconds(Network(job.run.config, job.progress.model), job.run.recipe)
    if matching and job.trained() + matching > seconds:
        raise PoemgenError(
            f"--match-lengths alone may take {matching:.0f} seconds; give more --minutes, "
            "or leave it out, and then go on with --from, --steps 0 and --match-lengths"
        )
    for_each = (seconds - job.trained() - matching) / costs
    steps = steps_in(job.run, for_each, final, workers, job.progress.model, engine)
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
    if (dataset.train.sha256, validation_hash(dataset)) != (saved.corpus_sha256, saved.validation_sha256):
        raise PoemgenError(
            "this is not the corpus of the interrupted run; name the same files, and the same --validation, in order"
        )
    lists = word_lists(dataset.train)
    rest = _others(output) if saved.others else None
    if rest and rest.vocabulary != saved.vocabulary:
        raise PoemgenError(f"{str(output)!r} is not the model of the interrupted run; --force trains all anew")
    if rest:
        lists = lists.followed_by(rest.word_lists)
    dataset = dataset_of(saved.stage, dataset)
    task = task_of(saved.stage, saved.vocabulary, right_units(saved.stage, saved.progress.model))
    run = _held_out(Run(saved.config, saved.recipe, _ring(dataset, saved.recipe.poem_limit), None, task), dataset)
    stages = (saved.stage, saved.later, rest)
    return Job(run, saved.progress, dataset, saved.half, lists, *stages, saved.seconds, saved.details)


def _others(output: Path) -> PoemModel:
    """The model whose other networks a run keeps."""
    if not output.exists():
        raise PoemgenError(f"the other networks of the run are gone with {str(output)!r}; --force trains all anew")
    return load_model(output)


def _ring(dataset: Dataset, poem_limit: int | None) -> Corpus:
    """The training part as batches are cut from it."""
    train = dataset.train
    read = None if poem_limit is None else beginnings(train.starts, poem_limit)
    return Corpus(train.ids, EOS, len(train.vocabulary), read)


def _held_out(run: Run, dataset: Dataset) -> Run:
    """The run with the held-out text that its validations look at."""
    if dataset.validation is None:
        return run
    return replace(run, held_out=run.task.glance(run.config, dataset.validation))


def validation_hash(dataset: Dataset) -> str:
    """Of a validation part with sources of its own; empty otherwise."""
    return dataset.validation.sha256 if dataset.own_validation and dataset.validation else ""
