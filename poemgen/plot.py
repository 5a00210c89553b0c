"""Curves to look at: a line of block characters for a terminal, and a line chart as an SVG picture."""

import html
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

Points: TypeAlias = Sequence[tuple[float, float]]

BLOCKS = "▁▂▃▄▅▆▇█"

WIDTH, HEIGHT = 760, 420  # pixels, as are all sizes below
TOP, BOTTOM = 56, 56  # margins; those on the sides are as wide as what is written there
LABEL_HEIGHT = 16
CHARACTER_WIDTH = 7.5  # of a label, on average
MOST_DOTS = 40  # a curve of more points is drawn without dots
MOST_DECIMALS = 6
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#555555")  # apart for colour-blind eyes too
GRID, INK = "#e4e4e4", "#333333"

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sparkline(values: Sequence[float], width: int = 40) -> str:
    """The shape of a curve in at most `width` block characters, the lowest value ▁ and the highest █.

    Infinities and NaN are left out. More values than `width` are averaged in groups of neighbours.
    """
    heights = _averaged([value for value in values if math.isfinite(value)], width)
    low, high = min(heights, default=0), max(heights, default=0)
    scale = (len(BLOCKS) - 1) / (high - low) if high > low else 0
    return "".join(BLOCKS[round((height - low) * scale)] for height in heights)


def _averaged(values: list[float], width: int) -> list[float]:
    count = len(values)
    if count <= width:
        return values
    groups = (values[place * count // width : (place + 1) * count // width] for place in range(width))
    return [sum(group) / len(group) for group in groups]


class Axis(NamedTuple):
    """Round numbers, and the pixels on which the first and the last of them lie."""

    ticks: list[float]
    begin: float
    end: float

    def pixel(self, value: float) -> float:
        """Where a number lies."""
        share = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return round(self.begin + share * (self.end - self.begin), 2)

    def labels(self) -> list[str]:
        """The numbers as they are written, all with the same decimals."""
        decimals = max(0, -math.floor(math.log10(self.ticks[1] - self.ticks[0]) + 1e-9))
        style = f",.{decimals}f" if decimals <= MOST_DECIMALS else "g"
        return [f"{tick:{style}}".replace("-", "\N{MINUS SIGN}") for tick in self.ticks]


def curve_svg(title: str, series: Mapping[str, Points], x_label: str, y_label: str) -> str:
    """A line chart of named curves, each a sequence of (x, y), as a complete SVG document on a white ground.

    Every curve bears its name at its end. Points that are not finite are left out, and curves without points too.
    """
    curves = {name: _finite(points) for name, points in series.items() if _finite(points)}
    y = Axis(round_ticks([y for points in curves.values() for _, y in points], 5), HEIGHT - BOTTOM, TOP)
    left = 44 + _width(y.labels())
    x = Axis(round_ticks([x for points in curves.values() for x, _ in points], 8), left, WIDTH - 24 - _width(curves))
    elements = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(title, left, 30, 'font-size="17" font-weight="600"'),
        *_horizontal_axis(x, x_label),
        *_vertical_axis(y, x, y_label),
        *_curves(curves, x, y),
    ]
    return "\n".join([_opening(title), *elements, "</svg>", ""])


def round_ticks(values: Collection[float], intervals: int) -> list[float]:
    """Evenly spaced round numbers, the first at most min(values), the last at least max(values): two or more, and about
    `intervals` + 1. Their step is 1, 2 or 5 times a power of ten."""
    low, high = min(values, default=0), max(values, default=1)
    rough = ((high - low) or abs(low) or 1) / intervals
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((factor * power for factor in (1, 2, 5) if factor * power >= rough * (1 - 1e-9)), 10 * power)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [number * step for number in range(first, last + 1)]


def _finite(points: Points) -> Points:
    return [point for point in points if all(map(math.isfinite, point))]


def _width(labels: Iterable[str]) -> float:
    return CHARACTER_WIDTH * max(map(len, labels), default=0)


def _opening(title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" font-family="system-ui, Helvetica, Arial, sans-serif" font-size="13" fill="{INK}">\n'
        f"<title>{_escaped(title)}</title>"
    )


def _horizontal_axis(x: Axis, label: str) -> list[str]:
    bottom = HEIGHT - BOTTOM
    marks = [_line(pixel, bottom, pixel, bottom + 5, INK) for pixel in map(x.pixel, x.ticks)]
    numbers = [
        _text(number, x.pixel(tick), bottom + 20, 'text-anchor="middle"')
        for tick, number in zip(x.ticks, x.labels(), strict=True)
    ]
    name = _text(label, (x.begin + x.end) / 2, HEIGHT - 14, 'text-anchor="middle"')
    return [_line(x.begin, bottom, x.end, bottom, INK), *marks, *numbers, name]


def _vertical_axis(y: Axis, x: Axis, label: str) -> list[str]:
    grid = [_line(x.begin, pixel, x.end, pixel, GRID) for pixel in map(y.pixel, y.ticks[1:])]
    numbers = [
        _text(number, x.begin - 8, y.pixel(tick) + 4, 'text-anchor="end"')
        for tick, number in zip(y.ticks, y.labels(), strict=True)
    ]
    middle = (y.begin + y.end) / 2
    return [*grid, *numbers, _text(label, 18, middle, f'text-anchor="middle" transform="rotate(-90 18 {middle:g})"')]


def _curves(curves: Mapping[str, Points], x: Axis, y: Axis) -> list[str]:
    drawn = [[(x.pixel(value), y.pixel(height)) for value, height in points] for points in curves.values()]
    colours = [COLOURS[index % len(COLOURS)] for index in range(len(drawn))]
    heights = _apart([pixels[-1][1] for pixels in drawn])
    lines = [_curve(pixels, colour) for pixels, colour in zip(drawn, colours, strict=True)]
    names = [
        _text(name, pixels[-1][0] + 9, height + 4, f'fill="{colour}" font-weight="600"')
        for name, pixels, height, colour in zip(curves, drawn, heights, colours, strict=True)
    ]
    return lines + names


def _apart(heights: list[float]) -> list[float]:
    """The heights, moved down where two labels would overlap."""
    moved = list(heights)
    lowest = -math.inf
    for index in sorted(range(len(heights)), key=heights.__getitem__):
        lowest = moved[index] = max(heights[index], lowest + LABEL_HEIGHT)
    return moved


def _curve(pixels: list[tuple[float, float]], colour: str) -> str:
    corners = " ".join(f"{x:g},{y:g}" for x, y in pixels)
    line = f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>'
    dots = pixels if len(pixels) <= MOST_DOTS else pixels[-1:]
    return "".join([line, *(f'<circle cx="{x:g}" cy="{y:g}" r="3" fill="{colour}"/>' for x, y in dots)])


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}"/>'


def _text(text: str, x: float, y: float, style: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" {style}>{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    return html.escape(NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))
