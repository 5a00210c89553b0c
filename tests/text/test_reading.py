"""Reading: sources in, cleaned poems out, and an account of both."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import PoemgenError, UsageError
from poemgen.text.reading import peek, read_poems
from poemgen.text.splitting import Split


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_poems_are_cleaned_and_accounted_for(tmp_path: Path) -> None:
    stream = read_poems([write(tmp_path, "a.txt", "\ufeffmo\x07on\r\n%\r\ne\u0301te\u0301\r\n%\r\n \t\r\n%\n\x85\n")])
    assert stream.split is Split.AUTO
    assert list(stream) == ["moon", "été"]
    assert (stream.split, stream.poems, stream.characters) == (Split.PERCENT, 2, 7)
    assert stream.dropped == {"\x07": 1, "\x85": 1}


def test_a_folder_of_files_gives_one_poem_a_file(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "sea\n\nsand\n")
    write(tmp_path, "a.txt", "moon\n")
    stream = read_poems([tmp_path])
    assert (list(stream), stream.split) == (["moon", "sea\n\nsand"], Split.FILE)


@pytest.mark.parametrize("split", list(Split))
def test_a_record_is_one_poem_under_every_rule(tmp_path: Path, split: Split) -> None:
    stream = read_poems([write(tmp_path, "a.jsonl", '{"text": "moon\\n%\\n\\n\\nsea"}\n')], split=split)
    assert list(stream) == ["moon\n%\n\n\nsea"]


def test_records_come_before_text(tmp_path: Path) -> None:
    names = [write(tmp_path, "a.txt", "sea\n"), write(tmp_path, "b.ndjson", '{"text": "moon"}')]
    assert list(read_poems(names)) == ["moon", "sea\n"]


def test_standard_input_is_passed_in_and_read_beside_files(tmp_path: Path) -> None:
    stream = read_poems([write(tmp_path, "a.txt", "sea"), "-"], split="none", stdin=io.BytesIO("lună".encode("utf-16")))
    with pytest.raises(PoemgenError, match=r"^standard input is not utf-8 text: bad byte at offset 0;"):
        list(stream)
    assert list(
        read_poems([write(tmp_path, "a.txt", "sea"), "-"], split="none", stdin=io.BytesIO("lună".encode()))
    ) == ["sea\nlună"]


def test_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("été".encode("latin-1"))
    assert list(read_poems([path], encoding="latin-1")) == ["été"]


@pytest.mark.parametrize("text", ["", "\n\n", " \t\n%\n\n", "\x00\x07"])
def test_a_file_without_text_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(PoemgenError, match=r"^'.*empty.txt' holds no text;"):
        list(read_poems([write(tmp_path, "empty.txt", text)]))


def test_several_sources_without_text_are_counted(tmp_path: Path) -> None:
    names = [write(tmp_path, "a.txt", ""), write(tmp_path, "b.jsonl", "\n")]
    with pytest.raises(PoemgenError, match=r"^the 2 sources hold no text;"):
        list(read_poems(names))


def test_mistakes_show_before_anything_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "moon")
    with pytest.raises(UsageError, match="unknown split"):
        read_poems([path], split="stanzas")
    with pytest.raises(UsageError, match="unknown encoding"):
        read_poems([path], encoding="morse")
    with pytest.raises(PoemgenError, match="cannot read"):
        read_poems([path, tmp_path / "missing.txt"])


@given(st.lists(st.text("ab\n")), st.integers(1, 9))
def test_peeking_takes_nothing_away(blocks: list[str], characters: int) -> None:
    sample, whole = peek(iter(blocks), characters)
    assert sample == "".join(blocks)[:characters]
    assert list(whole) == blocks
