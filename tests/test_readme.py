"""The README's transcripts are replayed: every command works, and prints what the README shows, up to what is drawn.

Numbers, times and sampled letters may differ. The lines, their words and the fields of JSON may not.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import pytest

from poemgen.storage import embedded_path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACE = re.compile(r"--epochs \d+")  # what the README trains for; here it is a few steps

pytestmark = pytest.mark.skipif(not embedded_path().exists(), reason="there is no embedded model in this checkout")


class Example(NamedTuple):
    """A command of the README and the lines shown under it."""

    command: str
    shown: list[str]


def examples() -> list[Example]:
    """All commands of the ```console blocks, in order."""
    found: list[Example] = []
    for block in re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Example(line[2:], []))
            else:
                found[-1].shown.append(line)
    return found


def shape(line: str) -> str:
    """What stays of a line when numbers, hashes, curves and sampled letters are taken out of it."""
    if line.startswith("{"):
        return " ".join(sorted(json.loads(line)))
    line = re.sub(r"^(step .* held out [\d.]+).*", r"\1", PACE.sub("--steps 24", line))
    line = re.sub(r"\b(seconds|minutes|hours)\b", "time", line)
    line = re.sub(r"[▁▂▃▄▅▆▇█]+", "curve", line)
    line = re.sub(r"\b[0-9a-f]{64}\b", "hash", line)
    return re.sub(r"\d[\d,.:]*", "#", re.sub(r" +", " ", line))


def shapes(lines: list[str]) -> list[str]:
    """The shapes of lines that are not verse; those that repeat stand once, in an order that does not depend on which
    of the two streams was faster. Progress comes by the clock, and does not count."""
    return sorted({shape(line) for line in lines if not shape(line).startswith("step # of")})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone as the README's reader has it, where the commands run one after the other."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "corpora", folder / "corpora")
    return folder


def run(command: str, folder: Path) -> list[str]:
    """What a command prints, both streams together, in order."""
    command = PACE.sub("--steps 24", command)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()


def is_verse(example: Example) -> bool:
    return "poemgen generate" in example.command and "jsonl" not in example.command


def test_the_readme_shows_every_command() -> None:
    shown = " ".join(example.command for example in examples())
    for name in ("tokenize", "train", "generate", "scan", "fill", "score", "inspect"):
        assert f"poemgen {name}" in shown


def runs_at_once(examples: list[Example], folder: Path) -> dict[str, list[str]]:
    """What those first commands print that leave nothing behind for the others, two at a time, and each only once."""
    first = takewhile(lambda example: "poemgen train" not in example.command, examples)
    commands = list(dict.fromkeys(example.command for example in first))
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(commands, pool.map(lambda command: run(command, folder), commands), strict=True))


def test_the_transcripts_of_the_readme_still_hold(folder: Path) -> None:
    done = runs_at_once(examples(), folder)
    for example in examples():
        command, shown = example
        printed = done.get(command) or run(command, folder)
        if is_verse(example):
            notes = [line for line in printed if line.startswith("poemgen: ")]
            assert shapes(notes) == shapes([line for line in shown if line.startswith("poemgen: ")]), command
            seed = re.search(r'(?:--seed|echo) "([^"]+)"', command)
            verse = [line for line in printed if not line.startswith("poemgen: ")]
            assert verse and (seed is None or verse[0].startswith(seed[1])), command
        else:
            assert shapes(printed) == shapes(shown), command


def test_the_library_example_of_the_readme_runs() -> None:
    [code] = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("moon") >= 2
    assert 0 < float(done.stdout.splitlines()[-1]) < 8
