"""Training runs to be ill-treated, and what they leave behind."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from commands import fortune, some_poems, start

from poemgen.errors import PoemgenError
from poemgen.storage import load_model
from poemgen.training.checkpoint import load_checkpoint

# Large enough for a helper process to be worth it, whatever the cell.
SIZES = ["--units", "72", "--batch", "16", "--window", "64", "--validation-fraction", "0.2"]
STEPS_A_SECOND = 80  # about
HANGING = 300.0  # seconds


def corpus_in(folder: Path) -> Path:
    """The folder, with a corpus `poems.txt` in it."""
    (folder / "poems.txt").write_text(fortune(some_poems(12)))
    return folder


def training(folder: Path, *options: str, **more: Any) -> Any:
    """A process that trains `model` on the folder's corpus, in a session of its own."""
    return start("train", "poems.txt", "-o", "model", *options, cwd=folder, start_new_session=True, **more)


def last_words(process: Any) -> str:
    """What a process has said on stderr when it ends; one that hangs is killed, which its exit code tells."""
    try:
        _, err = process.communicate(timeout=HANGING)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        _, err = process.communicate()
    return str(err.decode())


def wait_until(condition: Any, process: Any) -> None:
    """Waits until something is so or the process has ended."""
    deadline = time.monotonic() + HANGING
    while not condition() and process.poll() is None:
        if time.monotonic() > deadline:
            raise TimeoutError("a process of poemgen hangs")
        time.sleep(0.001)


def answers_signals(pid: int) -> bool:
    """Whether a process has come so far that SIGTERM does not simply end it; before, Python itself is starting."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> 14 & 1)


def session_of(pid: int) -> list[int]:
    """The processes alive whose session a process has begun."""
    alive = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid and fields[0] != "Z":
            alive.append(int(place.name))
    return alive


def all_gone(pid: int) -> bool:
    """Whether nothing is left of a process's session, after a moment of grace."""
    deadline = time.monotonic() + 2
    while session_of(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def helper_of(pid: int) -> int | None:
    """The child process that works, not the one that minds shared memory."""
    try:
        children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return next((child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()), None)
    except OSError:
        return None


def strays(folder: Path) -> list[str]:
    """Temporary files and locks."""
    return sorted(file.name for file in folder.iterdir() if file.name.startswith("."))


def loads(folder: Path) -> bool:
    """Whether the model and the checkpoint, if they are there, are whole."""
    return is_whole(folder / "model") and is_whole(folder / "model.checkpoint")


def is_whole(path: Path) -> bool:
    """Whether a model or a checkpoint loads, or is not there."""
    try:
        if path.exists():
            (load_checkpoint if path.suffix == ".checkpoint" else load_model)(path)
    except PoemgenError:
        return False
    return True


def weights_of(folder: Path) -> bytes:
    """All numbers of the model, to compare bit for bit; nothing if there is none."""
    return load_model(folder / "model").parameters.flat.tobytes() if (folder / "model").exists() else b""


def is_error_line(text: str) -> bool:
    """Whether a text is one line that tells of an error."""
    return text.startswith("poemgen: error: ") and text.count("\n") == 1 and text.endswith("\n")


def environment_cleared() -> dict[str, str]:
    """The fewest variables that a program of Python needs to find poemgen."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
