"""Places where nothing can be written: one line, before any time is spent."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from commands import PATIENCE, Result, run

from campaigns.case import Case, complaints, is_root, some
from campaigns.processes import corpus_in, environment_cleared, is_error_line

NOBODY = 65534
RUN = ["--units", "8", "--batch", "4", "--window", "16", "--steps", "12", "-q"]
COMMANDS = {
    "train -o": ["train", "poems.txt", *RUN, "--force", "-o"],
    "train --log": ["train", "poems.txt", *RUN, "--force", "-o", "free/other", "--log"],
    "generate -o": ["generate", "-m", "model", "-q", "-o"],
    "fill -o": ["fill", "_", "-m", "model", "-q", "-o"],
    "score -o": ["score", "poems.txt", "-m", "model", "-q", "-o"],
    "scan -o": ["scan", "poems.txt", "-q", "-o"],
    "tokenize -o": ["tokenize", "poems.txt", "-q", "-o"],
    "tokenize --vocab": ["tokenize", "poems.txt", "-q", "--vocab"],
    "inspect --plot": ["inspect", "model", "-q", "--plot"],
}
PLACES = {
    "missing folder": "missing/out",
    "file as folder": "file/out",
    "folder": "free",
    "circle of links": "circle",
    "long name": "n" * 300,
}
FORBIDDEN = {"read-only folder": "closed/out", "read-only file": "free/closed"}

# Everything is loaded first, since nobody may not be allowed to read the program itself.
AS_NOBODY = """
import encodings.utf_32_le, importlib, os, pkgutil, sys, safetensors.numpy, poemgen
for module in pkgutil.walk_packages(poemgen.__path__, "poemgen."):
    if "torch" not in module.name:
        importlib.import_module(module.name)
os.setgroups([]); os.setgid({nobody}); os.setuid({nobody})
from poemgen.__main__ import main
main()
"""


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """All commands that write, in all places."""
    corpus_in(folder)
    for path in (folder, *folder.parents[:1]):
        path.chmod(0o755)
    assert run("train", "poems.txt", "-o", "model", *RUN, "--fill", cwd=folder).code == 0
    (folder / "file").touch()
    (folder / "circle").symlink_to("circle")
    (folder / "closed").mkdir(mode=0o555)
    (folder / "free").mkdir(mode=0o777)
    (folder / "free").chmod(0o777)
    (folder / "free" / "closed").touch(mode=0o444)
    pairs = [(command, place) for command in COMMANDS for place in (PLACES | FORBIDDEN)]
    for number in map(int, some(list(map(str, range(len(pairs)))), scale, rng)):
        command, place = pairs[number]
        if place in FORBIDDEN and not is_root():
            yield Case(f"{command} to a {place} (needs root)", skipped=True)
            continue
        target = (PLACES | FORBIDDEN)[place]
        arguments = [*COMMANDS[command], target]
        result = as_nobody(arguments, folder) if place in FORBIDDEN else run(*arguments, cwd=folder)
        wrong = complaints(
            exit_1=result.code == 1,
            one_line=is_error_line(result.err),
            nothing_written=result.out == "" and not list((folder / "free").glob(".*")),
            no_other_model=not (folder / "free" / "other").exists(),
        )
        yield Case(place, wrong and f"{command}: {wrong} {result}")


def as_nobody(arguments: list[str], folder: Path) -> Result:
    """Runs a command as a user who may do next to nothing."""
    code = AS_NOBODY.format(nobody=NOBODY)
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment_cleared(), capture_output=True, timeout=PATIENCE)
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
