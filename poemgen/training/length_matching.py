"""Lines and poems as long as those of the corpus: how soon they end, set right for free running.

Teacher forcing shows a network nothing but lines of people. When it writes freely it reads its own, and the less these
are like people's, the less sure it is where they end: they grow too long (exposure bias; Bengio et al. 2015, Ranzato et
al. 2016). So the biases b_y of the two that can end a line, the newline and <EOS>, are raised by a number λ, and that
of <EOS> by μ besides. Both are found by stochastic approximation (Robbins and Monro 1951), on poems that are drawn at
temperature 1:

    λ<k+1> = λ<k> + GAIN_λ / k · log(mean length of the lines drawn / of those read)
    μ<k+1> = μ<k> + GAIN_μ / k · log(mean length of the poems drawn / of those read)
"""

import math
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from poemgen import model as language
from poemgen.model import Network, Parameters
from poemgen.network.arrays import Ids
from poemgen.sampling import Choice, poems
from poemgen.text.encoded import EncodedCorpus
from poemgen.text.tokenizer import EOS, UNK, Vocabulary
from poemgen.training.recipe import Recipe
from poemgen.workers import Map

CUT = 3_000  # characters of a poem that are drawn at most
READ, DRAWN, ROUNDS = 10_000, 512, 4  # poems to compare with, and how many are drawn how often
LINE_GAIN, POEM_GAIN = 3.0, 1.5  # of the embedded model λ = 0.1 makes lines 2.3% shorter; poems feel μ more
MOST = 1.0  # no bias is raised or lowered by more: what is farther off has another fault
TIMED = 32  # characters of poems that are drawn to learn how long drawing takes


class Lengths(NamedTuple):
    """Mean lengths in characters: of lines that have any, and of poems up to where they are cut."""

    line: float
    poem: float


class Matched(NamedTuple):
    """What b_y was raised by, of all that ends a line and of <EOS> besides; mean lengths read, drawn before and
    after."""

    line_ends: float
    poem_ends: float
    read: Lengths
    before: Lengths
    after: Lengths


def cut_of(recipe: Recipe) -> int:
    """Up to how many characters poems are compared: no more than are read of them."""
    return min(recipe.poem_limit or CUT, CUT)


def match(
    network: Network, corpus: EncodedCorpus, cut: int, rng: np.random.Generator, map: Map = map
) -> tuple[Parameters, Matched]:
    """The network's parameters with biases that make its lines and poems as long as those of the corpus, poems up to
    `cut` characters. Where either has no lines nothing changes."""
    vocabulary = corpus.vocabulary
    read = mean_lengths(some_poems(corpus, cut, rng), vocabulary)
    line_ends, poem_ends, parameters, drawn = 0.0, 0.0, network.parameters, []
    for round in range(ROUNDS + 1):
        texts = free_poems(network._replace(parameters=parameters), cut, rng, map)
        drawn.append(mean_lengths(texts, vocabulary))
        if round == ROUNDS or not read.line or not drawn[-1].line:
            break
        line_ends = moved(line_ends, LINE_GAIN / (round + 1), drawn[-1].line / read.line)
        poem_ends = moved(poem_ends, POEM_GAIN / (round + 1), drawn[-1].poem / read.poem)
        parameters = raised(network, vocabulary, line_ends, poem_ends)
    return parameters, Matched(line_ends, poem_ends, read, drawn[0], drawn[-1])


def told(found: Matched) -> dict[str, Any]:
    """What a summary tells of it."""
    biases = {name: round(getattr(found, name), 4) for name in ("line_ends", "poem_ends")}
    means = {"read": found.read, "before": found.before, "after": found.after}
    return biases | {name: {"line": round(of.line, 2), "poem": round(of.poem, 2)} for name, of in means.items()}


def moved(bias: float, gain: float, too_long: float) -> float:
    """A bias after a step, if lengths are so many times those they should be."""
    return max(-MOST, min(MOST, bias + gain * math.log(too_long)))


def seconds(network: Network, recipe: Recipe) -> float:
    """How long it takes at most, on one core, if the recipe asks for it: measured on the beginnings of poems."""
    if not recipe.match_lengths:
        return 0.0
    began = time.perf_counter()
    free_poems(network, TIMED, np.random.default_rng(0))
    return (time.perf_counter() - began) * (ROUNDS + 1) * cut_of(recipe) / TIMED


def newlines(vocabulary: Vocabulary) -> list[int]:
    """The id of the newline, if there is one."""
    return [int(id) for id in vocabulary.encode("\n") if id != UNK]


def mean_lengths(poems: Sequence[Ids], vocabulary: Vocabulary) -> Lengths:
    """Of poems without their <EOS>; 0 if there are none, or no lines with anything in them."""
    together = np.concatenate([part for poem in poems for part in (poem, [EOS])])
    ends = np.flatnonzero(np.isin(together, [EOS, *newlines(vocabulary)]))
    lines = np.diff(ends, prepend=-1) - 1
    shown = lines[lines > 0]
    return Lengths(float(shown.mean()) if len(shown) else 0.0, float(np.mean([len(poem) for poem in poems])))


def some_poems(corpus: EncodedCorpus, cut: int, rng: np.random.Generator) -> list[Ids]:
    """The beginnings of `READ` poems, or of all there are, without <EOS>."""
    chosen = rng.permutation(corpus.poems)[:READ]
    poems = (corpus.ids[corpus.starts[poem] : corpus.starts[poem + 1]][:cut] for poem in chosen)
    return [poem[:-1] if poem[-1] == EOS else poem for poem in poems]


def free_poems(network: Network, cut: int, rng: np.random.Generator, map: Map = map) -> list[Ids]:
    """`DRAWN` poems that the network writes at temperature 1."""
    choice, seed = Choice(1.0, reject_unk=True), int(rng.integers(2**63))
    nothing = np.array([], np.int64)
    drawn = poems(*network, nothing, choice, max_length=cut, rng_seed=seed, count=DRAWN, map=map)
    return [poem.ids for poem in drawn]


def raised(network: Network, vocabulary: Vocabulary, line_ends: float, poem_ends: float) -> Parameters:
    """A copy of the parameters with so much more of a bias for all that ends a line, and for <EOS> besides."""
    result = language.parameters(network.config, network.parameters.flat.copy())
    result.b_y[newlines(vocabulary)] += np.float32(line_ends)
    result.b_y[EOS] += np.float32(line_ends + poem_ends)
    return result
