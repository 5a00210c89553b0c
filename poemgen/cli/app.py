"""The Typer app: which commands there are, and the options before a command.

A command is imported when it is called: reading what options all the others have would take a tenth of a short call.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer

from poemgen import __version__
from poemgen.cli.shell import Shell

COMMANDS = ("tokenize", "train", "generate", "fill", "score", "scan", "evaluate", "inspect")


class Commands(Mapping[str, Any]):
    """The commands by name, each the function of that name in a file of that name."""

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        alone.command(name)(getattr(import_module(f"poemgen.cli.{name}"), name))
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Poemgen(Shell):
    """The command line with its commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": Commands()})

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, as the help lists them."""
        return list(COMMANDS)


app = typer.Typer(
    cls=Poemgen,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    """Prints the version and ends."""
    if wanted:
        print(f"poemgen {__version__}", flush=True)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")] = False,
) -> None:
    """Learns to write verse from any text, one character at a time.

    Try: poemgen generate --seed "moon"
    """
