"""Drawing the boxes of faces with their labels, on the screen and into saved pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from sjedd_gui.player.overlay import Box, Mark
from sjedd_gui.player.timecode import exact_time_code
from sjedd_gui.widgets.palette import label_colour, track_colour, track_pen_style
from sjedd_video.explain import percent

HALO = QColor(0, 0, 0, 170)
PLATE = QColor(0, 0, 0, 190)
"""Background of the label of an earlier box, which is not filled with the person's colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A box to be drawn. ``own``: it was found in the very frame that is shown, not in an earlier one."""

    mark: Mark
    own: bool


def mark_label(drawn: Drawn) -> str:
    """The words beside a box."""
    mark = drawn.mark
    if not drawn.own:
        text = QCoreApplication.translate("Marks", "Person {track} at {time}")
        return text.format(track=mark.track, time=exact_time_code(mark.time.seconds))
    if mark.value is not None:
        text = QCoreApplication.translate("Marks", "Person {track}, {percent}")
        return text.format(track=mark.track, percent=percent(mark.value))
    if not mark.usable:
        return QCoreApplication.translate("Marks", "Person {track}, not used").format(track=mark.track)
    return QCoreApplication.translate("Marks", "Person {track}").format(track=mark.track)


def box_rect(box: Box) -> QRectF:
    """A box from centres of pixels to edges of pixels: the first pixel reaches from 0 to 1."""
    return QRectF(QPointF(box[0] + 0.5, box[1] + 0.5), QPointF(box[2] + 0.5, box[3] + 0.5))


def draw_marks(
    painter: QPainter,
    marks: Sequence[Drawn],
    place: Callable[[QRectF], QRectF],
    area: QRectF,
    *,
    chosen: int,
    line: float = 2.0,
) -> None:
    """Draw boxes and labels in the painter's font.

    Args:
        painter: What to draw with.
        marks: The boxes.
        place: From pixels of the frame to the painter's coordinates.
        area: Where labels may be, in the painter's coordinates.
        chosen: Person whose box is drawn thicker.
        line: Width of a line.
    """
    taken: list[QRectF] = []
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for drawn in sorted(marks, key=lambda d: d.mark.track == chosen):
        rect = place(box_rect(drawn.mark.box))
        width = line * (1.75 if drawn.mark.track == chosen else 1.0)
        style = track_pen_style(drawn.mark.track) if drawn.own else Qt.PenStyle.DotLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(HALO, width + line))
        painter.drawRect(rect)
        painter.setPen(QPen(track_colour(drawn.mark.track), width, style))
        painter.drawRect(rect)
    for drawn in marks:
        _draw_label(painter, drawn, place(box_rect(drawn.mark.box)), area, taken)


def _draw_label(painter: QPainter, drawn: Drawn, box: QRectF, area: QRectF, taken: list[QRectF]) -> None:
    text, metrics = mark_label(drawn), QFontMetricsF(painter.font())
    height = metrics.height() * 1.2
    label = QRectF(box.left(), box.top() - height, metrics.horizontalAdvance(text) + height * 0.6, height)
    if not label.intersects(area) and not box.intersects(area):
        return  # the face is outside the part that is shown
    label.moveLeft(max(area.left(), min(label.left(), area.right() - label.width())))
    label.moveTop(max(area.top(), min(label.top(), area.bottom() - height)))
    while any(label.intersects(other) for other in taken) and label.bottom() + height <= area.bottom():
        label.translate(0, height)
    taken.append(label)
    colour = track_colour(drawn.mark.track)
    painter.fillRect(label, colour if drawn.own else PLATE)
    painter.setPen(label_colour(drawn.mark.track) if drawn.own else colour.lighter(150))
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)
