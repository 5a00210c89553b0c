"""A run in PyTorch: the same steps as in NumPy, from any point of it to any other."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from runs import copied, small_run

from poemgen.errors import PoemgenError, UsageError
from poemgen.training.divergence import DivergenceError
from poemgen.training.gaps import Filling
from poemgen.training.progress import Progress, Run
from poemgen.training.trainer import NUMPY, begin, train
from poemgen.workers import workers

torch = pytest.importorskip("torch")

from poemgen.torch_engine import devices, engine, processes  # noqa: E402

CELLS = pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])


@pytest.fixture
def torchs() -> Iterator[Any]:
    with engine.engine("cpu") as found:
        yield found


def run_with(engine: Any, run: Run, progress: Progress | None = None, count: int | None = None) -> tuple[Progress, Any]:
    """The progress after so many events, or at the end, and the events."""
    progress = progress or begin(run)
    with workers(1) as pool:
        return progress, list(islice(train(run, progress, pool, engine), count))


def filling_run(**settings: Any) -> Run:
    """Gaps on the ids of the small corpus: 3 and 4 are letters, 6 ends a line."""
    run = small_run(layers=2, held_out=False, **{"window": 12, **settings})
    task = Filling((3, 4), 6, run.config.no_character, run.config.units + 1)
    return Run(run.config, run.recipe, run.corpus, task.held_out(run.corpus, 300), task)


def assert_close(one: tuple[Progress, Any], other: tuple[Progress, Any]) -> None:
    (found, events), (expected, expected_events) = one, other
    assert [type(event) for event in events] == [type(event) for event in expected_events]
    np.testing.assert_allclose([event[1] for event in events], [event[1] for event in expected_events], atol=2e-4)
    for array, same in (
        (found.model.flat, expected.model.flat),
        (found.best.flat, expected.best.flat),
        (found.moments.m, expected.moments.m),
        (found.moments.v, expected.moments.v),
        (found.places, expected.places),
    ):
        np.testing.assert_allclose(array, same, atol=2e-4)
    for point, same_point in zip(found.curve, expected.curve, strict=True):
        assert point.held_out == pytest.approx(same_point.held_out, abs=2e-4)
    for half, same_half in zip(found.states, expected.states, strict=True):
        for state, same_state in zip(half, same_half, strict=True):
            np.testing.assert_allclose(state, same_state, atol=5e-4)


@CELLS
def test_a_whole_run_with_dropout_jumps_and_validations(cell: str, torchs: Any) -> None:
    run = small_run(cell, layers=2, weight_dropout=0.2, steps=12, validations=3)
    assert_close(run_with(torchs, run), run_with(NUMPY, run))


@pytest.mark.parametrize("batch", [1, 5])
def test_a_whole_run_of_the_network_that_fills_gaps(torchs: Any, batch: int) -> None:
    run = filling_run(steps=12, batch=batch, weight_dropout=0.2)
    assert_close(found := run_with(torchs, run), run_with(NUMPY, run))
    assert found[0].curve[-1].held_out != found[0].curve[0].held_out


@CELLS
def test_what_one_engine_began_the_other_ends(cell: str, torchs: Any) -> None:
    run = small_run(cell, steps=12, validations=3)
    whole = run_with(NUMPY, run)
    for first, second in ((NUMPY, torchs), (torchs, NUMPY)):
        part, events = run_with(first, run, count=7)
        progress, more = run_with(second, run, copied(run, part))
        assert part.step == 6
        assert_close((progress, events + more), whole)


def test_steps_in_pytorch_can_be_repeated_on_one_machine(torchs: Any) -> None:
    run = small_run(steps=6)
    assert np.array_equal(run_with(torchs, run)[0].model.flat, run_with(torchs, run)[0].model.flat)


def test_what_is_yielded_and_then_fetched_can_be_saved(torchs: Any) -> None:
    run = small_run(steps=6)
    progress = begin(run)
    with workers(1) as pool:
        for event in train(run, progress, pool, torchs):
            torchs.fetch()
            if event[0] == 3:
                saved = copied(run, progress)
                break
    expected = run_with(NUMPY, run, copied(run, saved))
    assert_close(expected, (run_with(NUMPY, run)[0], expected[1]))
    assert_close(run_with(torchs, run, saved), expected)


def test_a_loss_that_is_no_number_ends_the_run_with_the_parameters_as_they_were(torchs: Any) -> None:
    run = small_run(steps=6)
    progress = begin(run)
    progress.model.W_y[0, 0] = np.inf
    before = progress.model.flat.copy()
    with workers(1) as pool, pytest.raises(DivergenceError, match="no longer a number after step 0"):
        list(train(run, progress, pool, torchs))
    assert np.array_equal(progress.model.flat, before)
    assert progress.step == 0


def test_a_batch_without_a_gap_does_no_harm(torchs: Any) -> None:
    run = filling_run(steps=2)
    progress, events = run_with(torchs, replace(run, corpus=run.corpus._replace(ids=np.zeros(9, np.uint8))))
    assert events[0].bits == 0
    assert np.isfinite(progress.model.flat).all()


def test_devices_that_are_not_there_are_named_in_one_line() -> None:
    assert devices.chosen("cpu").type == "cpu"
    if not torch.cuda.is_available():
        assert devices.chosen("auto").type == "cpu"
        with pytest.raises(PoemgenError, match=r"--device cuda: PyTorch finds no GPU; use --device cpu"):
            devices.chosen("cuda")
    with pytest.raises(PoemgenError, match=r"finds .* use --device cpu"):
        devices.chosen("cuda", local_rank=10**6)
    if not torch.backends.mps.is_available():
        with pytest.raises(PoemgenError, match="--device mps"):
            devices.chosen("mps")


def test_a_cpu_keeps_to_full_precision(torchs: Any) -> None:
    assert not devices.takes_bfloat16(torchs.device, "lstm")
    with devices.autocast(torchs.device, "gru"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
    assert torchs.name == f"PyTorch {torch.__version__} on the CPU"


def test_a_lost_process_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: Any) -> None:
        raise RuntimeError("Connection closed by peer")

    monkeypatch.setattr(torch.distributed, "get_world_size", lambda: 2)
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
    for name in ("broadcast", "all_reduce"):
        monkeypatch.setattr(torch.distributed, name, lose)
    together = processes.Together()
    for call in (lambda: together.first(lambda: 1.0), lambda: together.any(True), lambda: together.sum(None)):
        with pytest.raises(PoemgenError, match="another process of the run is gone"):
            call()


def test_more_processes_than_streams_are_refused() -> None:
    class Crowd(processes.Alone):
        count, rank = 6, 5

    run = small_run()
    with pytest.raises(UsageError, match="6 processes cannot share 5 streams; use fewer, or a larger --batch"):
        engine.Work(run, begin(run), torch.device("cpu"), Crowd())
