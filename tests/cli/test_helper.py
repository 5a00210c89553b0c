"""The second worker process while it starts; what comes later is tried in `campaigns`."""

import os
import signal
import time
from pathlib import Path

import pytest
from commands import PATIENCE, fortune, some_poems, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX knows them")

# Large enough for a helper to be worth it.
RUN = ["--units", "64", "--batch", "16", "--window", "64", "--validation-fraction", "0.2", "--workers", "2"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "poems.txt").write_text(fortune(some_poems(12)))
    return tmp_path


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
