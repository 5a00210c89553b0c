"""Where text comes from: the files, folders and standard input that the user names, as a flat list of sources."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from poemgen.errors import PoemgenError, UsageError

STANDARD_INPUT = "-"
TEXT_ENDINGS = (".txt", ".text")  # in a folder, Markdown tells of the poems and holds none
RECORD_ENDINGS = (".jsonl", ".ndjson")
INDEX = "index.jsonl"  # so does a folder's index


class Source(NamedTuple):
    """One thing to read from front to back: a file, a named pipe, or standard input (`path` is None)."""

    path: Path | None

    @property
    def name(self) -> str:
        """The source as messages name it."""
        return "standard input" if self.path is None else quoted(self.path)

    @property
    def holds_records(self) -> bool:
        """Whether it is JSON Lines, one poem a record; only a file's ending says so."""
        return self.path is not None and self.path.suffix.lower() in RECORD_ENDINGS


def quoted(path: str | Path) -> str:
    """A path in quotes, with control characters written as escapes: file names may hold anything."""
    return repr(str(path))


def find_sources(names: Iterable[str | Path]) -> list[Source]:
    """All the sources that `names` (files, folders, `-`) stand for, in the order given; a folder's are sorted.

    Raises `UsageError` for a request without sense and `PoemgenError` for what is missing or holds no text files.
    """
    sources = [source for name in names for source in _sources_of(name)]
    if not sources:
        raise UsageError("no source of text given; name a file, a folder, or - for standard input")
    if sources.count(Source(None)) > 1:
        raise UsageError("standard input (-) is named more than once, but can be read only once; name it once")
    return sources


def _sources_of(name: str | Path) -> list[Source]:
    if str(name) == STANDARD_INPUT:
        return [Source(None)]
    # Path("") is the current folder: an empty shell variable would silently train on whatever lies there.
    if name == "":
        raise UsageError("an empty name of a source was given; name a file, a folder, or - for standard input")
    path = Path(name)
    return _sources_in(path) if _is_folder(path) else [Source(path)]


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a name that a file can have"
        raise PoemgenError(f"cannot read {quoted(path)}: {reason}; check the path") from error


def _sources_in(folder: Path) -> list[Source]:
    try:
        paths = sorted(_text_files(folder))
    except OSError as error:
        place, reason = error.filename or folder, error.strerror
        raise PoemgenError(f"cannot list the folder {quoted(place)}: {reason}; check its permissions") from error
    if not paths:
        endings = ", ".join(TEXT_ENDINGS + RECORD_ENDINGS)
        raise PoemgenError(f"the folder {quoted(folder)} holds no file that ends in {endings}; name the files")
    return [Source(path) for path in paths]


def _text_files(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, onerror=_reraise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(root, name)
            # A named pipe that merely lies in the folder would be waited for for ever.
            if holds_text(path) and path.is_file():
                yield path


def holds_text(path: Path) -> bool:
    """Whether a file of this name is read when its folder is."""
    hidden = path.name.startswith(".") or path.name == INDEX
    return path.suffix.lower() in TEXT_ENDINGS + RECORD_ENDINGS and not hidden


def _reraise(error: OSError) -> None:
    """Stop at a folder that cannot be listed, which `os.walk` would skip in silence."""
    raise error
