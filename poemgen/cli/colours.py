"""Colours for verse on a terminal, one for each rhyme; none elsewhere, under NO_COLOR and on a dumb terminal."""

import os
import sys
from pathlib import Path

_CYCLE = (32, 36, 33, 35, 34, 31)  # green first, red last: a scheme of few letters looks calm
_BOLD, _FAINT = 1, 2


class Paint:
    """Wraps pieces of text in colours, or leaves them as they are."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted

    def bold(self, text: str) -> str:
        """What names a poem."""
        return self._styled(text, _BOLD)

    def letter(self, letter: str, text: str) -> str:
        """A text in the colour of a rhyme letter; plain where there is none, or for `x`, which is no rhyme."""
        return self._styled(text, _CYCLE[(ord(letter) - ord("A")) % len(_CYCLE)]) if letter.isupper() else text

    def stresses(self, marks: str) -> str:
        """Marks whose unstressed ones stand back."""
        runs = marks.replace("/x", "/ x").replace("x/", "x /").split()
        return "".join(run if run.startswith("/") else self._styled(run, _FAINT) for run in runs)

    def _styled(self, text: str, code: int) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._wanted and text.strip() else text


def painter(path: Path | None) -> Paint:
    """Paints if the output goes to a terminal that can show it, and the user has not set NO_COLOR."""
    terminal = (path is None or str(path) == "-") and sys.stdout is not None and sys.stdout.isatty()
    return Paint(wanted=terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb")
