"""Two or more programs timed in turn, so that a machine whose speed drifts is unfair to none of them.

Every side is a process of its own, which waits for a line, works once, and answers with the seconds that it took: see
`serve`. While one works the others sleep, and a pause lets threads that still spin come to rest.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

SIDES = Path(__file__).parent / "sides"
PAUSE = 0.3  # seconds; OpenMP's threads spin for 0.2 after their work


def serve(work: Callable[[], float]) -> None:
    """What a side does: a line of input, a piece of work, its seconds as a line of output."""
    print("ready", flush=True)
    for _ in sys.stdin:
        print(work(), flush=True)


def seconds_of(work: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def rounds(sides: Sequence[Sequence[str]], count: int, *, pause: float = PAUSE) -> list[list[float]]:
    """The seconds of `count` rounds for each side, a program in `sides/` and its arguments; the first is dropped."""
    processes = [_start(side) for side in sides]
    try:
        times: list[list[float]] = [[] for _ in sides]
        for index in range(count + 1):
            for process, seconds in zip(processes, times, strict=True):
                time.sleep(pause)
                answer = _ask(process)
                if index:
                    seconds.append(answer)
        return times
    finally:
        for process in processes:
            process.kill()
            process.wait()


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The ratio of the medians."""
    return statistics.median(ours) / statistics.median(theirs)


def _start(side: Sequence[str]) -> "subprocess.Popen[str]":
    program, *arguments = side
    process = subprocess.Popen(
        [sys.executable, str(SIDES / program), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    _answer(process)
    return process


def _ask(process: "subprocess.Popen[str]") -> float:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()
    return float(_answer(process))


def _answer(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait()}")
    return line
