"""One writer a file: a claim that other processes see, and that ends with its process, however that ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from poemgen.durable import PathName, destination_of, explained, shown
from poemgen.errors import PoemgenError


def claim_path(destination: Path) -> Path:
    """The empty file beside another that says that somebody writes that one. Only the lock on it counts, so what a
    killed process leaves is in nobody's way."""
    return destination.with_name(f".{destination.name}.lock")


@contextmanager
def claimed(path: PathName) -> Iterator[None]:
    """Keeps other processes that ask for it from writing the file at `path` while inside.

    Raises PoemgenError if one of them is writing it, or nothing can be written there. Devices are free for all, and so
    are files where there are no such locks (Windows, some network drives).
    """
    with explained(path):
        destination = destination_of(path)
    if destination is None or sys.platform == "win32":
        yield
        return
    place = claim_path(destination)
    with explained(path):
        descriptor = _locked(place)
    if descriptor is None:
        raise PoemgenError(f"another process is training {shown(path)}: let it end, or name another model with -o")
    try:
        yield
    finally:
        with suppress(OSError):
            place.unlink()  # while it is locked: whoever waits for it looks afterwards whether it is still there
        os.close(descriptor)


def _locked(place: Path) -> int | None:
    """An open descriptor of the file, which nobody else has locked; None if somebody has."""
    import fcntl

    while True:
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:  # no locks here
            return descriptor
        with suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), place.stat()):
                return descriptor
        os.close(descriptor)  # its owner has just removed it
