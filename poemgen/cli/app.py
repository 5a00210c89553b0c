"""The Typer app: which commands there are, and the options before a command."""

from typing import Annotated

import typer

from poemgen import __version__
from poemgen.cli import evaluate, fill, generate, inspect, scan, score, tokenize, train
from poemgen.cli.shell import Shell

app = typer.Typer(
    cls=Shell,
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


app.command()(tokenize.tokenize)
app.command()(train.train)
app.command()(generate.generate)
app.command()(fill.fill)
app.command()(score.score)
app.command()(scan.scan)
app.command()(evaluate.evaluate)
app.command()(inspect.inspect)
