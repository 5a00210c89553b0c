"""Runs the command line as a user does: in a process of its own, with real pipes, signals and an environment."""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from poemgen.network.arrays import Floats
from poemgen.storage import load_model

POEMGEN = [sys.executable, "-m", "poemgen"]
PATIENCE = 60.0  # seconds until a process counts as hanging

NOUNS = ["moon", "reed", "heron", "lantern", "tide", "harbour", "crow", "café", "shingle", "月"]
VERBS = ["waits", "turns", "burns", "goes home", "is grey", "sleeps", "comes up", "is gone"]
PLACES = ["by the door", "over the bay", "in the rain", "along the wall", "at the gate", "under the hill"]

TWO_POEMS = [
    "the moon is low,\nthe reeds are grey,\nand every boat\nhas gone away.",
    "a lantern burns\nbehind the door;\none crow comes home\nalong the shore.",
]


class Result(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


TRAINING = ["--units", "16", "--batch", "8", "--window", "16", "--steps", "60", "--min-count", "1"]


class Trained(NamedTuple):
    """A folder with `poems.txt` and `poemgen.safetensors`, which was learned from it, and what the training said."""

    folder: Path
    result: Result


def environment(**variables: str) -> dict[str, str]:
    """The environment of a user who has set nothing but these variables."""
    ours = ("POEMGEN_MODEL", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return inherited | {"PYTHONPATH": str(Path(__file__).parents[1])} | variables


def start(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None, **options: Any) -> Any:
    """A command that runs on its own, its output in pipes."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [*POEMGEN, *map(str, arguments)]
    return subprocess.Popen(command, cwd=cwd, env=environment(**(env or {})), **(streams | options))


def run(
    *arguments: str | Path, cwd: Path, stdin: bytes = b"", env: dict[str, str] | None = None, **options: Any
) -> Result:
    """A command from its start to its end."""
    process = start(*arguments, cwd=cwd, env=env, stdin=subprocess.PIPE, **options)
    out, err = process.communicate(stdin, timeout=PATIENCE)
    return Result(process.returncode, (out or b"").decode(), (err or b"").decode())


def shell(command: str, cwd: Path) -> Result:
    """A command line of sh, in which `poemgen` is ours."""
    script = f'poemgen() {{ "{sys.executable}" -m poemgen "$@"; }}\n{command}'
    done = subprocess.run(["sh", "-c", script], cwd=cwd, env=environment(), capture_output=True, timeout=PATIENCE)
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def some_poems(count: int, seed: int = 1) -> list[str]:
    """Poems of four lines that nobody wrote."""
    rng = Random(seed)
    return [
        "\n".join(f"the {rng.choice(NOUNS)} {rng.choice(VERBS)} {rng.choice(PLACES)}" for _ in range(4))
        for _ in range(count)
    ]


def fortune(poems: list[str]) -> str:
    """The poems as a file of the fortune format."""
    return "\n%\n".join(poems) + "\n"


def weights(model: Path) -> Floats:
    """All parameters of a model file."""
    return load_model(model).parameters.flat


def wait_for_lines(file: Path, count: int) -> None:
    """Waits until a file has so many lines."""
    deadline = time.monotonic() + PATIENCE
    while not file.exists() or file.read_bytes().count(b"\n") < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{file} has not got {count} lines")
        time.sleep(0.005)
