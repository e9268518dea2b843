"""Signs on the buttons of the player, drawn, since fonts differ in which of them they have."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap, QPolygonF

SIDE = 20
RATIO = 3
"""Pixels per point, enough for any screen."""
SIGNS = {
    "play": ((5, 1),),
    "pause": ((5, 0, 4), (11, 0, 4)),
    "next": ((5, 0, 2), (8, 1)),
    "previous": ((13, 0, 2), (4, -1)),
    "next-span": ((2, 1), (9, 1), (16, 0, 2)),
    "previous-span": ((2, 0, 2), (4, -1), (11, -1)),
}
"""Parts of every sign: their x, and a triangle that points right (1) or left (-1), or (0) a bar of a width."""


def player_icon(sign: str, palette: QPalette) -> QIcon:
    """A sign in the colours of a palette."""
    icon = QIcon()
    group = QPalette.ColorGroup
    for mode, colours in ((QIcon.Mode.Normal, group.Active), (QIcon.Mode.Disabled, group.Disabled)):
        icon.addPixmap(_drawn(sign, palette.color(colours, QPalette.ColorRole.ButtonText)), mode)
    return icon


def _drawn(sign: str, colour: QColor) -> QPixmap:
    pixmap = QPixmap(QSize(SIDE, SIDE) * RATIO)
    pixmap.setDevicePixelRatio(RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    width = 10 if sign == "play" else 7
    for x, direction, *bar in SIGNS[sign]:
        if bar:
            painter.drawRect(QRectF(x, 4, bar[0], 12))
        else:
            tip, base = (x + width, x) if direction > 0 else (x, x + width)
            painter.drawPolygon(QPolygonF([QPointF(base, 4), QPointF(tip, 10), QPointF(base, 16)]))
    painter.end()
    return pixmap
