"""Trains on every text file of a folder, generates, and takes it through `tokenize` and back.

    python tests/benchmarks/every_corpus.py folder --minutes 1

A row a file: what was learned, how the poem began, and whether the text came back as it was, up to NFC and to control
characters, which never enter a vocabulary.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

from poemgen.text.cleaning import clean


def poemgen(*arguments: str | Path) -> bytes:
    """Runs a command; returns its standard output."""
    command = [sys.executable, "-m", "poemgen", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def round_trip(path: Path, folder: Path) -> str:
    """Whether ids give the text back."""
    vocabulary, ids = folder / f"{path.stem}.json", folder / f"{path.stem}.ids"
    ids.write_bytes(poemgen("tokenize", path, "--vocab", vocabulary))
    back = poemgen("tokenize", "--decode", "--vocab", vocabulary, ids).decode()
    text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    cleaned, dropped = clean(text)
    if back == text:
        return "unchanged"
    return f"unchanged but for {sum(dropped.values())} control characters" if back == cleaned else "CHANGED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", default="1")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for path in sorted(arguments.folder.glob("*.txt")):
            model = Path(name) / f"{path.stem}.safetensors"
            trip = round_trip(path, Path(name))
            poemgen("train", path, "--minutes", arguments.minutes, "-o", model)
            summary = json.loads(poemgen("inspect", model, "--json"))["training"]
            bits = summary.get("held_out", {}).get("bits_per_character", "nothing held out")
            poem = poemgen("generate", "-m", model, "--rng-seed", "1", "--max-length", "60").decode()
            start = " / ".join(poem.split("\n")[:2])
            print(f"{path.stem:15} {trip}; {bits} bits/character after {summary['seconds']:.0f} s; {start}", flush=True)


if __name__ == "__main__":
    main()
