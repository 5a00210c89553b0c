"""Options that several commands share, and the checks on numbers that Typer leaves to us."""

import math
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


def number(
    *, above: float | None = None, at_least: float | None = None, at_most: float = math.inf
) -> Callable[[Any], Any]:
    """A check for an option's value: finite (Typer lets NaN pass) and within bounds."""

    def check(value: Any) -> Any:
        if value is None:
            return None
        low_enough = value <= at_most and value < math.inf
        if low_enough and (above is None or value > above) and (at_least is None or value >= at_least):
            return value
        wanted = [f"more than {above:,}"] if above is not None else []
        wanted += [f"at least {at_least:,}"] if at_least is not None else []
        wanted += [f"at most {at_most:,}"] if at_most < math.inf else []
        raise typer.BadParameter(f"{value} is out of range: it must be {' and '.join(wanted)}.")

    return check


MODEL_VARIABLE = "POEMGEN_MODEL"
CORPUS = "Files, folders, or - for standard input."


class Format(StrEnum):
    """How results are written: for people, or a JSON object a line."""

    TEXT = "text"
    JSONL = "jsonl"


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing on stderr but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Print more on stderr.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file and not to standard output.")]
Encoding = Annotated[str, typer.Option("--encoding", help="How the text is encoded.")]
SplitRule = Annotated[
    str,
    typer.Option(
        "--split",
        help="What stands between poems: auto, percent (a line of %), blank-lines (two or more), blank-line, "
        "line (one poem a line), file, or none (all is one poem).",
    ),
]
ModelFile = Annotated[
    Path | None,
    typer.Option(
        "--model",
        "-m",
        envvar=MODEL_VARIABLE,
        show_default=False,
        help="The model file; else ./poemgen.safetensors if there is one, else the model that came with poemgen.",
    ),
]
RngSeed = Annotated[
    int | None,
    typer.Option(
        "--rng-seed",
        callback=number(at_least=0, at_most=2**63 - 1),
        help="Fixes the random numbers, so the run can be repeated.",
    ),
]
