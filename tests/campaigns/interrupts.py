"""Ctrl-C and SIGTERM at random moments of `train`, once and twice, to the process and to its whole group."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from campaigns.case import Case, complaints, count_of, new_folder
from campaigns.processes import SIZES, all_gone, answers_signals, corpus_in, last_words, loads, training, wait_until
from poemgen.training.checkpoint import load_checkpoint

FULL = 100
SECONDS = 3.0
LIMIT = 2.0  # seconds until it has ended
STOPPED = re.compile(r"poemgen: stopped after step ([\d,]+) of 100,000; --resume goes on from there")


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Signals spread over kinds, workers and moments from the start of the program on."""
    for index in range(count_of(FULL, scale)):
        workers, twice, group = str(1 + index % 2), index // 2 % 2 == 1, index // 4 % 2 == 1
        number = rng.choice([signal.SIGINT, signal.SIGTERM])
        moments = [SECONDS * min(1, 10 * scale) * rng.random(), *([0.2 * rng.random()] if twice else [])]
        wrong, seconds = interrupted(new_folder(folder), workers, number, moments, group=group)
        yield Case(f"{number.name}{' twice' * twice}{' to the group' * group}", wrong, {"seconds to the end": seconds})


def interrupted(
    folder: Path, workers: str, number: signal.Signals, moments: list[float], *, group: bool
) -> tuple[str, float]:
    """What is wrong after a run got signals at these moments, each counted from the one before, and how long the end
    took from the first one on."""
    process = training(corpus_in(folder), *SIZES, "--steps", "100000", "--workers", workers)
    wait_until(lambda: answers_signals(process.pid), process)
    times = []
    for moment in moments:
        time.sleep(moment)
        times.append(time.monotonic())
        if process.poll() is None:
            (os.killpg if group else os.kill)(process.pid, number)
    err = last_words(process)
    seconds = time.monotonic() - times[0]
    last = (err.splitlines() or [""])[-1]
    stopped = STOPPED.fullmatch(last)
    wrong = complaints(
        code_is_128_and_the_signal=process.returncode == 128 + number,
        ended_in_time=seconds < LIMIT,
        no_traceback="Traceback" not in err and "ignored" not in err,
        said_in_a_line=bool(stopped) or last == "poemgen: interrupted" or len(moments) > 1,
        files_load=loads(folder),
        saved_where_it_stopped=not stopped or step_of(folder) == int(stopped[1].replace(",", "")),
        no_worker_left=all_gone(process.pid),
    )
    return wrong and f"{wrong} ({last!r}, after {moments})", seconds


def step_of(folder: Path) -> int:
    """The step of the checkpoint."""
    return load_checkpoint(folder / "model.checkpoint").progress.step
