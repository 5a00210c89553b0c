"""A second process that works on one half of every batch.

Parameters and gradients lie in memory that both processes see; windows and states go through a pipe. A process of its
own, since two threads of Python wait for each other between the many short calls of a time step. It is spawned, not
forked, and ends when its pipe does: whatever happens to the process that it helps, it does not stay behind.
"""

import ctypes
import multiprocessing
import signal
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from poemgen.errors import PoemgenError
from poemgen.model import Config, Parameters
from poemgen.network.scratch import Scratch
from poemgen.network.stack import State
from poemgen.training.half import Result, Work
from poemgen.training.recipe import Recipe
from poemgen.training.task import FORETELLING, Task

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class LostHelperError(PoemgenError):
    """The helper process is gone in the middle of a run; the progress is as it was before the step."""


class HelperDesk:
    """A desk in the helper process. Raises LostHelperError if that is gone, and what was raised there."""

    def __init__(self, process: BaseProcess, pipe: "Connection[Any, Any]", gradients: Parameters) -> None:
        self.gradients = gradients
        self._process = process
        self._pipe = pipe
        self._step = -1

    def begin(self, step: int, part: Any, states: Sequence[State]) -> None:
        """Sends the half away."""
        self._step = step
        try:
            self._pipe.send((step, part, states))
        except OSError as error:
            raise self._lost() from error

    def end(self) -> Result:
        """Waits for the result."""
        try:
            step, answer = self._pipe.recv()
            while step != self._step:  # of a step that was given up
                step, answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._lost() from error
        if isinstance(answer, Exception):
            raise answer
        return Result(*answer)

    def _lost(self) -> LostHelperError:
        self._process.join(1)
        code = self._process.exitcode
        how = f"was ended by signal {-code}" if code and code < 0 else f"has ended (exit code {code})"
        return LostHelperError(f"the second worker process {how}; --workers 1 does without it")


@contextmanager
def helper(
    config: Config, recipe: Recipe, model: Parameters, *, half: int, task: Task = FORETELLING
) -> Iterator[tuple[Parameters, HelperDesk]]:
    """The helper's desk, and the parameters that both processes see, which begin as a copy of `model`.

    Raises OSError if no process can be had.
    """
    if multiprocessing.current_process().daemon:
        raise OSError("this process is a helper itself, and may have none")
    context = multiprocessing.get_context("spawn")
    memory = [context.RawArray(ctypes.c_byte, model.flat.nbytes) for _ in range(2)]
    shared, gradients = (_view(task, config, piece, model.flat.dtype) for piece in memory)
    shared.flat[:] = model.flat
    ours, theirs = context.Pipe()
    job = (theirs, task, config, recipe, half, model.flat.dtype, *memory)
    process = context.Process(target=serve, args=job, daemon=True, name="poemgen-helper")
    with ours:
        with theirs, _signals_held_back():
            process.start()
        # A run may be left suspended as Python ends, which would wait for the helper.
        killer = Finalize(None, process.kill, exitpriority=1)
        try:
            try:
                ours.recv()  # it is ready
            except EOFError as error:
                raise OSError("the helper process could not begin") from error
            yield shared, HelperDesk(process, ours, gradients)
        finally:
            killer.cancel()
            process.kill()
            process.join()
            process.close()


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """A process that is started inside is not told of signals until it asks for them, not even while Python starts."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which would lift the mask again if `start` had to start it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(
    pipe: "Connection[Any, Any]",
    task: Task,
    config: Config,
    recipe: Recipe,
    half: int,
    dtype: np.dtype[Any],
    *memory: Any,
) -> None:
    """What the helper does until its pipe ends."""
    for number in SIGNALS:  # a whole group may be told to stop: the other process decides
        signal.signal(number, signal.SIG_IGN)
    model, gradients = (_view(task, config, piece, dtype) for piece in memory)
    work = Work(config, recipe, model, gradients, half, Scratch(), task)
    with suppress(EOFError, OSError), threadpool_limits(1, user_api="blas"):
        pipe.send("ready")
        while True:
            job = pipe.recv()
            try:
                answer: Any = work(*job)
            except MemoryError as error:
                answer = error
            except Exception:
                answer = RuntimeError(traceback.format_exc())
            pipe.send((job[0], answer))


def _view(task: Task, config: Config, memory: Any, dtype: np.dtype[Any]) -> Any:
    return task.parameters(config, np.frombuffer(memory, dtype))
