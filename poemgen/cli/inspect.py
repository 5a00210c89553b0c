"""`poemgen inspect`: what is in a model file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from poemgen.cli.models import open_model
from poemgen.cli.options import Quiet
from poemgen.errors import PoemgenError, visible

if TYPE_CHECKING:
    from poemgen.storage import PoemModel


def inspect(
    path: Annotated[
        Path | None, typer.Argument(metavar="[MODEL]", envvar="POEMGEN_MODEL", show_default=False, help="A model file.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.svg", help="Also draw the loss curve into this SVG file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one JSON object.")] = False,
    quiet: Quiet = False,
) -> None:
    """Show a model's architecture, vocabulary, training and loss curve."""
    model = open_model(path, quiet=quiet)
    if plot:
        draw(model, plot)
    if as_json:
        print(json.dumps(described(model), ensure_ascii=False, indent=1))
        return
    rows = table(model)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {visible(value)}")


def described(model: "PoemModel") -> dict[str, Any]:
    """All that the file says but its weights."""
    from dataclasses import asdict

    from poemgen.model import parameter_count

    return {
        "config": asdict(model.config),
        "parameters": parameter_count(model.config),
        "vocabulary": model.vocabulary.characters,
        "training": model.summary,
        "sha256": model.sha256,
    }


def table(model: "PoemModel") -> list[tuple[str, str]]:
    """The same for people to read: names and values. What a summary lacks, or has in a form of its own, is left out."""
    from poemgen.model import parameter_count
    from poemgen.plot import sparkline

    config, summary = model.config, model.summary
    rows = [
        ("network", f"{config.layers} x {config.units} {config.cell}, {parameter_count(config):,} parameters"),
        ("vocabulary", f"{config.vocabulary:,}: <EOS> <UNK> {_shown(model.vocabulary.characters)}"),
        ("file", f"sha256 {model.sha256}"),
    ]
    corpus, held_out = _part(summary, "corpus"), _part(summary, "held_out")
    if {"poems", "characters", "sha256"} <= corpus.keys():
        rows.append(("corpus", f"{corpus['poems']:,} poems, {corpus['characters']:,} characters to train on"))
        rows.append(("", f"sha256 {corpus['sha256']}"))
    if "bits_per_character" in held_out:
        text = f"{held_out['bits_per_character']} bits/character on {held_out['characters']:,} characters"
        rows.append(("held out", f"{text} of {held_out['poems']:,} poems"))
    if "step" in summary:
        rows.append(("trained", f"{summary['step']:,} steps, {summary.get('seconds', 0) / 60:.1f} minutes"))
    if "command" in summary:
        rows.append(("command", str(summary["command"])))
    for name, points in curves(model).items():
        bits = [bits for _, bits in points]
        rows.append((name, f"{sparkline(bits)}  {bits[0]:.3f} to {bits[-1]:.3f} bits/character"))
    return rows


def _part(summary: dict[str, Any], name: str) -> dict[str, Any]:
    part = summary.get(name)
    return part if isinstance(part, dict) else {}


def _shown(characters: str) -> str:
    text = characters.replace("\n", "↵").replace("\t", "⇥")
    return text if len(text) <= 100 else f"{text[:100]}..."


def curves(model: "PoemModel") -> dict[str, list[tuple[float, float]]]:
    """Bits a character over steps, of the training and the held-out part; only those that have points."""
    points = model.summary.get("curve") or []
    training = [(float(step), float(bits)) for step, bits, _ in points]
    held_out = [(float(step), float(bits)) for step, _, bits in points if bits is not None]
    return {name: curve for name, curve in (("training", training), ("held-out", held_out)) if curve}


def draw(model: "PoemModel", path: Path) -> None:
    """Writes the loss curve as an SVG picture. Raises PoemgenError if the model has none."""
    from poemgen.durable import write_atomically
    from poemgen.plot import curve_svg

    series = curves(model)
    if not series:
        raise PoemgenError("this model tells of no loss curve; --plot needs one that poemgen trained")
    write_atomically(path, curve_svg("Loss while training", series, "step", "bits per character").encode())
