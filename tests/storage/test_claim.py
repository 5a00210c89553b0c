"""Claims: one process at a time, whatever happens to it, and nothing left behind."""

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from poemgen.errors import PoemgenError
from poemgen.storage.claim import claim_path, claimed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")

HOLD = """
import sys
from poemgen.storage.claim import claimed
with claimed(sys.argv[1]):
    print("mine", flush=True)
    sys.stdin.read()
"""


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def holder(path: Path) -> "subprocess.Popen[str]":
    """Another process that holds the claim until its input ends."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", HOLD, str(path)]
    process = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline() == "mine\n"
    return process


def test_a_second_claim_is_refused_by_any_name_until_the_first_ends(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("model")
    with holder(tmp_path / "model") as process:
        for name in ("model", "link"):
            with pytest.raises(PoemgenError, match=r"^another process is training '.*': let it end, or"):
                claimed(tmp_path / name).__enter__()
        with claimed(tmp_path / "other"):
            pass
        process.communicate()
    with claimed(tmp_path / "model"):
        assert names(tmp_path) == [".model.lock", "link"]
    assert names(tmp_path) == ["link"]


def test_the_claim_of_a_killed_process_is_in_nobodys_way(tmp_path: Path) -> None:
    with holder(tmp_path / "model") as process:
        process.send_signal(signal.SIGKILL)
    assert names(tmp_path) == [".model.lock"]
    with claimed(tmp_path / "model"):
        pass
    assert names(tmp_path) == []


def count_up(folder: Path) -> int:
    """Raises a number in a file as often as the claim was to be had; returns how often that was."""
    done = 0
    for _ in range(300):
        try:
            with claimed(folder / "number"):
                number = folder / "number"
                number.write_text(str(int(number.read_text()) + 1))
                done += 1
        except PoemgenError:
            pass
    return done


def test_no_two_processes_are_ever_inside_together(tmp_path: Path) -> None:
    (tmp_path / "number").write_text("0")
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        done = pool.map(count_up, [tmp_path] * 3, chunksize=1)
    assert int((tmp_path / "number").read_text()) == sum(done) > 0


def test_a_lock_on_a_file_that_its_owner_has_just_removed_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[Path] = []

    def flock(descriptor: int, operation: int) -> None:
        if not removed:
            removed.append(claim_path(tmp_path / "model"))
            removed[0].unlink()

    monkeypatch.setattr("fcntl.flock", flock)
    with claimed(tmp_path / "model"):
        assert names(tmp_path) == [".model.lock"]
    assert names(tmp_path) == []


def test_where_there_are_no_locks_nobody_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr("fcntl.flock", flock)
    with claimed(tmp_path / "model"), claimed(tmp_path / "model"):
        pass
    assert names(tmp_path) == []


def test_what_cannot_be_written_cannot_be_claimed(tmp_path: Path) -> None:
    with pytest.raises(PoemgenError, match=r"^cannot write '.*': the folder '.*missing' does not exist"):
        claimed(tmp_path / "missing" / "model").__enter__()
    with claimed(os.devnull):
        assert not claim_path(Path(os.devnull)).exists()
