"""Numbers that make no sense, for every option that takes one; and losses that run away."""

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from typing import Any

import typer
from commands import run

from campaigns.case import Case, complaints, some
from campaigns.processes import corpus_in, loads
from poemgen.cli.app import app

VALUES = [
    "nan",
    "inf",
    "-inf",
    "-1",
    "-1e308",
    "1e308",
    str(10**30),
    "-" + "9" * 400,
    "9" * 400,
    "",
    "moon",
    "1e-",
    "0x",
]
WILD = ["--units", "64", "--batch", "4", "--window", "8", "--learning-rate", "10", "--steps", "300"]


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """All options with all values; then runs at rates that are too high."""
    pairs = [f"{command} {option}" for command, option in numeric_options()]
    tries = [f"{pair} {value}" for pair in pairs for value in VALUES]
    for each in some(tries, max(scale, 0.1), rng):
        command, option, value = each.split(" ", 2)
        yield Case("values", refused(command, option, value))
    corpus_in(folder)
    for cell in ("lstm", "gru", "rnn")[: max(1, round(3 * scale))]:
        yield Case("runaway losses", runaway(folder, cell))


def numeric_options() -> Iterator[tuple[str, str]]:
    """Every command's options that take numbers."""
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        for option in command.params:
            if option.param_type_name == "option" and option.type.name in ("int", "integer", "float"):
                yield name, option.opts[0]


def refused(command: str, option: str, value: str) -> str:
    """What is wrong with how a value is refused."""
    arguments = {"fill": ["_"], "generate": []}.get(command, ["poems.txt"])
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            app([command, *arguments, option, value], prog_name="poemgen")
            code: Any = None
        except SystemExit as ended:
            code = ended.code
    said = err.getvalue()
    wrong = complaints(
        usage_error=code == 2,
        names_the_option=option in said,
        one_line=said.count("\n") == 1,
        no_output=not out.getvalue(),
    )
    return wrong and f"{command} {option} {value[:20]!r}: {wrong} ({said!r})"


def runaway(folder: Path, cell: str) -> str:
    """What is wrong with a run whose loss runs away."""
    result = run("train", "poems.txt", *WILD, "--cell", cell, "--force", "-o", "model", cwd=folder)
    said = result.err.splitlines()[-1]
    wrong = complaints(
        exit_1=result.code == 1,
        says_what_to_change="--learning-rate" in said and said.startswith("poemgen: error: "),
        best_weights_kept=loads(folder),
        no_checkpoint_left=not (folder / "model.checkpoint").exists(),
        no_traceback="Traceback" not in result.err and "Warning" not in result.err,
    )
    return wrong and f"{cell}: {wrong} ({result.code}, {result.err[-300:]!r})"
