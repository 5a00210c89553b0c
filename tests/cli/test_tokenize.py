"""`tokenize`: ids out of poems, and the very same poems out of ids."""

import json
from pathlib import Path

import numpy as np
import pytest
from commands import fortune, run, some_poems

from poemgen.storage import load_model
from poemgen.text.shards import read_shards

TEXTS = {
    "several poems": fortune(some_poems(3)),
    "one poem": "the reed\n\nthe heron\n",
    "no last newline": "the reed\n\nthe heron",
    "newlines at the end": "the reed\n\n\n",
    "a poem that ends in a blank line": "the reed\n\n%\nthe heron\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_decoded_is_what_was_tokenized(tmp_path: Path, text: str) -> None:
    (tmp_path / "poems.txt").write_text(text)
    ids = run("tokenize", "poems.txt", "--vocab", "vocab.json", "--quiet", cwd=tmp_path)
    assert (ids.code, ids.err) == (0, "")
    decoded = run("tokenize", "--decode", "--vocab", "vocab.json", "-", cwd=tmp_path, stdin=ids.out.encode())
    assert (decoded.code, decoded.out) == (0, text)


def test_ids_are_those_of_the_vocabulary_one_line_a_poem(tmp_path: Path) -> None:
    (tmp_path / "poems.txt").write_text("ab\n%\nb a\n")
    result = run("tokenize", "poems.txt", "--vocab", "vocab.json", cwd=tmp_path)
    assert json.loads((tmp_path / "vocab.json").read_text()) == {"<EOS>": 0, "<UNK>": 1, " ": 2, "a": 3, "b": 4}
    assert result.out == "3 4 0\n4 2 3 0\n"
    assert result.err == "poemgen: 2 poems (split: percent), 5 characters, a vocabulary of 5, 0.00% <UNK>\n"
    known = run("tokenize", "-", "--vocab", "vocab.json", cwd=tmp_path, stdin=b"a")
    assert known.out == "3 0\n"
    assert known.err == "poemgen: 1 poem (split: none), 1 character, a vocabulary of 5, 0.00% <UNK>\n"
    unknown = run("tokenize", "-", "--vocab", "vocab.json", "--format", "tokens", cwd=tmp_path, stdin=b"a c\n")
    assert unknown.out == "a ␠ <UNK> <UNK> <EOS>\n"
    assert "50.00% <UNK>" in unknown.err


def test_jsonl_holds_ids_and_text_and_decodes_too(folder: Path) -> None:
    lines = run("tokenize", "poems.txt", "--model", "poemgen.safetensors", "--format", "jsonl", cwd=folder).out
    assert [json.loads(line)["text"] for line in lines.splitlines()] == some_poems(24)
    decoded = run("tokenize", "--decode", "--model", "poemgen.safetensors", "-", cwd=folder, stdin=lines.encode())
    assert decoded.out == fortune(some_poems(24))


def test_rare_characters_become_unknown(tmp_path: Path) -> None:
    result = run("tokenize", "-", "--min-count", "2", "--format", "tokens", cwd=tmp_path, stdin=b"aabbc")
    assert result.out == "a a b b <UNK> <EOS>\n"


def test_control_characters_are_left_out_and_counted(tmp_path: Path) -> None:
    text = "the \x1b[31mmoon\x9b".encode()
    result = run("tokenize", "-", "--format", "tokens", cwd=tmp_path, stdin=text)
    assert "left out: 2 control characters (U+001B once, U+009B once)" in result.err
    assert result.out == "t h e ␠ [ 3 1 m m o o n <EOS>\n"
    assert run("tokenize", "-", "--quiet", cwd=tmp_path, stdin=text).err == ""


@pytest.mark.parametrize(
    ("options", "stdin", "code", "message"),
    [
        (["--decode"], b"3 4 0", 2, "--decode needs the vocabulary of the ids"),
        (["--decode", "--vocab", "vocab.json"], b"3 0\nmoon", 1, "line 2 of standard input holds something else"),
        (["--decode", "--vocab", "vocab.json"], b"3 99 0", 1, "99 is no id of this vocabulary; its ids go from 0 to 3"),
        (["--vocab", "poems.txt"], b"ab", 1, "cannot read the vocabulary 'poems.txt'"),
        (["--vocab", "."], b"ab", 1, "cannot read the vocabulary '.': is a directory"),
        (["--vocab", "vocab.json", "--model", "m"], b"ab", 2, "--vocab and --model both name a vocabulary"),
    ],
)
def test_errors_say_what_and_where(poems: Path, options: list[str], stdin: bytes, code: int, message: str) -> None:
    (poems.parent / "vocab.json").write_text('{"<EOS>": 0, "<UNK>": 1, "a": 2, "b": 3}')
    result = run("tokenize", "-", *options, cwd=poems.parent, stdin=stdin)
    assert result.code == code
    assert result.out == ("b" if b"moon" in stdin else "")  # the first line was in order
    assert message in result.err
    assert result.err.count("\n") == 1


def test_shards_train_the_model_that_their_text_does(tmp_path: Path) -> None:
    (tmp_path / "poems.txt").write_text(fortune(some_poems(20)))
    result = run("tokenize", "poems.txt", "--shards", "ids", "--vocab", "vocab.json", cwd=tmp_path)
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("poemgen: 20 poems (split: percent), ")
    assert result.err.endswith("poemgen: next: poemgen train ids\n")
    assert sorted(path.name for path in (tmp_path / "ids").iterdir()) == ["00000.u16", "shards.json"]
    assert len(json.loads((tmp_path / "vocab.json").read_text())) == len(read_shards(tmp_path / "ids")[0].vocabulary)
    options = ["--units", "8", "--batch", "4", "--window", "8", "--steps", "3", "--min-count", "1", "--quiet"]
    for source in ("poems.txt", "ids"):
        assert run("train", source, *options, "-o", f"{source}.model", cwd=tmp_path) == (0, "", "")
    one, other = (load_model(tmp_path / f"{source}.model") for source in ("poems.txt", "ids"))
    assert np.array_equal(one.parameters.flat, other.parameters.flat)
    assert one.word_lists == other.word_lists
    again = run("tokenize", "poems.txt", "--shards", "ids", cwd=tmp_path)
    assert (again.code, again.out) == (1, "")
    assert again.err == "poemgen: error: the folder 'ids' is not empty; name a new one for the shards\n"


def test_gaps_of_shards_are_learned_between_networks_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "poems.txt").write_text(fortune(some_poems(20)))
    assert run("tokenize", "poems.txt", "--shards", "ids", cwd=tmp_path).code == 0
    options = ["--units", "8", "--steps", "3", "--min-count", "1", "--quiet"]
    refused = run("train", "ids", *options, "--fill", "-o", "none", cwd=tmp_path)
    assert (refused.code, "a second network reads every line reversed, from memory" in refused.err) == (2, True)
    assert run("train", "poems.txt", *options, "--both", "-o", "both", cwd=tmp_path).code == 0
    for source in ("poems.txt", "ids"):
        more = ["--from", "both", "--only", "fill", *options[2:], "-o", f"{source}.model"]
        assert run("train", source, *more, cwd=tmp_path) == (0, "", "")
    one, other = (load_model(tmp_path / f"{source}.model") for source in ("poems.txt", "ids"))
    assert one.fill and other.fill
    assert np.array_equal(one.fill.parameters.flat, other.fill.parameters.flat)
