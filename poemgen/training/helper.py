"""A second process that works on one half of every batch.

Parameters and gradients lie in memory that both processes see; windows and states go through a pipe. A process of its
own, since two threads of Python wait for each other between the many short calls of a time step. It is spawned, not
forked, and ends when its pipe does: whatever happens to the process that it helps, it does not stay behind.
"""

import ctypes
import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from poemgen.errors import PoemgenError
from poemgen.model import Config, Parameters, Window, parameters
from poemgen.network.scratch import Scratch
from poemgen.network.stack import State
from poemgen.training.desks import Result, Work
from poemgen.training.recipe import Recipe


class HelperDesk:
    """A desk in the helper process. Raises PoemgenError if that is gone, and what was raised there."""

    def __init__(self, process: BaseProcess, pipe: "Connection[Any, Any]", gradients: Parameters) -> None:
        self.gradients = gradients
        self._process = process
        self._pipe = pipe

    def begin(self, step: int, part: Window, states: Sequence[State]) -> None:
        """Sends the half away."""
        try:
            self._pipe.send((step, part, states))
        except OSError as error:
            raise self._gone() from error

    def end(self) -> Result:
        """Waits for the result."""
        try:
            answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._gone() from error
        if isinstance(answer, Exception):
            raise answer
        return Result(*answer)

    def _gone(self) -> PoemgenError:
        self._process.join(1)
        code = self._process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return PoemgenError(f"the second worker process {how}; go on with --resume, and --workers 1 to do without it")


@contextmanager
def helper(config: Config, recipe: Recipe, model: Parameters, *, half: int) -> Iterator[tuple[Parameters, HelperDesk]]:
    """The helper's desk, and the parameters that both processes see, which begin as a copy of `model`."""
    context = multiprocessing.get_context("spawn")
    memory = [context.RawArray(ctypes.c_byte, model.flat.nbytes) for _ in range(2)]
    shared, gradients = (_view(config, piece, model.flat.dtype) for piece in memory)
    shared.flat[:] = model.flat
    ours, theirs = context.Pipe()
    task = (theirs, config, recipe, half, model.flat.dtype, *memory)
    process = context.Process(target=serve, args=task, daemon=True, name="poemgen-helper")
    with ours:
        process.start()
        theirs.close()
        try:
            yield shared, HelperDesk(process, ours, gradients)
        finally:
            process.kill()
            process.join()
            process.close()


def serve(
    pipe: "Connection[Any, Any]", config: Config, recipe: Recipe, half: int, dtype: np.dtype[Any], *memory: Any
) -> None:
    """What the helper does until its pipe ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a whole group may be told to stop: the other process decides
        signal.signal(number, signal.SIG_IGN)
    model, gradients = (_view(config, piece, dtype) for piece in memory)
    work = Work(config, recipe, model, gradients, half, Scratch())
    with suppress(EOFError, OSError), threadpool_limits(1, user_api="blas"):
        while True:
            job = pipe.recv()
            try:
                answer: Any = work(*job)
            except Exception as error:
                answer = error
            pipe.send(answer)


def _view(config: Config, memory: Any, dtype: np.dtype[Any]) -> Parameters:
    return parameters(config, np.frombuffer(memory, dtype))
