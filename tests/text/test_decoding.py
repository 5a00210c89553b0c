"""Decoding: strict, a block at a time, and exact about where a bad byte lies."""

import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import PoemgenError, UsageError
from poemgen.text.decoding import BLOCK_BYTES, check_encoding, decoded, text_blocks, without_mark
from poemgen.text.sources import Source

VERSE = "o pálido luar\nsobre o mar\n月 ☾ 🌙\n"


def cut(content: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The content in blocks of the given sizes, and the rest."""
    for size in sizes:
        yield content[:size]
        content = content[size:]
    yield content


def read(content: bytes, encoding: str = "utf-8") -> str:
    return "".join(text_blocks(Source(None), encoding=encoding, stdin=io.BytesIO(content)))


@given(st.text(), st.lists(st.integers(0, 3)), st.sampled_from(["utf-8", "utf-16", "utf-32-be"]))
def test_blocks_may_end_inside_a_character(text: str, sizes: list[int], encoding: str) -> None:
    assert "".join(decoded(cut(text.encode(encoding), sizes), encoding=encoding, name="x")) == text


@given(st.text(), st.lists(st.integers(0, 3)), st.sampled_from([b"\xff", b"\xe6\x9c", b"\xed\xa0\x80"]))
def test_the_offset_of_a_bad_byte_does_not_depend_on_the_blocks(good: str, sizes: list[int], bad: bytes) -> None:
    with pytest.raises(PoemgenError, match=rf"^'x' .* offset {len(good.encode())};.*--encoding$"):
        list(decoded(cut(good.encode() + bad, sizes), encoding="utf-8", name="'x'"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_other_encodings_and_their_byte_order_marks(encoding: str) -> None:
    text = "clair de lune\nété\n"
    assert read(text.encode(encoding), check_encoding(encoding)) == text


def test_a_byte_order_mark_goes_only_at_the_beginning() -> None:
    assert read("\ufeffluar \ufeffmar".encode()) == "luar \ufeffmar"
    assert list(without_mark(iter(["", "\ufeff", "\ufeffluar"]))) == ["", "\ufeffluar"]


def test_a_bad_byte_after_the_mark_is_counted_from_the_beginning() -> None:
    with pytest.raises(PoemgenError, match="offset 4;"):
        read(b"\xef\xbb\xbfa\xff", check_encoding("utf-8-sig"))


def test_every_newline_becomes_one_even_across_blocks() -> None:
    lead = "a" * (BLOCK_BYTES - 1)
    assert read(f"{lead}\r\nb\rc\n\rd\r".encode()) == f"{lead}\nb\nc\n\nd\n"


def test_a_bad_byte_far_into_a_file(tmp_path: Path) -> None:
    path = tmp_path / "poem.txt"
    path.write_bytes(VERSE.encode() * 50_000 + b"\xff")
    with pytest.raises(
        PoemgenError, match=f"poem.txt' is not utf-8 text: bad byte at offset {path.stat().st_size - 1};"
    ):
        list(text_blocks(Source(path)))


def test_a_named_pipe_is_read_front_to_back(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(VERSE,))
    writer.start()
    assert "".join(text_blocks(Source(pipe))) == VERSE
    writer.join()


def test_a_file_that_cannot_be_read_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(PoemgenError, match=r"^cannot read .*: Is a directory; check"):
        list(text_blocks(Source(tmp_path)))


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", "a\0b", ""])
def test_an_encoding_that_is_none_is_a_usage_error(encoding: str) -> None:
    with pytest.raises(UsageError, match="unknown encoding") as caught:
        check_encoding(encoding)
    assert "\n" not in str(caught.value)


def test_a_standard_input_that_is_closed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(PoemgenError, match=r"^standard input is closed; pipe text into it, or name a file$"):
        list(text_blocks(Source(None)))
