"""What a campaign is made of: cases, each of some kind, with what went wrong in it."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

NOTHING: Mapping[str, float] = MappingProxyType({})


class Case(NamedTuple):
    """One fault. `wrong` says what should not have happened and is empty if all is well; `figures` are measures whose
    largest values count; a `skipped` case could not be tried here."""

    kind: str
    wrong: str = ""
    figures: Mapping[str, float] = NOTHING
    skipped: bool = False


# The random numbers, the share of the full number of cases, and a folder to work in.
Campaign: TypeAlias = Callable[[Random, float, Path], Iterator[Case]]


def count_of(full: int, scale: float) -> int:
    """So many cases at this scale, at least one."""
    return max(1, round(full * scale))


def some(kinds: list[str], scale: float, rng: Random) -> list[str]:
    """A share of a list, drawn at random, in its order."""
    chosen = set(rng.sample(range(len(kinds)), min(len(kinds), count_of(len(kinds), scale))))
    return [kind for index, kind in enumerate(kinds) if index in chosen]


def new_folder(folder: Path) -> Path:
    """An empty folder of its own for a case."""
    return Path(tempfile.mkdtemp(dir=folder))


def complaints(**checks: bool) -> str:
    """The names of the checks that failed, as words."""
    return ", ".join(name.replace("_", " ") for name, passed in checks.items() if not passed)


def is_root() -> bool:
    """Whether this user may mount file systems and become somebody else."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
