"""What cannot work: one line that says what, where and what to try, the right exit code, and nothing lost."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Result, run, start

from poemgen.cli.app import COMMANDS, app

Call = Callable[..., Result]

TRAIN = ["train", "--units", "4", "--steps", "1", "-o", "new"]
CORPORA = {
    "empty": (b"", "holds no text; name a source with a poem in it"),
    "blank": (b" \n\t\n", "holds no text; name a source with a poem in it"),
    "one character": (b"aaaa", "the text holds fewer than two different characters; give more text"),
    "rare characters": (b"moon", "reach the count 2; give more text, or lower --min-count"),
    "not UTF-8": (b"moon\xff\xfe", "is not utf-8 text: bad byte at offset 4; name its encoding with --encoding"),
}


@pytest.mark.parametrize(("content", "message"), CORPORA.values(), ids=CORPORA)
def test_corpora_that_hold_nothing_to_learn(call: Call, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "poems.txt").write_bytes(content)
    result = call(*TRAIN, "poems.txt", cwd=tmp_path)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("poemgen: error: ")
    assert result.err.endswith(f"{message}\n")
    assert result.err.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["poems.txt"]


@pytest.mark.parametrize(
    ("source", "code", "message"),
    [
        ("nowhere.txt", 1, "cannot read 'nowhere.txt': No such file or directory; check the path"),
        ("folder", 1, "the folder 'folder' holds no file that ends in .txt"),
        ("", 2, "an empty name of a source was given"),
        ("\udcff.txt", 1, r"cannot read '\udcff.txt': No such file or directory; check the path"),
    ],
)
def test_sources_that_cannot_be_read(call: Call, tmp_path: Path, source: str, code: int, message: str) -> None:
    (tmp_path / "folder").mkdir()
    for command in (TRAIN, ["tokenize"]):
        result = call(*command, source, cwd=tmp_path)
        assert (result.code, result.out) == (code, "")
        assert message in result.err
        assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "there is no such file; check the path"),
        ("foreign", "it is not a safetensors file, or was cut short; use another file or copy"),
        ("truncated", "it is not a safetensors file, or was cut short; use another file or copy"),
        ("cut", "its tensors do not fill the file from end to end"),
        ("changed", "its checksum does not fit its content"),
        ("empty", "it is empty"),
        ("folder", "it is a folder; name the file inside it"),
    ],
)
def test_files_that_are_no_models(call: Call, model: Path, tmp_path: Path, name: str, message: str) -> None:
    content = model.read_bytes()
    contents = {"foreign": b"the moon", "truncated": content[:500], "cut": content[:-9], "empty": b""}
    contents["changed"] = content[:-1] + bytes([content[-1] ^ 1])
    for file, data in contents.items():
        (tmp_path / file).write_bytes(data)
    (tmp_path / "folder").mkdir()
    result = call("generate", "--model", name, cwd=tmp_path)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"poemgen: error: cannot read model '{name}': {message}")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere/new", "cannot write 'nowhere/new': the folder 'nowhere' does not exist; create it first"),
        (".", "must name files"),
        ("folder", "cannot write 'folder': it is a folder; name a file inside it"),
        ("n" * 300, "the name is too long; choose a shorter one"),
        ("-", "--output and --log must name files, and standard output is none"),
        ("poems.txt", "'poems.txt' would be written over: what is read and what is written must be apart"),
        ("./folder/../poems.txt", "would be written over: what is read and what is written must be apart"),
    ],
)
def test_places_where_no_model_can_go(call: Call, poems: Path, path: str, message: str) -> None:
    (poems.parent / "folder").mkdir()
    before = poems.read_bytes()
    result = call("train", "poems.txt", "--units", "4", "--steps", "1", "--force", "-o", path, cwd=poems.parent)
    assert result.code in (1, 2)
    assert message in result.err
    assert result.err.count("\n") == 1
    assert poems.read_bytes() == before
    assert sorted(file.name for file in poems.parent.iterdir()) == ["folder", "poems.txt"]


def test_the_log_cannot_be_written_over_anything_else(call: Call, poems: Path) -> None:
    for log in ("new", "new.checkpoint", "poems.txt"):
        result = call(*TRAIN, "poems.txt", "--log", log, "--force", cwd=poems.parent)
        assert (result.code, "would be written over" in result.err) == (2, True)
    assert list(poems.parent.iterdir()) == [poems]


def test_a_log_that_fails_does_not_lose_the_run(poems: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    result = run(*TRAIN, "poems.txt", "--log", "/dev/full", cwd=poems.parent)
    assert (result.code, "cannot write the log '/dev/full'" in result.err) == (1, True)
    assert run("train", "poems.txt", "--resume", "-o", "new", cwd=poems.parent).code == 0


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_folder_that_may_not_be_written(poems: Path) -> None:
    poems.parent.chmod(0o500)
    try:
        result = run(*TRAIN, "poems.txt", cwd=poems.parent)
    finally:
        poems.parent.chmod(0o700)
    assert (result.code, "permission is denied; choose another place" in result.err) == (1, True)


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [
        ("generate", "--temperature", "nan"),
        ("generate", "--temperature", "-1"),
        ("generate", "--temperature", "inf"),
        ("generate", "--top-p", "nan"),
        ("generate", "--top-p", "0"),
        ("generate", "--top-k", "-1"),
        ("generate", "--count", "0"),
        ("generate", "--count", "-" + "9" * 400),
        ("generate", "--max-length", "-1"),
        ("generate", "--rng-seed", "-1"),
        ("generate", "--rng-seed", str(2**63)),
        ("train", "--minutes", "nan"),
        ("train", "--minutes", "0"),
        ("train", "--epochs", "1e+308"),
        ("train", "--steps", "9" * 400),
        ("train", "--layers", "17"),
        ("train", "--units", "0"),
        ("train", "--batch", "-3"),
        ("train", "--window", "0"),
        ("train", "--dropout", "1"),
        ("train", "--learning-rate", "nan"),
        ("train", "--validation-fraction", "0.6"),
        ("train", "--min-count", "0"),
        ("train", "--workers", "3"),
        ("train", "--cell", "tanh"),
        ("tokenize", "--min-count", "0"),
    ],
)
def test_impossible_numbers_are_usage_errors(
    capsys: pytest.CaptureFixture[str], command: str, option: str, value: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        app([command, *([] if command == "generate" else ["poems.txt"]), option, value], prog_name="poemgen")
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out) == (2, "")
    assert captured.err.startswith(f"poemgen: error: Invalid value for '{option}'")
    assert captured.err.endswith(f" Try: poemgen {command} --help\n")
    assert value in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--steps", "1", "--epochs", "1"], "--epochs and --steps both say how long to train; give one of them"),
        (["--minutes", "1", "--steps", "1"], "--minutes and --steps both say how long to train; give one of them"),
        (["--split", "stanza"], "unknown split 'stanza'"),
        (["--encoding", "moon"], "unknown encoding 'moon'"),
        (["--resume", "--from", "x"], "--resume goes on as the run was begun; leave out --from"),
    ],
)
def test_options_that_make_no_sense(call: Call, poems: Path, options: list[str], message: str) -> None:
    result = call("train", poems, *options, cwd=poems.parent)
    assert result.code == 2
    assert result.err.startswith(f"poemgen: error: {message}")


def test_too_little_time_is_said_before_it_is_spent(call: Call, poems: Path) -> None:
    result = call("train", poems, "--minutes", "0.0001", cwd=poems.parent)
    assert result.code == 1
    assert "too few to train this model; give more --minutes" in result.err
    assert list(poems.parent.iterdir()) == [poems]


def test_a_network_that_is_too_large_is_refused(call: Call, poems: Path) -> None:
    result = call("train", poems, "--layers", "16", "--units", "8192", cwd=poems.parent)
    assert (result.code, "use fewer units or layers" in result.err) == (1, True)


def test_debug_shows_a_traceback(tmp_path: Path) -> None:
    result = run("--debug", "tokenize", "nowhere.txt", cwd=tmp_path)
    assert result.code == 1
    assert result.err.startswith("Traceback")


def test_who_mistypes_a_command_is_told_the_nearest(tmp_path: Path) -> None:
    result = run("genrate", cwd=tmp_path)
    assert result.code == 2
    assert result.err == "poemgen: error: No such command 'genrate'. Did you mean 'generate'? Try: poemgen --help\n"


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app([*command, "--help"], prog_name="poemgen")
    captured = capsys.readouterr()
    assert (ended.value.code, captured.err) == (0, "")
    usage, *rest = captured.out.splitlines()
    assert usage.startswith(" ".join(["Usage: poemgen", *command]))
    meant = ("CORPUS...", "FILE...", "... for some")  # and nothing is cut short
    assert "..." not in "".join(line for line in rest if not any(words in line for words in meant))
    assert all(len(line) <= 80 for line in rest)


def test_the_seed_may_be_no_text_at_all(folder: Path) -> None:
    process = start("generate", "--seed", os.fsdecode(b"moon\xff\x1b"), "--max-length", "3", cwd=folder)
    out, err = process.communicate()
    assert process.returncode == 0
    assert out.startswith(b"moon")
    assert b"left out of the seed: 2 control characters" in err


def test_a_log_among_the_poems_would_pass_for_poems(call: Call, poems: Path) -> None:
    result = call("train", ".", "--log", "run.jsonl", cwd=poems.parent)
    assert (result.code, "'run.jsonl' would be taken for poems the next time" in result.err) == (2, True)
    assert list(poems.parent.iterdir()) == [poems]


def test_nothing_that_is_read_is_written_over(call: Call, folder: Path, tmp_path: Path) -> None:
    model = tmp_path / "m.safetensors"
    model.write_bytes((folder / "poemgen.safetensors").read_bytes())
    (tmp_path / "p.txt").write_text("the moon is grey\n")
    before = [file.read_bytes() for file in sorted(tmp_path.iterdir())]
    for command in (
        ["inspect", "m.safetensors", "--plot", "m.safetensors"],
        ["tokenize", "p.txt", "-o", "p.txt"],
        ["tokenize", "p.txt", "--vocab", "./p.txt"],
    ):
        result = call(*command, cwd=tmp_path)
        assert (result.code, "would be written over" in result.err) == (2, True)
    assert [file.read_bytes() for file in sorted(tmp_path.iterdir())] == before


def test_standard_input_cannot_be_learned_from_and_held_out(call: Call, poems: Path) -> None:
    result = call("train", "-", "--validation", "-", cwd=poems.parent)
    assert (result.code, "standard input can be read once" in result.err) == (2, True)


def test_a_seed_that_is_no_text_does_not_point_to_an_option_that_is_not_there(folder: Path) -> None:
    result = run("generate", "--seed", "-", cwd=folder, stdin=b"moon\xff")
    assert result.code == 1
    assert "the seed on standard input is not UTF-8 text" in result.err
