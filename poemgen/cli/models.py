"""Which model a command uses, said on stderr."""

from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING

from poemgen.cli.shell import say
from poemgen.errors import PoemgenError

if TYPE_CHECKING:
    from poemgen.storage import PoemModel

LOCAL = Path("poemgen.safetensors")  # where `train` writes, and others look, unless told otherwise
EMBEDDED = "embedded"  # the name of the model that came with poemgen, wherever a model is asked for


def model_path(path: Path) -> Path:
    """The file of a model that the user named."""
    from poemgen.storage import embedded_path

    return embedded_path() if str(path) == EMBEDDED else path


def open_model(path: Path | None, *, quiet: bool, without: Container[str] = ()) -> "PoemModel":
    """The model of the file, or of the first of the usual places that has one, without what of it is not needed (see
    `load_model`). Raises PoemgenError."""
    from poemgen.storage import load_model

    chosen = path or (LOCAL if LOCAL.exists() else Path(EMBEDDED))
    if str(chosen) == EMBEDDED and not model_path(chosen).exists():
        raise PoemgenError("no model was given and none came with this installation: train one, or name a --model")
    model = load_model(model_path(chosen), without=without)
    if not quiet:
        say(f"model: {chosen}")
    return model
