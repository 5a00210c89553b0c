"""The house: every room has its floor and imports only from the floors below, heavy packages stay where they are
needed, and everything public says what it is."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import poemgen
from poemgen.cli.app import COMMANDS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "poemgen"
FILES = sorted(file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py"))

FLOORS = [
    {"errors", "__version__"},
    {"network", "verse", "console", "plot", "durable", "workers"},
    {"model", "text"},
    {"filling"},
    {"sampling", "scoring", "ngram", "storage"},
    {"composing"},
    {"training", "library", "evaluation"},
    {"torch_engine"},
    {"cli"},
    {"__main__"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

every_file = pytest.mark.parametrize("file", FILES)


class Import(NamedTuple):
    """What is imported, in full, and when: "load", "call" or "check" (for type checkers alone)."""

    name: str
    when: str


def imports(node: ast.AST, when: str = "load") -> Iterator[Import]:
    """All imports below a node of a syntax tree."""
    match node:
        case ast.Import():
            yield from (Import(alias.name, when) for alias in node.names)
        case ast.ImportFrom():
            home = "." * node.level + (node.module or "")
            yield from (Import(f"{home}.{alias.name}", when) for alias in node.names)
        case ast.If(test=ast.Name("TYPE_CHECKING")):
            yield from (found for child in node.body for found in imports(child, "check"))
            yield from (found for child in node.orelse for found in imports(child, when))
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (found for child in ast.iter_child_nodes(node) for found in imports(child, "call"))
        case _:
            yield from (found for child in ast.iter_child_nodes(node) for found in imports(child, when))


def complaints(file: str, source: str) -> list[str]:
    """What a file of the package imports and should not."""
    room = file.split("/")[0].removesuffix(".py")
    found = list(imports(ast.parse(source)))
    if file == "__init__.py":
        return [f"loads {name}" for name, when in found if when != "check" and name.startswith(("poemgen", "."))]
    if room not in FLOOR:
        return [f"{room} has no floor"]
    return [complaint for each in found if (complaint := complaint_about(file, room, each))]


def complaint_about(file: str, room: str, found: Import) -> str:
    top, *below = found.name.split(".")
    if top == "poemgen":
        other = below[0] if below else ""
        climbs = other != room and FLOOR.get(other, len(FLOORS)) >= FLOOR[room]
        return f"climbs to {found.name}" if climbs else ""
    misplaced = {
        "": True,  # an import relative to the folder: write it in full
        "typer": room != "cli",
        "rich": file != "console.py",
        "torch": room != "torch_engine",
        "numpy": room == "cli" and file != "cli/learning.py" and found.when == "load",
    }
    return f"imports {found.name}" if misplaced.get(top) else ""


@every_file
def test_every_file_imports_only_what_it_may(file: str) -> None:
    assert complaints(file, (PACKAGE / file).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("network/lstm.py", "from poemgen.text.tokenizer import EOS"),
        ("network/lstm.py", "from poemgen import model"),
        ("network/lstm.py", "import poemgen.model as m"),
        ("network/lstm.py", "import poemgen"),
        ("network/lstm.py", "from .. import model"),
        ("network/lstm.py", "def f():\n    from poemgen.sampling import Choice"),
        ("network/lstm.py", "class A:\n    def f(self):\n        if 1:\n            import poemgen.cli.app"),
        ("network/lstm.py", "try:\n    from poemgen import training\nexcept ImportError:\n    pass"),
        ("network/lstm.py", "if TYPE_CHECKING:\n    from poemgen.model import Config"),
        ("network/lstm.py", "import os, torch"),
        ("storage/names.py", "def f():\n    import torch"),
        ("training/trainer.py", "from poemgen.torch_engine.engine import engine"),
        ("network/lstm.py", "import typer"),
        ("network/lstm.py", "def f():\n    import rich.console"),
        ("network/lstm.py", "from poemgen.console import TrainingDisplay"),
        ("text/corpus.py", "from poemgen.model import Config"),
        ("storage/names.py", "from poemgen import scoring"),
        ("errors.py", "from poemgen import plot"),
        ("cli/score.py", "import numpy as np"),
        ("cli/score.py", "if True:\n    from numpy import array"),
        ("cli/score.py", "from rich import print"),
        ("cli/score.py", "from poemgen import __main__"),
        ("cli/score.py", "from poemgen.cellar import wine"),
        ("cellar.py", ""),
        ("__init__.py", "from poemgen.errors import PoemgenError"),
        ("__init__.py", "from .library import generate"),
    ],
)
def test_what_climbs_or_carries_too_much_is_found(file: str, source: str) -> None:
    assert len(complaints(file, source)) == 1


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("network/lstm.py", "import numpy as np\nfrom poemgen.network.arrays import Floats\nimport poemgen.errors"),
        ("model.py", "from poemgen.network import stack"),
        ("training/plan.py", "from poemgen import __version__, model, scoring\nfrom poemgen.training import trainer"),
        ("torch_engine/cells.py", "import torch\nfrom poemgen.training.task import Task"),
        ("cli/engines.py", "def f():\n    from poemgen.torch_engine.engine import engine"),
        ("console.py", "from rich.console import Console"),
        ("cli/score.py", "import typer\ndef f():\n    import numpy as np\n    from poemgen.training import plan"),
        ("cli/score.py", "if TYPE_CHECKING:\n    import numpy as np\n    from poemgen.scoring import Score"),
        ("cli/learning.py", "import numpy as np"),
        ("__init__.py", "if TYPE_CHECKING:\n    from poemgen.library import generate"),
    ],
)
def test_what_keeps_to_its_floor_is_let_through(file: str, source: str) -> None:
    assert complaints(file, source) == []


# ---- what starting costs


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("poemgen", {"numpy", "rich", "safetensors", "typer"}),
        ("poemgen.cli.app", {"numpy", "rich", "safetensors", "torch"}),
        ("poemgen.cli.learning", {"torch"}),
    ],
)
def test_starting_does_not_wait_for_heavy_packages(module: str, unwanted: set[str]) -> None:
    loaded = loaded_by(f"import {module}")
    assert module in loaded
    assert not loaded & unwanted


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_waits_neither_for_heavy_packages_nor_for_the_others(command: str) -> None:
    loaded = loaded_by(f"from poemgen.cli import app; app.Commands()['{command}']")
    assert {other for other in COMMANDS if f"poemgen.cli.{other}" in loaded} == {command}
    assert not loaded & {"numpy", "rich", "safetensors", "torch"}


def loaded_by(code: str) -> set[str]:
    """The modules that are there after this code."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"]
    return set(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split())


def test_type_checkers_see_the_names_that_are_imported_late() -> None:
    source = (PACKAGE / "__init__.py").read_text("utf-8")
    seen = {found.name for found in imports(ast.parse(source)) if found.when == "check"}
    assert seen == {f"{home}.{name}" for name, home in poemgen._HOMES.items()}
    assert sorted(poemgen.__all__) == sorted(poemgen._HOMES)
    for name in poemgen.__all__:
        assert getattr(poemgen, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'moon'"):
        _ = poemgen.moon


# ---- docstrings


def undocumented(node: ast.AST, name: str) -> Iterator[str]:
    """A module, class or function without a docstring, and those of the public ones in a module or class."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        if not (ast.get_docstring(node) or "").strip():
            yield name
        inside = node.body if isinstance(node, ast.Module | ast.ClassDef) else []
        for child in inside:
            if not (own := getattr(child, "name", "_")).startswith("_"):
                yield from undocumented(child, f"{name}.{own}")


@every_file
def test_everything_public_says_what_it_is(file: str) -> None:
    assert list(undocumented(ast.parse((PACKAGE / file).read_text("utf-8")), file)) == []


def test_what_says_nothing_is_found() -> None:
    source = '''
def spoken():
    """Says it."""
    def inner(): ...
def _private(): ...
def silent(): ...
class Silent:
    def method(self): " "
    def __init__(self): ...
class _Private:
    def method(self): ...
'''
    assert list(undocumented(ast.parse(source), "m")) == ["m", "m.silent", "m.Silent", "m.Silent.method"]
