"""Standard streams that are closed, full, or read by someone who goes away."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import PATIENCE, run, shell, start

from poemgen.cli.output import output

FULL = Path("/dev/full")
MODEL_LINE = "poemgen: model: poemgen.safetensors\n"


def test_poems_stream_and_a_reader_that_leaves_ends_them_silently(folder: Path) -> None:
    process = start("generate", "--count", "1000000", cwd=folder)
    assert process.stdout.readline()  # long before the last poem
    process.stdout.close()
    assert process.wait(PATIENCE) == 141
    assert process.stderr.read().decode() == MODEL_LINE
    process.stderr.close()


@pytest.mark.parametrize(
    "command",
    ["generate -f jsonl", "score poems.txt -q", "tokenize poems.txt -q", "inspect", "--version", "train --help"],
)
def test_nobody_reads(folder: Path, command: str) -> None:
    read, write = os.pipe()
    os.close(read)
    process = start(*command.split(), cwd=folder, stdout=write)
    os.close(write)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 141
    assert err.decode() in ("", MODEL_LINE)


class Pipe(io.BytesIO):
    """Keeps what has really been written, and may say that it is a terminal."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize("terminal", [False, True])
def test_lines_go_out_at_once_and_to_a_terminal_each_character(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    pipe = Pipe()
    pipe.terminal = terminal
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BufferedWriter(pipe), encoding="ascii"))
    with output() as write:
        write("月")
        assert pipe.getvalue().decode() == ("月" if terminal else "")
        write("\n")
        assert pipe.getvalue().decode() == "月\n"
        write("reed")
    assert pipe.getvalue().decode() == "月\nreed"


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["generate", "inspect --json", "tokenize poems.txt", "--version"])
def test_a_full_disk_is_an_error(folder: Path, command: str) -> None:
    with FULL.open("wb") as full:
        process = start(*command.split(), cwd=folder, stdout=full)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "no space left on device" in err.decode().lower()
    assert err.decode().removeprefix(MODEL_LINE).count("\n") == 1


@pytest.mark.parametrize("command", ["generate", "inspect", "score poems.txt -q", "tokenize poems.txt"])
def test_a_closed_stdout_is_an_error(folder: Path, command: str) -> None:
    result = shell(f"poemgen {command} >&-", folder)
    assert result.code == 1
    assert result.err.endswith("poemgen: error: standard output is closed; open it, or send it elsewhere\n")


def test_commands_that_need_no_stdout_work_without_it(folder: Path, tmp_path: Path) -> None:
    result = shell(f"poemgen generate -q --rng-seed 1 -o '{tmp_path}/poem' >&-", folder)
    assert result == (0, "", "")
    assert (tmp_path / "poem").read_text() == run("generate", "--rng-seed", "1", cwd=folder).out
    result = shell(f"poemgen train poems.txt --units 4 --steps 1 -o '{tmp_path}/model' >&-", folder)
    assert (result.code, result.out) == (0, "")


@pytest.mark.parametrize("command", ["generate --rng-seed 1 --seed ☃", "score poems.txt -q"])
def test_without_stderr_stdout_is_the_same(folder: Path, command: str) -> None:
    closed = shell(f"poemgen {command} 2>&-", folder)
    assert closed == (0, run(*command.split(), cwd=folder).out, "")


def test_errors_need_no_stderr_either(folder: Path) -> None:
    assert shell("poemgen train nowhere.txt -o x 2>&-", folder) == (1, "", "")
    assert shell("poemgen train --nonsense 2>&-", folder) == (2, "", "")


def test_a_closed_stdin_is_an_error(folder: Path) -> None:
    for command in ("generate --seed -", "tokenize -"):
        result = shell(f"poemgen {command} <&-", folder)
        assert (result.code, result.out) == (1, "")
        assert "standard input is closed" in result.err


def test_named_pipes_are_read(folder: Path) -> None:
    expected = run("tokenize", "poems.txt", "--split", "percent", cwd=folder)
    read, write = os.pipe()
    process = start("tokenize", f"/dev/fd/{read}", "--split", "percent", cwd=folder, pass_fds=[read])
    os.close(read)
    os.write(write, (folder / "poems.txt").read_bytes())
    os.close(write)
    out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out.decode()) == (0, expected.out)


@pytest.mark.parametrize("encoding", ["ascii:strict", "latin-1"])
def test_output_is_utf8_whatever_the_environment_says(folder: Path, encoding: str) -> None:
    variables = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = ["generate", "--seed", "café 月", "--rng-seed", "1", "--max-length", "9"]
    told = run(*command, cwd=folder, env=variables)
    assert told.out == run(*command, cwd=folder).out
    assert told.out.startswith("café 月")
    assert "月" in run("inspect", cwd=folder, env=variables).out


def test_the_module_and_the_script_are_the_same_command(folder: Path) -> None:
    command = ["generate", "--rng-seed", "1"]
    script = Path(sys.executable).with_name("poemgen")
    if not script.exists():
        pytest.skip("poemgen is not installed beside this Python")
    done = subprocess.run([script, *command], cwd=folder, capture_output=True, timeout=PATIENCE)
    assert done.stdout.decode() == run(*command, cwd=folder).out
