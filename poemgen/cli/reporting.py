"""What is said of a training run before and after it."""

import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from poemgen.cli.models import LOCAL
from poemgen.cli.options import MODEL_VARIABLE
from poemgen.cli.words import bidirectional, counted, duration, matched_lengths, size
from poemgen.filling import Filler
from poemgen.storage import FILL, PoemModel
from poemgen.text.cleaning import describe_dropped
from poemgen.training.job import Job
from poemgen.training.plan import epochs, useful_steps
from poemgen.training.stages import summary_of

Say = Callable[[str], None]


def describe(job: Job, say: Say) -> None:
    """Says what was read and what will be trained."""
    dataset, config, recipe = job.dataset, job.run.config, job.run.recipe
    train = dataset.train
    if dataset.dropped:
        say(f"left out: {describe_dropped(dataset.dropped)}")
    if train.exact_duplicates or train.near_duplicates:
        near = counted(train.near_duplicates, "near-duplicate poem")
        say(f"left out: {counted(train.exact_duplicates, 'duplicate')} and {near}")
    say(
        f"{counted(train.poems, 'poem')} (split: {dataset.reading.split}), {counted(train.characters, 'character')}, "
        f"a vocabulary of {config.vocabulary:,}, {100 * train.unknown / max(1, train.characters):.2f}% <UNK>"
    )
    if dataset.validation:
        poems, characters = dataset.validation.poems, dataset.validation.characters
        rule = f" (split: {dataset.reading.validation_split})" if dataset.own_validation else ""
        say(f"held out: {counted(poems, 'poem')}{rule}, {counted(characters, 'character')}")
    else:
        say("held out: nothing, so the result will not be tested and no early stop is possible")
    if job.stage == FILL:
        parameters: Any = job.progress.model
        say(f"network: {bidirectional(Filler(config, parameters))}, learning rate {recipe.learning_rate:g}")
        return
    network = f"{counted(config.layers, 'layer')} of {counted(config.units, f'{config.cell} unit')}"
    say(
        f"network: {network}, dropout {recipe.dropout:g} (weights {recipe.weight_dropout:g}), "
        f"learning rate {recipe.learning_rate:g}"
    )


def announce(job: Job, options: Mapping[str, float], say: Say, *, exact: bool = True) -> None:
    """Says how long the run will be, and how to repeat it, exactly or not quite: with these options besides the number
    of steps."""
    recipe = job.run.recipe
    times = epochs(job.run, recipe.steps)
    enough = "; more would be learning by heart (--minutes insists)" if recipe.steps == useful_steps(job.run) else ""
    steps = f"{counted(recipe.steps, 'step')} of {recipe.batch} x {recipe.window} characters"
    each = " for each network" if job.later else ""
    what = "the corpus" if recipe.poem_limit is None else f"the first {recipe.poem_limit:,} characters of each poem"
    say(f"{steps}{each}, {times:.1f} times through {what}{enough}")
    repeat = {**options, "--steps": recipe.steps}
    how = "bit for bit" if exact else "but for rounding"
    say(f"the same again, {how}: {' '.join(f'{option} {value}' for option, value in repeat.items())}")


def learned(job: Job, model: PoemModel) -> str:
    """What was learned in a stage that has ended, and how long it took."""
    summary, figure = summary_of(job.stage, model), ""
    held_out = summary.get("held_out", {})
    if "bits_per_missing_character" in held_out:
        figure = f": {held_out['bits_per_missing_character']} bits/missing character of held-out text"
    elif held_out:
        figure = f": {held_out['bits_per_character']} bits/character on {held_out['characters']:,} held-out characters"
    return f"learned from {counted(job.dataset.train.poems, 'poem')} in {duration(job.trained())}{figure}"


def tell_learned(job: Job, model: PoemModel, say: Say) -> None:
    """Says what was learned in a stage that has ended, whether it ended early, and whether it was of no use."""
    summary, recipe = summary_of(job.stage, model), job.run.recipe
    if "lengths" in summary:
        say(f"lengths: {matched_lengths(summary['lengths'])}")
    if not recipe.steps:
        return
    if summary["step"] < recipe.steps:
        say(f"stopped early: held-out text got no better for {recipe.patience} validations")
    if summary["best_step"] == 0:
        say(
            "no step made held-out text less surprising, so the weights are those that it began with; "
            f"try a lower --learning-rate than {recipe.learning_rate:g}"
        )
    say(learned(job, model))


def sum_up(job: Job, model: PoemModel, output: Path, say: Say) -> None:
    """Says what was learned last, where it is, and what to type next."""
    tell_learned(job, model, say)
    say(f"the model is {str(output)!r}, {size(output.stat().st_size)}")
    found = output == LOCAL and MODEL_VARIABLE not in os.environ  # by `generate`, without being told
    where = "" if found else f" --model {shlex.quote(str(output))}"
    seed = "" if model.vocabulary.unknown("moon") else ' --seed "moon"'
    say(f"next: poemgen generate{where}{seed}")
