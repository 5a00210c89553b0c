"""Trains on Tiny Shakespeare's first nine tenths and scores the last tenth, in nats per character.

    python tests/benchmarks/tiny_shakespeare.py input.txt --minutes 3

The text is one stream, and nothing of the training part is held out: the last tenth is scored once, with the final
weights. Streaming carries the state from the first validation character to the last; the other two
figures start from a zero state at every 64 and 256 characters, with the true character before the window as input.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

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


def measured(text_path: Path, minutes: float, options: list[str]) -> dict[str, Any]:
    """Trains for so long; the figures in nats per character, the seconds and what was trained."""
    text = text_path.read_text(encoding="ascii")
    if len(text) != TRAINING + VALIDATION:
        sys.exit(f"{text_path} has {len(text):,} characters; Tiny Shakespeare has {TRAINING + VALIDATION:,}")
    with tempfile.TemporaryDirectory() as folder:
        train, held_out, model = (Path(folder) / name for name in ("train.txt", "validation.txt", "model.safetensors"))
        train.write_text(text[:TRAINING])
        held_out.write_text(text[TRAINING:])
        budget = ["--minutes", str(minutes), "--split", "none", "--validation-fraction", "0"]
        poemgen("train", str(train), "-o", str(model), *budget, *options)
        inspected = json.loads(poemgen("inspect", str(model), "--json", "-q"))
        scored = poemgen("score", str(held_out), "-m", str(model), "--split", "none", "-f", "jsonl", "-q")
        windows = {f"zero state every {length}": windowed(model, text[TRAINING:], length) for length in (64, 256)}
    summary, config = inspected["training"], inspected["config"]
    bits = json.loads(scored.splitlines()[-1])["bits_per_character"]
    return {
        "streaming": bits * math.log(2),
        **windows,
        "seconds": summary["seconds"],
        "steps": summary["step"],
        "network": f"{config['layers']}x{config['units']} {config['cell']}",
        "recipe": summary["recipe"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("text", type=Path)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("options", nargs="*", help="more options for `poemgen train`, after --")
    arguments = parser.parse_args()
    print(json.dumps(measured(arguments.text, arguments.minutes, arguments.options), indent=1))


if __name__ == "__main__":
    main()
