"""Everything needed to go on with a run, bit for bit, in one safetensors file beside the model.

The corpus itself is not in it, only its hash: the same text must be given again.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from poemgen.errors import PoemgenError
from poemgen.model import Config
from poemgen.network.arrays import Floats
from poemgen.network.stack import CELLS, State
from poemgen.storage import read_tensors, write_tensors
from poemgen.text.tokenizer import Vocabulary
from poemgen.training.dataset import Reading
from poemgen.training.optimizer import Moments
from poemgen.training.progress import Progress, Validation
from poemgen.training.recipe import Recipe
from poemgen.training.stages import views_of

KIND = "checkpoint"
LARGEST = 4 << 30  # bytes
LAYOUT = 5  # of the flat vectors; another order of gates would be another layout


@dataclass(frozen=True)
class Checkpoint:
    """A run on its way: architecture, recipe, vocabulary, how the corpus was read and its hashes, and all progress."""

    config: Config
    recipe: Recipe
    vocabulary: Vocabulary
    reading: Reading
    corpus_sha256: str
    validation_sha256: str  # empty if the validation part is a part of the corpus, or there is none
    details: dict[str, Any]  # what the finished model's summary tells besides
    half: bool  # whether the finished model is stored as float16
    seconds: float  # trained so far
    stage: str  # the network in training
    later: tuple[str, ...]  # those that come after it
    others: bool  # whether the model's file holds others that stay
    progress: Progress


def checkpoint_path(model_path: Path) -> Path:
    """Where the checkpoint of a model that is being trained lies."""
    return model_path.with_name(model_path.name + ".checkpoint")


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Writes the file whole or not at all. Raises PoemgenError if it cannot be written."""
    progress = checkpoint.progress
    tensors = {
        "model": progress.model.flat,
        "best": progress.best.flat,
        "m": progress.moments.m,
        "v": progress.moments.v,
        "places": progress.places,
    } | dict(_state_tensors(progress))
    write_tensors(path, tensors, _metadata(checkpoint), kind=KIND, limit=LARGEST)


def load_checkpoint(path: Path) -> Checkpoint:
    """Reads what `save_checkpoint` wrote. Raises PoemgenError for anything else."""
    stored = read_tensors(path, kind=KIND, limit=LARGEST, hashed=False)
    try:
        return _checkpoint({name: array.copy() for name, array in stored.tensors.items()}, stored.metadata)
    except (KeyError, TypeError, ValueError) as error:
        raise PoemgenError(
            f"{str(path)!r} is no checkpoint of this version of poemgen; delete it and train anew"
        ) from error


def _metadata(checkpoint: Checkpoint) -> dict[str, Any]:
    progress = checkpoint.progress
    return {
        "layout": LAYOUT,
        "config": asdict(checkpoint.config),
        "recipe": asdict(checkpoint.recipe),
        "vocabulary": checkpoint.vocabulary.characters,
        "reading": asdict(checkpoint.reading),
        "corpus_sha256": checkpoint.corpus_sha256,
        "validation_sha256": checkpoint.validation_sha256,
        "details": checkpoint.details,
        "half": checkpoint.half,
        "seconds": checkpoint.seconds,
        "stage": checkpoint.stage,
        "later": checkpoint.later,
        "others": checkpoint.others,
        "step": progress.step,
        "halves": len(progress.states),
        "loss": progress.loss,
        "curve": [list(point) for point in progress.curve],
    }


def _checkpoint(tensors: dict[str, Floats], metadata: dict[str, Any]) -> Checkpoint:
    if metadata["layout"] != LAYOUT:
        raise ValueError(f"layout {metadata['layout']}")
    config, vocabulary = Config(**metadata["config"]), Vocabulary(metadata["vocabulary"])
    progress = Progress(
        step=metadata["step"],
        model=views_of(metadata["stage"], config, tensors["model"]),
        best=views_of(metadata["stage"], config, tensors["best"]),
        moments=Moments(tensors["m"], tensors["v"]),
        places=tensors["places"],
        states=_states(config, tensors, metadata["halves"]),
        curve=[Validation(*point) for point in metadata["curve"]],
        loss=metadata["loss"],
    )
    return Checkpoint(
        config=config,
        recipe=Recipe(**metadata["recipe"]),
        vocabulary=vocabulary,
        reading=Reading(**metadata["reading"]),
        corpus_sha256=metadata["corpus_sha256"],
        validation_sha256=metadata["validation_sha256"],
        details=metadata["details"],
        half=metadata["half"],
        seconds=metadata["seconds"],
        stage=metadata["stage"],
        later=tuple(metadata["later"]),
        others=metadata["others"],
        progress=progress,
    )


def _state_tensors(progress: Progress) -> list[tuple[str, Floats]]:
    return [
        (f"state.{half}.{depth}.{name}", part)
        for half, states in enumerate(progress.states)
        for depth, state in enumerate(states)
        for name, part in zip(state._fields, state, strict=True)  # type: ignore[attr-defined]
    ]


def _states(config: Config, tensors: dict[str, Floats], halves: int) -> list[list[State]]:
    """The states of each half; none where the task carries none."""
    if not any(name.startswith("state.") for name in tensors):
        return [[] for _ in range(halves)]
    cell = CELLS[config.cell].State
    return [
        [cell(*(tensors[f"state.{half}.{depth}.{name}"] for name in cell._fields)) for depth in range(config.layers)]
        for half in range(halves)
    ]
