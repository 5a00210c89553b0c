"""The anthology keeps its own rules: forms, separators, nothing twice, and an index and a table that tell the truth."""

import json
import re
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from poemgen.text.duplicates import DuplicateFinder, Repeat
from poemgen.verse.language import sounds_for
from poemgen.verse.reading import read_aloud
from poemgen.verse.words import words

CORPORA = Path(__file__).parent.parent / "corpora"
FILES = sorted(CORPORA.glob("*.txt"))
LINES = {"haiku": 3, "tanka": 5, "limericks": 5, "sonnets": 14}
WIDEST = 100  # characters of a line
OPENING = 4  # words
THEMES = {
    *("animals", "body", "city", "faith", "food", "garden", "grief", "house", "journeys", "kin", "love", "machines"),
    *("money", "music", "night", "play", "school", "sea", "seasons", "sport", "time", "war", "weather", "work"),
}


class Form(NamedTuple):
    """What the poems of a file are called in the index, and what `poemgen scan` may hear them as; empty: anything."""

    name: str
    heard: frozenset[str] = frozenset()


FORMS = {
    "haiku": Form("haiku", frozenset({"haiku"})),
    "tanka": Form("tanka", frozenset({"tanka"})),
    "couplets": Form("couplets", frozenset({"couplets"})),
    "quatrains": Form("quatrains", frozenset({"quatrains", "ballad"})),
    "ballads": Form("ballad", frozenset({"ballad"})),
    "sonnets": Form("sonnet", frozenset({"sonnet"})),
    "limericks": Form("limerick", frozenset({"limerick"})),
    "nursery": Form("nursery rhyme", frozenset({"couplets", "quatrains", "ballad"})),
    "blank-verse": Form("blank verse", frozenset({"blank verse"})),
    "free-verse": Form("free verse"),
    "songs": Form("song"),
}

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def poems(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n%\n")


@pytest.fixture(scope="module")
def anthology() -> list[str]:
    return [poem for path in FILES for poem in poems(path)]


@pytest.fixture(scope="module")
def index() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPORA / "index.jsonl").read_text(encoding="utf-8").splitlines()]


@every_file
def test_a_file_is_clean(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n") and not text.endswith(("\n\n", "%\n")) and not text.startswith("%")
    assert not re.search(r"[ \t]\n|\n\n\n|\n\n%|%\n\n|[^\n]%\n|\r|[^\n -~\u2014]", text)
    assert [line for line in text.split("\n") if len(line) > WIDEST] == []


@pytest.mark.parametrize("form", LINES)
def test_every_poem_has_the_lines_of_its_form(form: str) -> None:
    assert {len(poem.split("\n")) for poem in poems(CORPORA / f"{form}.txt")} == {LINES[form]}


@pytest.mark.parametrize("form", ["quatrains", "ballads"])
def test_stanzas_have_four_lines(form: str) -> None:
    for poem in poems(CORPORA / f"{form}.txt"):
        assert {len(stanza.split("\n")) for stanza in poem.split("\n\n")} == {4}, poem


@every_file
def test_what_claims_a_form_is_heard_in_it(path: Path) -> None:
    heard = {poem: read_aloud(sounds_for("en"), poem).form for poem in poems(path)}
    allowed = FORMS[path.stem].heard
    assert {poem: form for poem, form in heard.items() if allowed and form not in allowed} == {}


def test_no_line_stands_in_two_poems(anthology: list[str]) -> None:
    each = [{line.strip().lower() for line in poem.split("\n") if line} for poem in anthology]
    assert [line for line, count in Counter(line for lines in each for line in lines).items() if count > 1] == []


def test_no_poem_repeats_another(anthology: list[str]) -> None:
    finder = DuplicateFinder()
    assert [poem for poem in anthology if finder.see(poem) is not Repeat.NONE] == []


def test_no_two_poems_open_alike(anthology: list[str]) -> None:
    openings = Counter(tuple(words(poem.split("\n")[0])[:OPENING]) for poem in anthology)
    assert [opening for opening, count in openings.items() if count > 1] == []


def test_the_index_tells_where_every_poem_begins(index: list[dict[str, Any]]) -> None:
    expected = [
        (path.name, FORMS[path.stem].name, line)
        for path in FILES
        for line in [*accumulate((poem.count("\n") + 2 for poem in poems(path)), initial=1)][:-1]
    ]
    assert [(entry["file"], entry["form"], entry["line"]) for entry in index] == expected


def test_the_index_names_titles_and_themes(index: list[dict[str, Any]]) -> None:
    for entry in index:
        assert [*entry] == ["title", "form", "themes", "file", "line"], entry
        assert entry["title"] == " ".join(entry["title"].split()) != "", entry
        assert 1 <= len(entry["themes"]) <= 3 and len({*entry["themes"]} & THEMES) == len(entry["themes"]), entry
    titles = Counter((entry["file"], entry["title"]) for entry in index)
    assert [title for title, count in titles.items() if count > 1] == []


def test_the_readme_counts_right(anthology: list[str]) -> None:
    readme = (CORPORA / "README.md").read_text(encoding="utf-8")
    for path in FILES:
        row = rf"^\| `{path.name}` \|.*\| {len(poems(path))} \| {len(path.read_text(encoding='utf-8')):,} \|$"
        assert re.search(row, readme, re.MULTILINE), path.name
    assert len(anthology) >= 60
