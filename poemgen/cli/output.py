"""Where data goes: standard output as UTF-8 on every machine, or a file that is written whole or not at all."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from poemgen.durable import check_writable, write_atomically

Write = Callable[[str], object]


@contextmanager
def output(path: Path | None) -> Iterator[Write]:
    """A function that writes text to standard output (no path, or `-`), or at the end to a file, in one piece."""
    if path is None or str(path) == "-":
        sys.stdout.reconfigure(encoding="utf-8", errors="strict", newline="\n")  # type: ignore[union-attr]
        yield sys.stdout.write
        sys.stdout.flush()
        return
    check_writable(path)
    pieces: list[str] = []
    yield pieces.append
    write_atomically(path, "".join(pieces).encode())
