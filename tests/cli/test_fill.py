"""`fill`: answers and nothing else on standard output, and one line where there is nothing to fill."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from commands import Result, run

from poemgen import filling, load_model
from poemgen.cli import fill as command
from poemgen.filling import Filler
from poemgen.model import Network, initial
from poemgen.sampling import answers
from poemgen.sampling.poems import poem_rng
from poemgen.storage import PoemModel
from poemgen.text.word_lists import WordLists, listed
from poemgen.verse.words import words


@pytest.fixture
def filler(model: Path, monkeypatch: pytest.MonkeyPatch) -> PoemModel:
    """The tiny model has a network that fills gaps, of random weights."""
    found, rng = load_model(model), np.random.default_rng(1)
    weights = filling.initial(found.config, 4, rng)
    weights.flat[:] = rng.normal(size=weights.flat.shape)
    backward = Network(found.config, initial(found.config, rng))
    given = replace(found, fill=Filler(found.config, weights), backward=backward, word_lists=WordLists())
    monkeypatch.setattr(command, "open_model", lambda path, quiet, without=(): given)
    return given


@pytest.mark.usefixtures("filler")
def test_answers_stand_one_a_line_and_agree_with_the_text(call: Callable[..., Result], tmp_path: Path) -> None:
    once, again = (call("fill", "the ____ sea", "-n", "4", cwd=tmp_path) for _ in range(2))
    assert once == again
    assert (once.code, once.err) == (0, "")
    lines = once.out.splitlines()
    assert len(lines) == len(set(lines)) == 4
    assert all(line[:4] + line[8:] == "the  sea" and len(line) == 12 for line in lines)


def test_records_hold_the_same_answers_best_first(
    call: Callable[..., Result], tmp_path: Path, filler: PoemModel
) -> None:
    asked = ["fill", "the ... s_a", "-n", "6", "--temperature", "0.9", "--rng-seed", "7"]
    text = call(*asked, cwd=tmp_path).out
    call(*asked, "--format", "jsonl", "-o", "answers", cwd=tmp_path)
    records = [json.loads(line) for line in (tmp_path / "answers").read_text().splitlines()]
    assert [record["text"] for record in records] == text.splitlines()
    assert filler.fill
    expected = answers.fill(
        filler.fill,
        filler.vocabulary,
        "the ... s_a",
        6,
        temperature=0.9,
        rng=poem_rng(7, 0),
        rereaders=command.rereaders(filler),
    )
    assert [record["text"] for record in records] == [answer.text for answer in expected]
    assert len(command.rereaders(filler)) == len(command.rereaders(replace(filler, backward=None))) + 1 == 2
    for index, record in enumerate(records):
        first, second = record["gaps"]
        assert record["text"] == f"the {first} s{second}a"
        assert record["characters"] == len(first) + 1
        assert (record["answer"], record["rng_seed"], record["given"]) == (index, 7, "the ... s_a")
    assert call(*asked[:-1], "8", cwd=tmp_path).out != text


@pytest.mark.usefixtures("filler")
def test_a_text_of_several_lines_comes_from_stdin(
    call: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = SimpleNamespace(buffer=io.BytesIO("the moon ☃\nthe _eed\n".encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    result = call("fill", "-", "-n", "2", cwd=tmp_path)
    first, second, *others = result.out.split("%\n")
    assert not others
    assert all(answer.startswith("the moon ☃\nthe ") and answer.endswith("eed\n") for answer in (first, second))
    assert "does not know '☃': it reads <UNK> there" in result.err


def test_a_text_without_a_gap_is_a_request_that_makes_no_sense(call: Callable[..., Result], tmp_path: Path) -> None:
    result = call("fill", "the sea", cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert (
        result.err == "poemgen: error: there is no gap to fill: write _ for each missing character, or ... for some\n"
    )


def test_a_model_that_cannot_fill_says_how_to_get_one_that_can(call: Callable[..., Result], model: Path) -> None:
    result = call("fill", "the _ea", "--model", model, "--quiet", cwd=model.parent)
    assert (result.code, result.out) == (2, "")
    assert "train --fill" in result.err
    assert result.err.count("\n") == 1


def test_answers_of_the_embedded_model_are_made_of_words(tmp_path: Path) -> None:
    result = run("fill", "the ____ sea", "-n", "3", "--model", "embedded", "-q", cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    known = set(listed(load_model().word_lists.words))
    answers = result.out.splitlines()
    assert len(set(answers)) == 3
    for answer in answers:
        assert re.fullmatch("the .{4} sea", answer)
        assert known.issuperset(words(answer))
