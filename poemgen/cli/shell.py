"""The one place where the work of a command meets the outside: errors, closed pipes, interrupts, exit codes.

0 done     1 an error, in one line on stderr     2 a request that makes no sense
130, 143 interrupted by Ctrl-C or SIGTERM        141 the reader of the output has gone away
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import typer
from typer.core import TyperGroup

from poemgen.cli.interrupts import Interrupted
from poemgen.errors import PoemgenError, visible

USAGE, INTERRUPTED, PIPE_CLOSED = 2, 130, 141
PARSING_ERROR: Any = typer.BadParameter.__mro__[1]  # of all that the parser complains of; it moved between versions


class Shell(TyperGroup):
    """Runs a command and turns whatever it raises into a line and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Parses and runs. A closed stderr becomes one that leads nowhere, since `print` takes None for stdout."""
        if sys.stderr is None:
            sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123  # lives as long as the process
        return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parses the options before the command; prints the help and the version."""
        with reported(debug=False):
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; with `--debug` exceptions go on to a traceback."""
        with reported(debug=ctx.params.get("debug", False)):
            return super().invoke(ctx)


@contextmanager
def reported(*, debug: bool) -> Iterator[None]:
    """Reports what is raised inside, and ends the program with the exit code for it."""
    try:
        yield
    except PARSING_ERROR as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # `poemgen` alone: the parser prints the help
            raise
        command = error.ctx.command_path if error.ctx else "poemgen"
        say(f"error: {error.format_message()} Try: {command} --help")
        raise typer.Exit(USAGE) from None
    except BrokenPipeError:
        silence_stdout()
        raise typer.Exit(PIPE_CLOSED) from None
    except (PoemgenError, KeyboardInterrupt, OSError, MemoryError) as error:
        if debug:
            raise
        raise typer.Exit(report(error)) from None


def report(error: BaseException) -> int:
    """Prints the one line that an error deserves on stderr; returns the exit code."""
    silence_stdout()
    match error:
        case PoemgenError():
            say(f"error: {error}")
            return error.exit_code
        case KeyboardInterrupt():
            say("interrupted")
            return error.exit_code if isinstance(error, Interrupted) else INTERRUPTED
        case MemoryError():
            say("error: out of memory; try a smaller corpus, model or --batch")
            return 1
        case _:
            say(f"error: {getattr(error, 'strerror', None) or error}")
            return 1


def say(message: str) -> None:
    """One line on stderr, with whatever could steer a terminal made visible."""
    with suppress(OSError, ValueError):  # if nobody can be told, the work goes on
        print(f"poemgen: {visible(message)}", file=sys.stderr, flush=True)


def silence_stdout() -> None:
    """Drops what is still buffered for stdout, so that nothing is written (and nothing fails) as Python ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  # lives as long as the process
