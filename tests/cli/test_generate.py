"""`generate`: poems and nothing else on standard output, the same again for the same numbers."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import Result, run

from poemgen.storage import embedded_path

SHORT = ["--rng-seed", "7", "--max-length", "40"]


def generate(*arguments: str | Path, cwd: Path, **options: Any) -> Result:
    return run("generate", *SHORT, *arguments, cwd=cwd, **options)


def test_a_poem_begins_with_the_seed_and_stands_alone_on_stdout(folder: Path) -> None:
    once, again = (generate("--seed", "the moon", cwd=folder) for _ in range(2))
    assert once == again
    assert once.code == 0
    assert once.err == "poemgen: model: poemgen.safetensors\n"
    assert once.out.startswith("the moon")
    assert once.out.endswith("\n")
    assert len("the moon") < len(once.out) <= len("the moon") + 41


def test_a_poem_does_not_depend_on_how_many_are_asked_for(folder: Path) -> None:
    five, fifty = (generate("--count", count, "--format", "jsonl", cwd=folder).out for count in ("5", "50"))
    few, many = ([json.loads(line)["text"] for line in lines.splitlines()] for lines in (five, fifty))
    assert few == many[:5]
    assert len(set(many)) == 50
    text = generate("--count", "5", cwd=folder).out
    assert text == "%\n".join(poem if poem.endswith("\n") else poem + "\n" for poem in few)
    record = json.loads(five.splitlines()[2])
    assert (record["poem"], record["rng_seed"], record["seed"], record["temperature"]) == (2, 7, "", 0.8)
    assert record["stop"] == "eos" or record["characters"] == 40
    assert record["log_probability"] < 0


def test_a_seed_comes_from_stdin_and_may_hold_unknown_characters(folder: Path) -> None:
    result = generate("--seed", "-", cwd=folder, stdin="the moon ☃\n".encode())
    assert result.out.startswith("the moon ☃")
    assert "does not know '☃': it reads <UNK> there, and goes on" in result.err
    assert result.code == 0
    quiet = generate("--seed", "the moon ☃", "--quiet", cwd=folder)
    assert (quiet.out, quiet.err) == (result.out, "")


def test_a_seed_of_digits_gets_a_hint(folder: Path) -> None:
    result = generate("--seed", "42", cwd=folder)
    assert result.out.startswith("42")
    assert "use --rng-seed 42" in result.err


def test_verbose_tells_how_to_get_the_poem_again(folder: Path) -> None:
    told = run("generate", "--verbose", "--max-length", "40", cwd=folder)
    number = told.err.split("--rng-seed ")[1].strip()
    assert run("generate", "--rng-seed", number, "--max-length", "40", cwd=folder).out == told.out


def test_the_model_is_the_option_else_the_variable_else_the_local_file(folder: Path, tmp_path: Path) -> None:
    for name in ("option", "variable"):
        shutil.copy(folder / "poemgen.safetensors", tmp_path / name)
    chosen = [
        generate("--model", "option", cwd=tmp_path, env={"POEMGEN_MODEL": "variable"}),
        generate(cwd=tmp_path, env={"POEMGEN_MODEL": "variable"}),
        generate(cwd=folder, env={"POEMGEN_MODEL": ""}),
    ]
    assert [result.err.split("model: ")[1].strip() for result in chosen] == [
        "option",
        "variable",
        "poemgen.safetensors",
    ]
    assert len({result.out for result in chosen}) == 1


@pytest.mark.skipif(not embedded_path().exists(), reason="this copy has no embedded model")
def test_without_any_other_the_embedded_model_writes(tmp_path: Path) -> None:
    result = generate("--seed", "moon", cwd=tmp_path)
    assert result.err == "poemgen: model: embedded\n"
    assert result.out.startswith("moon")


@pytest.mark.skipif(embedded_path().exists(), reason="this copy has an embedded model")
def test_without_any_model_the_error_says_what_to_do(tmp_path: Path) -> None:
    result = generate(cwd=tmp_path)
    assert (result.code, result.out) == (1, "")
    assert "train one, or name a --model" in result.err


def test_output_goes_to_a_file_and_stdout_stays_empty(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "poem.txt"
    result = generate("--output", file, cwd=folder)
    assert (result.code, result.out) == (0, "")
    assert file.read_text() == generate(cwd=folder).out


def test_greedy_choices_need_no_random_numbers(folder: Path) -> None:
    greedy = ["generate", "--max-length", "30"]
    cold, colder, single = (
        run(*greedy, *choice, cwd=folder).out
        for choice in (["--temperature", "0"], ["--temperature", "1e-320"], ["--top-k", "1"])
    )
    assert cold == colder == single != "\n"


def test_no_characters_are_no_error(folder: Path) -> None:
    result = run("generate", "--max-length", "0", "--seed", "moon", "--reject-unk", cwd=folder)
    assert (result.code, result.out) == (0, "moon\n")
