"""`evaluate`: the card on standard output or in a file, and what is said on the way."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Result

SMALL = ["--poems", "4", "--asked", "0"]


def test_a_card_for_people_and_for_programs(call: Callable[..., Result], model: Path, poems: Path) -> None:
    folder, corpus = poems.parent, model.parent / "poems.txt"
    common = ["evaluate", model, "--held-out", poems, "--corpus", corpus, *SMALL]
    shown = call(*common, cwd=folder)
    head, *rows = shown.out.splitlines()
    assert head.split() == ["humans", "8-gram", "model"]
    assert any(row.startswith("bits per character, held-out poems") for row in rows)
    assert "poemgen: held out: 2 poems (split: percent)\n" in shown.err
    assert "fitting the 8-gram on" in shown.err
    written = call(*common, "-q", "--format", "json", "-o", folder / "card.json", cwd=folder)
    assert (written.code, written.out, written.err) == (0, "", "")
    record = json.loads((folder / "card.json").read_text())
    assert record["settings"] == {"poems": 4, "asked": 0, "rng_seed": 0}
    assert record["held_out"]["poems"] == 2
    assert f"{record['rows'][0]['model']['value']:.3f}" in rows[0]


def test_markdown_without_a_corpus(call: Callable[..., Result], model: Path, poems: Path) -> None:
    arguments = ["evaluate", model, "--held-out", poems, *SMALL, "-q", "--format", "markdown"]
    found = call(*arguments, cwd=poems.parent)
    assert found.out.startswith("|  | humans | model |\n|---|---|---|\n| bits per character, held-out poems |  | ")
    assert "\n- without a corpus there is no 8-gram" in found.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Missing option '--held-out'"),
        (["--held-out", "nowhere.txt"], 1, "nowhere.txt"),
        (["--held-out", "-", "--corpus", "-"], 2, "standard input can be read once"),
        (["--held-out", "poems.txt", "--poems", "0"], 2, "at least 1"),
        (["--held-out", "poems.txt", "--asked", "-1"], 2, "at least 0"),
        (["--held-out", "poems.txt", "--split", "lines"], 2, "unknown split"),
        (["--held-out", "poems.txt", "-o", "nowhere/card"], 1, "nowhere"),
        (["--held-out", "poems.txt", "-o", "poems.txt"], 2, "would be written over"),
    ],
)
def test_what_cannot_be(
    call: Callable[..., Result], model: Path, poems: Path, arguments: list[str], code: int, said: str
) -> None:
    found = call("evaluate", model, *arguments, "-q", cwd=poems.parent)
    assert (found.code, found.out) == (code, "")
    assert said in found.err and found.err.count("\n") == 1
