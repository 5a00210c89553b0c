"""Standard streams that are closed, full, slow or left, and environments that lack what others have."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from commands import PATIENCE, environment, run

from campaigns.case import Case, complaints, some
from campaigns.processes import corpus_in

COMMANDS = {
    "generate": "generate -m model -n 3000 --rng-seed 1 -q",
    "generate in form": "generate -m model --lines 2 --rng-seed 1 -q",
    "generate records": "generate -m model -n 3000 -f jsonl --rng-seed 1 -q",
    "fill": "fill 'the _ ...' -m model -q",
    "score": "score poems.txt -m model -q",
    "scan": "scan poems.txt -q",
    "tokenize": "tokenize poems.txt -q",
    "inspect": "inspect model --json -q",
    "train": "train poems.txt --units 4 --steps 4 --force -o new",
    "help": "--help",
    "version": "--version",
}
# A shell's line around a command, and the exit codes that it may have.
SITUATIONS = {
    "a reader that leaves": ("({command}; echo $? >&3) 3>code | head -c 1 >/dev/null; exit $(cat code)", (0, 1, 141)),
    "a slow reader": ("({command}; echo $? >&3) 3>code | (sleep 0.3; cat) >/dev/null; exit $(cat code)", (0, 1)),
    "closed stdout": ("{command} >&-", (0, 1)),
    "closed stdin": ("{command} <&-", (0, 1)),
    "closed stderr": ("{command} >/dev/null 2>&-", (0, 1)),
    "all closed": ("{command} <&- >&- 2>&-", (0, 1)),
    "/dev/full": ("{command} >/dev/full", (0, 1)),
    "/dev/full for stderr": ("{command} >/dev/null 2>/dev/full", (0, 1)),
    "another locale": ("LC_ALL=C LANG=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {command} >/dev/null", (0, 1)),
    "ASCII streams": ("PYTHONIOENCODING=ascii:strict {command} >/dev/null", (0, 1)),
    "a dumb terminal": ("TERM=dumb {command} >/dev/null", (0, 1)),
    "no terminal named": ("unset TERM; {command} >/dev/null", (0, 1)),
    "no home": ("unset HOME; {command} >/dev/null", (0, 1)),
    "a home that is not there": ("HOME=/nowhere {command} >/dev/null", (0, 1)),
}


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Every command in every situation."""
    corpus_in(folder)
    assert run("train", "poems.txt", "--units", "8", "--steps", "8", "--fill", "-o", "model", cwd=folder).code == 0
    for pair in some([f"{command}|{situation}" for command in COMMANDS for situation in SITUATIONS], scale, rng):
        command, situation = pair.split("|")
        yield Case(situation, suffered(folder, command, situation))


def suffered(folder: Path, command: str, situation: str) -> str:
    """What is wrong with how a command bears a situation."""
    line, codes = SITUATIONS[situation]
    script = f'poemgen() {{ "{sys.executable}" -m poemgen "$@"; }}\n' + line.format(
        command=f"poemgen {COMMANDS[command]}"
    )
    done = subprocess.run(["sh", "-c", script], cwd=folder, env=environment(), capture_output=True, timeout=PATIENCE)
    err = done.stderr.decode()
    errors = [row for row in err.splitlines() if row.startswith("poemgen: error: ")]
    wrong = complaints(
        exit_code=done.returncode in codes,
        no_traceback="Traceback" not in err and "Exception ignored" not in err,
        a_line_for_an_error=len(errors) == (done.returncode == 1) or "2>" in line or "2>&-" in line,
        silent_without_an_error=command == "train" or err.count("\n") == len(errors),
    )
    return wrong and f"{command}: {wrong} ({done.returncode}, {err!r})"
