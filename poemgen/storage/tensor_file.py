"""Named arrays and a JSON object in one safetensors file: the ground under models and checkpoints alike.

A digest of every array covers its name, type, shape and numbers; a checksum covers the digests and the JSON. So
whatever changed is noticed, and of a large file what is wanted can be read alone.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from poemgen.durable import PathName, shown, write_atomically
from poemgen.errors import PoemgenError
from poemgen.storage.header import (
    CHECKSUM,
    DIGESTS,
    FORMAT,
    KEY,
    OF_THE_FILE,
    WITHOUT_DIGESTS,
    Entry,
    Header,
    damaged,
    header_end,
    read_header,
)
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
    is not finite, or the file is larger than `limit` bytes. Raises ValueError for metadata that is not JSON, or has a
    key that the file has itself.
    """
    if not metadata.keys().isdisjoint(OF_THE_FILE):
        raise ValueError(f"metadata cannot have the keys {', '.join(OF_THE_FILE)}")
    data = _encoded(tensors, metadata, kind)
    with about(path, f"cannot store {kind}"):
        _check_size(len(data), limit)
        header, view = read_header(data, kind), memoryview(data)
        pieces = {
            name: view[header.start + entry.begin : header.start + entry.end] for name, entry in _in_order(header)
        }
        stored = _verified(header, data[: header.start], pieces, hashed=True)
    write_atomically(path, data)
    return stored.sha256


def read_tensors(
    path: PathName,
    *,
    kind: str,
    limit: int,
    check: Check = lambda header: None,
    hashed: bool = True,
    wanted: Callable[[str], bool] = lambda name: True,
) -> TensorFile:
    """Reads a file of this kind and of at most `limit` bytes: the arrays whose names are `wanted`. Raises PoemgenError
    for whatever of it is not as written.

    `check` may raise one for a header; only then is the rest read, which may be large. The hash of the file takes as
    long as all else, and wants all of it to be read; `hashed` says whether it is wanted.
    """
    with about(path, f"cannot read {kind}"), _opened(path) as (file, size):
        _check_size(size, limit)
        head = file.read(8)
        head += file.read(header_end(head, size) - 8)
        header = read_header(head, kind, size)
        check(header)
        in_parts = _has_digests(header) and not hashed
        data = {
            name: _piece(file, header.start + entry.begin, entry.end - entry.begin)
            for name, entry in _in_order(header)
            if not in_parts or wanted(name)
        }
        tensors, metadata, sha256 = _verified(header, head, data, hashed=hashed)
    return TensorFile({name: tensor for name, tensor in tensors.items() if wanted(name)}, metadata, sha256)


@contextmanager
def about(path: PathName, failure: str) -> Iterator[None]:
    """Puts in front of the message of a PoemgenError what failed, and which file it is about."""
    try:
        yield
    except PoemgenError as error:
        raise PoemgenError(f"{failure} {shown(path)}: {error}") from error


@contextmanager
def _opened(path: PathName) -> Iterator[tuple[BinaryIO, int]]:
    """The file, and how many bytes it has."""
    try:
        status = _status(path)
        if stat.S_ISDIR(status.st_mode):
            raise PoemgenError("it is a folder; name the file inside it")
        if not stat.S_ISREG(status.st_mode):
            raise PoemgenError("it is a device or a pipe; copy its content into a file first")
        with Path(path).open("rb") as file:
            yield file, status.st_size
    except FileNotFoundError as error:
        raise PoemgenError("there is no such file; check the path") from error
    except OSError as error:
        raise PoemgenError(f"{(error.strerror or str(error)).lower()}; check the path and its permissions") from error


def _status(path: PathName) -> os.stat_result:
    try:
        return Path(path).stat()
    except ValueError as error:  # a NUL or half of a surrogate pair
        raise PoemgenError("that cannot be the name of a file; check the path") from error


def _in_order(header: Header) -> list[tuple[str, Entry]]:
    """The arrays as they lie in the file."""
    return sorted(header.entries.items(), key=lambda item: item[1].begin)


def _piece(file: BinaryIO, begin: int, length: int) -> bytes:
    """So many bytes from that place on."""
    file.seek(begin)
    data = file.read(length)
    if len(data) < length:
        raise damaged("it became shorter while it was read")
    return data


def _check_size(size: int, limit: int) -> None:
    if size == 0:
        raise damaged("it is empty")
    if size > limit:
        raise PoemgenError(f"it is larger than {limit // 2**20:,} MB, more than is allowed; use a smaller one")


def _encoded(tensors: Tensors, metadata: Mapping[str, JSON], kind: str) -> bytes:
    from safetensors.numpy import save  # reading does without it

    # safetensors would write the numbers of a transposed array in the wrong order.
    rows = {name: np.asarray(tensor, tensor.dtype.newbyteorder("<"), order="C") for name, tensor in tensors.items()}
    return save(rows, {KEY: compact(sealed({**metadata, "format": FORMAT, "kind": kind}, rows))})


def sealed(document: Mapping[str, JSON], tensors: Tensors) -> dict[str, JSON]:
    """The document with the digests of the tensors, and the checksum of both."""
    digests = {name: _digest(name, tensor) for name, tensor in sorted(tensors.items())}
    with_digests = {**document, DIGESTS: digests}
    return {**with_digests, CHECKSUM: _checksum(with_digests)}


def _verified(header: Header, head: bytes, data: Mapping[str, bytes | memoryview], *, hashed: bool) -> TensorFile:
    """What the file holds, from its first bytes and those of its arrays in their order, all or (not `hashed`) some."""
    tensors: dict[str, NDArray[Any]] = {
        name: np.ndarray(header.entries[name].shape, header.entries[name].dtype, piece) for name, piece in data.items()
    }
    whole = hashlib.sha256(head)
    hashing = Thread(target=_update, args=(whole, data.values()))  # beside the digests
    if hashed:
        hashing.start()
    try:
        _check_digests(header, tensors)
        _check_finite(tensors)
    finally:
        if hashed:
            hashing.join()
    return TensorFile(tensors, header.metadata, whole.hexdigest() if hashed else "")


def _update(digest: Any, pieces: Iterable[bytes | memoryview]) -> None:
    for piece in pieces:
        digest.update(piece)


def _has_digests(header: Header) -> bool:
    return header.document["format"] not in WITHOUT_DIGESTS


def _check_digests(header: Header, tensors: Tensors) -> None:
    document = dict(header.document)
    checksum, digests = document.pop(CHECKSUM, None), document.get(DIGESTS)
    if not _has_digests(header):
        fits = checksum == _checksum_of_all(document, tensors)
    elif not isinstance(digests, dict) or digests.keys() != header.entries.keys():
        fits = False
    else:
        fits = checksum == _checksum(document)
        fits = fits and all(digests[name] == _digest(name, tensor) for name, tensor in tensors.items())
    if not fits:
        raise damaged("its checksum does not fit its content")


def _digest(name: str, tensor: NDArray[Any]) -> str:
    digest = hashlib.sha256()
    _update(digest, _as_bytes(name, tensor))
    return digest.hexdigest()


def _checksum(document: Mapping[str, JSON]) -> str:
    return hashlib.sha256(compact(document).encode()).hexdigest()


def _checksum_of_all(document: Mapping[str, JSON], tensors: Tensors) -> str:
    """The checksum of files up to format 2, which have no digests."""
    digest = hashlib.sha256(compact(document).encode())
    for name, tensor in sorted(tensors.items()):
        _update(digest, _as_bytes(name, tensor))
    return digest.hexdigest()


def _as_bytes(name: str, tensor: NDArray[Any]) -> tuple[bytes | memoryview, ...]:
    """All of an array: its name, type and shape; its numbers."""
    return compact([name, tensor.dtype.str, tensor.shape]).encode(), tensor.reshape(-1).view(np.uint8).data


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
