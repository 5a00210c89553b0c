"""Where data goes: standard output as UTF-8 on every machine, or a file that is written whole or not at all."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from poemgen.durable import check_writable, write_atomically
from poemgen.errors import PoemgenError, UsageError
from poemgen.text.sources import holds_text

Write = Callable[[str], object]


@contextmanager
def output(path: Path | None = None) -> Iterator[Write]:
    """A function that writes text to standard output (no path, or `-`), or at the end to a file, in one piece.

    Raises PoemgenError if that fails, or BrokenPipeError if the reader of standard output has gone.
    """
    if path is None or str(path) == "-":
        yield from _standard_output()
        return
    check_writable(path)
    pieces: list[str] = []
    yield pieces.append
    write_atomically(path, "".join(pieces).encode())


def _standard_output() -> Iterator[Write]:
    """Passes every line on at once, and on a terminal every piece of one."""
    stream: Any = sys.stdout
    if stream is None:
        raise PoemgenError("standard output is closed; open it, or send it elsewhere")
    stream.reconfigure(encoding="utf-8", errors="strict", newline="\n")
    live = stream.isatty()

    def write(text: str) -> None:
        stream.write(text)
        if live or text.endswith("\n"):
            stream.flush()

    try:
        yield write
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PoemgenError(f"cannot write to standard output: {reason}; send it elsewhere") from error


def check_kept(written: Iterable[Path], sources: Iterable[str | Path]) -> None:
    """Raises UsageError if something would be written over another thing that is written or read, or into a folder
    that is read, where it would pass for poems the next time."""
    writing = [(path, Path(os.path.realpath(path))) for path in written]
    reading = [Path(os.path.realpath(source)) for source in sources]
    for path, place in writing:
        if [*(other for _, other in writing), *reading].count(place) > 1:
            raise UsageError(f"{str(path)!r} would be written over: what is read and what is written must be apart")
        if holds_text(place) and any(folder in place.parents for folder in reading):
            raise UsageError(f"{str(path)!r} would be taken for poems the next time; keep it out of their folder")
