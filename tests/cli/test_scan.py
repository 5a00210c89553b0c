"""`scan`: columns or records of what is heard, plain in files and coloured on a terminal."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Result, run
from terminals import in_terminal

from poemgen.cli.colours import Paint

Call = Callable[..., Result]

QUATRAIN = """The harbour sleeps beneath a paper moon,
And all the boats lie quiet in the bay;
The gulls will wake the fishermen too soon,
And soon the tide will carry them away."""
STANZAS = "The silver moon\n\nA lantern burns"
HEARD = """quatrains, ABAB, iambic pentameter
A  10  x/x/x/x/x/  The harbour sleeps beneath a paper moon,
B  10  x/x///x/x/  And all the boats lie quiet in the bay;
A  10  x/x/x/xxx/  The gulls will wake the fishermen too soon,
B  10  x/x/x/x/x/  And soon the tide will carry them away.

no form that is known, x x, iambic dimeter
x   4  x/x/  The silver moon

x   4  x/x/  A lantern burns
"""


@pytest.fixture
def verse(tmp_path: Path) -> Path:
    """A file with a quatrain and two short lines."""
    file = tmp_path / "verse.txt"
    file.write_text(f"{QUATRAIN}\n%\n{STANZAS}\n")
    return file


def test_columns_of_what_is_heard(verse: Path) -> None:
    result = run("scan", verse, cwd=verse.parent)
    assert (result.code, result.out) == (0, HEARD)
    assert result.err == "poemgen: 2 poems (split: percent): quatrains 1, no form that is known 1\n"


def test_records_hold_the_same(verse: Path) -> None:
    result = run("scan", verse, "-f", "jsonl", "-o", "heard.jsonl", "-q", cwd=verse.parent)
    assert result == Result(0, "", "")
    first, second = map(json.loads, (verse.parent / "heard.jsonl").read_text().splitlines())
    names = ("poem", "language", "form", "scheme", "meter")
    assert [first[name] for name in names] == [0, "en", "quatrains", "ABAB", "iambic pentameter"]
    assert [line["text"] for line in first["lines"]] == QUATRAIN.split("\n")
    assert first["lines"][0] == {
        "text": "The harbour sleeps beneath a paper moon,",
        "syllables": 10,
        "stresses": "x/x/x/x/x/",
        "rhyme": "A",
        "meter": "iambic pentameter",
    }
    assert [line["syllables"] for line in second["lines"]] == [4, 0, 4]


def test_standard_input_and_a_line_out_of_meter(tmp_path: Path) -> None:
    text = QUATRAIN.replace("The gulls will wake the", "Burning lanterns remember the").encode()
    result = run("scan", "-", "--language", "en", cwd=tmp_path, stdin=text)
    assert ["!" in line for line in result.out.splitlines()[1:]] == [False, False, True, False]


def test_texts_that_are_no_verse(tmp_path: Path) -> None:
    text = "月が\n* * *\n1850\n\n\tthe café\u200e".encode()
    result = run("scan", "-", "--split", "none", cwd=tmp_path, stdin=text)
    assert result.code == 0
    assert result.out.splitlines()[-1].endswith("        the café\\u200e")
    assert len(result.out.splitlines()) == 6


def test_a_terminal_gets_colours_and_nothing_that_steers(verse: Path) -> None:
    verse.write_text(f"{QUATRAIN}\x1b\x9b\u202e\n")
    code, got = in_terminal("scan", verse, "-q", cwd=verse.parent)
    assert code == 0
    assert set(re.findall("\x1b[^m]*m", got)) == {f"\x1b[{code}m" for code in (0, 1, 2, 32, 36)}
    plain = re.sub("\x1b\\[[0-9]+m", "", got).replace("\r\n", "\n")
    assert plain.splitlines()[:4] == HEARD.splitlines()[:4]
    assert not set(plain) & set("\x1b\x9b\u202e")


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_no_colours_where_they_are_not_wanted(verse: Path, variables: dict[str, str]) -> None:
    code, got = in_terminal("scan", verse, cwd=verse.parent, variables=variables)
    assert code == 0
    assert "\x1b" not in got
    assert got.replace("\r\n", "\n").startswith(HEARD.split("\n\n")[0])


def test_a_file_gets_no_colours_whatever_the_environment_says(verse: Path) -> None:
    forced = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    assert "\x1b" not in run("scan", verse, cwd=verse.parent, env=forced).out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["verse.txt", "--language", "elvish"], 2, "the sounds of 'elvish' are not known; take one of"),
        (["verse.txt", "--split", "stanza"], 2, "unknown split 'stanza'"),
        (["nowhere.txt"], 1, "cannot read 'nowhere.txt'"),
        (["verse.txt", "-o", "nowhere/out"], 1, "the folder 'nowhere' does not exist"),
        (["empty.txt"], 1, "holds no text; name a source with a poem in it"),
    ],
)
def test_what_cannot_be_scanned(call: Call, verse: Path, arguments: list[str], code: int, message: str) -> None:
    (verse.parent / "empty.txt").write_text("\n")
    result = call("scan", *arguments, cwd=verse.parent)
    assert (result.code, result.out) == (code, "")
    assert message in result.err
    assert result.err.count("\n") == 1


def test_paint_marks_only_what_has_a_colour() -> None:
    paint = Paint(wanted=True)
    assert paint.letter("x", "alone") == "alone"
    assert paint.letter("A", "moon") == "\x1b[32mmoon\x1b[0m"
    assert paint.letter("G", "moon") == paint.letter("A", "moon")
    assert paint.stresses("xx/") == "\x1b[2mxx\x1b[0m/"
    assert Paint(wanted=False).stresses("xx/") == "xx/"
