"""Runs that are cut short, by a signal or by force, and go on to the very same model."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from campaigns.processes import answers_signals, wait_until
from commands import PATIENCE, fortune, run, some_poems, start, wait_for_lines

from poemgen.storage import PoemModel, load_model
from poemgen.training.checkpoint import load_checkpoint

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX knows them")

RUN = ["--units", "12", "--batch", "5", "--window", "16", "--steps", "180", "--validation-fraction", "0.2"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "poems.txt").write_text(fortune(some_poems(12)))
    return tmp_path


@pytest.fixture(scope="module")
def three_networks(tmp_path_factory: pytest.TempPathFactory) -> PoemModel:
    """What a run of all networks comes to that nobody disturbs."""
    folder = tmp_path_factory.mktemp("three")
    (folder / "poems.txt").write_text(fortune(some_poems(12)))
    assert run("train", "poems.txt", "--fill", *RUN, "-o", "whole", cwd=folder).code == 0
    return load_model(folder / "whole")


def begin(place: Path, name: str, *options: str) -> Any:
    return start("train", "poems.txt", *options, "-o", name, "--log", f"{name}.log", cwd=place)


def end(process: Any, number: int) -> tuple[int, str]:
    """Sends a signal; returns the exit code and what was said."""
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert out == b""
    return process.returncode, err.decode()


def files(place: Path, name: str) -> list[str]:
    return sorted(file.name for file in place.iterdir() if file.name.startswith(name))


@pytest.mark.parametrize("steps", ["180", "0"])
def test_who_is_stopped_while_lengths_are_matched_goes_on_to_the_same_model(place: Path, steps: str) -> None:
    options = [*RUN, "--match-lengths"]
    if steps == "0":
        assert run("train", "poems.txt", *RUN, "-o", "base", cwd=place).code == 0
        options = ["--from", "base", "--steps", "0", "--validation-fraction", "0.2", "--match-lengths"]
    assert run("train", "poems.txt", *options, "-o", "whole", cwd=place).code == 0
    process = begin(place, "parts", *options)
    for line in process.stderr:
        if b"writing poems" in line:
            break
    assert end(process, signal.SIGINT)[0] == 130
    assert files(place, "parts") == ["parts", "parts.checkpoint", "parts.log"]
    assert run("train", "poems.txt", "--resume", "-o", "parts", cwd=place).code == 0
    expected, model = load_model(place / "whole"), load_model(place / "parts")
    assert np.array_equal(model.parameters.flat, expected.parameters.flat)
    for summary in (model.summary, expected.summary):
        summary["lengths"] = {
            key: value for key, value in summary["lengths"].items() if key not in ("command", "seconds")
        }
        del summary["command"], summary["seconds"]
    assert model.summary == expected.summary


@pytest.mark.parametrize(
    ("cell", "number", "code"),
    [("lstm", signal.SIGINT, 130), ("gru", signal.SIGTERM, 143)],
)
def test_a_run_goes_on_as_if_it_had_never_stopped(place: Path, cell: str, number: int, code: int) -> None:
    options = ["--cell", cell, "--rng-seed", "3", *RUN]
    whole = run("train", "poems.txt", *options, "--workers", "1", "-o", "whole", cwd=place)
    process = begin(place, "parts", *options, "--workers", "2")
    wait_for_lines(place / "parts.log", 3)
    ended, said = end(process, number)
    assert ended == code
    assert said.splitlines()[-1].endswith("of 180; --resume goes on from there")
    saved = load_checkpoint(place / "parts.checkpoint")
    assert said.splitlines()[-1].startswith(f"poemgen: stopped after step {saved.progress.step} of")

    refused = run("train", "poems.txt", *options, "-o", "parts", cwd=place)
    assert (refused.code, "--resume goes on with its run" in refused.err) == (1, True)
    process = begin(place, "parts", "--resume", "--workers", "2")
    wait_for_lines(place / "parts.log", (place / "parts.log").read_bytes().count(b"\n") + 3)
    assert end(process, signal.SIGKILL)[0] == -signal.SIGKILL
    resumed = run("train", "poems.txt", "--resume", "-o", "parts", "--workers", "1", cwd=place)
    assert (whole.code, resumed.code) == (0, 0)

    expected, model = load_model(place / "whole"), load_model(place / "parts")
    assert np.array_equal(model.parameters.flat, expected.parameters.flat)
    for fact in ("curve", "held_out", "best_step", "step", "recipe"):
        assert model.summary[fact] == expected.summary[fact]
    assert model.summary["command"].startswith(
        f"poemgen train poems.txt --cell {cell}"
    )  # and not the one with --resume
    assert files(place, "parts") == ["parts", "parts.log"]


@pytest.mark.parametrize(("lines", "number"), [(19, signal.SIGTERM), (36, signal.SIGKILL)])
def test_a_run_of_three_networks_goes_on_in_any(
    place: Path, three_networks: PoemModel, lines: int, number: int
) -> None:
    process = begin(place, "parts", "--fill", *RUN)
    wait_for_lines(place / "parts.log", lines)
    end(process, number)
    assert run("train", "poems.txt", "--resume", "-o", "parts", cwd=place).code == 0
    expected, model = three_networks, load_model(place / "parts")
    assert expected.backward and model.backward and expected.fill and model.fill
    assert np.array_equal(model.fill.parameters.flat, expected.fill.parameters.flat)
    assert np.array_equal(model.parameters.flat, expected.parameters.flat)
    assert np.array_equal(model.backward.parameters.flat, expected.backward.parameters.flat)
    assert model.word_lists == expected.word_lists
    assert model.summary["curve"] == expected.summary["curve"]
    assert model.summary["backward"]["curve"] == expected.summary["backward"]["curve"]
    assert files(place, "parts") == ["parts", "parts.log"]


def test_a_run_of_one_network_alone_goes_on_beside_the_others(place: Path) -> None:
    assert run("train", "poems.txt", *RUN[:-4], "--steps", "5", "--both", "-o", "base", cwd=place).code == 0
    options = ["--from", "base", "--only", "fill", "--steps", "120"]
    assert run("train", "poems.txt", *options, "-o", "whole", cwd=place).code == 0
    process = begin(place, "parts", *options)
    wait_for_lines(place / "parts.log", 2)
    ended, said = end(process, signal.SIGTERM)
    assert (ended, "of 120 of the fill network; --resume goes on from there" in said) == (143, True)
    misled = run("train", "poems.txt", "--resume", "--only", "fill", "-o", "parts", cwd=place)
    assert (misled.code, "leave out --only" in misled.err) == (2, True)
    assert run("train", "poems.txt", "--resume", "-o", "parts", cwd=place).code == 0
    base, expected, model = (load_model(place / name) for name in ("base", "whole", "parts"))
    assert base.backward and model.backward and model.fill and expected.fill
    assert np.array_equal(model.fill.parameters.flat, expected.fill.parameters.flat)
    assert np.array_equal(model.parameters.flat, base.parameters.flat)
    assert np.array_equal(model.backward.parameters.flat, base.backward.parameters.flat)
    assert model.summary["fill"]["curve"] == expected.summary["fill"]["curve"]
    assert files(place, "parts") == ["parts", "parts.log"]


def test_a_run_whose_other_network_is_gone_says_so(place: Path) -> None:
    process = begin(place, "parts", "--both", *RUN)
    wait_for_lines(place / "parts.log", 19)
    end(process, signal.SIGTERM)
    (place / "parts").unlink()
    refused = run("train", "poems.txt", "--resume", "-o", "parts", cwd=place)
    assert (refused.code, "--force trains all anew" in refused.err) == (1, True)


def test_a_run_is_resumed_with_its_own_corpus_and_settings_only(place: Path) -> None:
    process = begin(place, "model", *RUN)
    wait_for_lines(place / "model.log", 1)
    assert end(process, signal.SIGTERM)[0] == 143
    checkpoint = (place / "model.checkpoint").read_bytes()
    (place / "other.txt").write_text(fortune(some_poems(24, seed=2)))
    for corpus in (["other.txt"], ["poems.txt", "other.txt"], ["poems.txt", "--validation", "other.txt"]):
        result = run("train", *corpus, "--resume", "-o", "model", cwd=place)
        assert result.code == 1
        assert "not the corpus of the interrupted run" in result.err
    settings = ["--min-count", "3", "--units", "8", "--validation-fraction", "0", "--split", "none", "--steps", "9"]
    result = run("train", "poems.txt", "--resume", *settings, "-o", "model", cwd=place)
    assert result.code == 2
    for option in settings[::2]:
        assert option in result.err
    assert (place / "model.checkpoint").read_bytes() == checkpoint


def test_a_forced_run_takes_the_place_of_an_interrupted_one_at_once(place: Path) -> None:
    process = begin(place, "model", *RUN)
    wait_for_lines(place / "model.log", 1)
    end(process, signal.SIGTERM)
    (place / "model.log").unlink()
    process = begin(place, "model", *RUN, "--rng-seed", "9", "--force")
    wait_for_lines(place / "model.log", 1)
    end(process, signal.SIGKILL)
    assert run("train", "poems.txt", "--resume", "-o", "model", cwd=place).code == 0
    assert load_model(place / "model").summary["recipe"]["seed"] == 9


def test_there_is_nothing_to_resume_without_a_checkpoint(place: Path) -> None:
    missing = run("train", "poems.txt", "--resume", cwd=place)
    assert (missing.code, "train without --resume" in missing.err) == (1, True)
    (place / "poemgen.safetensors.checkpoint").write_bytes(b"moon")
    foreign = run("train", "poems.txt", "--resume", cwd=place)
    assert (foreign.code, "cannot read checkpoint" in foreign.err) == (1, True)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_a_signal_while_nothing_can_be_lost_ends_at_once(tmp_path: Path) -> None:
    process = start("train", "-", cwd=tmp_path, stdin=-1)
    process.stdin.write(b"the moon\n")
    process.stdin.flush()
    wait_until(lambda: answers_signals(process.pid), process)
    time.sleep(0.5)  # it waits for more
    assert end(process, signal.SIGTERM) == (143, "poemgen: interrupted\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_sigterm_end_generate(folder: Path, number: int, code: int) -> None:
    process = start("generate", "--count", "1000000", "-q", cwd=folder)
    process.stdout.readline()
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (code, b"poemgen: interrupted\n")
