"""Vector drawings: a verdict on the scale of bands, and a person's curve over time."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, log10
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import HexColor

from sjedd_video.explain import percent, percent_range, time_code
from sjedd_video.report.blocks import Curve, Scale
from sjedd_video.report.fonts import BOLD, TEXT

INK, GREY, FAINT, BLUE = HexColor("#1a1a1a"), HexColor("#6b6b6b"), HexColor("#d9d9d9"), HexColor("#1f5fa8")
BANDS = (
    (0.0, 0.5, "weak", HexColor("#e9edf2")),
    (0.5, 0.7, "moderate", HexColor("#fbe3b0")),
    (0.7, 0.9, "strong", HexColor("#f5b26b")),
    (0.9, 1.0, "very strong", HexColor("#d9693a")),
)
"""From, to, name and colour; told apart by lightness too, for prints in grey and for the colour-blind."""
SCALE_HEIGHT, BAR_BOTTOM, BAR_HEIGHT = 60, 24, 14
CURVE_HEIGHT, LEFT, BOTTOM, TOP = 66, 30, 13, 4
BAR_ROW = 10
DOT = 1.6
MAX_TICKS = 8


def scale_drawing(scale: Scale, width: float) -> Drawing:
    """A bar from 0 to 100 % with the bands, the threshold, the probability and its interval; ``width`` in points."""
    drawing, left = _drawing(width, SCALE_HEIGHT), 8.0
    length = width - 2 * left

    def x(value: float) -> float:
        return float(left + length * value)

    for low, high, name, colour in BANDS:
        drawing.add(Rect(x(low), BAR_BOTTOM, x(high) - x(low), BAR_HEIGHT, fillColor=colour, strokeColor=None))
        drawing.add(_text((x(low) + x(high)) / 2, BAR_BOTTOM - 19, name, 8, INK))
    for edge in sorted({low for low, *_ in BANDS} | {1.0}):
        drawing.add(Line(x(edge), BAR_BOTTOM - 2, x(edge), BAR_BOTTOM, strokeColor=GREY, strokeWidth=0.6))
        drawing.add(_text(x(edge), BAR_BOTTOM - 10, f"{100 * edge:.0f} %", 7, GREY))
    top = BAR_BOTTOM + BAR_HEIGHT
    drawing.add(_dashed(x(scale.threshold), BAR_BOTTOM - 2, x(scale.threshold), top + 2))
    interval, probability = scale.verdict.interval, scale.verdict.probability
    if interval is not None:
        middle = BAR_BOTTOM + BAR_HEIGHT / 2
        for value in (interval.low, interval.high):
            drawing.add(Line(x(value), middle - 4, x(value), middle + 4, strokeColor=INK, strokeWidth=1.2))
        drawing.add(Line(x(interval.low), middle, x(interval.high), middle, strokeColor=INK, strokeWidth=1.6))
    at = x(probability)
    drawing.add(Polygon([at - 4, top + 9, at + 4, top + 9, at, top + 1], fillColor=INK, strokeColor=None))
    drawing.add(_label(at, top + 12, scale_words(scale), width))
    return drawing


def scale_words(scale: Scale) -> str:
    """Probability and interval in words."""
    interval = scale.verdict.interval
    text = f"Probability {percent(scale.verdict.probability)}"
    if interval is None:
        return f"{text} (one picture: no interval)"
    return f"{text}, 95 % interval {percent_range(interval)}"


def _label(x: float, y: float, text: str, width: float) -> Any:
    if x < width * 0.25:
        return _text(max(x - 6, 2), y, text, 9, INK, anchor="start", font=BOLD)
    if x > width * 0.75:
        return _text(min(x + 6, width - 2), y, text, 9, INK, anchor="end", font=BOLD)
    return _text(x, y, text, 9, INK, font=BOLD)


def curve_drawing(curve: Curve, width: float) -> Drawing:
    """A person's curve over the whole sampled time: gaps stay gaps; ``width`` in points."""
    drawing = _drawing(width, CURVE_HEIGHT)
    span = max(curve.end - curve.start, 1e-3)
    inner, height = width - LEFT - 8, CURVE_HEIGHT - BOTTOM - TOP

    def x(second: float) -> float:
        return float(LEFT + inner * (second - curve.start) / span)

    def y(value: float) -> float:
        return float(BOTTOM + height * value)

    for start, end in curve.spans:
        box = Rect(x(start), y(0), max(x(end) - x(start), 1), height, fillColor=HexColor("#fbe3b0"), strokeColor=None)
        drawing.add(box)
    for low in (0.0, 0.5, 1.0):
        drawing.add(Line(LEFT, y(low), LEFT + inner, y(low), strokeColor=FAINT, strokeWidth=0.5))
        drawing.add(_text(LEFT - 4, y(low) - 2.5, f"{100 * low:.0f} %", 7, GREY, anchor="end"))
    for cut in curve.cuts:
        drawing.add(Line(x(cut), y(0), x(cut), y(1), strokeColor=GREY, strokeWidth=0.8))
    for second in ticks(curve.start, curve.end):
        drawing.add(Line(x(second), y(0) - 2, x(second), y(0), strokeColor=GREY, strokeWidth=0.5))
        drawing.add(_text(x(second), 2, time_code(second), 7, GREY))
    drawing.add(_dashed(LEFT, y(curve.threshold), LEFT + inner, y(curve.threshold)))
    for segment in curve.segments:
        points = [v for i in segment for v in (x(float(curve.seconds[i])), y(float(curve.values[i])))]
        if len(segment) > 1:
            drawing.add(PolyLine(points, strokeColor=BLUE, strokeWidth=1.1))
    for second, value, usable in zip(curve.seconds, curve.values, curve.usable, strict=True):
        fill = BLUE if usable else HexColor("#ffffff")
        dot = Circle(x(float(second)), y(float(value)), DOT, fillColor=fill, strokeColor=BLUE, strokeWidth=0.6)
        drawing.add(dot)
    return drawing


def bar_drawing(value: float, largest: float, width: float) -> Drawing:
    """A bar from the middle to the left (below zero) or right (above zero), ``largest`` filling half of ``width``."""
    drawing, middle = Drawing(width, BAR_ROW, initialFontName=TEXT), width / 2
    length = middle * min(abs(value) / largest, 1.0) if largest > 0 else 0.0
    left = middle if value > 0 else middle - length
    colour = HexColor("#d9693a") if value > 0 else HexColor("#7f9fc0")
    drawing.add(Rect(left, 1.5, length, BAR_ROW - 3, fillColor=colour, strokeColor=None))
    drawing.add(Line(middle, 0, middle, BAR_ROW, strokeColor=GREY, strokeWidth=0.6))
    return drawing


def ticks(start: float, end: float) -> Iterator[float]:
    """At most ``MAX_TICKS`` round seconds from ``start`` to ``end``."""
    rough = max(end - start, 1e-3) / (MAX_TICKS - 1)
    power = 10.0 ** floor(log10(rough))
    steps = [m * power for m in (1, 2, 5, 10)] if rough < 10 else [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]
    step = next((s for s in steps if s >= max(rough, 0.1)), 3600 * ceil(rough / 3600))
    for i in range(ceil(start / step - 1e-9), floor(end / step + 1e-9) + 1):
        yield i * step


def _drawing(width: float, height: float) -> Drawing:
    """An empty drawing that starts with a font that is embedded."""
    return Drawing(width, height, initialFontName=TEXT)


def _text(x: float, y: float, text: str, size: float, colour: Any, anchor: str = "middle", font: str = TEXT) -> Any:
    return String(x, y, text, fontName=font, fontSize=size, fillColor=colour, textAnchor=anchor)


def _dashed(x0: float, y0: float, x1: float, y1: float) -> Any:
    return Line(x0, y0, x1, y1, strokeColor=HexColor("#a02020"), strokeWidth=0.8, strokeDashArray=[3, 2])
