"""What two threads reach with float32 products of 1024 x 1024, each on its own: seconds for 1e11 operations."""

import os
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from interleaved import seconds_of, serve

N, PRODUCTS = 1024, 16
rng = np.random.default_rng(0)
factors = [rng.standard_normal((2, N, N), dtype=np.float32) for _ in range(2)]
results = [np.empty((N, N), np.float32) for _ in range(2)]


def multiply(worker: int) -> None:
    for _ in range(PRODUCTS):
        np.matmul(factors[worker][0], factors[worker][1], out=results[worker])


with ThreadPoolExecutor(2) as pool:
    operations = 2 * PRODUCTS * 2 * N**3
    serve(lambda: seconds_of(lambda: list(pool.map(multiply, range(2)))) * 1e11 / operations)
