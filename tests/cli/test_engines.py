"""Which engine trains, and what is said of it."""

import os
import re
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import PATIENCE, fortune, run, some_poems, start, wait_for_lines

from poemgen.cli import engines
from poemgen.cli.engines import Device, EngineName, check_readable_by_all, chosen
from poemgen.errors import PoemgenError, UsageError
from poemgen.filling import Bidirectional
from poemgen.model import Parameters
from poemgen.storage import PoemModel, load_model

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets up whether PyTorch is there, whether it finds a GPU, and how many processes torchrun has started."""

    def set_up(*, torch: bool = True, gpu: bool = False, started: int = 1) -> None:
        monkeypatch.setattr(engines, "find_spec", lambda name: object() if torch else None)
        monkeypatch.setattr(engines, "has_gpu", lambda: gpu)
        monkeypatch.setenv("WORLD_SIZE", str(started))

    return set_up


@pytest.mark.parametrize("wish", [None, EngineName.AUTO])
def test_auto_takes_pytorch_where_it_is_of_use(wish: EngineName | None, machine: Any) -> None:
    machine()
    assert chosen(wish, Device.AUTO) == (False, "there is no GPU")
    machine(gpu=True)
    assert chosen(wish, Device.AUTO) == (True, "there is a GPU")
    assert chosen(wish, Device.CPU) == (False, "--device is the CPU")
    assert chosen(wish, Device.MPS) == (True, "--device is mps")
    machine(torch=False, gpu=True)
    assert chosen(wish, Device.AUTO) == (False, "PyTorch is not installed")
    machine(started=8)
    assert chosen(wish, Device.CPU) == (True, "torchrun has started 8 processes")


def test_what_is_asked_for_is_taken(machine: Any) -> None:
    machine(gpu=True)
    assert not chosen(EngineName.NUMPY, Device.CPU).torch
    assert chosen(EngineName.TORCH, Device.CPU).torch


def test_what_cannot_be_says_what_can(machine: Any) -> None:
    machine(torch=False)
    for wish, device in ((EngineName.TORCH, Device.AUTO), (None, Device.CUDA)):
        with pytest.raises(PoemgenError, match=r'not installed: pip install "poemgen\[torch\]"$'):
            chosen(wish, device)
    with pytest.raises(UsageError, match="--device cuda is for --engine torch"):
        chosen(EngineName.NUMPY, Device.CUDA)
    machine(started=2)
    with pytest.raises(UsageError, match="torchrun has started 2 processes, which --engine numpy cannot use"):
        chosen(EngineName.NUMPY, Device.AUTO)


def test_a_number_of_processes_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "x")
    with pytest.raises(UsageError, match="WORLD_SIZE='x', which is no number of processes; unset it"):
        chosen(None, Device.AUTO)


def test_only_what_was_not_asked_for_is_explained(machine: Any) -> None:
    machine()
    for wish, lines in (
        (None, []),
        (EngineName.NUMPY, []),
        (EngineName.AUTO, ["engine: NumPy, since there is no GPU"]),
    ):
        said: list[str] = []
        with engines.engine(wish, Device.AUTO, said.append) as engine:
            check_readable_by_all(engine, ("-",))
            assert engine.name == "NumPy"
        assert said == lines


class Many:
    """An engine of two processes."""

    class processes:  # noqa: N801
        count = 2


def test_many_processes_do_not_share_standard_input() -> None:
    check_readable_by_all(Many(), ("poems.txt",))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="name a file"):
        check_readable_by_all(Many(), ("poems.txt", "-"))  # type: ignore[arg-type]


# ---- many processes, as torchrun would start them


def start_together(count: int, *arguments: str, cwd: Path) -> list["subprocess.Popen[bytes]"]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": str(count)}
    return [
        start(*arguments, cwd=cwd, env={**shared, "RANK": str(rank), "LOCAL_RANK": str(rank)}) for rank in range(count)
    ]


def ended(processes: list["subprocess.Popen[bytes]"]) -> list[tuple[int, str]]:
    """The exit code of each, and what it said."""
    return [(process.wait(PATIENCE), process.communicate()[1].decode()) for process in processes]


@needs_torch
def test_two_processes_stop_together_and_one_goes_on_in_numpy(tmp_path: Path) -> None:
    (tmp_path / "poems.txt").write_text(fortune(some_poems(40)))
    command = ["train", "poems.txt", "--units", "8", "--batch", "49", "--window", "8", "--weight-dropout", "0.1"]
    command += ["--steps", "60", "--both", "--fill"]
    two = start_together(2, *command, "-o", "many", "--log", "log.jsonl", cwd=tmp_path)
    wait_for_lines(tmp_path / "log.jsonl", 16)  # the forward network is finished, the backward one is not
    os.kill(two[1].pid, signal.SIGTERM)
    (first, said), (second, said_by_second) = ended(two)
    assert (first, second, said_by_second) == (143, 143, "")
    assert re.search(r"engine: PyTorch .* on .*, 2 processes, since torchrun has started 2 processes\n", said)
    assert re.search(r"stopped after step \d+ of 60 of the (backward|fill) network; --resume goes on", said)

    assert run("train", "poems.txt", "-o", "many", "--resume", "--quiet", cwd=tmp_path) == (0, "", "")
    assert run(*command, "--quiet", "-o", "one", cwd=tmp_path) == (0, "", "")
    many, one = (load_model(tmp_path / name) for name in ("many", "one"))
    for found, expected in zip(networks(many), networks(one), strict=True):
        np.testing.assert_allclose(found.flat, expected.flat, atol=2e-3)
    assert many.summary["held_out"]["bits_per_character"] == pytest.approx(
        one.summary["held_out"]["bits_per_character"], abs=2e-3
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.jsonl", "many", "one", "poems.txt"]


def networks(model: PoemModel) -> list[Parameters | Bidirectional]:
    assert model.backward and model.fill
    return [model.parameters, model.backward.parameters, model.fill.parameters]
