"""The kinds of change as a tree with bars of lift, and two people's bars against each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from sjedd_gui.views.compare import LiftPair
from sjedd_gui.views.findings import Node, flat
from sjedd_gui.widgets.theme import faint, tone_colour
from sjedd_gui.widgets.words import lift_words, translate
from sjedd_video.explain import percent

LIFT = Qt.ItemDataRole.UserRole
LEAST_FULL = 1.0
"""Lift that at least fills half a bar, so that next to nothing looks like next to nothing."""
BAR_WIDTH = 120


class BarDelegate(QStyledItemDelegate):
    """A bar from the middle: to the right above the prior, to the left below it."""

    def __init__(self, parent: QWidget, largest: float) -> None:
        super().__init__(parent)
        self._largest = max(largest, LEAST_FULL)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one bar; nothing but the middle where nothing is said."""
        super().paint(painter, option, index)
        lift, area = index.data(LIFT), QRectF(option.rect).adjusted(4, 5, -4, -5)
        palette = option.widget.palette()
        middle = area.center().x()
        painter.save()
        if lift is not None:
            length = area.width() / 2 * min(abs(lift) / self._largest, 1.0)
            left = middle if lift > 0 else middle - length
            painter.fillRect(QRectF(left, area.top(), length, area.height()),
                             tone_colour("strong" if lift > 0 else "weak", palette))  # fmt: skip
        painter.setPen(QPen(faint(palette), 1))
        painter.drawLine(QRectF(middle, area.top() - 3, 0, area.height() + 6).topLeft(),
                         QRectF(middle, area.top() - 3, 0, area.height() + 6).bottomLeft())  # fmt: skip
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """Wide enough to compare lengths."""
        return QSize(BAR_WIDTH, super().sizeHint(option, index).height() + 8)


class _Tree(QTreeWidget):
    """As high as its rows: the panel around it scrolls."""

    def __init__(self, headers: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderLabels(list(headers))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(True)
        self.header().setSectionsMovable(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the height."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        rows, item = 0, self.itemAt(0, 0) or self.topLevelItem(0)
        while item is not None:
            rows, item = rows + 1, self.itemBelow(item)
        row = self.sizeHintForRow(0)
        bar = self.horizontalScrollBar()
        extra = bar.sizeHint().height() if bar.maximum() else 0
        self.setFixedHeight(self.header().sizeHint().height() + rows * row + extra + 4)


class HierarchyTree(_Tree):
    """One person's lifts."""

    def __init__(self, tree: Node, parent: QWidget | None = None) -> None:
        super().__init__(
            [
                translate("Hierarchy", "Kind of change"),
                translate("Hierarchy", "Below | above"),
                translate("Hierarchy", "Against the prior"),
            ],
            parent,
        )
        self.setAccessibleName(translate("Hierarchy", "Kinds of change with their lift over the prior"))
        self.setItemDelegateForColumn(1, BarDelegate(self, max(abs(node.lift or 0.0) for node in flat(tree))))
        self._add(self.invisibleRootItem(), tree)
        self.expandAll()
        for column in (0, 1):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._fit()

    def _add(self, parent: QTreeWidgetItem, node: Node) -> None:
        words = node_words(node)
        item = QTreeWidgetItem(parent, [node.name, "", words])
        item.setData(1, LIFT, node.lift)
        item.setData(1, Qt.ItemDataRole.AccessibleTextRole, words)
        for column in range(3):
            item.setToolTip(column, words)
        for child in node.children:
            self._add(item, child)


class LiftComparison(_Tree):
    """The lifts of two people, one left and one right of the name."""

    def __init__(self, pairs: Sequence[LiftPair], names: tuple[str, str], parent: QWidget | None = None) -> None:
        kind = translate("Hierarchy", "Kind of change")
        super().__init__([kind, names[0], "", names[1], ""], parent)
        self.setAccessibleName(translate("Hierarchy", "Kinds of change of both sides"))
        self.setRootIsDecorated(False)
        lifts = [abs(lift or 0.0) for pair in pairs for lift in (pair.left, pair.right)]
        delegate = BarDelegate(self, max(lifts, default=0.0))
        for column in (1, 3):
            self.setItemDelegateForColumn(column, delegate)
        for pair in pairs:
            words = [_words(lift) for lift in (pair.left, pair.right)]
            item = QTreeWidgetItem(self.invisibleRootItem(), [pair.name, "", words[0], "", words[1]])
            for column, lift, text in ((1, pair.left, words[0]), (3, pair.right, words[1])):
                item.setData(column, LIFT, lift)
                item.setData(column, Qt.ItemDataRole.AccessibleTextRole, text)
        for column in range(4):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._fit()


def node_words(node: Node) -> str:
    """What a row says beside its bar."""
    if node.follower:
        return translate("Hierarchy", "no evidence of its own (only with identity)")
    if node.probability is not None:
        return translate("Hierarchy", "calibrated probability {}").format(percent(node.probability))
    return _words(node.lift)


def _words(lift: float | None) -> str:
    return translate("Hierarchy", "not judged") if lift is None else lift_words(lift)
