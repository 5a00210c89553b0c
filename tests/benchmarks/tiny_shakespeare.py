"""Trains on Tiny Shakespeare's first nine tenths and scores the last tenth, in nats per character.

    python tests/benchmarks/tiny_shakespeare.py input.txt --minutes 3

The text is one stream. Streaming carries the state from the first validation character to the last; the other two
figures start from a zero state at every 64 and 256 characters, with the true character before the window as input.
`poemgen score` is run as well, and must agree with the trainer's own figure.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

TRAINING, VALIDATION = 1_003_854, 111_540


def poemgen(*arguments: str) -> str:
    """Runs a command, its notes shown as they come; returns its standard output."""
    return subprocess.run(
        [sys.executable, "-m", "poemgen", *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def windowed(model_path: Path, text: str, length: int) -> float:
    """Nats per character from a zero state at every `length` characters."""
    import numpy as np

    import poemgen
    from poemgen.scoring import Passage, score

    model = poemgen.load_model(model_path)
    ids = model.vocabulary.encode(text)
    before = np.append(model.config.no_character, ids)
    windows = [Passage(ids[begin : begin + length], int(before[begin]), 0) for begin in range(0, len(ids), length)]
    return score(model.config, model.parameters, windows).bits_per_character * math.log(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("text", type=Path)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("options", nargs="*", help="more options for `poemgen train`, after --")
    arguments = parser.parse_args()
    text = arguments.text.read_text(encoding="ascii")
    if len(text) != TRAINING + VALIDATION:
        sys.exit(f"{arguments.text} has {len(text):,} characters; Tiny Shakespeare has {TRAINING + VALIDATION:,}")
    with tempfile.TemporaryDirectory() as folder:
        train, held_out, model = (Path(folder) / name for name in ("train.txt", "validation.txt", "model.safetensors"))
        train.write_text(text[:TRAINING])
        held_out.write_text(text[TRAINING:])
        budget = ["--minutes", str(arguments.minutes), "--split", "none", "--validation", str(held_out)]
        poemgen("train", str(train), "-o", str(model), *budget, *arguments.options)
        summary = json.loads(poemgen("inspect", str(model), "--json", "-q"))["training"]
        scored = poemgen("score", str(held_out), "-m", str(model), "--split", "none", "-f", "jsonl", "-q")
        bits = json.loads(scored.splitlines()[-1])["bits_per_character"]
        print(f"trainer    {summary['held_out']['bits_per_character'] * math.log(2):.4f} nats/character, streaming")
        print(f"score      {bits * math.log(2):.4f} nats/character, streaming")
        for length in (64, 256):
            nats = windowed(model, text[TRAINING:], length)
            print(f"windows    {nats:.4f} nats/character, zero state every {length} characters")
        print(f"training   {summary['seconds']:.0f} s, {summary['step']:,} steps")


if __name__ == "__main__":
    main()
