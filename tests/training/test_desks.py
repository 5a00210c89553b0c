"""Desks: the same half gives the same result in this process and in a helper, and what happens when that is gone."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import active_children, spawn
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs import copied, numbers, small_run, trained

from poemgen.network.scratch import Scratch
from poemgen.training import desks as desks_module
from poemgen.training.batches import window
from poemgen.training.desks import OwnDesk, open_desks
from poemgen.training.helper import HelperDesk, LostHelperError
from poemgen.training.trainer import Progress, Run, at_desks, begin, train, update
from poemgen.workers import workers


@pytest.fixture
def worth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even the smallest run is worth a helper."""
    monkeypatch.setattr(desks_module, "WORTH_A_HELPER", 0)


@contextmanager
def helped(run: Run, progress: Progress) -> Iterator[Any]:
    """Takes steps with a helper; gives its desk and a function that takes a step."""
    with workers(2) as pool, at_desks(run, progress, pool) as both:
        assert [type(desk) for desk in both] == [OwnDesk, HelperDesk]

        def take_a_step() -> float:
            return update(run, progress, both, pool)

        yield both[1], take_a_step


@pytest.mark.usefixtures("worth")
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_helper_comes_to_the_same_bits(cell: str) -> None:
    run = small_run(cell, layers=2, weight_dropout=0.3)
    (alone, events), (together, same_events) = trained(run, count=1), trained(run, count=2)
    assert numbers(together) == numbers(alone)
    assert same_events == events
    assert active_children() == []


def test_a_helper_comes_where_it_is_worth_it() -> None:
    run = small_run()
    model = begin(run).model
    large = replace(run.recipe, window=10**7)
    for recipe, count, helpers in ((run.recipe, 2, 0), (large, 1, 0), (replace(large, batch=1), 2, 0), (large, 2, 1)):
        with open_desks(run.config, recipe, model, count) as (_, both):
            assert len(both) == min(2, recipe.batch)
            assert sum(isinstance(desk, HelperDesk) for desk in both) == helpers == len(active_children())
    assert active_children() == []


@pytest.mark.usefixtures("worth")
def test_the_parameters_are_the_runs_own_again_at_the_end() -> None:
    run = small_run()
    progress = begin(run)
    with helped(run, progress) as (_, take_a_step):
        take_a_step()
        shared = progress.model
    assert np.array_equal(progress.model.flat, shared.flat)
    assert not np.shares_memory(progress.model.flat, shared.flat)
    assert np.shares_memory(progress.model.W_y, progress.model.flat)


@pytest.mark.usefixtures("worth")
@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX knows them")
def test_a_helper_that_is_killed_is_one_error_and_the_progress_stays() -> None:
    run = small_run()
    progress = begin(run)
    with helped(run, progress) as (desk, take_a_step):
        take_a_step()
        before = numbers(copied(run, progress))
        os.kill(desk._process.pid, signal.SIGKILL)
        with pytest.raises(LostHelperError, match="ended by signal 9; --workers 1 does without it"):
            take_a_step()
        assert numbers(progress) == before
    assert active_children() == []


@pytest.mark.usefixtures("worth")
@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX knows them")
def test_a_helper_leaves_the_signals_for_the_group_to_the_process_that_it_helps() -> None:
    run = small_run()
    progress = begin(run)
    with helped(run, progress) as (desk, take_a_step):
        take_a_step()
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(desk._process.pid, number)
        take_a_step()


@pytest.mark.usefixtures("worth")
def test_what_is_raised_in_a_helper_is_raised_here() -> None:
    run = small_run()
    progress = begin(run)
    with helped(run, progress) as (desk, take_a_step):
        wrong: Any = None
        desk.begin(0, wrong, [])
        with pytest.raises(RuntimeError, match="AttributeError"):
            desk.end()
        take_a_step()


@pytest.mark.usefixtures("worth")
@pytest.mark.parametrize("start", ["fails", "ends at once"])
def test_where_no_process_can_be_had_the_run_does_without(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    def fail(self: BaseProcess) -> None:
        raise BlockingIOError("too many processes")

    if start == "fails":
        monkeypatch.setattr(SpawnProcess, "start", fail)
    else:
        monkeypatch.setattr(spawn, "get_command_line", lambda **_: [sys.executable, "-c", ""])
    run = small_run()
    progress = begin(run)
    with workers(2) as pool, at_desks(run, progress, pool) as both:
        assert [type(desk) for desk in both] == [OwnDesk, OwnDesk]
    assert numbers(trained(run, count=2)[0]) == numbers(trained(run, count=1)[0])


@pytest.mark.usefixtures("worth")
def test_an_answer_that_nobody_waited_for_is_passed_over() -> None:
    run = small_run()
    progress, expected = begin(run), begin(run)
    with helped(run, progress) as (desk, take_a_step):
        part = window(run.corpus, progress.places[:3], np.zeros(3, bool), 4)
        desk.begin(7, part, progress.states[1])
        take_a_step()
    with helped(run, expected) as (_, take_a_step):
        take_a_step()
    assert numbers(progress) == numbers(expected)


@pytest.mark.usefixtures("worth")
def test_python_ends_though_a_run_is_left_suspended() -> None:
    script = """
from runs import small_run
from poemgen.training import desks
from poemgen.training.trainer import begin, train
from poemgen.workers import workers

desks.WORTH_A_HELPER = 0
if __name__ == "__main__":
    run = small_run()
    context = workers(2)
    steps = train(run, begin(run), context.__enter__())
    next(steps)
    print("stepped", flush=True)
"""
    folders = [str(Path(__file__).parents[level]) for level in (1, 2)]
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "stepped\n", "")


@pytest.mark.usefixtures("worth")
def test_no_helper_is_left_when_training_is_cut_short() -> None:
    run = small_run()
    with workers(2) as pool:
        steps: Any = train(run, begin(run), pool)
        next(steps)
        assert len(active_children()) == 1
        steps.close()
    assert active_children() == []


def test_a_desk_works_when_it_is_asked_for_the_result() -> None:
    run = small_run()
    progress = begin(run)
    desk = OwnDesk(run.config, run.recipe, progress.model, 0, Scratch())
    desk.begin(0, window(run.corpus, progress.places[:2], np.zeros(2, bool), 4), progress.states[0])
    assert not desk.gradients.flat.any()
    loss, states = desk.end()
    assert loss > 0
    assert len(states) == 1
    assert desk.gradients.flat.any()
