"""`poemgen evaluate`: the card of a model, its figures beside those of people and of an 8-gram."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from poemgen.cli.models import LOCAL, model_path, open_model
from poemgen.cli.options import MODEL_VARIABLE, Encoding, Output, Quiet, SplitRule, number
from poemgen.cli.output import check_kept, output
from poemgen.cli.shell import say
from poemgen.cli.words import counted
from poemgen.errors import UsageError
from poemgen.text.sources import STANDARD_INPUT

if TYPE_CHECKING:
    from poemgen.evaluation.card import Card
    from poemgen.storage import PoemModel

MOST_POEMS = 2_000


class CardFormat(StrEnum):
    """How a card is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def evaluate(
    held_out: Annotated[
        list[str],
        typer.Option("--held-out", metavar="FILE", help="Poems that the model has not learned from; can be repeated."),
    ],
    path: Annotated[
        Path | None, typer.Argument(metavar="[MODEL]", envvar=MODEL_VARIABLE, show_default=False, help="A model file.")
    ] = None,
    corpus: Annotated[
        list[str] | None,
        typer.Option(
            "--corpus", metavar="FILE", help="What the model learned from, for the 8-gram and copies; can be repeated."
        ),
    ] = None,
    poems: Annotated[
        int,
        typer.Option("--poems", callback=number(at_least=1, at_most=MOST_POEMS), help="How many free poems are drawn."),
    ] = 200,
    asked: Annotated[
        int,
        typer.Option(
            "--asked",
            callback=number(at_least=0, at_most=MOST_POEMS),
            help="How many poems are asked for in each of three ways: couplets, keywords, acrostics.",
        ),
    ] = 40,
    rng_seed: Annotated[
        int,
        typer.Option(
            "--rng-seed", callback=number(at_least=0, at_most=2**63 - 1), help="Other random numbers give another card."
        ),
    ] = 0,
    split: SplitRule = "auto",
    encoding: Encoding = "utf-8",
    format: Annotated[
        CardFormat, typer.Option("--format", "-f", help="A table, one JSON object, or Markdown.")
    ] = CardFormat.TEXT,
    output_path: Output = None,
    quiet: Quiet = False,
) -> None:
    """Measure a model's poems beside those of people and of an 8-gram.

    The 8-gram counts what follows seven characters, in the corpus. In parentheses stands the 95% interval, by poem.
    Where the model is worse than people by more than chance, a sentence under the table says so.

    The same command gives the same card.
    """
    if STANDARD_INPUT in held_out and STANDARD_INPUT in (corpus or []):
        raise UsageError("standard input can be read once: for --held-out, or for --corpus")
    if output_path:
        check_kept([output_path], [model_path(path or LOCAL), *held_out, *(corpus or [])])
    model = open_model(path, quiet=quiet)
    human = _poems(held_out, split, encoding, "held out", quiet=quiet)
    learned = _poems(corpus, split, encoding, "corpus", quiet=quiet) if corpus else []
    with output(output_path) as write:
        found = _measured(model, human, learned, (poems, asked, rng_seed), quiet=quiet)
        details: dict[str, object] = {
            "model": model.sha256,
            "held_out": {"poems": len(human), "characters": sum(map(len, human))},
            "corpus": {"poems": len(learned), "characters": sum(map(len, learned))} if learned else None,
            "settings": {"poems": poems, "asked": asked, "rng_seed": rng_seed},
        }
        write(_laid_out(found, format, details))


def _poems(sources: list[str], split: str, encoding: str, name: str, *, quiet: bool) -> list[str]:
    from poemgen.text.cleaning import describe_dropped
    from poemgen.text.reading import read_poems

    stream = read_poems(sources, split=split, encoding=encoding)
    found = list(stream)
    if not quiet:
        say(f"{name}: {counted(stream.poems, 'poem')} (split: {stream.split})")
        if stream.dropped:
            say(f"left out: {describe_dropped(stream.dropped)}")
    return found


def _measured(
    model: "PoemModel", held_out: list[str], corpus: list[str], amounts: tuple[int, int, int], *, quiet: bool
) -> "Card":
    from poemgen.evaluation.card import card
    from poemgen.evaluation.study import Settings, Study
    from poemgen.workers import available, workers

    def tell(message: str) -> None:
        if not quiet:
            say(message)

    with workers(available()) as pool:
        return card(Study(model, held_out, corpus, Settings(*amounts), tell=tell, map=pool.map))


def _laid_out(card: "Card", format: CardFormat, details: dict[str, object]) -> str:
    from poemgen.evaluation.layout import as_json, as_markdown, as_text

    match format:
        case CardFormat.TEXT:
            return as_text(card)
        case CardFormat.MARKDOWN:
            return as_markdown(card)
        case CardFormat.JSON:
            return as_json(card, details)
