"""Splits poems (JSON Lines with `text` and `author`, gzipped or not) into a training and two held-out files.

    python tests/benchmarks/split_poetry.py poems.jsonl.gz folder

Held out are all poems of five authors (unknown-authors.txt) and, of the others, one poem in ten by its hash
(known-authors.txt). The rest is poetry-en-train.txt. The embedded model learned from that file and nothing else.
"""

import argparse
import gzip
import hashlib
import json
from pathlib import Path

UNKNOWN_AUTHORS = {"Archibald Lampman", "Bliss Carman", "William Ernest Henley", "Sidney Lanier", "Anne Brontë"}


def part(poem: dict[str, str]) -> str:
    """The name of the file that a poem belongs to."""
    if poem["author"] in UNKNOWN_AUTHORS:
        return "unknown-authors.txt"
    held_out = int(hashlib.sha256(poem["text"].encode()).hexdigest(), 16) % 10 == 0
    return "known-authors.txt" if held_out else "poetry-en-train.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("poems", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    opened = gzip.open if arguments.poems.suffix == ".gz" else open
    parts: dict[str, list[str]] = {}
    with opened(arguments.poems, "rt", encoding="utf-8") as lines:
        for line in lines:
            poem = json.loads(line)
            parts.setdefault(part(poem), []).append(poem["text"])
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, texts in parts.items():
        (arguments.folder / name).write_text("\n%\n".join(texts) + "\n", encoding="utf-8")
        print(f"{name}: {len(texts):,} poems, {sum(map(len, texts)):,} characters")


if __name__ == "__main__":
    main()
