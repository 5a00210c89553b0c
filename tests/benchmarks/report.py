"""All figures about speed, side by side with what they are meant to reach.

    python tests/benchmarks/report.py                                   # all but the long ones; needs torch
    python tests/benchmarks/report.py --rows memory                     # training on a corpus of a gigabyte
    python tests/benchmarks/report.py --rows convergence --text input.txt   # Tiny Shakespeare, an hour and a half

Results are kept in a JSON file, so that the table shows earlier rows too. Whatever is compared is measured in turn, and
the ratio is that of the medians. The machine should have nothing else to do.
"""

import argparse
import json
import platform
import statistics
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import memory
import tiny_shakespeare
from interleaved import median_ratio, rounds

V = 66
FEWER, MORE = "≤", "≥"


class Row(NamedTuple):
    """A figure, and the bound that it is meant to keep."""

    what: str
    bound: str
    reach: float
    measured: float
    unit: str
    details: str

    def met(self) -> bool:
        """Whether it does."""
        return self.measured <= self.reach if self.bound == FEWER else self.measured >= self.reach


def operations_per_character(layers: int, units: int) -> int:
    """Of an LSTM's matrix products, forward and backward; the look-up of the first layer is none."""
    recurrent, inputs = layers * 4 * units**2, (layers - 1) * 4 * units**2
    return 6 * (recurrent + inputs + units * V)


TRAINING = [  # layers, units, batch, window, steps a round, reach, reach of the share of the peak
    (1, 128, 128, 64, 12, 0.60, None),
    (1, 128, 32, 64, 40, 0.85, None),
    (1, 256, 64, 64, 10, 0.65, 0.65),
    (1, 512, 64, 64, 4, 0.70, 0.80),
    (2, 512, 64, 128, 1, 0.75, 0.85),
]


def training(count: int) -> Iterator[Row]:
    """Training against PyTorch and against the machine."""
    for layers, units, batch, window, steps, reach, share in TRAINING:
        shape = [str(number) for number in (layers, units, batch, window, steps)]
        ours, torchs, peaks = rounds(
            [["our_training.py", "lstm", *shape], ["torch_training.py", *shape], ["sgemm_peak.py"]], count
        )
        name = f"{layers}x{units} B{batch} T{window}"
        details = f"{1e3 * median(ours) / steps:.1f} ms a step, PyTorch {1e3 * median(torchs) / steps:.1f} ms"
        yield Row(f"training time / PyTorch nn.LSTM: {name}", FEWER, reach, median_ratio(ours, torchs), "", details)
        if share:
            done = operations_per_character(layers, units) * batch * window * steps / median(ours) / 1e9
            peak = 100 / median(peaks)
            details = f"{done:.0f} of {peak:.0f} GFLOP/s"
            yield Row(f"share of the two-thread SGEMM peak: {name}", MORE, 100 * share, 100 * done / peak, "%", details)


def cells(count: int) -> Iterator[Row]:
    """The other cells against the LSTM."""
    shape = ["1", "256", "64", "64", "10"]
    times = rounds([["our_training.py", cell, *shape] for cell in ("lstm", "gru", "rnn")], count)
    for name, reach, own in (("GRU", 0.80, times[1]), ("simple RNN", 0.35, times[2])):
        details = f"{1e2 * median(own):.1f} ms a step"
        yield Row(f"{name} at 1x256: training time / LSTM's", FEWER, reach, median_ratio(own, times[0]), "", details)


SAMPLING = [
    (128, 1, 8000, 10),
    (256, 1, 6000, 7),
    (512, 1, 3000, 4.5),
    (256, 256, 300, 2),
]  # units, poems, characters, reach


def sampling(count: int) -> Iterator[Row]:
    """Poems against PyTorch."""
    for units, poems, characters, reach in SAMPLING:
        shape = [str(number) for number in (units, poems, characters)]
        threads = ["1"] if poems == 1 else ["2"]  # the faster for PyTorch
        ours, torchs = rounds([["our_sampling.py", *shape], ["torch_sampling.py", *shape, *threads]], count)
        per_second = [poems * characters / median(times) for times in (ours, torchs)]
        details = f"{per_second[0]:,.0f} characters/s, PyTorch {per_second[1]:,.0f}"
        name = f"{'one poem' if poems == 1 else f'{poems} poems at once'}, 1x{units}: speed / PyTorch's"
        yield Row(name, MORE, reach, 1 / median_ratio(ours, torchs), "", details)


def start_up(count: int) -> Iterator[Row]:
    """A whole call against the imports that it cannot do without."""
    call = [sys.executable, "-m", "poemgen", "generate", "-m", "embedded", "--max-length", "1", "--rng-seed", "1"]
    imports = [sys.executable, "-c", "import numpy, typer"]
    ours, theirs = rounds([["process.py", *call], ["process.py", *imports]], 4 * count, pause=0.05)
    details = f"{1e3 * median(ours):.0f} ms, the imports {1e3 * median(theirs):.0f} ms"
    name = "generate --max-length 1 / python -c 'import numpy, typer'"
    yield Row(name, FEWER, 0.92, median_ratio(ours, theirs), "", details)


def encoding(count: int) -> Iterator[Row]:
    """Text to ids."""
    for name, alphabet, reach in (("ASCII", "latin", 400), ("non-Latin", "mixed", 150)):
        (seconds,) = rounds([["our_encoding.py", str(10**8), alphabet]], count)
        yield Row(f"encoding 100 million characters, {name}", MORE, reach, 100 / median(seconds), "M/s", "")


def large_corpus(_: int) -> Iterator[Row]:
    """Memory for a gigabyte of text."""
    for wide, name, reach in ((False, "one byte an id", 2.2), (True, "two bytes an id", 3.2)):
        characters = 10**9 if not wide else 333_000_000  # a gigabyte in UTF-8, too
        measured = memory.bytes_per_character(characters, wide=wide)
        yield Row(f"peak memory to train on 1 GB, {name}", FEWER, reach, measured, "bytes/character", "")


SEVEN_GRAM = 1.517  # a modified Kneser-Ney model's nats, built in a second
BUDGETS = [(1, 1.60), (2, SEVEN_GRAM), (3, 1.49), (10, 1.45), (15, 1.43), (60, 1.39)]  # minutes, nats


def convergence(text: Path, budgets: list[float]) -> Iterator[Row]:
    """Tiny Shakespeare, its last tenth held out; a run is held to what is asked of the next longer one in `BUDGETS`."""
    passed = False
    for minutes in sorted(budgets):
        reach = next((reach for longest, reach in BUDGETS if minutes <= longest), BUDGETS[-1][1])
        result = tiny_shakespeare.measured(text, minutes, [])
        windows = [f"{result[f'zero state every {length}']:.3f} from zero every {length}" for length in (64, 256)]
        details = f"{', '.join(windows)}; {result['seconds']:.0f} s, {result['steps']:,} steps, {result['network']}"
        yield Row(f"nats/character after {minutes:g} min", FEWER, reach, result["streaming"], "", details)
        if result["streaming"] < SEVEN_GRAM and not passed:
            passed = True
            details = f"a run of this length ends at {result['streaming']:.3f}, below the 7-gram's {SEVEN_GRAM}"
            yield Row("seconds until a 7-gram is passed", FEWER, 120, result["seconds"], "s", details)


def median(numbers: list[float]) -> float:
    """The median."""
    return statistics.median(numbers)


def machine() -> str:
    """What it was measured on."""
    processor = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        processor = f"{names[0]}, {len(names)} cores" if names else processor
    packages = [f"{name} {found}" for name in ("numpy", "torch", "typer") if (found := version_of(name))]
    return f"{processor}; Python {platform.python_version()}, {', '.join(packages)}; one BLAS thread a worker"


def version_of(package: str) -> str:
    """The version, or nothing if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def table(results: dict[str, Any]) -> str:
    """The rows as Markdown."""
    lines = ["| what | reach | measured | | |", "|---|---|---|---|---|"]
    for row in (Row(**fields) for fields in results["rows"].values()):
        digits = 0 if row.measured >= 20 else 3 if "nats" in row.what else 2
        lines.append(
            f"| {row.what} | {row.bound} {row.reach:g} {row.unit} | {row.measured:.{digits}f} {row.unit} "
            f"| {'yes' if row.met() else 'no'} | {row.details} |"
        )
    return "\n".join([results["machine"], "", *lines])


def main() -> None:
    quick: dict[str, Callable[[int], Iterator[Row]]] = {
        "training": training,
        "cells": cells,
        "sampling": sampling,
        "start-up": start_up,
        "encoding": encoding,
    }
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--rows", nargs="+", choices=[*quick, "memory", "convergence"], default=list(quick))
    parser.add_argument("--text", type=Path, help="Tiny Shakespeare, for the rows of convergence")
    parser.add_argument("--minutes", nargs="+", type=float, default=[minutes for minutes, _ in BUDGETS])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, default=Path("speed.json"))
    arguments = parser.parse_args()
    if "convergence" in arguments.rows and not arguments.text:
        parser.error("the rows of convergence need --text")
    results = json.loads(arguments.json.read_text()) if arguments.json.exists() else {"rows": {}}
    results["machine"] = machine()
    groups = quick | {"memory": large_corpus, "convergence": lambda _: convergence(arguments.text, arguments.minutes)}
    for group in arguments.rows:
        for row in groups[group](arguments.rounds):
            print(f"{row.what}: {row.measured:.3f} {row.unit} ({row.details})", file=sys.stderr, flush=True)
            results["rows"][row.what] = row._asdict()
            arguments.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(table(results))


if __name__ == "__main__":
    main()
