"""How often `poemgen fill` finds a missing word by itself: by what its network finds, and read anew by language models.

    python tests/benchmarks/gap_answers.py MODEL TRAINING.txt HELD-OUT.txt --gaps 300
    python tests/benchmarks/gap_answers.py MODEL TRAINING.txt HELD-OUT.txt --gaps 150 --any-length

The gaps are those of `gap_words`; each is asked for with as many _ as the word has letters, or with "...". Printed is
in how many the word is the first answer, and one of the first five, in the order of the network alone and in that of
the command.
"""

import argparse
from functools import partial
from pathlib import Path

import numpy as np
from gap_words import Gap, frequent_words, gaps, poems_of

from poemgen import load_model
from poemgen.cli.fill import has_words_only, rereaders
from poemgen.sampling.answers import fill
from poemgen.sampling.rereading import Rereader
from poemgen.storage import PoemModel
from poemgen.workers import available, workers

FIRST = 5  # answers that are looked at, as many as the command gives


def answers(model: PoemModel, readers: list[Rereader], any_length: bool, gap: Gap) -> tuple[list[str], list[str]]:
    """What is filled in, the best first: by the network alone, and by the command."""
    if model.fill is None:
        raise SystemExit("this model has not learned to fill gaps")
    missing = "..." if any_length else "_" * len(gap.words[0])
    text = gap.before.lstrip("\n") + missing + gap.after.rstrip("\n")
    ask = partial(fill, model.fill, model.vocabulary, text, FIRST, prefer=has_words_only(model, text))
    alone, read_anew = ask(rng=np.random.default_rng(0)), ask(rng=np.random.default_rng(0), rereaders=readers)
    return [answer.gaps[0] for answer in alone], [answer.gaps[0] for answer in read_anew]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("model", type=Path)
    parser.add_argument("training", type=Path)
    parser.add_argument("held_out", type=Path)
    parser.add_argument("--gaps", type=int, default=300)
    parser.add_argument("--any-length", action="store_true")
    parser.add_argument("--rng-seed", type=int, default=0)
    arguments = parser.parse_args()
    model = load_model(arguments.model)
    frequent = frequent_words(arguments.training.read_text("utf-8"))
    rng = np.random.default_rng(arguments.rng_seed)
    drawn = list(gaps(poems_of(arguments.held_out), frequent, arguments.gaps, rng))
    with workers(available()) as pool:
        found = pool.map(partial(answers, model, rereaders(model), arguments.any_length), drawn)
    for column, name in enumerate(("the network alone", "read anew")):
        pairs = [(gap.words[0], each[column]) for gap, each in zip(drawn, found, strict=True)]
        first = np.mean([word in words[:1] for word, words in pairs])
        among = np.mean([word in words for word, words in pairs])
        print(f"{name:18} first {first:6.1%}   among {FIRST} {among:6.1%}   of {len(pairs)} gaps")


if __name__ == "__main__":
    main()
