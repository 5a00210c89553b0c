"""From what the user asked for to the architecture and the recipe of a run."""

import math
import time
from dataclasses import dataclass, replace

from poemgen.errors import PoemgenError, UsageError
from poemgen.model import Config, Parameters
from poemgen.scoring import Passage, score
from poemgen.training.engine import Engine
from poemgen.training.progress import Run
from poemgen.training.recipe import Recipe, size_for
from poemgen.training.trainer import NUMPY, begin
from poemgen.workers import Workers

UNTIMED = 10**9  # steps of a recipe whose number of steps is still to be timed
CONTINUED_RATE = 1e-4  # see `continued_rate`
CONTINUED_CHARACTERS = 256  # a step; how the rate was found: tests/benchmarks/NOTES.md
CONTINUED_DROPOUT = 0.1  # and at most so much of its states or weights is left out, which it may have learned without
ENOUGH_EPOCHS = 24  # on small corpora held-out text is foretold best before; more is learning by heart
WARM_UP_STEPS = 3
TIMED_CHARACTERS = 20_000  # read to learn how long scoring takes
MARGIN = 0.97  # share of the time that is planned for


@dataclass(frozen=True)
class Wishes:
    """What the user asked for; None leaves the choice to the corpus."""

    cell: str | None = None
    layers: int | None = None
    units: int | None = None
    batch: int | None = None
    window: int | None = None
    dropout: float | None = None
    weight_dropout: float | None = None
    learning_rate: float | None = None
    poem_limit: int | None = None
    match_lengths: bool = False
    minutes: float | None = None
    steps: int | None = None
    epochs: float | None = None
    rng_seed: int = 0


def choose(wishes: Wishes, characters: int, vocabulary: int, base: Config | None = None) -> tuple[Config, Recipe]:
    """The architecture and recipe for a training corpus of so many characters (ids). `base` is the architecture of a
    model to go on from; raises UsageError if the wishes contradict it."""
    size = size_for(characters, None if base else wishes.minutes)
    if base is not None:
        _check_same(wishes, base)
        left_out = [min(share, CONTINUED_DROPOUT) for share in (size.dropout, size.weight_dropout)]
        size = replace(size, layers=base.layers, units=base.units, dropout=left_out[0], weight_dropout=left_out[1])
    config = Config(
        cell=base.cell if base else wishes.cell or "lstm",
        layers=wishes.layers or size.layers,
        units=wishes.units or size.units,
        vocabulary=vocabulary,
    )
    batch = wishes.batch or size.batch
    defaults = Recipe(steps=UNTIMED, batch=batch, window=wishes.window or size.window)
    recipe = replace(
        defaults,
        steps=steps_wished(wishes, characters, batch * defaults.window),
        dropout=size.dropout if wishes.dropout is None else wishes.dropout,
        weight_dropout=size.weight_dropout if wishes.weight_dropout is None else wishes.weight_dropout,
        learning_rate=wishes.learning_rate or (continued_rate(batch, defaults.window) if base else size.learning_rate),
        poem_limit=wishes.poem_limit,
        match_lengths=wishes.match_lengths,
        seed=wishes.rng_seed,
    )
    return config, recipe


def continued_rate(batch: int, window: int) -> float:
    """The learning rate for a model that has learned before, so low that it does not forget: `CONTINUED_RATE` for
    windows of so many characters a step; it grows with the square root of those (Malladi et al. 2022)."""
    return CONTINUED_RATE * math.sqrt(batch * window / CONTINUED_CHARACTERS)


def chosen_by_minutes(wishes: Wishes, characters: int, vocabulary: int) -> dict[str, float]:
    """The options, with values, that choose without minutes what the wish for minutes has chosen."""
    asked, unasked = (choose(each, characters, vocabulary) for each in (wishes, replace(wishes, minutes=None)))
    names = ("layers", "units", "batch", "window", "dropout", "weight_dropout", "learning_rate")
    values = [{**vars(config), **vars(recipe)} for config, recipe in (asked, unasked)]
    return {f"--{name.replace('_', '-')}": values[0][name] for name in names if values[0][name] != values[1][name]}


def _check_same(wishes: Wishes, base: Config) -> None:
    """Raises UsageError if a model like `base` cannot become what is wished for; it can become wider."""
    for option in ("cell", "layers"):
        asked, given = getattr(wishes, option), getattr(base, option)
        if asked not in (None, given):
            raise UsageError(f"--{option} {asked} does not fit the model of --from, which has {given}; leave it out")
    if wishes.units is not None and wishes.units < base.units:
        raise UsageError(f"--units {wishes.units} is less than the {base.units} of --from, which can only grow")


def steps_wished(wishes: Wishes, characters: int, characters_a_step: int) -> int:
    """The steps that are asked for, or `UNTIMED` if only minutes are."""
    if wishes.epochs is not None:
        return max(1, round(wishes.epochs * characters / characters_a_step))
    return UNTIMED if wishes.steps is None else wishes.steps


def steps_in(
    run: Run,
    seconds: float,
    final: list[Passage],
    workers: Workers,
    model: Parameters | None,
    engine: Engine = NUMPY,
) -> int:
    """How many steps fit into so many seconds, validations and the last full validation (`final`) included.

    Trains a little and throws the result away. Raises PoemgenError if not even one step fits.
    """
    started = time.perf_counter()
    a_step, a_validation = _times(run, min(4.0, seconds * 0.03), workers, model, engine)

    def steps() -> float:
        at_the_end = _time_of_scoring(run, final, workers)
        spent = time.perf_counter() - started
        validations = run.recipe.validations + run.recipe.validates_start
        left = (seconds - spent - at_the_end) * MARGIN - validations * a_validation
        return left / a_step

    fitting = int(engine.processes.first(steps))
    if fitting < 1:
        raise PoemgenError(
            f"{max(0.0, seconds):.1f} seconds are left after reading, too few to train this model; give more --minutes"
        )
    return fitting


def epochs(run: Run, steps: int) -> float:
    """How many times so many steps read the corpus."""
    return steps * run.recipe.batch * run.recipe.window / run.corpus.size


def useful_steps(run: Run) -> int:
    """The steps that read the corpus `ENOUGH_EPOCHS` times."""
    return max(1, math.ceil(ENOUGH_EPOCHS / epochs(run, 1)))


def _times(run: Run, seconds: float, workers: Workers, model: Parameters | None, engine: Engine) -> tuple[float, float]:
    """Seconds for a step, from as many as fit into `seconds`, and for a validation, from one."""
    trial = begin(run, model)
    with engine.at_work(run, trial, workers) as take_a_step:
        for _ in range(WARM_UP_STEPS):
            take_a_step()
        began, steps = time.perf_counter(), 0
        while engine.processes.any(time.perf_counter() - began < seconds or steps < WARM_UP_STEPS)[0]:
            take_a_step()
            steps += 1
        passed, began = time.perf_counter() - began, time.perf_counter()
        if run.held_out:
            engine.processes.first(lambda: engine.held_out_bits(run, trial, workers))
        return passed / steps, time.perf_counter() - began


def _time_of_scoring(run: Run, passages: list[Passage], workers: Workers) -> float:
    """Seconds to score the passages: measured, or if they are long, estimated from the beginning of each."""
    characters = sum(len(passage.ids) for passage in passages)
    if not characters:
        return 0.0
    model = begin(run).model
    part = max(1, round(characters / TIMED_CHARACTERS))
    starts = [passage._replace(ids=passage.ids[: -(-len(passage.ids) // part)], warm_up=0) for passage in passages]
    share = sum(len(passage.ids) for passage in starts) / characters
    began = time.perf_counter()
    score(run.config, model, starts, workers.map)
    return (time.perf_counter() - began) / share
