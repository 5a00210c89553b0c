"""Two runs that train one model at the same time: one does, the other is refused."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from commands import run, start

from campaigns.case import Case, complaints, count_of, new_folder
from campaigns.processes import corpus_in, is_error_line, last_words, loads, strays

FULL = 50
RUN = ["train", "poems.txt", "--units", "16", "--batch", "8", "--window", "16", "--steps", "400", "-q", "--force"]


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Pairs that start within a tenth of a second; half of the second ones know the model by another name."""
    for index in range(count_of(FULL, scale)):
        name = "link" if index % 2 else "model"
        yield Case(
            f"by {'another' if index % 2 else 'one'} name", together(new_folder(folder), name, rng.random() / 10)
        )


def together(folder: Path, name: str, pause: float) -> str:
    """What is wrong after two runs at once."""
    corpus_in(folder)
    (folder / "link").symlink_to("model")
    first = start(*RUN, "-o", "model", cwd=folder, start_new_session=True)
    time.sleep(pause)
    second = start(*RUN, "-o", name, cwd=folder, start_new_session=True)
    said = [last_words(process) for process in (first, second)]
    codes = [first.returncode, second.returncode]
    refused = said[codes.index(1)] if 1 in codes else ""
    wrong = complaints(
        one_trained_and_one_was_refused=sorted(codes) == [0, 1],
        refused_in_a_line=is_error_line(refused) and "another process is training" in refused,
        model_loads=loads(folder) and run("inspect", "model", cwd=folder).code == 0,
        nothing_else_is_left=strays(folder) == [] and len(list(folder.iterdir())) == 3,
    )
    return wrong and f"{wrong} ({codes}, {said})"
