"""Loading a file that may be hostile: what comes of it, and what it takes."""

import time
from pathlib import Path
from typing import NamedTuple

from poemgen.errors import PoemgenError, visible
from poemgen.storage import PoemModel, load_model

SECONDS, BYTES = 0.05, 100e6  # what one file may take


class Loaded(NamedTuple):
    """The model or why there is none, and how much time and memory that took."""

    model: PoemModel | None
    refusal: str
    seconds: float
    bytes: float

    def figures(self) -> dict[str, float]:
        """What it took, for people."""
        return {"ms": 1e3 * self.seconds, "MB": self.bytes / 1e6}

    def wrong(self) -> str:
        """What is wrong with the way in which it was accepted or refused."""
        if self.refusal and (visible(self.refusal) != self.refusal or len(self.refusal) > 500):
            return f"refused in more than a line: {self.refusal!r}"
        if self.seconds > SECONDS or self.bytes > BYTES:
            return f"took {self.seconds:.3f} s and {self.bytes / 1e6:.0f} MB"
        return ""


def load(path: Path) -> Loaded:
    """Loads a model. Any exception but a PoemgenError goes on to the caller."""
    before = memory("VmRSS", reset=True)
    began = time.process_time()
    try:
        model, refusal = load_model(path), ""
    except PoemgenError as error:
        model, refusal = None, str(error)
    seconds = time.process_time() - began
    try:
        load_model(path, without=("backward", "fill", "sha256"))  # as `generate` does, which reads a part of the file
    except PoemgenError as error:
        refusal = refusal or f"only when read in part: {error}"
    return Loaded(model, refusal, seconds, memory("VmHWM") - before)


def memory(field: str, *, reset: bool = False) -> int:
    """Bytes of this process's memory, now (VmRSS) or at its highest since the last reset (VmHWM); 0 where Linux does
    not say."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith(field)), 0)
