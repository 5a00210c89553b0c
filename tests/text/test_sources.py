"""Sources: what files, folders and `-` stand for, and what is said when they stand for nothing."""

import errno
from pathlib import Path

import pytest

from poemgen.errors import PoemgenError, UsageError
from poemgen.text.sources import Source, find_sources, quoted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in [
        "b.txt",
        "a.TXT",
        "c/d.text",
        "c/README.md",
        "c/e.jsonl",
        "c/index.jsonl",
        "notes.pdf",
        ".hidden.txt",
        ".git/f.txt",
    ]:
        path = tmp_path / "poems" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("moon\n")
    return tmp_path / "poems"


def test_a_folder_stands_for_its_text_files_sorted_without_hidden_ones(folder: Path) -> None:
    found = [source.path.relative_to(folder).as_posix() for source in find_sources([folder]) if source.path]
    assert found == ["a.TXT", "b.txt", "c/d.text", "c/e.jsonl"]


def test_sources_keep_the_order_given(folder: Path) -> None:
    names: list[str | Path] = [folder / "b.txt", "-", folder / "notes.pdf"]
    assert find_sources(names) == [Source(folder / "b.txt"), Source(None), Source(folder / "notes.pdf")]


def test_only_the_ending_makes_a_file_one_of_records(folder: Path) -> None:
    assert [source.holds_records for source in find_sources([folder])] == [False, False, False, True]
    assert not Source(None).holds_records


def test_a_link_to_a_folder_above_does_not_lead_round_in_circles(folder: Path) -> None:
    (folder / "c" / "up").symlink_to(folder)
    assert len(find_sources([folder])) == 4


def test_a_missing_file_is_named_with_its_control_characters_visible() -> None:
    with pytest.raises(PoemgenError, match=r"'no\\x1b\\nsuch\.txt': No such file") as caught:
        find_sources(["no\x1b\nsuch.txt"])
    assert "\n" not in str(caught.value)


def test_a_name_that_no_file_can_have_is_an_error() -> None:
    with pytest.raises(PoemgenError, match="cannot read"):
        find_sources(["a\0b"])


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "poems").mkdir()
    monkeypatch.setattr("os.scandir", scandir_of_nobody)
    with pytest.raises(PoemgenError, match=r"cannot list the folder '.*poems': Permission denied; check its permis"):
        find_sources([tmp_path / "poems"])


def scandir_of_nobody(folder: str) -> None:
    """What listing a folder comes to for those who may not."""
    raise PermissionError(errno.EACCES, "Permission denied", folder)


def test_a_folder_without_text_says_which_endings_count(tmp_path: Path) -> None:
    (tmp_path / "poem.doc").write_text("moon")
    with pytest.raises(PoemgenError, match=r"holds no file that ends in .*\.txt.*\.jsonl"):
        find_sources([tmp_path])


@pytest.mark.parametrize("names", [[], [""], ["-", "-"]])
def test_requests_without_sense_are_usage_errors(names: list[str]) -> None:
    with pytest.raises(UsageError):
        find_sources(names)


def test_quotes_hide_no_change_of_direction() -> None:
    assert quoted(Path("poem\u202etxt.exe")) == r"'poem\u202etxt.exe'"
