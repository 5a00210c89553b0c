"""The second worker process is killed from outside: one line, exit 1, and the checkpoint goes on to the same bits."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from commands import run

from campaigns.case import Case, complaints, count_of, new_folder
from campaigns.kills import uninterrupted
from campaigns.processes import (
    SIZES,
    STEPS_A_SECOND,
    all_gone,
    corpus_in,
    helper_of,
    last_words,
    strays,
    training,
    wait_until,
    weights_of,
)

FULL = 30
LOST = re.compile(
    r"poemgen: error: the second worker process was ended by signal 9; --workers 1 does without it; "
    r"--resume goes on after step [\d,]+"
)


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Kills of the helper at moments from its start on."""
    steps = str(2 * STEPS_A_SECOND if scale > 0.1 else STEPS_A_SECOND // 2)
    expected, seconds = uninterrupted(new_folder(folder), [*SIZES, "--steps", steps, "--workers", "2"])
    for _ in range(count_of(FULL, scale)):
        yield lost(new_folder(folder), steps, seconds * rng.uniform(0.2, 0.8), expected)


def lost(folder: Path, steps: str, moment: float, expected: bytes) -> Case:
    """A run whose helper is killed so many seconds after it was started. One that has not begun to help is done
    without."""
    process = training(corpus_in(folder), *SIZES, "--steps", steps, "--workers", "2")
    wait_until(lambda: helper_of(process.pid), process)
    time.sleep(moment)
    helper = helper_of(process.pid)
    if helper is None:
        last_words(process)
        return Case("had ended", skipped=True)
    os.kill(helper, signal.SIGKILL)
    err = last_words(process)
    kind, said, resumed = "done without", process.returncode == 0, True
    if process.returncode != 0:
        kind, said = "told of", process.returncode == 1 and bool(LOST.fullmatch(err.splitlines()[-1]))
        resumed = run("train", "poems.txt", "-o", "model", "--resume", cwd=folder).code == 0
    wrong = complaints(
        said_in_a_line=said and "Traceback" not in err,
        resumed=resumed,
        same_weights=weights_of(folder) == expected != b"",
        no_worker_left=all_gone(process.pid),
        no_stray_file=strays(folder) == [],
    )
    return Case(kind, wrong)
