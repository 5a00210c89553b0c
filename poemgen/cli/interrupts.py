"""Ctrl-C and SIGTERM: at once where nothing can be lost, at the next step where training must save first."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHOW_CURSOR = b"\x1b[?25h"


class Interrupted(KeyboardInterrupt):
    """A signal came while nothing had to be saved; `exit_code` is 130 for Ctrl-C, 143 for SIGTERM."""

    def __init__(self, exit_code: int) -> None:
        super().__init__()
        self.exit_code = exit_code


def interrupt(number: int, frame: FrameType | None) -> None:
    """The signal handler of commands that have nothing to save."""
    raise Interrupted(128 + number)


class Interrupts:
    """Notes the first signal while `deferring`, for the caller to look at `exit_code`; a second one ends at once."""

    def __init__(self) -> None:
        self.exit_code: int | None = None
        self._deferring = False

    @contextmanager
    def deferring(self) -> Iterator[None]:
        """While inside, a signal is only noted."""
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        code = 128 + number
        if self.exit_code is not None:
            end_now(code)
        self.exit_code = code
        if not self._deferring:
            raise Interrupted(code)


def end_now(code: int) -> None:
    """Ends the process where it stands, but not without the cursor that the progress bar has hidden."""
    if os.isatty(sys.stderr.fileno()):
        os.write(sys.stderr.fileno(), SHOW_CURSOR)
    os._exit(code)


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Handles signals while inside, and puts the old handlers back."""
    handler = Interrupts()
    before = {number: signal.signal(number, handler.handle) for number in SIGNALS}
    try:
        yield handler
    finally:
        for number, old in before.items():
            signal.signal(number, old)
