"""A card as text, as Markdown and as JSON."""

import json
import math
from collections.abc import Mapping
from typing import Any

from poemgen.evaluation.card import Card
from poemgen.evaluation.figures import Figure

INSIDE = "nothing that was measured tells the model from people"


def table(card: Card) -> list[list[str]]:
    """The cells of the table, its head first."""
    cells = ([row.name, *(row.shown(column, interval=True) for column in card.columns)] for row in card.rows)
    return [["", *card.columns], *cells]


def sentences(card: Card) -> list[str]:
    """What is to be said under the table."""
    return [*(card.remarks or [INSIDE]), *card.notes]


def as_text(card: Card) -> str:
    """Columns of equal width, and the sentences under them."""
    rows = table(card)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join([*lines, "", *sentences(card)]) + "\n"


def as_markdown(card: Card) -> str:
    """A table and a list."""
    head, *rest = (f"| {' | '.join(row)} |" for row in table(card))
    rule = "|---" * (len(card.columns) + 1) + "|"
    return "\n".join([head, rule, *rest, "", *(f"- {sentence}" for sentence in sentences(card))]) + "\n"


def as_json(card: Card, details: Mapping[str, Any]) -> str:
    """All of it, and what else is to be known; what could not be measured is null."""
    rows = [
        {"name": row.name, "percent": row.percent}
        | {column: _numbers(figure) for column, figure in row.figures.items()}
        for row in card.rows
    ]
    whole = {**details, "rows": rows, "remarks": card.remarks, "notes": card.notes}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _numbers(figure: Figure) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else round(value, 6) for name, value in figure._asdict().items()}
