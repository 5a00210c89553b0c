"""The training log: JSON Lines, one object an event, complete up to the last event whatever happens next."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from poemgen.errors import PoemgenError

Log = Callable[..., None]


@contextmanager
def training_log(path: Path | None, *, append: bool) -> Iterator[Log]:
    """A function that logs an event's fields; without a path it does nothing. Raises PoemgenError if that fails."""
    if path is None:
        yield lambda **fields: None
        return
    try:
        with path.open("a" if append else "w", encoding="utf-8") as file:

            def log(**fields: Any) -> None:
                try:
                    file.write(json.dumps(fields, ensure_ascii=False) + "\n")
                    file.flush()
                except OSError as error:
                    raise _failed(path, error) from error

            yield log
    except OSError as error:
        raise _failed(path, error) from error


def _failed(path: Path, error: OSError) -> PoemgenError:
    reason = error.strerror or str(error)
    return PoemgenError(f"cannot write the log {str(path)!r}: {reason}; name another place for --log")
