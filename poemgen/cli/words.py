"""Numbers, and networks, as people read them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poemgen.filling import Filler


def counted(count: int, noun: str) -> str:
    """`1 poem`, `1,234 poems`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """`0.8 seconds`, `45 seconds`, `9.9 minutes`, `2.5 hours`."""
    if seconds < 60:
        return f"{seconds:.1f} seconds" if seconds < 10 else f"{seconds:.0f} seconds"
    return f"{seconds / 60:.1f} minutes" if seconds < 3600 else f"{seconds / 3600:.1f} hours"


def size(count: int) -> str:
    """`12 kB`, `1.4 MB`."""
    return f"{count / 1e3:.0f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def bidirectional(filler: "Filler") -> str:
    """`bidirectional, 1 layer of 640 and 512 lstm units`."""
    left, right = filler.config, filler.right
    return f"bidirectional, {counted(left.layers, 'layer')} of {left.units:,} and {right.units:,} {left.cell} units"
