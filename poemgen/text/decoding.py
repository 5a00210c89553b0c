"""From bytes to text, a block at a time: a source is read once, front to back, and never lies in memory as a whole."""

import codecs
import io
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO

from poemgen.errors import PoemgenError, UsageError
from poemgen.text.sources import Source

BLOCK_BYTES = 1 << 20
BYTE_ORDER_MARK = "\ufeff"


def check_encoding(encoding: str) -> str:
    """The normal name of an encoding that Python can decode text with; raises `UsageError` for any other."""
    try:
        "a".encode(encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise UsageError(f"unknown encoding {encoding!r}; --encoding takes names such as utf-8 or latin-1") from error
    # This codec counts the offset of a bad byte from behind the mark; `decoded` takes the mark off itself.
    return "utf-8" if name == "utf-8-sig" else name


def text_blocks(source: Source, *, encoding: str = "utf-8", stdin: BinaryIO | None = None) -> Iterator[str]:
    """A source's text in blocks, without a byte order mark, every line ending in "\\n".

    Raises `PoemgenError` if the source cannot be read, or holds bytes that `encoding` does not allow.
    """
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    for block in without_mark(decoded(byte_blocks(source, stdin), encoding=encoding, name=source.name)):
        yield newlines.decode(block)
    yield newlines.decode("", final=True)


def without_mark(blocks: Iterator[str]) -> Iterator[str]:
    """The same text without the byte order mark that it may begin with."""
    filled = filter(None, blocks)
    yield next(filled, "").removeprefix(BYTE_ORDER_MARK)
    yield from filled


def byte_blocks(source: Source, stdin: BinaryIO | None = None) -> Iterator[bytes]:
    """A source's bytes in blocks; raises `PoemgenError` if it cannot be read."""
    try:
        with _opened(source, stdin) as stream:
            while block := stream.read(BLOCK_BYTES):
                yield block
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PoemgenError(f"cannot read {source.name}: {reason}; check that it is a file you may read") from error


def _opened(source: Source, stdin: BinaryIO | None) -> AbstractContextManager[BinaryIO]:
    if source.path is not None:
        return source.path.open("rb")
    stream = stdin or getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise PoemgenError("standard input is closed; pipe text into it, or name a file")
    return nullcontext(stream)


def decoded(blocks: Iterator[bytes], *, encoding: str, name: str) -> Iterator[str]:
    """Decode strictly; blocks may end inside a character. Raises `PoemgenError` that gives a bad byte's offset."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    read = 0
    for block in blocks:
        kept_back = len(decoder.getstate()[0])
        yield _decode(decoder, block, start=read - kept_back, name=name, encoding=encoding)
        read += len(block)
    kept_back = len(decoder.getstate()[0])
    yield _decode(decoder, b"", start=read - kept_back, name=name, encoding=encoding, final=True)


def _decode(
    decoder: codecs.IncrementalDecoder, block: bytes, *, start: int, name: str, encoding: str, final: bool = False
) -> str:
    try:
        return decoder.decode(block, final)
    except UnicodeError as error:
        offset = start + getattr(error, "start", 0)
        raise PoemgenError(
            f"{name} is not {encoding} text: bad byte at offset {offset}; name its encoding with --encoding"
        ) from error
