"""`poemgen inspect`: what is in a model file."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from poemgen.cli.models import LOCAL, model_path, open_model
from poemgen.cli.options import MODEL_VARIABLE, Quiet
from poemgen.cli.output import check_kept, output
from poemgen.cli.words import bidirectional, counted, duration, matched_lengths
from poemgen.errors import PoemgenError, visible

if TYPE_CHECKING:
    from poemgen.model import Config
    from poemgen.storage import PoemModel


def inspect(
    path: Annotated[
        Path | None, typer.Argument(metavar="[MODEL]", envvar=MODEL_VARIABLE, show_default=False, help="A model file.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.svg", help="Also draw the loss curve into this SVG file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one JSON object.")] = False,
    quiet: Quiet = False,
) -> None:
    """Show what is in a model file, and how it was trained."""
    model = open_model(path, quiet=quiet)
    if plot:
        check_kept([plot], [model_path(path or LOCAL)])
        draw(model, plot)
    with output() as write:
        if as_json:
            write(json.dumps(described(model), indent=1) + "\n")  # in ASCII: a summary may hold anything
            return
        rows = table(model)
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            write(f"{name:<{width}}  {visible(value)}".rstrip() + "\n")


def described(model: "PoemModel") -> dict[str, Any]:
    """All that the file says but its weights."""
    from dataclasses import asdict

    from poemgen.model import parameter_count

    return {
        "config": asdict(model.config),
        "parameters": parameter_count(model.config),
        "vocabulary": model.vocabulary.characters,
        "backward": asdict(model.backward.config) if model.backward else None,
        "fill": {"left": asdict(model.fill.config), "right": asdict(model.fill.right)} if model.fill else None,
        "words": len(model.word_lists.words.split()),
        "line_ends": len(model.word_lists.line_ends.split()),
        "training": model.summary,
        "sha256": model.sha256,
    }


def table(model: "PoemModel") -> list[tuple[str, str]]:
    """The same for people to read: names and values. What a summary lacks, or has in a form of its own, is left out."""
    from poemgen.plot import sparkline

    rows = [
        ("network", _architecture(model.config)),
        ("vocabulary", f"{model.config.vocabulary:,}: <EOS> <UNK> {_shown(model.vocabulary.characters)}"),
        ("file", f"sha256 {model.sha256}"),
    ]
    for part in (_corpus_rows, _held_out_rows, _length_rows, _run_rows):
        with suppress(KeyError, TypeError, ValueError):
            rows += part(model.summary)
    for name, points in curves(model).items():
        bits = [bits for _, bits in points]
        rows.append((name, f"{sparkline(bits)}  {bits[0]:.3f} to {bits[-1]:.3f} bits/character"))
    rows += _other_networks(model)
    lists = [(model.word_lists.words, "word"), (model.word_lists.line_ends, "line end")]
    if any(data for data, _ in lists):
        rows.append(("words", ", ".join(counted(len(data.split()), name) for data, name in lists)))
    return rows


def _other_networks(model: "PoemModel") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    if model.backward:
        rows.append(("backward", f"{_architecture(model.backward.config)}, reads lines from their ends"))
        with suppress(KeyError, TypeError, ValueError):
            rows += [("", value) for _, value in _held_out_rows(model.summary["backward"])]
    if model.fill:
        count = counted(len(model.fill.parameters.flat), "parameter")
        rows.append(("fill", f"{bidirectional(model.fill)}, {count}, fills gaps"))
        with suppress(KeyError, TypeError, ValueError):
            bits = model.summary["fill"]["held_out"]["bits_per_missing_character"]
            rows.append(("", f"{bits:.4f} bits/missing character of held-out text"))
    return rows


def _architecture(config: "Config") -> str:
    from poemgen.model import parameter_count

    layers = f"{counted(config.layers, 'layer')} of {counted(config.units, f'{config.cell} unit')}"
    return f"{layers}, {counted(parameter_count(config), 'parameter')}"


def _corpus_rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    corpus = summary["corpus"]
    poems, characters = counted(corpus["poems"], "poem"), counted(corpus["characters"], "character")
    return [("corpus", f"{poems}, {characters} to train on"), ("", f"sha256 {corpus['sha256']}")]


def _held_out_rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    held_out = summary["held_out"]
    poems, characters = counted(held_out["poems"], "poem"), counted(held_out["characters"], "character")
    return [("held out", f"{held_out['bits_per_character']:.4f} bits/character on {characters} of {poems}")]


def _length_rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    return [("lengths", matched_lengths(summary["lengths"]))]


def _run_rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    unfinished = "" if summary["finished"] else ", not finished"
    before = [(f"trained {run}", _steps(each)) for run, each in enumerate(summary.get("earlier", []), 1)]
    last = f"trained {len(before) + 1}" if before else "trained"
    return [*before, (last, f"{_steps(summary)}{unfinished}"), ("command", str(summary["command"]))]


def _steps(summary: dict[str, Any]) -> str:
    return f"{counted(summary['step'], 'step')}, {duration(summary['seconds'])}"


def _shown(characters: str) -> str:
    text = characters.replace("\n", "↵").replace("\t", "⇥")
    return text if len(text) <= 100 else f"{text[:100]}..."


def curves(model: "PoemModel") -> dict[str, list[tuple[float, float]]]:
    """Bits a character over steps, of the training and the held-out part; only those that have points."""
    try:
        points = [
            (float(step), {"training": training, "held-out": held_out})
            for step, training, held_out in model.summary["curve"]
        ]
        found = {
            name: [(step, float(bits[name])) for step, bits in points if bits[name] is not None]
            for name in ("training", "held-out")
        }
    except (KeyError, TypeError, ValueError):
        return {}
    return {name: curve for name, curve in found.items() if curve}


def draw(model: "PoemModel", path: Path) -> None:
    """Writes the loss curve as an SVG picture. Raises PoemgenError if the model has none."""
    from poemgen.durable import write_atomically
    from poemgen.plot import curve_svg

    series = curves(model)
    if not series:
        raise PoemgenError("this model tells of no loss curve; --plot needs one that poemgen trained")
    write_atomically(path, curve_svg("Loss while training", series, "step", "bits per character").encode())
