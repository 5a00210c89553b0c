"""No room at any of the writes, on a small file system and under a limit on the size of files: nothing old is lost."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

from commands import run

from campaigns.case import Case, complaints, is_root, some
from campaigns.processes import corpus_in, is_whole, strays

BLOCK = 4096  # bytes of room on the small file system, and the steps in which it grows
OLD = b"an older file, which must not be lost\n"
RUN = ["--units", "8", "--batch", "4", "--window", "16", "--steps", "12", "--validation-fraction", "0.2"]


class Write(NamedTuple):
    """A command that writes a file `out` into a folder, and what it is called."""

    name: str
    command: list[str]


TRAIN = ["train", "poems.txt", *RUN, "--save-every", "0", "--force"]
WRITES = {
    write.name: write
    for write in (
        Write("model", [*TRAIN, "-o", "small/out"]),
        Write("log", [*TRAIN, "-o", "large", "--log", "small/out"]),
        Write("plot", ["inspect", "model", "--plot", "small/out", "-q"]),
        Write("poems", ["generate", "-m", "model", "-n", "100", "-q", "-o", "small/out"]),
        Write("ids", ["tokenize", "poems.txt", "-q", "-o", "small/out"]),
    )
}


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Every kind of write, with more and more room until it succeeds; in larger steps at a smaller scale."""
    corpus_in(folder)
    assert run("train", "poems.txt", "-o", "model", *RUN, cwd=folder).code == 0
    (folder / "small").mkdir()
    writes = [WRITES[name] for name in some(list(WRITES), min(1, 20 * scale), rng)]
    for write in writes:
        for room in growing(scale, rng):
            case = limited(folder, write, room)
            yield case
            if case.kind.endswith("done"):
                break
    if not is_root():
        yield Case("small file system (needs root)", skipped=True)
        return
    for write in writes:
        for room in growing(scale, rng):
            case = crowded(folder, write, room)
            yield case
            if case.kind.endswith("done"):
                break


def growing(scale: float, rng: Random) -> Iterator[int]:
    """Room in bytes, from next to nothing on."""
    yield from (BLOCK * step + rng.randrange(BLOCK) for step in count(0, max(1, round(0.2 / scale))))


def limited(folder: Path, write: Write, room: int) -> Case:
    """A write where no file may be larger than `room`."""
    for file in (folder / "small").iterdir():
        file.unlink()
    (folder / "small" / "out").write_bytes(OLD)
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room))
    return judged(folder, write, *run(*write.command, cwd=folder, preexec_fn=limit), "limit")


def crowded(folder: Path, write: Write, room: int) -> Case:
    """A write to a file system of this size."""
    with mounted(folder / "small", BLOCK + room):
        (folder / "small" / "out").write_bytes(OLD)
        return judged(folder, write, *run(*write.command, cwd=folder), "full")


def judged(folder: Path, write: Write, code: int, out: str, err: str, fault: str) -> Case:
    """Whether a write came to a good end, or to one that lost nothing."""
    small = folder / "small"
    content = (small / "out").read_bytes()
    lines = [line for line in err.splitlines() if line.startswith("poemgen: error: ")]
    if code == 0:
        wrong = complaints(new_content=content != OLD, no_error=not lines, nothing_left=strays(small) == [])
        return Case(f"{write.name} {fault} done", wrong and f"{wrong} {err!r}")
    wrong = complaints(
        exit_1=code == 1,
        one_line=len(lines) == 1 and "cannot write" in lines[0] and "Traceback" not in err,
        old_or_new_file=write.name == "log" or content == OLD or is_whole(small / "out"),
        whole_checkpoint=is_whole(small / "out.checkpoint") and is_whole(folder / "large.checkpoint"),
        nothing_left=strays(small) == [] and strays(folder) == [],
        no_output=out == "",
    )
    return Case(f"{write.name} {fault}", wrong and f"{wrong} ({err!r})")


@contextmanager
def mounted(place: Path, size: int) -> Iterator[None]:
    """A file system of so many bytes, in memory."""
    options = ["-t", "tmpfs", "-o", f"size={size},mode=755", "none", os.fspath(place)]
    subprocess.run(["mount", *options], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", os.fspath(place)], check=True)
