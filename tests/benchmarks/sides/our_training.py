"""A few steps of poemgen's training: `our_training.py cell layers units batch window steps`."""

import os
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from interleaved import seconds_of, serve

from poemgen.model import Config
from poemgen.training import trainer
from poemgen.training.batches import Corpus
from poemgen.training.desks import Desk
from poemgen.training.recipe import Recipe
from poemgen.workers import Workers, workers

V = 66
cell, *numbers = sys.argv[1:]
layers, units, batch, window, steps = map(int, numbers)
ids = np.random.default_rng(0).integers(2, V, 1_000_000, np.uint8)
recipe = Recipe(steps=10**9, batch=batch, window=window, dropout=0.0)
run = trainer.Run(Config(cell, layers, units, V), recipe, Corpus(ids, 0, V), None)
progress = trainer.begin(run)


def train(desks: list[Desk], pool: Workers) -> None:
    for _ in range(steps):
        trainer.update(run, progress, desks, pool)
        progress.step += 1


if __name__ == "__main__":
    with workers(2) as pool, trainer.at_desks(run, progress, pool) as desks:
        serve(lambda: seconds_of(lambda: train(desks, pool)))
