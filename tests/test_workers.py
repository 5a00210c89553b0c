"""Workers: results in order, errors where they are waited for, and a caller's threads as they were."""

import threading

import numpy as np  # noqa: F401  # its matrix library is what the thread setting is of
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from poemgen.workers import available, workers


def blas_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@pytest.mark.parametrize("count", [1, 2])
def test_results_come_in_the_order_of_the_jobs(count: int) -> None:
    with workers(count) as pool:
        assert pool.count == count
        assert pool.map(lambda n: n * n, range(20)) == [n * n for n in range(20)]


def test_two_workers_work_side_by_side() -> None:
    both = threading.Barrier(2, timeout=30)
    with workers(2) as pool:
        assert sorted(pool.map(lambda _: both.wait(), range(2))) == [0, 1]


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_raised_in_a_job_is_raised_where_it_is_waited_for(count: int) -> None:
    with workers(count) as pool, pytest.raises(ZeroDivisionError):
        pool.map(lambda n: 1 // n, [1, 0, 2])


@pytest.mark.parametrize("count", [1, 2])
def test_the_matrix_library_keeps_to_one_thread_inside_and_gets_its_setting_back(count: int) -> None:
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        with pytest.raises(KeyError), workers(count):
            assert blas_threads() <= {1}
            raise KeyError
        assert blas_threads() == before


def test_there_is_a_worker_and_no_more_than_two() -> None:
    assert available() in (1, 2)
