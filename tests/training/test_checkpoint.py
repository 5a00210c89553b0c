"""The checkpoint: everything comes back bit for bit, and nothing else is taken for one."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from runs import numbers, small_run, trained

from poemgen.errors import PoemgenError
from poemgen.storage import read_tensors, write_tensors
from poemgen.text.tokenizer import Vocabulary
from poemgen.training.checkpoint import LARGEST, LAYOUT, Checkpoint, checkpoint_path, load_checkpoint, save_checkpoint
from poemgen.training.dataset import Reading
from poemgen.training.trainer import Run, begin, train
from poemgen.workers import workers


def checkpoint_of(run: Run, events: int = 16) -> Checkpoint:
    progress = begin(run)
    with workers(1) as pool:
        list(islice(train(run, progress, pool), events))
    return Checkpoint(
        config=run.config,
        recipe=run.recipe,
        vocabulary=Vocabulary("\nabcé"),
        reading=Reading("percent", "utf-8", 2, 0.1, 3),
        corpus_sha256="5e" * 32,
        validation_sha256="",
        details={"command": "poemgen train", "from": "ab"},
        half=True,
        seconds=1.25,
        stage="forward",
        later=("backward",),
        others=True,
        progress=progress,
    )


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize(("layers", "batch"), [(1, 1), (2, 5)])
def test_everything_comes_back_and_the_run_goes_on_bit_for_bit(
    tmp_path: Path, cell: str, layers: int, batch: int
) -> None:
    run = small_run(cell, layers=layers, batch=batch)
    saved = checkpoint_of(run)
    save_checkpoint(tmp_path / "c", saved)
    loaded = load_checkpoint(tmp_path / "c")
    assert numbers(loaded.progress) == numbers(saved.progress)
    assert loaded.progress.step > 0
    assert loaded.progress.loss > 0
    assert {**vars(loaded), "progress": None} == {**vars(saved), "progress": None}
    assert loaded.progress.states[0][0]._fields == saved.progress.states[0][0]._fields  # type: ignore[attr-defined]
    whole, _ = trained(run)
    resumed, _ = trained(run, loaded.progress)
    assert numbers(resumed) == numbers(whole)


def test_before_the_first_step_there_is_a_checkpoint_too(tmp_path: Path) -> None:
    saved = checkpoint_of(small_run(held_out=False), events=0)
    save_checkpoint(tmp_path / "c", saved)
    assert numbers(load_checkpoint(tmp_path / "c").progress) == numbers(saved.progress)


def test_a_run_that_carries_no_states_has_none_afterwards(tmp_path: Path) -> None:
    saved = checkpoint_of(small_run())
    saved.progress.states[:] = [[], []]
    save_checkpoint(tmp_path / "c", saved)
    assert load_checkpoint(tmp_path / "c").progress.states == [[], []]


def test_equal_checkpoints_are_equal_files(tmp_path: Path) -> None:
    for name in "ab":
        save_checkpoint(tmp_path / name, checkpoint_of(small_run()))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("key", ["layout", "step", "recipe", "reading", "curve", "details", "vocabulary", "later"])
def test_a_checkpoint_that_lacks_something_is_refused(tmp_path: Path, key: str) -> None:
    save_checkpoint(tmp_path / "c", checkpoint_of(small_run()))
    stored = read_tensors(tmp_path / "c", kind="checkpoint", limit=LARGEST)
    metadata = {name: value for name, value in stored.metadata.items() if name != key}
    write_tensors(tmp_path / "c", stored.tensors, metadata, kind="checkpoint", limit=LARGEST)
    with pytest.raises(PoemgenError, match="is no checkpoint of this version of poemgen; delete it and train anew"):
        load_checkpoint(tmp_path / "c")


def test_a_checkpoint_whose_vectors_are_laid_out_otherwise_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c", checkpoint_of(small_run()))
    stored = read_tensors(tmp_path / "c", kind="checkpoint", limit=LARGEST)
    older = {**stored.metadata, "layout": LAYOUT - 1}
    write_tensors(tmp_path / "c", stored.tensors, older, kind="checkpoint", limit=LARGEST)
    with pytest.raises(PoemgenError, match="is no checkpoint of this version"):
        load_checkpoint(tmp_path / "c")


@pytest.mark.parametrize("name", ["m", "best", "places", "state.0.0.a"])
def test_a_checkpoint_that_lacks_numbers_is_refused(tmp_path: Path, name: str) -> None:
    save_checkpoint(tmp_path / "c", checkpoint_of(small_run()))
    stored = read_tensors(tmp_path / "c", kind="checkpoint", limit=LARGEST)
    tensors = {key: tensor for key, tensor in stored.tensors.items() if key != name}
    write_tensors(tmp_path / "c", tensors, stored.metadata, kind="checkpoint", limit=LARGEST)
    with pytest.raises(PoemgenError, match="is no checkpoint of this version"):
        load_checkpoint(tmp_path / "c")


def test_other_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "c"
    with pytest.raises(PoemgenError, match="there is no such file"):
        load_checkpoint(file)
    file.write_bytes(b"the moon")
    with pytest.raises(PoemgenError, match="cannot read checkpoint"):
        load_checkpoint(file)
    write_tensors(file, {"a": np.zeros(2, np.float32)}, {}, kind="model", limit=LARGEST)
    with pytest.raises(PoemgenError, match="but no checkpoint"):
        load_checkpoint(file)


def test_a_checkpoint_lies_beside_its_model() -> None:
    assert checkpoint_path(Path("a/b.safetensors")) == Path("a/b.safetensors.checkpoint")
