"""One tiny model for all tests of the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from commands import TRAINING, Result, Trained, fortune, run, some_poems

from poemgen.cli.app import app


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """To be read only."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "poems.txt").write_text(fortune(some_poems(24)))
    result = run("train", "poems.txt", *TRAINING, "--validation-fraction", "0.2", cwd=folder)
    return Trained(folder, result)


@pytest.fixture(scope="session")
def folder(trained: Trained) -> Path:
    """The folder of the tiny model, to be read only."""
    assert trained.result.code == 0, trained.result.err
    return trained.folder


@pytest.fixture
def model(folder: Path) -> Path:
    """The tiny model."""
    return folder / "poemgen.safetensors"


@pytest.fixture
def poems(tmp_path: Path) -> Path:
    """A file with two poems, alone in a folder of its own."""
    file = tmp_path / "poems.txt"
    file.write_text(fortune(some_poems(2)))
    return file


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command in this process, which is faster, for the many that come to nothing."""
    monkeypatch.delenv("POEMGEN_MODEL", raising=False)

    def run_here(*arguments: str | Path, cwd: Path) -> Result:
        monkeypatch.chdir(cwd)
        with pytest.raises(SystemExit) as ended:
            app([str(argument) for argument in arguments], prog_name="poemgen")
        return Result(int(ended.value.code or 0), *capsys.readouterr())

    return run_here
