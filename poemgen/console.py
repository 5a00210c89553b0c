"""What a person sees while a model learns, on stderr: a live bar on a terminal, a plain line now and then elsewhere.

Verse, paths and names are shown as plain text: Rich's markup would take `[moon]` for a style.
"""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

EVERY = 5.0  # seconds between two plain lines
SMOOTHING = 0.98  # share of the running mean that is left after each step


class TrainingDisplay:
    """Shows a run of `steps` steps. A context manager: the bar is taken off the terminal at the end."""

    def __init__(self, *, steps: int, done: int, characters_a_step: int, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False, soft_wrap=True)
        self._steps, self._begun_at, self._step = steps, done, done
        self._characters_a_step = characters_a_step
        self._bits: float | None = None
        self._started = self._last_line = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.fields[bits]} bits/character"),
            BarColumn(bar_width=None),
            TextColumn("{task.completed:,.0f}/{task.total:,.0f} steps"),
            TextColumn("{task.fields[speed]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            expand=True,
            refresh_per_second=4,
            disable=quiet or not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=steps, completed=done, bits="-.--", speed="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def step(self, step: int, bits: float) -> None:
        """After each step, with the loss of its window in bits a character."""
        self._step = step
        self._bits = bits if self._bits is None else SMOOTHING * self._bits + (1 - SMOOTHING) * bits
        self._bar.update(self._task, completed=step, bits=f"{self._bits:.3f}", speed=self._speed())
        if self._bar.disable and time.monotonic() - self._last_line > EVERY:
            self._last_line = time.monotonic()
            self._console.print(Text(self._line()))

    def validation(self, step: int, training: float, held_out: float | None, best: bool, verse: str) -> None:
        """After each validation: bits a character on both parts, and a line that the model has just written."""
        text = Text(f"step {step:>7,}   training {training:.3f}")
        if held_out is not None:
            text.append(f"   held out {held_out:.3f}", style="bold" if best else "")
            text.append(" bits/character" + ("" if best else " (not better)"))
        text.append(f"   {verse}", style="italic cyan")
        self._console.print(text, overflow="ellipsis", no_wrap=True, soft_wrap=False)

    def _speed(self) -> str:
        seconds = max(1e-9, time.monotonic() - self._started)
        return f"{(self._step - self._begun_at) * self._characters_a_step / seconds / 1000:.1f}k characters/s"

    def _line(self) -> str:
        passed = time.monotonic() - self._started
        left = passed * (self._steps - self._step) / max(1, self._step - self._begun_at)
        minutes, seconds = divmod(round(left), 60)
        return (
            f"step {self._step:,} of {self._steps:,}: {self._bits:.3f} bits/character, {self._speed()}, "
            f"{minutes}:{seconds:02d} left"
        )
