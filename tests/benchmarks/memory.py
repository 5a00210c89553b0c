"""The most memory that `poemgen train` takes, in all its processes, for each character of a large corpus.

    python tests/benchmarks/memory.py --characters 1000000000

The corpus is made up: poems of random words over 27 characters, or with --wide over 300, whose ids take two bytes; with
--one-line all of it is one line. The memory of a process is its proportional set size (Linux), so that shared pages
count once, looked at fifty times a second; a corpus of a few characters is trained on as well, and what that takes is
the model and the program.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

POEM = 1_000  # characters
LINES = 20_000  # different ones to choose from


def alphabet(wide: bool) -> str:
    """The letters of the made-up language."""
    return "".join(map(chr, range(0x4E00, 0x4E00 + 300))) if wide else "abcdefghijklmnopqrstuvwxyz"


def write_corpus(path: Path, characters: int, *, wide: bool, one_line: bool = False) -> None:
    """Poems of random lines, separated by lines of %; or all of it in one line."""
    rng = random.Random(0)
    letters = alphabet(wide)
    lines = [" ".join("".join(rng.choices(letters, k=rng.randint(2, 8))) for _ in range(8)) for _ in range(LINES)]
    written = 0
    with path.open("w", encoding="utf-8") as file:
        while written < characters:
            poem = "\n".join(rng.choices(lines, k=POEM // 45)) + "\n%\n"
            if one_line:
                poem = poem.replace("\n%\n", "  ").replace("\n", " ")
            file.write(poem)
            written += len(poem) - 2


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def proportional_set_size(pid: int) -> int:
    """Bytes of memory, shared pages divided among those who share them; 0 if the process has just ended."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def peak(corpus: Path, folder: Path) -> int:
    """The most bytes that a short training run takes."""
    command = [sys.executable, "-m", "poemgen", "train", str(corpus), "--steps", "3", "-q", "--force"]
    command += ["--units", "256", "--layers", "1", "--batch", "32", "--window", "32"]
    process = subprocess.Popen([*command, "-o", str(folder / "model")])
    most = 0
    while process.poll() is None:
        with suppress(OSError):  # one of them may end while it is looked at
            most = max(most, sum(map(proportional_set_size, family(process.pid))))
        time.sleep(0.02)
    if process.returncode:
        sys.exit(f"training failed with {process.returncode}")
    return most


def bytes_per_character(characters: int, *, wide: bool, one_line: bool = False) -> float:
    """What a large corpus takes beyond a small one, by character."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = (200_000, characters)
        peaks = []
        for size in sizes:
            write_corpus(folder / "corpus.txt", size, wide=wide, one_line=one_line)
            peaks.append(peak(folder / "corpus.txt", folder))
        print(f"{sizes[0]:,} characters: {peaks[0]:,} bytes; {sizes[1]:,}: {peaks[1]:,} bytes", file=sys.stderr)
    return (peaks[1] - peaks[0]) / characters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--characters", type=int, default=1_000_000_000)
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--one-line", action="store_true")
    arguments = parser.parse_args()
    found = bytes_per_character(arguments.characters, wide=arguments.wide, one_line=arguments.one_line)
    print(f"{found:.2f} bytes a character")


if __name__ == "__main__":
    main()
