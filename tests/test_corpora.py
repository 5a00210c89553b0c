"""The anthology keeps its own rules: forms, separators, no line twice, and a table that tells the truth."""

import re
from collections import Counter
from pathlib import Path

import pytest

CORPORA = Path(__file__).parent.parent / "corpora"
FILES = sorted(CORPORA.glob("*.txt"))
LINES = {"haiku": 3, "tanka": 5, "limericks": 5, "sonnets": 14}


def poems(path: Path) -> list[list[str]]:
    return [poem.split("\n") for poem in path.read_text(encoding="utf-8").removesuffix("\n").split("\n%\n")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_clean(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n") and not text.endswith(("\n\n", "%\n")) and not text.startswith("%")
    assert not re.search(r"[ \t]\n|\n\n\n|\n\n%|%\n\n|[^\n]%\n|\r|[^\n -~\u2014]", text)


@pytest.mark.parametrize("form", LINES)
def test_every_poem_has_the_lines_of_its_form(form: str) -> None:
    assert {len(poem) for poem in poems(CORPORA / f"{form}.txt")} == {LINES[form]}


@pytest.mark.parametrize("form", ["quatrains", "ballads"])
def test_stanzas_have_four_lines(form: str) -> None:
    for poem in poems(CORPORA / f"{form}.txt"):
        stanzas = "\n".join(poem).split("\n\n")
        assert {len(stanza.split("\n")) for stanza in stanzas} == {4}, poem[0]


def test_no_line_stands_in_two_poems() -> None:
    all_poems = [poem for path in FILES for poem in poems(path)]
    assert len(all_poems) >= 60
    counts = Counter(line for poem in all_poems for line in {line.strip().lower() for line in poem if line})
    assert [line for line, count in counts.items() if count > 1] == []


def test_the_readme_counts_right() -> None:
    readme = (CORPORA / "README.md").read_text(encoding="utf-8")
    for path in FILES:
        row = rf"^\| `{path.name}` \|.*\| {len(poems(path))} \| {len(path.read_text(encoding='utf-8')):,} \|$"
        assert re.search(row, readme, re.MULTILINE), path.name
