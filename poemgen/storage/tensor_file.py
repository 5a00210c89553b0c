"""Named arrays and a JSON object in one safetensors file: the ground under models and checkpoints alike.

A checksum covers the arrays, their names, types and shapes, and the JSON, so whatever changed is noticed.
"""

import hashlib
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from poemgen.durable import PathName, shown, write_atomically
from poemgen.errors import PoemgenError
from poemgen.storage.header import FORMAT, KEY, Header, damaged, header_end, read_header
from poemgen.storage.strict_json import JSON, compact

EXPONENT = 0x7C00  # the bits of a float16 that hold it
PIECE = 1 << 16  # numbers that are looked at together: they stay in the cache

Tensors: TypeAlias = Mapping[str, NDArray[Any]]
Check: TypeAlias = Callable[[Header], None]


class TensorFile(NamedTuple):
    """What a file holds: read-only arrays by name, the JSON object, and the file's SHA-256 in hexadecimal (empty if it
    was not wanted)."""

    tensors: dict[str, NDArray[Any]]
    metadata: dict[str, JSON]
    sha256: str


def write_tensors(path: PathName, tensors: Tensors, metadata: Mapping[str, JSON], *, kind: str, limit: int) -> str:
    """Stores arrays (float16, float32, float64, int64 or uint8) and JSON; returns the SHA-256 of the file.

    Equal content gives equal bytes. Raises PoemgenError if it cannot be written, or could not be read again: a number
    is not finite, or the file is larger than `limit` bytes. Raises ValueError for metadata that is not JSON.
    """
    data = _encoded(tensors, metadata, kind)
    with about(path, f"cannot store {kind}"):
        _check_size(len(data), limit)
        stored = _decoded(data, kind)
    write_atomically(path, data)
    return stored.sha256


def read_tensors(
    path: PathName, *, kind: str, limit: int, check: Check = lambda header: None, hashed: bool = True
) -> TensorFile:
    """Reads a file of this kind and of at most `limit` bytes. Raises PoemgenError for whatever is not as written.

    `check` may raise one for a header; only then is the rest read, which may be large. The hash of the file takes as
    long as all else; `hashed` says whether it is wanted.
    """
    with about(path, f"cannot read {kind}"):
        return _decoded(_content(path, kind, limit, check), kind, hashed=hashed)


@contextmanager
def about(path: PathName, failure: str) -> Iterator[None]:
    """Puts in front of the message of a PoemgenError what failed, and which file it is about."""
    try:
        yield
    except PoemgenError as error:
        raise PoemgenError(f"{failure} {shown(path)}: {error}") from error


def _content(path: PathName, kind: str, limit: int, check: Check) -> bytes:
    """All bytes of the file; they are only read if its header is in order."""
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            raise PoemgenError("it is a folder; name the file inside it")
        if not stat.S_ISREG(status.st_mode):
            raise PoemgenError("it is a device or a pipe; copy its content into a file first")
        _check_size(status.st_size, limit)
        with Path(path).open("rb", buffering=0) as file:  # a buffer would be a second copy of it all
            head = file.read(8)
            head += file.read(header_end(head, status.st_size) - 8)
            check(read_header(head, kind, status.st_size))
            file.seek(0)
            return file.read()
    except FileNotFoundError as error:
        raise PoemgenError("there is no such file; check the path") from error
    except OSError as error:
        raise PoemgenError(f"{(error.strerror or str(error)).lower()}; check the path and its permissions") from error
    except ValueError as error:  # a NUL or half of a surrogate pair
        raise PoemgenError("that cannot be the name of a file; check the path") from error


def _check_size(size: int, limit: int) -> None:
    if size == 0:
        raise damaged("it is empty")
    if size > limit:
        raise PoemgenError(f"it is larger than {limit // 2**20:,} MB, more than is allowed; use a smaller one")


def _encoded(tensors: Tensors, metadata: Mapping[str, JSON], kind: str) -> bytes:
    from safetensors.numpy import save  # reading does without it

    # safetensors would write the numbers of a transposed array in the wrong order.
    rows = {name: np.asarray(tensor, tensor.dtype.newbyteorder("<"), order="C") for name, tensor in tensors.items()}
    document = {**metadata, "format": FORMAT, "kind": kind}
    return save(rows, {KEY: compact({**document, "checksum": _checksum(document, rows)})})


def _decoded(data: bytes, kind: str, *, hashed: bool = True) -> TensorFile:
    # One parser: a view of the bytes that were checked, where a library would read the header a second time.
    entries, document, start = read_header(data, kind)
    tensors: dict[str, NDArray[Any]] = {
        name: np.ndarray(entry.shape, entry.dtype, data, start + entry.begin) for name, entry in entries.items()
    }
    whole = hashlib.sha256()
    hashing = Thread(target=whole.update, args=(data,))  # beside the checksum
    if hashed:
        hashing.start()
    try:
        if document.pop("checksum", None) != _checksum(document, tensors):
            raise damaged("its checksum does not fit its content")
        _check_finite(tensors)
    finally:
        if hashed:
            hashing.join()
    metadata = {key: value for key, value in document.items() if key not in ("format", "kind")}
    return TensorFile(tensors, metadata, whole.hexdigest() if hashed else "")


def _checksum(document: Mapping[str, JSON], tensors: Tensors) -> str:
    digest = hashlib.sha256(compact(document).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(compact([name, tensor.dtype.str, tensor.shape]).encode())
        digest.update(tensor.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _check_finite(tensors: Tensors) -> None:
    for name, tensor in tensors.items():
        if not _is_finite(tensor):
            raise PoemgenError(f"{name!a} holds a number that is not finite or too large; train again at a lower rate")


def _is_finite(tensor: NDArray[Any]) -> bool:
    if tensor.dtype != np.float16:
        return bool(np.isfinite(tensor).all())
    # NumPy takes numbers of half precision apart one by one. Those that are not finite have the largest exponent.
    bits = tensor.reshape(-1).view(np.uint16)
    pieces = (bits[begin : begin + PIECE] & EXPONENT for begin in range(0, len(bits), PIECE))
    return not any((piece == EXPONENT).any() for piece in pieces)
