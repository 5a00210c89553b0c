"""Desks: the same half gives the same result in this process and in a helper, and what happens when that is gone."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs import copied, numbers, small_run, trained

from poemgen.errors import PoemgenError
from poemgen.training import desks as desks_module
from poemgen.training.desks import Desk, OwnDesk, desks
from poemgen.training.helper import HelperDesk
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
        with desks(run.config, recipe, model, count) as (_, both):
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
    assert progress.model.W_y.base is progress.model.flat or np.shares_memory(progress.model.W_y, progress.model.flat)


@pytest.mark.usefixtures("worth")
@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX knows them")
def test_a_helper_that_is_killed_is_one_error_and_the_progress_stays() -> None:
    run = small_run()
    progress = begin(run)
    with helped(run, progress) as (desk, take_a_step):
        take_a_step()
        before = numbers(copied(run, progress))
        os.kill(desk._process.pid, signal.SIGKILL)
        with pytest.raises(PoemgenError, match="second worker process was ended by signal 9; go on with --resume"):
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
        with pytest.raises(AttributeError):
            desk.end()
        take_a_step()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on open files that holds")
@pytest.mark.usefixtures("worth")
def test_where_no_process_can_be_had_the_run_does_without() -> None:
    resource = pytest.importorskip("resource")
    run = small_run()
    expected = trained(run, count=1)[0]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len([*Path("/proc/self/fd").iterdir()]) + 1, before[1]))
    try:
        found = trained(run, count=2)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert numbers(found) == numbers(expected)


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
    desk: Desk = OwnDesk(run.config, run.recipe, progress.model, 0)
    assert not desk.gradients.flat.any()
