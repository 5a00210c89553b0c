"""poemgen's sampler on a random model that never ends a poem: `our_sampling.py units poems characters`."""

import os
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from interleaved import seconds_of, serve

from poemgen.model import Config, initial
from poemgen.sampling import Choice, stream
from poemgen.text.tokenizer import EOS
from poemgen.workers import workers

V = 66
units, poems, characters = map(int, sys.argv[1:])
config = Config("lstm", 1, units, V)
model = initial(config, np.random.default_rng(0))
model.b_y[EOS] = -1e9
nothing = np.array([], np.int64)

with workers(2) as pool:

    def write() -> None:
        pieces = stream(
            config, model, nothing, Choice(0.8), max_length=characters, rng_seed=0, count=poems, map=pool.map
        )
        assert sum(isinstance(piece, int) for piece in pieces) == poems * characters

    serve(lambda: seconds_of(write))
