"""The same commands in many processes, whatever the environment says of threads: the same poems and weights."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

from commands import run

from campaigns.case import Case, complaints, count_of, new_folder
from campaigns.processes import SIZES, corpus_in, weights_of

FULL = 20
VARIABLES = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "GOTO_NUM_THREADS"]
GENERATE = ["generate", "-m", "model", "-n", "40", "--max-length", "60", "--rng-seed", "3", "-q"]


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Trainings with one worker and two in turn, and poems of each; the first one says what is right."""
    expected: tuple[str, str] | None = None
    for index in range(1 + count_of(FULL - 1, scale)):
        workers = str(1 + index % 2)
        settings = {name: str(rng.choice([1, 2, 3, 8, 64])) for name in VARIABLES if index}
        settings |= {"PYTHONHASHSEED": str(rng.randrange(2**32)), "OMP_DYNAMIC": rng.choice(["TRUE", "FALSE"])}
        found = weights_and_poems(corpus_in(new_folder(folder)), workers, settings)
        expected = expected or found
        wrong = complaints(same_weights=found[0] == expected[0], same_poems=found[1] == expected[1])
        yield Case(f"{workers} worker{'s' * (workers != '1')}", wrong and f"{wrong} {settings}")


def weights_and_poems(folder: Path, workers: str, settings: dict[str, str]) -> tuple[str, str]:
    """Hashes of what a training learns, and of poems of that model."""
    train = ["train", "poems.txt", "-o", "model", *SIZES, "--steps", "40", "--dropout", "0.2", "--workers", workers]
    assert run(*train, cwd=folder, env=settings).code == 0
    poems = run(*GENERATE, cwd=folder, env=settings)
    assert poems.code == 0, poems.err
    return sha256(weights_of(folder)).hexdigest(), sha256(poems.out.encode()).hexdigest()
