"""The 8-gram of a corpus, fitted once and kept, and what it foretells of held-out poems.

    python tests/benchmarks/eight_gram.py train.txt held-out.txt another.txt --cache 8-gram.npz

Bits a character are counted as `poemgen.scoring` counts them, and a character that comes once in the corpus is unknown,
as in `poemgen train`.
"""

import argparse
import math
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from poemgen import ngram
from poemgen.scoring import UNICODE
from poemgen.text.corpus import encode_corpus, read_poems
from poemgen.text.splitting import Split
from poemgen.text.tokenizer import EOS, UNK, Vocabulary

FEWEST = 2  # times that a character comes in the corpus, to be known


def poems_of(path: Path) -> list[str]:
    """The poems of a file, between lines of %."""
    return list(read_poems([path], split=Split.PERCENT))


def eight_gram(corpus: Path, cache: Path | None, order: int = 8) -> tuple[ngram.NGram, Vocabulary]:
    """The n-gram of a corpus and its vocabulary, from the cache if it is there."""
    if cache and cache.exists():
        return load(cache)
    encoded = encode_corpus(poems_of(corpus), min_count=FEWEST)
    fitted = ngram.fit(encoded.ids, len(encoded.vocabulary), order), encoded.vocabulary
    if cache:
        save(cache, *fitted)
    return fitted


def save(path: Path, fitted: ngram.NGram, vocabulary: Vocabulary) -> None:
    """Keep an n-gram in a file of arrays."""
    arrays = {f"{name}{n}": part for n, order in enumerate(fitted.orders) for name, part in order._asdict().items()}
    with path.open("wb") as file:
        np.savez(file, characters=np.array(vocabulary.characters), **arrays)


def load(path: Path) -> tuple[ngram.NGram, Vocabulary]:
    """The n-gram that `save` kept."""
    with np.load(path, allow_pickle=False) as arrays:
        vocabulary = Vocabulary(str(arrays["characters"]))
        count = sum(name.startswith("grams") for name in arrays)
        orders = (ngram.Order(*(arrays[f"{name}{n}"] for name in ngram.Order._fields)) for n in range(count))
        return ngram.NGram(len(vocabulary), tuple(orders)), vocabulary


def bits_per_character(
    fitted: ngram.NGram, vocabulary: Vocabulary, poems: Sequence[str], *, ends: bool = True
) -> float:
    """Of all poems together, <EOS> and characters outside the vocabulary counted as in `poemgen.scoring`.

    Without `ends`, their <EOS> are not counted.
    """
    ids = np.concatenate([vocabulary.encode_poem(poem) for poem in poems])
    nats = -ngram.log_probabilities(fitted, ids)
    nats[ids == UNK] += math.log(UNICODE - (len(vocabulary) - 2))
    counted = nats if ends else nats[ids != EOS]
    return float(counted.mean() / math.log(2))


def main() -> None:
    """Fit it, and score the held-out poems."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("held_out", type=Path, nargs="*")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--order", type=int, default=8)
    arguments = parser.parse_args()
    begin = time.perf_counter()
    fitted, vocabulary = eight_gram(arguments.corpus, arguments.cache, arguments.order)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{sum(len(order.grams) for order in fitted.orders):,} n-grams, {len(vocabulary)} ids", end=", ")
    print(f"{time.perf_counter() - begin:.0f} s, {peak:.1f} GB at most")
    for path in arguments.held_out:
        print(f"{path.name}: {bits_per_character(fitted, vocabulary, poems_of(path)):.4f} bits/character")


if __name__ == "__main__":
    main()
