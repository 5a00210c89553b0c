"""A few steps of training with PyTorch as the engine, in one process or several, each with one thread:
`our_torch.py device processes cell layers units batch window steps`.

The first process starts the others, which wait for its word before every round.
"""

import os
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from interleaved import seconds_of, serve

from poemgen.errors import PoemgenError
from poemgen.model import Config
from poemgen.torch_engine.engine import engine
from poemgen.training import trainer
from poemgen.training.batches import Corpus
from poemgen.training.recipe import Recipe
from poemgen.workers import workers

V = 66
device, count, cell, *numbers = sys.argv[1:]
layers, units, batch, window, steps = map(int, numbers)
ids = np.random.default_rng(0).integers(2, V, 1_000_000, np.uint8)
ids[::700] = 0  # poems of the usual length
recipe = Recipe(steps=10**9, batch=batch, window=window, dropout=0.0)
run = trainer.Run(Config(cell, layers, units, V), recipe, Corpus(ids, 0, V), None)
progress = trainer.begin(run)


def start_others() -> None:
    """Starts processes of the ranks 1, 2, ... as torchrun would."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": count}
    for rank in map(str, range(1, int(count))):
        subprocess.Popen([sys.executable, *sys.argv], env={**os.environ, "RANK": rank, "LOCAL_RANK": rank})
    os.environ |= {"RANK": "0", "LOCAL_RANK": "0"}


if int(count) > 1 and "RANK" not in os.environ:
    start_others()
with ExitStack() as stack:
    together = stack.enter_context(engine(device))
    pool = stack.enter_context(workers(1))
    take_a_step = stack.enter_context(together.at_work(run, progress, pool))

    def train() -> None:
        for _ in range(steps):
            take_a_step()
            progress.step += 1

    def round_of_all() -> float:
        together.processes.first(lambda: 1.0)
        return seconds_of(train)

    if together.processes.rank == 0:
        serve(round_of_all)
    else:
        with suppress(PoemgenError):  # the first process is gone
            while True:
                round_of_all()
    os._exit(0)
