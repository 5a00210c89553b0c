"""How often a missing word is found again among words that could stand there, by several models, on the same gaps.

    python tests/benchmarks/gap_words.py MODEL TRAINING.txt HELD-OUT.txt --gaps 1000

A gap is one word of three or more small letters in a held-out poem, with up to three lines before its line and two
after. The candidates are that word and at most 49 others of its length among the 5,000 most frequent of the training
corpus, drawn by their frequency. Poems are separated by lines of %. A model's answer is the candidate that it finds
likeliest:

    fill        the network that fills gaps: both sides
    left        the language model, from what stands before the gap
    line        the language model, over the candidate and the rest of its line
    context     the language model, over the candidate and all that follows
    both lines  the language models of both directions, each over the whole line
    answer      the network that fills gaps and those two, as `poemgen fill` ranks its answers; not whether all words
                are known
    8-gram ...  the same by a character n-gram (with --ngram; it is fitted, or read from that file)
    frequency   the word that is most frequent in the training corpus
"""

import argparse
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from eight_gram import eight_gram

from poemgen import load_model, ngram
from poemgen.cli.fill import rereaders
from poemgen.filling import Filler
from poemgen.model import Config, Parameters, Window, log_probabilities, zero_states
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.sampling.answers import LENGTH_POWER, score_candidates
from poemgen.sampling.rereading import Rereader, reread
from poemgen.storage import PoemModel
from poemgen.text.tokenizer import EOS, Vocabulary
from poemgen.workers import available, workers

BEFORE, AFTER = 3, 2  # lines of context
SHORTEST, FREQUENT, OTHERS = 3, 5_000, 49
WORD = re.compile(r"(?<![\w'’-])[a-z]+(?![\w'’-])")


class Gap(NamedTuple):
    """What stands before, the true word and those that could stand there, what stands after, whether the poem ends."""

    before: str
    words: tuple[str, ...]  # the true one first
    after: str
    ends: bool


class Question(NamedTuple):
    """A gap in ids: the words are (C, L), and `rest` of the line is so many characters of `after`."""

    before: Ids
    words: Ids
    after: Ids
    rest: int


Answerer = Callable[[Question], Floats]  # a figure for each word


def poems_of(path: Path) -> list[str]:
    return [poem.strip("\n") for poem in re.split(r"(?m)^%\n", path.read_text("utf-8")) if poem.strip()]


def frequent_words(text: str) -> Counter[str]:
    """The most frequent words of small letters."""
    return Counter(dict(Counter(WORD.findall(text)).most_common(FREQUENT)))


def gaps(poems: Sequence[str], frequent: Counter[str], count: int, rng: np.random.Generator) -> Iterator[Gap]:
    """So many gaps, one in a poem drawn at random, until every poem had its turn; then again."""
    by_length: dict[int, list[str]] = {}
    for word in frequent:
        by_length.setdefault(len(word), []).append(word)
    order = [index for _ in range(-(-count // len(poems))) for index in rng.permutation(len(poems))]
    found = 0
    for index in order:
        lines = poems[index].split("\n")
        places = [(row, m) for row, line in enumerate(lines) for m in WORD.finditer(line) if len(m[0]) >= SHORTEST]
        if not places or found == count:
            continue
        row, match = places[rng.integers(len(places))]
        others = [word for word in by_length.get(len(match[0]), []) if word != match[0]]
        chances = np.array([frequent[word] for word in others], np.float64)
        if not others:
            continue
        drawn = rng.choice(len(others), min(OTHERS, len(others)), replace=False, p=chances / chances.sum())
        first, last = max(0, row - BEFORE), min(len(lines), row + AFTER + 1)
        before = "\n".join([*lines[first:row], lines[row][: match.start()]])
        after = "\n".join([lines[row][match.end() :], *lines[row + 1 : last]])
        words = (match[0], *(others[number] for number in drawn))
        found += 1
        yield Gap(
            ("\n" if first else "") + before, words, after + ("" if last == len(lines) else "\n"), last == len(lines)
        )


def asked(gap: Gap, vocabulary: Vocabulary) -> Question:
    """The gap in ids; where the poem ends, its <EOS> follows."""
    after = vocabulary.encode(gap.after).astype(np.int64)
    rest = len(gap.after.split("\n")[0]) + 1
    words = np.array([vocabulary.encode(word) for word in gap.words], np.int64)
    before = vocabulary.encode(gap.before).astype(np.int64)
    return Question(before, words, np.append(after, EOS) if gap.ends else after, rest)


def by_filling(filler: Filler, vocabulary: Vocabulary) -> Answerer:
    """The network that fills gaps."""
    return lambda q: score_candidates(filler, vocabulary, q.before, q.after, q.words)


def by_rereading(readers: Sequence[Rereader], vocabulary: Vocabulary) -> Answerer:
    """The language models of both directions, which read each line whole, and what stands above it."""
    [line_end] = vocabulary.encode("\n").tolist()

    def answer(q: Question) -> Floats:
        rest = np.append(q.after[: q.rest - 1], line_end)
        return reread(readers, [np.concatenate([q.before, word, rest]) for word in q.words], line_end)

    return answer


def by_reading(config: Config, model: Parameters) -> Callable[[Question], Floats]:
    """log ŷ of every character of each word and of what follows it, by the language model: (C, L + after)."""

    def read(q: Question) -> Floats:
        C = len(q.words)
        known = np.append(config.no_character, q.before)
        start = Window(known[:-1, None], known[1:, None], np.ones((len(known) - 1, 1, 1), np.float32))
        states = zero_states(config, model, 1)
        if len(q.before):
            _, states = log_probabilities(config, model, start, states, Scratch())
        states = [type(state)(*(np.repeat(part, C, axis=0) for part in state)) for state in states]
        y = np.concatenate([q.words, np.tile(q.after, (C, 1))], axis=1).T
        x = np.concatenate([np.full((1, C), known[-1]), y[:-1]])
        log_p, _ = log_probabilities(config, model, Window(x, y, np.ones((*y.shape, 1), np.float32)), states, Scratch())
        return log_p.T

    return read


def by_counting(fitted: ngram.NGram) -> Callable[[Question], Floats]:
    """The same by an n-gram, in its own ids."""

    def read(q: Question) -> Floats:
        tail = q.after if q.after[-1] == EOS else np.append(q.after, EOS)
        poems = [np.concatenate([q.before, word, tail]) for word in q.words]
        log_p = ngram.log_probabilities(fitted, np.concatenate(poems)).reshape(len(poems), -1)
        return log_p[:, len(q.before) : len(q.before) + q.words.shape[1] + len(q.after)]

    return read


def spans(name: str, log_p: Floats, q: Question) -> dict[str, Floats]:
    """What a model that reads from left to right finds of each word, by how far it reads on."""
    L = q.words.shape[1]
    ends = {"left": L, "line": L + min(q.rest, len(q.after)), "context": log_p.shape[1]}
    return {f"{name}{span}": log_p[:, :end].sum(axis=1) for span, end in ends.items()}


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share."""
    z, p = 1.959964, right / count
    middle, spread = p + z * z / (2 * count), z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    return (middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


class Contest(NamedTuple):
    """All that answer: the language model, and if there are any the network that fills gaps, and the n-gram."""

    model: PoemModel
    rereaders: Sequence[Rereader]
    filler: Filler | None
    counted: tuple[ngram.NGram, Vocabulary] | None
    frequent: Counter[str]

    def answers(self, gap: Gap) -> dict[str, Floats]:
        """Every model's figures for the words of a gap."""
        q = asked(gap, self.model.vocabulary)
        figures = {"fill": by_filling(self.filler, self.model.vocabulary)(q)} if self.filler else {}
        figures["both lines"] = by_rereading(self.rereaders, self.model.vocabulary)(q)
        if self.filler:
            figures["answer"] = figures["fill"] / q.words.shape[1] ** LENGTH_POWER + figures["both lines"]
        figures |= spans("", by_reading(self.model.config, self.model.parameters)(q), q)
        if self.counted:
            fitted, vocabulary = self.counted
            own = asked(gap, vocabulary)
            figures |= spans("8-gram ", by_counting(fitted)(own), own)
        return figures | {"frequency": np.array([float(self.frequent[word]) for word in gap.words])}

    def right(self, gap: Gap) -> dict[str, bool]:
        """Which models find the true word likelier than any other."""
        return {name: bool(figure[0] > figure[1:].max()) for name, figure in self.answers(gap).items()}


def report(found: list[dict[str, bool]]) -> list[dict[str, Any]]:
    """A row a model: right answers, and in how many gaps it alone or the filling network alone was right."""
    rows = []
    for name in found[0]:
        right = sum(each[name] for each in found)
        low, high = interval(right, len(found))
        alone = sum(each[name] and not each.get("fill", False) for each in found)
        fill_alone = sum(each.get("fill", False) and not each[name] for each in found)
        rows.append({"model": name, "right": right, "gaps": len(found), "share": right / len(found)})
        rows[-1] |= {"low": low, "high": high, "it alone": alone, "fill alone": fill_alone}
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("model", type=Path)
    parser.add_argument("training", type=Path)
    parser.add_argument("held_out", type=Path)
    parser.add_argument("--gaps", type=int, default=1000)
    parser.add_argument("--ngram", type=Path, help="where the n-gram is kept, or will be (.npz)")
    parser.add_argument("--rng-seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    model = load_model(arguments.model)
    counted = eight_gram(arguments.training, arguments.ngram) if arguments.ngram else None
    frequent = frequent_words(arguments.training.read_text("utf-8"))
    contest = Contest(model, rereaders(model), model.fill, counted, frequent)
    rng = np.random.default_rng(arguments.rng_seed)
    drawn = list(gaps(poems_of(arguments.held_out), frequent, arguments.gaps, rng))
    with workers(available()) as pool:
        rows = report(pool.map(contest.right, drawn))
    print(f"{len(drawn)} gaps, {np.mean([len(gap.words) for gap in drawn]):.1f} words to choose from on the average")
    print("model           right  share   95% interval    it alone  fill alone")
    for row in rows:
        print("{model:14} {right:6} {share:6.1%}  {low:5.1%} to {high:5.1%} {it alone:9} {fill alone:11}".format(**row))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
