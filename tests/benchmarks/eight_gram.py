"""The 8-gram of a corpus, fitted once and kept, and what it foretells of held-out poems.

    python tests/benchmarks/eight_gram.py train.txt held-out.txt another.txt --cache 8-gram.npz

It is that of `poemgen evaluate` (`poemgen.evaluation.eight_gram`).
"""

import argparse
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from poemgen import ngram
from poemgen.evaluation.eight_gram import ORDER, Counted, bits, fit
from poemgen.text.corpus import read_poems
from poemgen.text.splitting import Split
from poemgen.text.tokenizer import Vocabulary


def poems_of(path: Path) -> list[str]:
    """The poems of a file, between lines of %."""
    return list(read_poems([path], split=Split.PERCENT))


def eight_gram(corpus: Path, cache: Path | None, order: int = ORDER) -> Counted:
    """The n-gram of a corpus and its vocabulary, from the cache if it is there."""
    if cache and cache.exists():
        return load(cache)
    fitted = fit(poems_of(corpus), order)
    if cache:
        save(cache, *fitted)
    return fitted


def save(path: Path, fitted: ngram.NGram, vocabulary: Vocabulary) -> None:
    """Keep an n-gram in a file of arrays."""
    arrays = {f"{name}{n}": part for n, order in enumerate(fitted.orders) for name, part in order._asdict().items()}
    with path.open("wb") as file:
        np.savez(file, characters=np.array(vocabulary.characters), **arrays)


def load(path: Path) -> Counted:
    """The n-gram that `save` kept."""
    with np.load(path, allow_pickle=False) as arrays:
        vocabulary = Vocabulary(str(arrays["characters"]))
        count = sum(name.startswith("grams") for name in arrays)
        orders = (ngram.Order(*(arrays[f"{name}{n}"] for name in ngram.Order._fields)) for n in range(count))
        return Counted(ngram.NGram(len(vocabulary), tuple(orders)), vocabulary)


def per_character(parts: Sequence[tuple[float, int]]) -> float:
    """Of all poems together, given the bits and the characters of each."""
    return sum(found for found, _ in parts) / sum(characters for _, characters in parts)


def main() -> None:
    """Fit it, and score the held-out poems."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("held_out", type=Path, nargs="*")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--order", type=int, default=ORDER)
    arguments = parser.parse_args()
    begin = time.perf_counter()
    counted = eight_gram(arguments.corpus, arguments.cache, arguments.order)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{sum(len(order.grams) for order in counted.ngram.orders):,} n-grams, {len(counted.vocabulary)} ids", end=", "
    )
    print(f"{time.perf_counter() - begin:.0f} s, {peak:.1f} GB at most")
    for path in arguments.held_out:
        print(f"{path.name}: {per_character(bits(counted, poems_of(path))):.4f} bits/character")


if __name__ == "__main__":
    main()
