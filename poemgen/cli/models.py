"""Which model a command uses, said on stderr."""

from pathlib import Path
from typing import TYPE_CHECKING

from poemgen.cli.shell import say
from poemgen.errors import PoemgenError

if TYPE_CHECKING:
    from poemgen.storage import PoemModel

LOCAL = Path("poemgen.safetensors")  # where `train` writes, and others look, unless told otherwise


def open_model(path: Path | None, *, quiet: bool) -> "PoemModel":
    """The model of the file, or of the first of the usual places that has one. Raises PoemgenError."""
    from poemgen.storage import embedded_path, load_model

    if path is not None:
        chosen, name = path, str(path)
    elif LOCAL.exists():
        chosen, name = LOCAL, f"./{LOCAL}"
    else:
        chosen, name = embedded_path(), "the embedded one"
        if not chosen.exists():
            raise PoemgenError("no model was given and none came with this installation: train one, or name a --model")
    model = load_model(chosen)
    if not quiet:
        say(f"model: {name}")
    return model
