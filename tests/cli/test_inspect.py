"""`inspect`: what is in a model file, for people and for programs."""

import dataclasses
import json
from pathlib import Path

from commands import run

from poemgen.storage import load_model, save_model


def test_the_table_tells_of_network_corpus_and_training(folder: Path) -> None:
    result = run("inspect", cwd=folder)
    assert result.code == 0
    model = load_model(folder / "poemgen.safetensors")
    rows = dict(line.split(maxsplit=1) for line in result.out.splitlines())
    assert rows["network"] == f"1 layer of 16 lstm units, {len(model.parameters.flat):,} parameters"
    assert rows["vocabulary"].startswith(f"{model.config.vocabulary}: <EOS> <UNK> ↵")
    assert rows["file"] == f"sha256 {model.sha256}"
    assert f"held out    {model.summary['held_out']['bits_per_character']:.4f} bits/character on" in result.out
    assert rows["trained"].startswith("60 steps, ")
    assert rows["command"].startswith("poemgen train poems.txt --units 16")
    assert rows["training"][0] == "█"


def test_the_table_tells_of_the_runs_before(folder: Path, tmp_path: Path) -> None:
    model = load_model(folder / "poemgen.safetensors")
    before = [{"step": 7, "seconds": 90}, {"step": 1000, "seconds": 4000}]
    save_model(
        tmp_path / "poemgen.safetensors", dataclasses.replace(model, summary=model.summary | {"earlier": before})
    )
    lines = run("inspect", cwd=tmp_path).out.splitlines()
    told = [line for line in lines if line.startswith("trained")]
    assert told[:2] == ["trained 1   7 steps, 1.5 minutes", "trained 2   1,000 steps, 1.1 hours"]
    assert [line[:9] for line in told[2:]] == ["trained 3"]


def test_json_holds_everything_but_the_weights(folder: Path) -> None:
    told = json.loads(run("inspect", "--json", "poemgen.safetensors", cwd=folder).out)
    model = load_model(folder / "poemgen.safetensors")
    assert told["config"] == dataclasses.asdict(model.config)
    assert told["vocabulary"] == model.vocabulary.characters
    assert told["training"] == model.summary
    assert told["sha256"] == model.sha256


def test_the_curve_is_drawn(folder: Path, tmp_path: Path) -> None:
    assert run("inspect", "--plot", tmp_path / "curve.svg", cwd=folder).code == 0
    picture = (tmp_path / "curve.svg").read_text()
    assert picture.startswith("<svg")
    assert "held-out" in picture


def test_a_strange_summary_is_left_out_and_cannot_steer_a_terminal(model: Path, tmp_path: Path) -> None:
    summary = {
        "corpus": {"poems": "many", "characters": 3, "sha256": None},
        "held_out": [1, 2],
        "curve": [[1, 2], "x"],
        "finished": True,
        "step": 3,
        "seconds": 1,
        "command": "\x1b[31m\x9b\u202e\udcff",
    }
    strange = tmp_path / "strange.safetensors"
    save_model(strange, dataclasses.replace(load_model(model), summary=summary))
    for option in ([], ["--json"]):
        result = run("inspect", strange, *option, cwd=tmp_path)
        assert result.code == 0
        assert not set(result.out) & set("\x1b\x9b\u202e")
        assert r"\u202e" in result.out
    assert run("inspect", strange, "--plot", "curve.svg", cwd=tmp_path).code == 1
    held_out = run("score", strange, "--model", strange, "--held-out", cwd=tmp_path)
    assert (held_out.code, held_out.err.count("\n")) == (1, 2)
