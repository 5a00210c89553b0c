"""The second worker process, from outside: killed, interrupted, orphaned; and the same model with and without it."""

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import PATIENCE, fortune, run, some_poems, start, wait_for_lines, weights

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for child processes in /proc")

# Large enough for a helper to be worth it.
RUN = ["--units", "64", "--batch", "16", "--window", "64", "--validation-fraction", "0.2", "--workers", "2"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "poems.txt").write_text(fortune(some_poems(12)))
    return tmp_path


def begin(place: Path, steps: int) -> Any:
    process = start("train", "poems.txt", *RUN, "--steps", str(steps), "-o", "model", "--log", "log", cwd=place)
    wait_for_lines(place / "log", 2)
    return process


def helper_of(pid: int) -> int:
    """The child process that works, not the one that minds shared memory."""
    children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    [helper] = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return helper


def gone(pid: int) -> bool:
    """Whether a process ends before patience does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":  # and whoever should take note of it does not
            return True
        time.sleep(0.02)
    return False


def test_the_model_is_the_same_with_a_helper_and_without(place: Path) -> None:
    for workers in ("1", "2"):
        done = run("train", "poems.txt", *RUN, "--workers", workers, "--steps", "30", "-o", workers, cwd=place)
        assert done.code == 0, done.err
    assert np.array_equal(weights(place / "1"), weights(place / "2"))


def test_a_helper_that_is_killed_ends_the_run_in_one_line_and_nothing_is_lost(place: Path) -> None:
    process = begin(place, 800)
    os.kill(helper_of(process.pid), signal.SIGKILL)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (1, b"")
    last = err.decode().splitlines()[-1]
    assert re.fullmatch(
        r"poemgen: error: the second worker process was ended by signal 9; --workers 1 does without it; "
        r"--resume goes on after step \d+",
        last,
    )
    assert "Traceback" not in err.decode()
    assert run("train", "poems.txt", "--resume", "--workers", "1", "-o", "model", cwd=place).code == 0
    assert run("train", "poems.txt", *RUN, "--steps", "800", "-o", "whole", cwd=place).code == 0
    assert np.array_equal(weights(place / "model"), weights(place / "whole"))


@pytest.mark.parametrize(
    ("numbers", "code"),
    [([signal.SIGINT], 130), ([signal.SIGTERM], 143), ([signal.SIGINT, signal.SIGINT], 130), ([signal.SIGKILL], -9)],
    ids=["Ctrl-C", "TERM", "Ctrl-C twice", "KILL"],
)
def test_no_helper_outlives_a_run(place: Path, numbers: list[int], code: int) -> None:
    process = begin(place, 100_000)
    helper = helper_of(process.pid)
    for number in numbers:
        process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    assert b"Traceback" not in err
    assert gone(helper)


def test_ctrl_c_in_a_terminal_reaches_the_whole_group_and_saves_all_the_same(place: Path) -> None:
    process = start(
        "train",
        "poems.txt",
        *RUN,
        "--steps",
        "100000",
        "-o",
        "model",
        "--log",
        "log",
        cwd=place,
        start_new_session=True,
    )
    wait_for_lines(place / "log", 2)
    helper = helper_of(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.decode().splitlines()[-1].endswith("of 100,000; --resume goes on from there")
    assert gone(helper)
    assert (place / "model.checkpoint").exists()


def test_ctrl_c_while_the_helper_starts_is_the_runs_to_answer(place: Path) -> None:
    process = start("train", "poems.txt", *RUN, "--steps", "100000", "-o", "model", cwd=place, start_new_session=True)
    deadline = time.monotonic() + PATIENCE
    while not (place / "model.checkpoint").exists():  # it is written just before
        assert time.monotonic() < deadline
        time.sleep(0.001)
    time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert err.decode().splitlines()[-1].endswith("of 100,000; --resume goes on from there")
