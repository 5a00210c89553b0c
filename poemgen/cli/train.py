"""`poemgen train`: a corpus in, a model file out."""

import shlex
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from poemgen.cli.engines import Device, EngineName
from poemgen.cli.interrupts import interrupts
from poemgen.cli.models import LOCAL, model_path
from poemgen.cli.options import CORPUS, Encoding, Quiet, RngSeed, SplitRule, number
from poemgen.cli.shell import say
from poemgen.errors import UsageError

if TYPE_CHECKING:
    from poemgen.training.plan import Wishes

DEFAULT_MINUTES = 10.0  # `training.recipe.MINUTES`, without NumPy
LONGEST = 1_000_000  # minutes or epochs
MOST_STEPS = 10**9
SAVE_EVERY = 30.0  # seconds


class Stage(StrEnum):
    """The networks of a model."""

    FORWARD = "forward"
    BACKWARD = "backward"
    FILL = "fill"


class Cell(StrEnum):
    """The recurrent cells."""

    LSTM = "lstm"
    GRU = "gru"
    RNN = "rnn"


def train(
    sources: Annotated[list[str], typer.Argument(metavar="CORPUS...", help=CORPUS)],
    output_path: Annotated[Path, typer.Option("--output", "-o", help="Where the model goes.")] = LOCAL,
    minutes: Annotated[
        float | None,
        typer.Option(
            callback=number(above=0, at_most=LONGEST),
            help=f"How long to train, all included. [default: {DEFAULT_MINUTES:g}]",
        ),
    ] = None,
    epochs: Annotated[
        float | None,
        typer.Option(callback=number(above=0, at_most=LONGEST), help="Or: how many times to read the corpus."),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(callback=number(at_least=0, at_most=MOST_STEPS), help="Or: how many updates to make."),
    ] = None,
    cell: Annotated[Cell | None, typer.Option(help="The recurrent cell. [default: lstm]")] = None,
    layers: Annotated[
        int | None,
        typer.Option(callback=number(at_least=1, at_most=16), help="How many layers. [default: by the corpus]"),
    ] = None,
    units: Annotated[
        int | None,
        typer.Option(
            callback=number(at_least=1, at_most=8192),
            help="Units a layer; more than --from has make it wider. [default: by the corpus]",
        ),
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option(callback=number(at_least=1, at_most=65536), help="Streams side by side. [default: by the corpus]"),
    ] = None,
    window: Annotated[
        int | None,
        typer.Option(
            callback=number(at_least=1, at_most=65536),
            help="Characters of a stream between two updates. [default: by the corpus]",
        ),
    ] = None,
    dropout: Annotated[
        float | None,
        typer.Option(
            callback=number(at_least=0, at_most=0.95), help="Share of states left out. [default: by the corpus]"
        ),
    ] = None,
    weight_dropout: Annotated[
        float | None,
        typer.Option(
            callback=number(at_least=0, at_most=0.95),
            help="Share of recurrent weights left out. [default: by the corpus]",
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(callback=number(above=0, at_most=10), help="The highest rate. [default: by the corpus]"),
    ] = None,
    poem_limit: Annotated[
        int | None,
        typer.Option(
            callback=number(at_least=1, at_most=MOST_STEPS),
            help="Read no more characters of a poem, so that long ones count for less. [default: all]",
        ),
    ] = None,
    match_lengths: Annotated[
        bool,
        typer.Option(
            "--match-lengths", help="At the end write poems, and make lines and poems as long as the corpus's."
        ),
    ] = False,
    min_count: Annotated[
        int,
        typer.Option(
            callback=number(at_least=1, at_most=MOST_STEPS), help="Characters that come less often become <UNK>."
        ),
    ] = 2,
    split: SplitRule = "auto",
    encoding: Encoding = "utf-8",
    validation: Annotated[
        list[str] | None, typer.Option("--validation", help="Held-out poems in a file of their own; can be repeated.")
    ] = None,
    validation_fraction: Annotated[
        float | None,
        typer.Option(
            callback=number(at_least=0, at_most=0.5),
            help="Share of the corpus to hold out, whole poems. [default: 0.1, at most 200,000 characters]",
        ),
    ] = None,
    both: Annotated[
        bool,
        typer.Option("--both", help="Also train a network that writes from right to left, which rhyme wants."),
    ] = False,
    fill: Annotated[
        bool,
        typer.Option("--fill", help="Also train --both, and one that joins them to fill gaps, for `poemgen fill`."),
    ] = False,
    only: Annotated[
        Stage | None,
        typer.Option(help="Train this network alone, and keep the others of --from; `fill` begins as the two."),
    ] = None,
    from_model: Annotated[
        Path | None,
        typer.Option("--from", metavar="MODEL", help="Go on from this model; `embedded` is the one that came along."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run, exactly.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing model.")] = False,
    half: Annotated[bool, typer.Option("--float16", help="Store the weights as float16: half the size.")] = False,
    rng_seed: RngSeed = None,
    workers: Annotated[
        int | None,
        typer.Option(
            callback=number(at_least=1, at_most=2), help="1 or 2; the result is the same. [default: by the cores]"
        ),
    ] = None,
    engine: Annotated[
        EngineName | None,
        typer.Option(help="numpy, torch (PyTorch), or auto: torch if there is a GPU. [default: auto]"),
    ] = None,
    device: Annotated[Device, typer.Option(help="Where PyTorch works; auto: on a GPU if there is one.")] = Device.AUTO,
    save_every: Annotated[
        float,
        typer.Option(callback=number(at_least=0, at_most=LONGEST), help="Seconds between two checkpoints."),
    ] = SAVE_EVERY,
    log: Annotated[Path | None, typer.Option("--log", metavar="FILE.jsonl", help="Also log to this file.")] = None,
    quiet: Quiet = False,
) -> None:
    """Learn from poems and write a model file.

    The same command with the --steps that it prints gives the same model again, bit for bit (from PyTorch, but for
    rounding).
    """
    from poemgen.cli.engines import check_readable_by_all
    from poemgen.cli.engines import engine as open_engine
    from poemgen.cli.learning import Files, learn
    from poemgen.cli.places import check_apart, check_places
    from poemgen.cli.reporting import announce, describe, sum_up, tell_learned
    from poemgen.storage import load_model
    from poemgen.storage.claim import claimed
    from poemgen.training import job as jobs
    from poemgen.training.dataset import Reading
    from poemgen.training.plan import Wishes, chosen_by_minutes
    from poemgen.training.stages import stages
    from poemgen.workers import available
    from poemgen.workers import workers as start_workers

    given = {"--minutes": minutes, "--epochs": epochs, "--steps": steps}
    check_one_budget(given)
    if validation and validation_fraction is not None:
        raise UsageError("--validation and --validation-fraction both say what to hold out; give one of them")
    if only and (both or fill or (not from_model and not resume)):
        raise UsageError("--only trains one network of a model that --from names; it goes without --both and --fill")
    if steps == 0 and (both or fill or not (match_lengths and from_model)):
        raise UsageError("--steps 0 learns nothing; it is for --match-lengths with --from, without --both and --fill")
    corpora = jobs.Corpora(tuple(sources), tuple(validation or ()))
    check_apart(output_path, log, corpora)
    tell = quietly if quiet else say
    files = Files(output_path, log, save_every)
    wishes = Wishes(
        cell=cell and cell.value,
        layers=layers,
        units=units,
        batch=batch,
        window=window,
        dropout=dropout,
        weight_dropout=weight_dropout,
        learning_rate=learning_rate,
        poem_limit=poem_limit,
        match_lengths=match_lengths,
        minutes=minutes,
        steps=steps,
        epochs=epochs,
        rng_seed=rng_seed or 0,
    )
    reading = Reading(split, encoding, min_count, validation_fraction, rng_seed or 0, validation_split=split)
    with (
        interrupts() as signals,
        open_engine(engine, device, tell) as taker,
        claimed(output_path) if taker.processes.rank == 0 else nullcontext(),
        start_workers(workers or available()) as pool,
    ):
        check_readable_by_all(taker, (*corpora.sources, *corpora.validation))
        writes = taker.processes.rank == 0
        if writes:
            check_places(output_path, log, force=force, resume=resume)
        else:
            tell = quietly
        if resume:
            more = {"--from": from_model, "--float16": half, "--both": both, "--fill": fill, "--only": only}
            check_resume_alone(wishes, reading, given | {option: value or None for option, value in more.items()})
            job = jobs.resumed(output_path, corpora)
            tell(f"going on with the {job.stage} network after step {job.progress.step:,} of {job.run.recipe.steps:,}")
        else:
            base = load_model(model_path(from_model)) if from_model else None
            job = jobs.prepared(
                corpora, reading, wishes, base, half, stages(both=both, fill=fill, only=only and only.value)
            )
            job.details["command"] = command_line(sys.argv[1:])
            describe(job, tell)
            if steps is None and epochs is None:
                job = jobs.timed(
                    job, 60 * (minutes or DEFAULT_MINUTES), pool, while_useful=minutes is None, engine=taker
                )
            characters, vocabulary = job.run.corpus.size, job.run.config.vocabulary
            options = {} if base else chosen_by_minutes(wishes, characters, vocabulary)
            announce(job, options, tell, exact=taker.exact)
        jobs.check_stages_together(job, taker.processes.count)
        job.details["engine"] = taker.name
        model = learn(job, files, signals, pool, taker, append_log=resume, quiet=quiet)
        while job.later:
            tell_learned(job, model, tell)
            job = jobs.next_stage(job, model)
            tell(f"now the {job.stage} network")
            model = learn(job, files, signals, pool, taker, append_log=True, quiet=quiet)
    if writes:
        sum_up(job, model, output_path, tell)


def quietly(message: str) -> None:
    """Says nothing."""


def check_one_budget(given: dict[str, Any]) -> None:
    """Raises UsageError if more than one of --minutes, --epochs and --steps is given."""
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise UsageError(f"{' and '.join(names)} both say how long to train; give one of them")


def check_resume_alone(wishes: "Wishes", reading: Any, given: dict[str, Any]) -> None:
    """Raises UsageError if --resume comes with options that the checkpoint has the answer to."""
    from poemgen.training.dataset import Reading
    from poemgen.training.plan import Wishes

    names = [name for name, value in given.items() if value is not None]
    names += [f"--{name.replace('_', '-')}" for name, value in vars(wishes).items() if value != getattr(Wishes(), name)]
    options = {"split": "--split", "encoding": "--encoding", "min_count": "--min-count"}
    options["fraction"] = "--validation-fraction"
    names += [option for name, option in options.items() if getattr(reading, name) != getattr(Reading(), name)]
    if names:
        raise UsageError(f"--resume goes on as the run was begun; leave out {', '.join(dict.fromkeys(names))}")


def command_line(arguments: list[str]) -> str:
    """The command as it was given, paths shortened to file names: a model may be given away."""
    return shlex.join(["poemgen", *map(without_folders, arguments)])


def without_folders(word: str) -> str:
    """A path's last part, also behind `--option=`; any other word as it is."""
    option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    return option + equals + (Path(value).name if "/" in value or "\\" in value else value)
