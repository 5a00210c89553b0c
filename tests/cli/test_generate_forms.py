"""Poems in form: what is asked for comes, and `scan`, which reads them afresh, hears it; what cannot be is said."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Result, run, shell, start

from poemgen.cli import forms
from poemgen.composing import workshop
from poemgen.storage import embedded_path, load_model

pytestmark = pytest.mark.skipif(
    load_model(embedded_path()).backward is None, reason="the embedded model writes in one direction only"
)
QUICK = ["--candidates", "16", "--model", "embedded", "--quiet"]


def written(tmp_path: Path, *options: str) -> str:
    result = run("generate", *options, *QUICK, "--rng-seed", "1", cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    return result.out


def heard(tmp_path: Path, poem: str) -> dict[str, object]:
    """What `scan` hears in a poem."""
    (tmp_path / "poem.txt").write_text(poem)
    result = run("scan", "poem.txt", "--split", "file", "--format", "jsonl", "--quiet", cwd=tmp_path)
    assert result.code == 0
    [record] = [json.loads(line) for line in result.out.splitlines()]
    found: dict[str, object] = record
    return found


def lines_of(poem: str) -> list[str]:
    return [line for line in poem.split("\n") if line]


@pytest.mark.parametrize(
    ("options", "form", "scheme", "syllables"),
    [
        (["--form", "sonnet", "--seed", "Shall moon"], "sonnet", "ABABCDCDEFEFGG", [10] * 14),
        (["--form", "limerick"], "limerick", "AABBA", [8, 8, 5, 5, 8]),
        (["--form", "haiku"], "haiku", None, [5, 7, 5]),
        (["--form", "ballad", "--keyword", "river"], "ballad", None, [8, 6] * 8),
        (["--rhyme", "AABB", "--syllables", "7", "--temperature", "0.7"], None, "AABB", [7] * 4),
    ],
)
def test_scan_hears_what_was_asked_for(
    tmp_path: Path, options: list[str], form: str | None, scheme: str | None, syllables: list[int]
) -> None:
    poem = written(tmp_path, *options)
    found = heard(tmp_path, poem)
    lines = found["lines"]
    assert isinstance(lines, list)
    assert [line["syllables"] for line in lines if line["text"]] == syllables
    assert form in (None, found["form"])
    assert scheme in (None, found["scheme"])
    if "--seed" in options:
        assert poem.startswith("Shall moon")
    if "--keyword" in options:
        assert re.search(r"\briver\b", poem, re.IGNORECASE)
        assert [len(stanza.split("\n")) for stanza in poem.strip().split("\n\n")] == [4] * 4


def test_an_acrostic_spells_its_word(tmp_path: Path) -> None:
    poem = written(tmp_path, "--acrostic", "Moonlight")
    assert "".join(line[0] for line in lines_of(poem)) == "MOONLIGHT"


def test_wishes_combine(tmp_path: Path) -> None:
    poem = written(tmp_path, "--form", "couplets", "--acrostic", "OAKS", "--keyword", "winter", "--meter", "trochaic")
    assert "".join(line[0] for line in lines_of(poem)) == "OAKS"
    assert "winter" in poem.lower()


def test_records_tell_of_the_form_and_poem_k_is_always_the_same(tmp_path: Path) -> None:
    def records(count: int) -> list[dict[str, object]]:
        out = written(tmp_path, "--form", "haiku", "--count", str(count), "--format", "jsonl")
        return [json.loads(line) for line in out.splitlines()]

    one, [first, second] = records(1), records(2)
    assert one == [first]
    assert first["text"] != second["text"]
    assert (first["form"], first["syllables"], first["failed"], second["poem"]) == ("haiku", [5, 7, 5], [], 1)
    tries = first["tries"]
    assert isinstance(tries, int)
    assert tries >= 3


def test_several_poems_are_parted_as_ever(tmp_path: Path) -> None:
    poems = written(tmp_path, "--lines", "2", "--syllables", "6", "--count", "3").split("\n%\n")
    assert [len(lines_of(poem)) for poem in poems] == [2, 2, 2]


def test_nothing_is_shared_with_the_corpus_of_novel(tmp_path: Path) -> None:
    options = ["--lines", "3", "--syllables", "10"]
    known = written(tmp_path, *options)
    (tmp_path / "known.txt").write_text(known)
    result = run("generate", *options, *QUICK[:-1], "--rng-seed", "1", "--novel", "known.txt", cwd=tmp_path)
    assert result.code == 0
    said = re.search(r"longest match of poem 1 with the corpus has (\d+) characters", result.err)
    assert said
    assert int(said[1]) < 30
    shared = [known[i : i + 30] for i in range(len(known) - 30) if known[i : i + 30] in result.out]
    assert shared == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--form", "sonnet", "--lines", "12"], "--form sonnet has 14 lines"),
        (["--form", "sonnet", "--acrostic", "MOON"], "--acrostic makes 4"),
        (["--rhyme", "A1"], "must be letters"),
        (["--syllables", "ten"], "must be numbers"),
        (["--candidates", "9"], "--candidates is for poems in form"),
        (["--language", "en"], "--language is for poems in form"),
        (["--form", "haiku", "--language", "elvish"], "'elvish'"),
        (["--form", "haiku", "--max-length", "9"], "--max-length is for poems without a form"),
        (["--form", "haiku", "--seed", "a\nb\nc\nd\n"], "more lines than the poem"),
        (["--form", "haiku", "--seed", "the melancholy wanderers of the mountain"], "syllables"),
        (["--acrostic", "МИР"], "which the model cannot write"),
        (["--form", "haiku", "--keyword", "unbelievability of wanderings"], "no line has room"),
        (["--keyword", "月"], "which the model cannot write"),
        (["--keyword", "!!"], "holds no word"),
        (["--keyword", ""], "holds no word"),
        (["--form", "villanelle"], "villanelle"),
        (["--lines", "0"], "--lines"),
        (["--lines", "9999"], "--lines"),
        (["--form", "haiku", "--candidates", "0"], "--candidates"),
        (["--rhyme", "AA", "--seed", "The month of orange\n"], "nothing is known to rhyme with 'orange'"),
        (["--form", "haiku", "--seed", "月"], "the last line of the seed holds"),
    ],
)
def test_what_cannot_be_is_a_usage_error(
    call: Callable[..., Result], tmp_path: Path, options: list[str], reason: str
) -> None:
    result = call("generate", *options, "--model", "embedded", "--quiet", cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert reason in result.err
    assert result.err.count("\n") == 1


def test_as_many_candidates_are_drawn_as_the_help_says() -> None:
    assert forms.CANDIDATES == workshop.CANDIDATES


def test_a_model_of_one_direction_writes_what_needs_no_rhyme(folder: Path) -> None:
    refused = run("generate", "--form", "sonnet", cwd=folder)
    assert (refused.code, "train a model with --both" in refused.err) == (2, True)
    free = run("generate", "--lines", "2", "--candidates", "16", "--rng-seed", "1", cwd=folder)
    assert (free.code, len(lines_of(free.out))) in ((0, 2), (1, 1), (1, 0))
    assert ("could not be completed" in free.err) == (free.code == 1)


@pytest.mark.parametrize("seed", ["The moon ", " The moon", "   ", "The bells have rung.\n"])
def test_spaces_around_a_seed_do_no_harm(tmp_path: Path, seed: str) -> None:
    poem = written(tmp_path, "--lines", "2", "--syllables", "6", "--seed", seed)
    assert len(lines_of(poem)) == 2
    assert poem.startswith(seed.strip())
    assert "  " not in poem


def test_a_line_of_a_seed_that_must_rhyme_has_its_last_word_completed(tmp_path: Path) -> None:
    poem = written(
        tmp_path, "--rhyme", "AA", "--syllables", "8", "--seed", "The night is on the silver sea\nThe silver mo"
    )
    assert re.match(r"The silver mo[a-z]", lines_of(poem)[1])


def test_a_poem_that_cannot_be_completed_is_an_error_after_the_others(tmp_path: Path) -> None:
    options = ["--lines", "1", "--seed", "12345", "--temperature", "0", "--count", "2"]
    result = run("generate", *options, *QUICK, "--format", "jsonl", cwd=tmp_path)
    assert result.code == 1
    assert "2 of 2 poems could not be completed" in result.err
    assert [json.loads(line)["failed"] for line in result.out.splitlines()] == [[1], [1]]


def test_a_reader_that_goes_away_ends_it_silently(tmp_path: Path) -> None:
    options = "--form haiku --count 9 --rng-seed 1 --candidates 16 --model embedded -q"
    command = f"{{ poemgen generate {options}; echo $? >&2; }} | head -1"
    result = shell(command, cwd=tmp_path)
    assert (result.out.count("\n"), result.err) == (1, "141\n")


def test_a_very_long_word_is_one_like_any_other(tmp_path: Path) -> None:
    result = run("generate", "--form", "haiku", "--seed", "a" * 1000, *QUICK, cwd=tmp_path)
    assert (result.code, result.err.count("\n")) == (2, 1)
    (tmp_path / "long.txt").write_text("a" * 5000 + "\n" + "the moon is up " * 3000)
    assert run("scan", "long.txt", "-q", cwd=tmp_path).code == 0


def test_what_could_not_be_written_is_said(tmp_path: Path) -> None:
    process = start(
        "generate", "--lines", "2", "--syllables", "1", "--meter", "anapestic", "--model", "embedded", cwd=tmp_path
    )
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out
    for line in err.decode().splitlines()[1:]:
        assert re.fullmatch(r"poemgen: line \d of poem 1 is not in the meter .*: more --candidates may help", line)
