"""What is sent to a terminal, here a real one that nobody looks at: the live line, and nothing that could steer it."""

import re
import time
from io import StringIO
from pathlib import Path

import pytest
from commands import run
from rich.console import Console
from terminals import in_terminal

from poemgen import console
from poemgen.console import TrainingDisplay, clock

ESCAPE = "\x1b"
CURSOR_OFF, CURSOR_ON, ERASE = "\x1b[?25l", "\x1b[?25h", "\x1b[2K"
DUMB = {"TERM": "dumb"}
RUN = ["--units", "4", "--batch", "2", "--window", "8"]


def test_the_live_line_comes_and_goes(poems: Path) -> None:
    code, got = in_terminal("train", poems, *RUN, "--steps", "300", cwd=poems.parent)
    assert code == 0
    assert got.index(CURSOR_OFF) < got.index("━") < got.index(CURSOR_ON) < got.rindex(ERASE)
    assert re.search(r"step \d+ of 300, \d\.\d\d\d bits/character, 0:0\d left ", got)
    assert got.endswith('poemgen: next: poemgen generate --seed "moon"\r\n')


def test_ctrl_c_saves_and_gives_the_cursor_back(poems: Path) -> None:
    keys = (b"bits/character", b"\x03")
    code, got = in_terminal("train", poems, *RUN, "--steps", "1000000", cwd=poems.parent, type_when=keys)
    assert code == 130
    assert got.rindex(CURSOR_ON) < got.rindex(ERASE) < got.index("poemgen: stopped after step ")
    assert (poems.parent / "poemgen.safetensors.checkpoint").exists()


@pytest.mark.parametrize(("variables", "expected"), [(DUMB, False), ({"NO_COLOR": "1"}, True)])
def test_terminals_without_colour_get_none(poems: Path, variables: dict[str, str], expected: bool) -> None:
    code, got = in_terminal("train", poems, *RUN, "--steps", "100", cwd=poems.parent, variables=variables)
    assert code == 0
    assert (ESCAPE in got) == expected  # the live line needs to move the cursor, but no colour
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", got)


def test_poems_reach_a_terminal_a_character_at_a_time(folder: Path) -> None:
    code, got = in_terminal("generate", "--rng-seed", "1", "--max-length", "60", cwd=folder)
    assert code == 0
    poem = run("generate", "--rng-seed", "1", "--max-length", "60", cwd=folder).out
    assert got == ("poemgen: model: poemgen.safetensors\n" + poem).replace("\n", "\r\n")


def test_paths_are_shown_with_their_control_characters_visible(poems: Path) -> None:
    code, got = in_terminal("train", poems, *RUN, "--steps", "1", "-o", "\x1b[31mred", cwd=poems.parent, variables=DUMB)
    assert code == 0
    assert r"the model is '\x1b[31mred'" in got
    assert ESCAPE not in got


def test_a_file_gets_no_animation_whatever_the_environment_says(poems: Path) -> None:
    forced = {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "TERM": "xterm-256color"}
    result = run("train", poems, *RUN, "--steps", "100", cwd=poems.parent, env=forced)
    assert result.code == 0
    assert ESCAPE not in result.err
    assert "\r" not in result.err


def test_a_file_gets_a_plain_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "EVERY", 0.05)
    with TrainingDisplay(steps=2000, done=1000, characters_a_step=1000, quiet=False) as display:
        display.step(1001, 4.0)
        time.sleep(0.1)
        display.step(1200, 2.0)
        display.step(1201, 2.0)
    err = capsys.readouterr().err
    assert re.fullmatch(r"step 1,200 of 2,000, 3\.960 bits/character, 0:0[01] left, [\d,.]+k characters/s\n", err)


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingDisplay(steps=2, done=0, characters_a_step=1, quiet=True) as display:
        display.step(1, 4.0)
        display.validation(1, 4.0, 4.0, True, "the moon")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("width", [1, 5, 20, 50, 80, 200])
def test_the_live_line_fits_and_leaves_room_for_ctrl_c(width: int) -> None:
    display = TrainingDisplay(steps=2000, done=0, characters_a_step=1000, quiet=False)
    display.step(1000, 4.0)
    screen = Console(file=StringIO(), width=width, force_terminal=False)
    with screen.capture() as captured:
        screen.print(display)
    line = captured.get().rstrip("\n")
    assert "\n" not in line
    assert len(line) <= max(1, width - 3)
    assert ("━" in line) == (width >= 80)
    assert ("characters/s" in line) == (width == 200)


@pytest.mark.parametrize(
    ("training", "held_out", "best", "expected"),
    [
        (None, 2.25, True, "step   1,000   held out 2.250   [moon]\n"),
        (2.5, None, True, "step   1,000   2.500 bits/character   [moon]\n"),
        (2.5, 2.25, True, "step   1,000   2.500 bits/character   held out 2.250   [moon]\n"),
        (2.5, 2.25, False, "step   1,000   2.500 bits/character   held out 2.250 (not better)   [moon]\n"),
    ],
)
def test_validations_show_both_figures_and_the_verse_as_it_is(
    capsys: pytest.CaptureFixture[str], training: float | None, held_out: float | None, best: bool, expected: str
) -> None:
    display = TrainingDisplay(steps=9, done=0, characters_a_step=1, quiet=False)
    display.validation(1000, training, held_out, best, "[moon]")
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0.4, "0:00"), (750, "12:30"), (11100, "3:05:00")])
def test_time_left(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected
