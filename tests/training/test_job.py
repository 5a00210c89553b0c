"""A run from its preparation on: how long it is, and what it is tested on."""

import random
from pathlib import Path

import pytest

from poemgen.training import job as jobs
from poemgen.training.dataset import Reading
from poemgen.training.job import Corpora, Job, prepared, timed
from poemgen.training.plan import Wishes, useful_steps
from poemgen.workers import workers

POEMS = ["".join(random.Random(number).choices("moonreed \n", k=120)) + "\n" for number in range(40)]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "poems.txt"
    path.write_text("%\n".join(POEMS))
    return path


def small(corpus: Path, *validation: Path, fraction: float | None = None) -> Job:
    wishes = Wishes(units=4, batch=4, window=8)
    corpora = Corpora((str(corpus),), tuple(map(str, validation)))
    return prepared(corpora, Reading(fraction=fraction), wishes, None, half=False)


@pytest.mark.parametrize(
    ("fraction", "while_useful", "capped"), [(0.1, True, True), (0.1, False, False), (0, True, False)]
)
def test_only_default_minutes_with_a_test_end_where_more_is_useless(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, fraction: float, while_useful: bool, capped: bool
) -> None:
    monkeypatch.setattr(jobs, "steps_in", lambda *_: 10**6)
    job = small(corpus, fraction=fraction)
    with workers(1) as pool:
        steps = timed(job, 600, pool, while_useful=while_useful).run.recipe.steps
    assert steps == (useful_steps(job.run) if capped else 10**6)


def test_held_out_poems_of_their_own_are_split_by_a_rule_of_their_own(corpus: Path, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "folder").mkdir(exist_ok=True)
        (tmp_path / "folder" / f"{number}.txt").write_text(POEMS[number])
    dataset = small(tmp_path / "folder", corpus).dataset
    assert (dataset.reading.split, dataset.reading.validation_split) == ("file", "percent")
    assert dataset.validation is not None
    assert dataset.validation.poems == 40
