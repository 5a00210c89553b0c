"""All figures about verse, side by side for people, an 8-gram and the model.

    python tests/benchmarks/verse.py train.txt --held-out known-authors.txt unknown-authors.txt --cache 8-gram.npz
    python tests/benchmarks/verse.py train.txt --held-out ... --only humans 8-gram --rows rhyme meter
    python tests/benchmarks/verse.py train.txt --held-out ... --time        # seconds for a sonnet: a quiet machine

The model is asked as a user would ask it, by `poemgen generate`, 200 poems a way, with fixed seeds and the default
settings otherwise; a poem or a line that does not come counts as failed. The people are held-out poems, chosen by their
form as `poemgen.evaluation.told_forms` says. The 8-gram (modified Kneser-Ney, fitted on the training corpus, drawn from
at the same temperature) is asked for nothing: its figures are what comes by chance.
Results are kept in a JSON file, so that the table shows earlier columns and rows too.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import verse_form_rows as form
import verse_text_rows as text
from verse_cells import COLUMNS, Cell
from verse_columns import Columns

GROUPS = {
    "rhyme": form.rhyme,
    "syllables": form.counts_of,
    "meter": form.meters,
    "demands": form.demands,
    "words": text.real_words,
    "copies": text.copied,
    "bits": text.bits,
    "time": text.seconds,
}
TIME = "time"  # the group of rows that wants a quiet machine
Table = dict[str, dict[str, dict[str, Any]]]  # group, row, column, cell


def shown(cell: Cell | None) -> str:
    """A figure as it stands in the table."""
    if cell is None:
        return ""
    match cell.unit:
        case "%":
            digits = 3 if cell.value < 1 else 1
            return f"{cell.value:.{digits}f}% of {cell.of:,}"
        case "":
            return f"{cell.value:.3f}"
        case unit:
            return f"{cell.value:.2f} {unit}"


def rows_of(table: Table) -> list[list[str]]:
    """The table as text, its head first."""
    rows = (row for group in GROUPS for row in table.get(group, {}).items())
    return [["", *COLUMNS]] + [
        [name, *(shown(Cell(**cells[column]) if column in cells else None) for column in COLUMNS)]
        for name, cells in rows
    ]


def aligned(rows: list[list[str]]) -> str:
    """Columns of equal width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def markdown(rows: list[list[str]]) -> str:
    """As Markdown."""
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *rest])


def main() -> None:
    """Measure what is asked for, and print all that is known."""
    rows = [name for name in GROUPS if name != TIME]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path, help="the training corpus, poems between lines of %%")
    parser.add_argument("--held-out", type=Path, nargs="+", required=True)
    parser.add_argument("--model", type=Path, help="the model file; without it the embedded model")
    parser.add_argument("--cache", type=Path, help="where the 8-gram is kept")
    parser.add_argument("--poems", type=Path, default=Path("verse-poems"), help="where the model's poems are kept")
    parser.add_argument("--count", type=int, default=200, help="poems a way of asking")
    parser.add_argument("--rows", nargs="+", choices=rows, default=rows)
    parser.add_argument("--only", nargs="+", choices=COLUMNS, default=list(COLUMNS))
    parser.add_argument("--time", action="store_true", help="only measure the time for a sonnet")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--json", type=Path, default=Path("verse.json"))
    arguments = parser.parse_args()
    columns = Columns(
        corpus=arguments.corpus,
        held_out=arguments.held_out,
        model=arguments.model,
        cache=arguments.cache,
        folder=arguments.poems,
        count=arguments.count,
    )
    table: Table = json.loads(arguments.json.read_text("utf-8")) if arguments.json.exists() else {}
    for group in [TIME] if arguments.time else arguments.rows:
        for column in arguments.only:
            for row, cell in GROUPS[group](columns, column):
                print(f"{row}: {column}: {shown(cell)}", file=sys.stderr, flush=True)
                table.setdefault(group, {}).setdefault(row, {})[column] = cell._asdict()
                arguments.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print((markdown if arguments.markdown else aligned)(rows_of(table)))


if __name__ == "__main__":
    main()
