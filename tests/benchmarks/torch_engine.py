"""Speed of PyTorch as the engine, side by side with what it is meant to reach.

    python tests/benchmarks/torch_engine.py                         # two processes against one, on CPU cores
    python tests/benchmarks/torch_engine.py --rows gpu --peak 989   # a GPU, its peak in TFLOP/s, against two CPU cores

The peak is the card's for dense bfloat16 products, from its data sheet (989 for an H100 or H200 with SXM). Whatever is
compared is measured in turn, and the ratio is that of the medians. The machine should have nothing else to do.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator

from interleaved import rounds
from report import MORE, Row, operations_per_character

CPU = [  # cell, layers, units, streams, window, steps a round
    ("lstm", 1, 512, 64, 64, 4),
    ("lstm", 1, 512, 128, 64, 2),
    ("lstm", 2, 512, 64, 64, 2),
    ("gru", 1, 256, 64, 64, 8),
    ("gru", 1, 512, 128, 64, 2),
]
GPU = [(2, 512, 1024, 128, 10), (3, 1024, 1024, 128, 3)]  # layers, units, streams, window, steps a round on the GPU
REACH = {2: 10, 3: 50}  # times the characters a second of two CPU cores


def processes(count: int) -> Iterator[Row]:
    """Two processes with one thread each, against one."""
    for cell, layers, units, batch, window, steps in CPU:
        shape = [cell, *map(str, (layers, units, batch, window, steps))]
        one, two = rounds([["our_torch.py", "cpu", "1", *shape], ["our_torch.py", "cpu", "2", *shape]], count)
        gain = statistics.median(one) / statistics.median(two)
        per_second = [steps * batch * window / statistics.median(times) for times in (one, two)]
        details = f"{per_second[0]:,.0f} and {per_second[1]:,.0f} characters/s"
        yield Row(f"two processes / one: {cell} {layers}x{units} B{batch} T{window}", MORE, 1.8, gain, "", details)


def gpu(count: int, peak: float) -> Iterator[Row]:
    """A GPU against NumPy's engine on two cores, each with a batch that suits it."""
    for layers, units, batch, window, steps in GPU:
        shape = [str(number) for number in (layers, units, batch, window, steps)]
        ours = [str(number) for number in ("lstm", layers, units, 64, 64, 1)]
        card, cores = rounds([["our_torch.py", "cuda", "1", "lstm", *shape], ["our_training.py", *ours]], count)
        per_second = [steps * batch * window / statistics.median(card), 64 * 64 / statistics.median(cores)]
        share = per_second[0] * operations_per_character(layers, units) / (peak * 1e12)
        details = f"{per_second[0]:,.0f} and {per_second[1]:,.0f} characters/s; {share:.1%} of the card's peak"
        gain = per_second[0] / per_second[1]
        yield Row(f"a GPU / two CPU cores: {layers}x{units}", MORE, REACH[layers], gain, "", details)


def main() -> None:
    """Measures the rows asked for and prints them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", choices=["processes", "gpu"], default="processes")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peak", type=float, default=989.0)
    options = parser.parse_args()
    rows = processes(options.rounds) if options.rows == "processes" else gpu(options.rounds, options.peak)
    for row in rows:
        met = "met" if row.met() else "NOT MET"
        print(f"{row.what}: {row.measured:.2f} ({row.bound} {row.reach:g}, {met}); {row.details}", file=sys.stdout)


if __name__ == "__main__":
    main()
