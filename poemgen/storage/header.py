"""The header of a safetensors file, checked before anything in it is believed.

    8 bytes    the header's length N, little-endian
    N bytes    JSON: {"__metadata__": {"poemgen": DOCUMENT}, NAME: {"dtype", "shape", "data_offsets"}, ...}
    the rest   the tensors' numbers, row by row

DOCUMENT is again JSON, an object in a string: what kind of file it is, the version of the format, a digest of every
tensor, a checksum of all that, and whatever that kind of file says about itself. (A second key beside `poemgen` would
make safetensors write the keys in an order that changes from run to run.) The messages of the errors raised here leave
out the path: see `tensor_file`.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from poemgen.errors import PoemgenError
from poemgen.storage.strict_json import JSON, parse_object

FORMAT = 3
FORMATS = (1, 2, 3)  # 1: before a model could hold several networks and lists of words
WITHOUT_DIGESTS = (1, 2)  # formats of one checksum over all
DIGESTS, CHECKSUM = "digests", "checksum"
OF_THE_FILE = ("format", "kind", DIGESTS, CHECKSUM)  # what a document says of the file, not of its content
KEY = "poemgen"
MAX_HEADER = 2**20  # bytes
MAX_AXES = 8
MAX_TENSORS = 1000
DTYPES = {
    name: np.dtype(code)
    for name, code in (("F16", "<f2"), ("F32", "<f4"), ("F64", "<f8"), ("I64", "<i8"), ("U8", "u1"))
}


class Entry(NamedTuple):
    """Where a tensor lies: its bytes are data[begin:end] of the part after the header."""

    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    begin: int
    end: int


class Header(NamedTuple):
    """The tensors by name, the document, and at which byte of the file the tensors' part begins."""

    entries: dict[str, Entry]
    document: dict[str, JSON]
    start: int

    @property
    def metadata(self) -> dict[str, JSON]:
        """What the document says of the content."""
        return {key: value for key, value in self.document.items() if key not in OF_THE_FILE}


def damaged(what: str) -> PoemgenError:
    """The error for a file that poemgen cannot have written so."""
    return PoemgenError(f"{what}; the file is damaged or was changed, use another copy")


def header_end(data: bytes, size: int) -> int:
    """Where the header ends in a file of `size` bytes that begins with these. Raises PoemgenError if it cannot be."""
    length = int.from_bytes(data[:8], "little")
    if not 2 <= length <= size - 8:
        raise PoemgenError("it is not a safetensors file, or was cut short; use another file or copy")
    if length > MAX_HEADER:
        raise PoemgenError("its header is larger than 1 MB, more than poemgen writes; use another file")
    return 8 + length


def read_header(data: bytes, kind: str, size: int | None = None) -> Header:
    """The header of a file of this kind (`model`, `checkpoint`). Raises PoemgenError unless everything is in order:
    offsets that tile the rest of the file without hole or overlap, shapes that fit them, known types.

    `data` may end with the header, if `size` says how many bytes the file has.
    """
    size = len(data) if size is None else size
    start = header_end(data, size)
    fields = _parsed(_text(data[8:start]))
    document = _document(fields.pop("__metadata__", None))
    _check_identity(document, kind)
    if len(fields) > MAX_TENSORS:
        raise damaged(f"its header names more than {MAX_TENSORS:,} tensors")
    entries = {name: _entry(field) for name, field in fields.items()}
    _check_tiling(entries.values(), size - start)
    return Header(entries, document, start)


def _text(header: bytes) -> str:
    try:
        return header.decode("utf-8")
    except UnicodeDecodeError as error:
        raise damaged("its header is not UTF-8") from error


def _parsed(text: str) -> dict[str, JSON]:
    try:
        return parse_object(text)
    except ValueError as error:
        raise damaged(f"its header is not sound JSON ({error})") from error


def _document(metadata: JSON) -> dict[str, JSON]:
    if not isinstance(metadata, dict) or KEY not in metadata:
        raise PoemgenError("it is a safetensors file, but none of poemgen's; use a file that `poemgen train` wrote")
    text = metadata[KEY]
    if len(metadata) > 1 or not isinstance(text, str):
        raise damaged(f"its metadata holds more than the text `{KEY}`")
    return _parsed(text)


def _check_identity(document: dict[str, JSON], kind: str) -> None:
    version = document.get("format")
    if type(version) is int and version > FORMAT:
        raise PoemgenError("a newer poemgen wrote it; upgrade with `pip install --upgrade poemgen`")
    if type(version) is not int or version not in FORMATS:
        raise damaged("its format version is unknown")
    if document.get("kind") != kind:
        raise PoemgenError(f"it is a file of poemgen's, but no {kind}; use another file")


def _entry(field: JSON) -> Entry:
    match field:
        case {"dtype": str(code), "shape": list(shape), "data_offsets": [begin, end], **others} if not others:
            pass
        case _:
            raise damaged("its header does not say where each tensor lies")
    if code not in DTYPES or len(shape) > MAX_AXES or not all(map(_is_count, (*shape, begin, end))):
        raise damaged("a tensor's type, shape or place is impossible")
    if end - begin != math.prod(shape) * DTYPES[code].itemsize:
        raise damaged("a tensor's shape does not fit its bytes")
    return Entry(DTYPES[code], tuple(shape), begin, end)


def _is_count(value: JSON) -> bool:
    return type(value) is int and 0 <= value < 2**48


def _check_tiling(entries: Iterable[Entry], size: int) -> None:
    places = sorted((entry.begin, entry.end) for entry in entries)
    ends = [0, *(end for _, end in places)]
    if [begin for begin, _ in places] != ends[:-1] or ends[-1] != size:
        raise damaged("its tensors do not fill the file from end to end")
