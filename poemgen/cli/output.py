"""Where data goes: standard output as UTF-8 on every machine, or a file that is written whole or not at all."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from poemgen.durable import check_writable, write_atomically
from poemgen.errors import PoemgenError

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
