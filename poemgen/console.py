"""What a person sees while a model learns, on stderr: a live line on a terminal, a plain one now and then elsewhere.

Verse, paths and names are shown as plain text: Rich's markup would take `[moon]` for a style.
"""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

EVERY = 5.0  # seconds between two plain lines
SMOOTHING = 0.98  # share of the running mean that is left after each step
CTRL_C = 3  # columns left free at the end of the live line, since the terminal writes ^C there
NARROWEST_BAR, WIDEST_BAR = 10, 40


class _Console(Console):
    """Falls silent when its reader goes away, where Rich would end the program: the training goes on."""

    def on_broken_pipe(self) -> None:
        """Rich calls this when stderr is a pipe that nobody reads any more."""
        self.quiet = True


class TrainingDisplay:
    """Shows a run of `steps` steps, whose figures are bits per `of`. A context manager: the live line is taken off the
    terminal at the end."""

    def __init__(self, *, steps: int, done: int, characters_a_step: int, quiet: bool, of: str = "character") -> None:
        terminal = sys.stderr.isatty()  # whatever FORCE_COLOR says: a file is no place for an animation
        self._console = _Console(stderr=True, quiet=quiet, highlight=False, force_terminal=terminal)
        self._animated = terminal and not quiet and not self._console.is_dumb_terminal
        self._live = Live(self, console=self._console, transient=True, refresh_per_second=4, redirect_stdout=False)
        self._steps, self._begun_at, self._step = steps, done, done
        self._characters_a_step, self._of = characters_a_step, of
        self._bits: float | None = None
        self._started = self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        if self._animated:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The live line: what a plain line says and a bar, or as much of it as there is room for."""
        room = max(1, options.max_width - CTRL_C)
        pieces = self._pieces()
        for line in (", ".join(pieces), ", ".join(pieces[:-1])):  # the speed is the first that can be missed
            width = min(room - len(line) - 1, WIDEST_BAR)
            if width >= NARROWEST_BAR:
                row = Table.grid(padding=(0, 1, 0, 0))
                row.add_row(line, ProgressBar(total=self._steps, completed=self._step, width=width))
                yield row
                return
        text = Text(", ".join(pieces))
        text.truncate(room, overflow="ellipsis")
        yield text

    def step(self, step: int, bits: float) -> None:
        """After each step, with the loss of its window in bits a character."""
        self._step = step
        self._bits = bits if self._bits is None else SMOOTHING * self._bits + (1 - SMOOTHING) * bits
        if not self._animated and time.monotonic() - self._last_line > EVERY:
            self._last_line = time.monotonic()
            self._print(Text(", ".join(self._pieces())))

    def validation(self, step: int, training: float | None, held_out: float | None, best: bool, verse: str) -> None:
        """After each validation: bits a character on both parts, and a line that the model has just written."""
        text = Text(f"step {step:>7,}")
        if training is not None:
            text.append(f"   {training:.3f} bits/{self._of}")
        if held_out is not None:
            text.append("   ").append(f"held out {held_out:.3f}", style="bold" if best else "")
            text.append("" if best else " (not better)")
        if verse:
            text.append("   ").append(verse, style="italic cyan")
        self._print(text)

    def _print(self, text: Text) -> None:
        """One line, cut at a terminal's edge."""
        if self._animated:
            self._console.print(text, overflow="ellipsis", no_wrap=True)
        else:
            self._console.print(text, soft_wrap=True)

    def _pieces(self) -> list[str]:
        passed = max(1e-9, time.monotonic() - self._started)
        done = self._step - self._begun_at
        pieces = [f"step {self._step:,} of {self._steps:,}"]
        if self._bits is not None:
            pieces.append(f"{self._bits:.3f} bits/{self._of}")
            pieces.append(f"{clock(passed * (self._steps - self._step) / max(1, done))} left")
            pieces.append(f"{done * self._characters_a_step / passed / 1000:,.1f}k characters/s")
        return pieces


def clock(seconds: float) -> str:
    """`0:07`, `12:30`, `3:05:00`."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"
