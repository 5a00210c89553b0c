"""`kill -9` at random moments of `train`: the files load, and the run goes on to the very same bits."""

import signal
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random

from commands import run

from campaigns.case import Case, complaints, count_of, new_folder
from campaigns.processes import (
    SIZES,
    STEPS_A_SECOND,
    all_gone,
    corpus_in,
    last_words,
    loads,
    strays,
    training,
    wait_until,
    weights_of,
)

FULL = 200
SECONDS = 3.0  # of training
OFTEN = ["--save-every", "0.03"]  # so that many moments are those of a write
WAYS = list(product(["lstm", "gru", "rnn"], ["1", "2"]))


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Kills spread evenly over cells, workers and moments."""
    whole: dict[str, tuple[bytes, float]] = {}
    for index in range(count_of(FULL, scale)):
        cell, workers = WAYS[index % len(WAYS)]
        options = ["--cell", cell, *SIZES, "--steps", str(round(STEPS_A_SECOND * min(SECONDS, 100 * scale)))]
        if cell not in whole:
            whole[cell] = uninterrupted(new_folder(folder), [*options, "--workers", workers])
        expected, seconds = whole[cell]
        wrong = killed(new_folder(folder), [*options, "--workers", workers], seconds * rng.random(), expected)
        yield Case(f"{cell} with {workers} worker{'s' * (workers != '1')}", wrong, {"seconds of training": seconds})


def uninterrupted(folder: Path, options: list[str]) -> tuple[bytes, float]:
    """The weights of a run that is left alone, and the seconds from its first checkpoint to its end."""
    process = training(corpus_in(folder), *options, *OFTEN)
    wait_until((folder / "model.checkpoint").exists, process)
    began = time.monotonic()
    last_words(process)
    return weights_of(folder), time.monotonic() - began


def killed(folder: Path, options: list[str], moment: float, expected: bytes) -> str:
    """What is wrong after a run was killed so many seconds after its first checkpoint, and resumed."""
    process = training(corpus_in(folder), *options, *OFTEN)
    wait_until((folder / "model.checkpoint").exists, process)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    last_words(process)
    whole, gone = loads(folder), all_gone(process.pid)
    if (folder / "model.checkpoint").exists():
        resumed = run("train", "poems.txt", "-o", "model", "--resume", "--workers", options[-1], cwd=folder).code == 0
    else:  # it had ended
        resumed = run("train", "poems.txt", "-o", "model", *options, "--force", cwd=folder).code == 0
    return complaints(
        files_load=whole,
        no_worker_left=gone,
        resumed=resumed,
        same_weights=weights_of(folder) == expected != b"",
        no_stray_file=strays(folder) == [],
    )
