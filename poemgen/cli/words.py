"""Numbers, and networks, as people read them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

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


def matched_lengths(lengths: Mapping[str, Any]) -> str:
    """`lines of 39.4 characters, now 36.5 (the corpus: 36.3); poems of 1,150, now 1,170 (the corpus: 1,169)`."""
    read, before, after = (lengths[name] for name in ("read", "before", "after"))
    return (
        f"lines of {before['line']:.1f} characters, now {after['line']:.1f} (the corpus: {read['line']:.1f}); "
        f"poems of {before['poem']:,.0f}, now {after['poem']:,.0f} (the corpus: {read['poem']:,.0f})"
    )


def bidirectional(filler: "Filler") -> str:
    """`bidirectional, 1 layer of 640 and 512 lstm units`."""
    left, right = filler.config, filler.right
    return f"bidirectional, {counted(left.layers, 'layer')} of {left.units:,} and {right.units:,} {left.cell} units"
