"""Writing a file whole or not at all: a crash, a full disk or Ctrl-C leaves the old file as it was.

The new content goes to a temporary file in the same folder, is forced onto the disk, and only then takes the name.
"""

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path
from typing import TypeAlias

from poemgen.errors import PoemgenError

PathName: TypeAlias = str | os.PathLike[str]
Bytes: TypeAlias = bytes | bytearray | memoryview

REASONS = {
    errno.ENOENT: "the folder {folder} does not exist; create it first",
    errno.ENOTDIR: "{folder} is not a folder; choose another place",
    errno.EISDIR: "it is a folder; name a file inside it",
    errno.EACCES: "permission is denied; choose another place, or change the permissions",
    errno.EPERM: "permission is denied; choose another place, or change the permissions",
    errno.EROFS: "the disk is read-only; choose another place",
    errno.ENOSPC: "no space is left on the disk; free some, or choose another place",
    errno.EDQUOT: "your share of the disk is used up; free some space, or choose another place",
    errno.EFBIG: "it would be larger than files may be here; choose another place, or raise `ulimit -f`",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "its symbolic links lead in a circle; choose another place",
    errno.EINVAL: "that cannot be the name of a file; choose another",
}


def write_atomically(path: PathName, data: Bytes | Iterable[Bytes]) -> None:
    """Gives the file at `path` this content, all of it or, on any failure, nothing.

    A new file's permissions follow the umask, a replaced file's stay; of a symbolic link, the file it leads to is
    replaced. Devices and pipes are written to directly. Raises PoemgenError, or BrokenPipeError if a pipe's reader
    has gone.
    """
    chunks = [data] if isinstance(data, Bytes) else data
    with explained(path):
        destination = destination_of(path)
        if destination is None:
            with Path(path).open("wb") as device:
                device.writelines(chunks)
        else:
            _replace(destination, chunks)


def check_writable(path: PathName) -> None:
    """Raises the PoemgenError that `write_atomically` would raise, as far as can be known before there is any data."""
    with explained(path):
        destination = destination_of(path)
        if destination is not None:
            # Only a file that was made shows that one can be made.
            with _temporary(destination):
                pass


def remove_leftovers(path: PathName) -> None:
    """Removes temporary files that killed writers of this path left; none may be writing it now."""
    with suppress(OSError):
        if destination := destination_of(path):
            leftover = re.compile(re.escape(f".{destination.name}.") + r"[0-9a-f]{16}\.tmp")
            for file in destination.parent.iterdir():
                if leftover.fullmatch(file.name):
                    file.unlink()


def shown(path: PathName) -> str:
    """The path in quotes, control characters made visible, for messages."""
    return repr(os.fspath(path))


def destination_of(path: PathName) -> Path | None:
    """The file that is to be replaced or made, behind any symbolic links; None for a device or a pipe.

    Raises OSError where no file can be made or replaced.
    """
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return Path(os.path.realpath(path))
    except ValueError as error:  # a NUL or half of a surrogate pair
        raise OSError(errno.EINVAL, "not a name") from error
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    # A folder's permissions would allow the replacement of a protected file, but its owner did not mean that.
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "is protected")
    return Path(os.path.realpath(path)) if stat.S_ISREG(mode) else None


@contextmanager
def explained(path: PathName) -> Iterator[None]:
    """Turns an OSError inside into the PoemgenError of a file that cannot be written."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PoemgenError(f"cannot write {shown(path)}: {_reason(error, Path(path).parent)}") from error


@contextmanager
def _temporary(destination: Path) -> Iterator[BufferedWriter]:
    """A new file in the destination's folder, removed at the end unless it was renamed."""
    path = destination.with_name(f".{destination.name}.{secrets.token_hex(8)}.tmp")
    try:
        with path.open("xb") as file:
            yield file
    finally:
        with suppress(OSError):
            path.unlink()


def _replace(destination: Path, chunks: Iterable[Bytes]) -> None:
    with _temporary(destination) as file:
        new = Path(file.name)
        if destination.exists():
            # Before the content: a private file's successor must never be readable by others.
            new.chmod(destination.stat().st_mode & 0o777)
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
        file.close()  # Windows renames closed files only
        new.replace(destination)
    _sync_folder(destination.parent)


def _sync_folder(folder: Path) -> None:
    """Forces the new name onto the disk as well."""
    # Not every system can do that, and the file under the name is whole with or without it.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _reason(error: OSError, folder: Path) -> str:
    if error.errno in REASONS:
        return REASONS[error.errno].format(folder=shown(folder))
    return f"{(error.strerror or str(error)).lower()}; choose another place"
