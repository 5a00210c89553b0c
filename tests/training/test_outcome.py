"""The end of a run: the best parameters as they are stored, a true score, and a summary of the run."""

from pathlib import Path

import numpy as np
import pytest
from runs import small_run

from poemgen import bits_per_character
from poemgen.model import Config
from poemgen.scoring import whole
from poemgen.storage import load_model, save_model
from poemgen.text.encoded import poems_of
from poemgen.training.batches import Corpus
from poemgen.training.dataset import Dataset, Reading, read_dataset
from poemgen.training.outcome import best_so_far, best_step, outcome
from poemgen.training.rounding import as_stored
from poemgen.training.trainer import Progress, Run, Validation, begin, train
from poemgen.workers import workers

POEMS = [f"lamp {number} by the door,\n{number} reeds on the shore" for number in range(40)]
DETAILS = {"seconds": 1.5, "command": "poemgen train"}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    file = tmp_path_factory.mktemp("corpus") / "poems.txt"
    file.write_text("\n%\n".join(POEMS))
    return read_dataset([file], Reading(fraction=0.3))


def learned(dataset: Dataset, steps: int = 12) -> tuple[Run, Progress]:
    settings = small_run()
    config = Config("lstm", 1, 6, len(dataset.train.vocabulary))
    assert dataset.validation is not None
    passages = whole(config, poems_of(dataset.validation))
    run = Run(config, settings.recipe, Corpus(dataset.train.ids, 0, config.no_character), passages)
    progress = begin(run)
    with workers(1) as pool:
        for event in train(run, progress, pool):
            if event.step == steps:
                break
    return run, progress


@pytest.mark.parametrize("half", [False, True])
def test_the_score_is_that_of_the_model_in_the_file(dataset: Dataset, tmp_path: Path, half: bool) -> None:
    run, progress = learned(dataset)
    with workers(2) as pool:
        model = outcome(run, progress, dataset, half, DETAILS, pool)
    assert dataset.validation is not None
    save_model(tmp_path / "m", model, half=half)
    stored = load_model(tmp_path / "m")
    assert np.array_equal(stored.parameters.flat, as_stored(progress.best.flat, half))
    assert np.array_equal(stored.parameters.flat, progress.best.flat) != half
    poems = [dataset.train.vocabulary.decode(ids[:-1]) for ids in poems_of(dataset.validation)]
    figures = stored.summary["held_out"]
    assert figures["bits_per_character"] == pytest.approx(bits_per_character(stored, poems), abs=1e-4)
    assert figures["characters"] == sum(len(poem) + 1 for poem in poems)
    assert figures["poems"] == len(poems)


def test_the_summary_tells_of_the_run(dataset: Dataset) -> None:
    run, progress = learned(dataset)
    with workers(1) as pool:
        summary = outcome(run, progress, dataset, False, DETAILS, pool).summary
    assert summary["finished"] is True
    assert (summary["seconds"], summary["command"]) == (1.5, "poemgen train")
    assert summary["step"] == progress.step == 12
    assert summary["recipe"] == vars(run.recipe)
    assert summary["reading"] == vars(dataset.reading)
    assert summary["corpus"]["poems"] == dataset.train.poems
    assert [point[0] for point in summary["curve"]] == [point.step for point in progress.curve]


def test_a_run_that_goes_on_has_a_model_already_but_no_score(dataset: Dataset) -> None:
    run, progress = learned(dataset, steps=7)
    model = best_so_far(run, progress, dataset, False, DETAILS)
    assert model.summary["finished"] is False
    assert "held_out" not in model.summary
    assert np.array_equal(model.parameters.flat, progress.best.flat)
    assert not np.shares_memory(model.parameters.flat, progress.best.flat)


def test_where_nothing_is_held_out_there_is_no_score(dataset: Dataset) -> None:
    run, progress = learned(dataset)
    alone = Dataset(dataset.train, None, dataset.reading, False, {})
    with workers(1) as pool:
        assert "held_out" not in outcome(run, progress, alone, False, DETAILS, pool).summary


@pytest.mark.parametrize(
    ("held_out", "expected"),
    [([3.0, 2.0, 2.5], 20), ([3.0, 2.0, 2.0], 20), ([3.0, 0.0, 1.0], 20), ([None, None, None], 30), ([], 0)],
)
def test_the_best_step_is_the_one_whose_parameters_were_kept(held_out: list[float | None], expected: int) -> None:
    progress = begin(small_run())
    training = [1.0, 5.0, 9.0]  # says nothing about which is the best
    progress.curve = [Validation(10 * place, training[place - 1], bits) for place, bits in enumerate(held_out, start=1)]
    assert best_step(progress) == expected
