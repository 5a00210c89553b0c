"""`score`: bits per character, a line a poem and one for all."""

import json
from pathlib import Path

import pytest
from commands import run

from poemgen import bits_per_character, load_model


def test_the_lines_add_up_and_agree_with_the_library(folder: Path) -> None:
    text = "the moon is grey\n%\nthe reed\nwaits\n"
    table = run("score", "-", cwd=folder, stdin=text.encode())
    header, first, second, total = table.out.splitlines()
    assert header == "bits/char  characters  poem"
    assert first.split()[1:] == ["17", "the", "moon", "is", "grey"]
    assert second.split()[1:] == ["15", "the", "reed"]
    assert total.split()[1:6] == ["32", "all", "together,", "2", "poems"]
    each = [float(line.split()[0]) for line in (first, second)]
    assert float(total.split()[0]) == pytest.approx((17 * each[0] + 15 * each[1]) / 32, abs=1e-3)
    model = load_model(folder / "poemgen.safetensors")
    assert each[0] == pytest.approx(bits_per_character(model, ["the moon is grey"]), abs=1e-4)
    assert table.err == "poemgen: model: poemgen.safetensors\npoemgen: 2 poems (split: percent)\n"


def test_records_hold_the_same_figures(folder: Path, tmp_path: Path) -> None:
    text = "the moon is grey\n%\nthe ☃\x07\n".encode()
    result = run("score", "-", "--format", "jsonl", "-o", tmp_path / "scores", cwd=folder, stdin=text)
    *poems, total = map(json.loads, (tmp_path / "scores").read_text().splitlines())
    assert [poem["first_line"] for poem in poems] == ["the moon is grey", "the <UNK>"]
    assert (total["poems"], total["characters"], total["unknown"]) == (2, 23, 1)
    assert poems[1]["bits_per_character"] > 20 / 6  # a character outside the vocabulary costs 20 bits and more
    assert "1 character is outside the model's vocabulary" in result.err
    assert "left out: 1 control character (U+0007 once)" in result.err


def test_one_poem_is_one_poem(folder: Path) -> None:
    assert "all together, 1 poem (" in run("score", "-", cwd=folder, stdin=b"the moon").out
