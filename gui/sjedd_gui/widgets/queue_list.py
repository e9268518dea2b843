"""The list of files with state and progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sjedd_gui.views.queue import QueueItem, State
from sjedd_gui.widgets.theme import scaled, tone_colour
from sjedd_video.report.files import visible

Index = QModelIndex | QPersistentModelIndex
PAD, STRIPE = 8, 4
ITEM_ROLE = Qt.ItemDataRole.UserRole
NOWHERE = QModelIndex()


class QueueList(QListView):
    """Shows ``QueueItem`` objects, also ten thousand of them; the selected one is told by its job number."""

    chosen = Signal(int)
    """Job of the item that is current now, 0 for none."""
    move_requested = Signal(int, int)
    """Job, and the place in the list, from 0, where the user wants it: Alt with an arrow key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = 0
        self._items = _Items(self)
        self.setModel(self._items)
        self.setAccessibleName(self.tr("Files"))
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def job(self) -> int:
        """Job of the current item, 0 for none."""
        row = self.currentIndex().row()
        return self._items.items[row].job if 0 <= row < len(self._items.items) else 0

    def count(self) -> int:
        """Number of items."""
        return len(self._items.items)

    def show_items(self, items: Sequence[QueueItem]) -> None:
        """Show these items, keeping the current row where it still makes sense."""
        job, row = self.job, self.currentIndex().row()
        self._items.replace(items)
        place = self._items.place(job)
        self.setCurrentRow(min(max(row, 0), len(items) - 1) if place is None else place)
        self._tell()

    def setCurrentRow(self, row: int) -> None:  # noqa: N802 - named like Qt's
        """Make the item of a row, from 0, the current one."""
        self.setCurrentIndex(self._items.index(row))

    def select(self, job: int) -> None:
        """Make an item the current one."""
        place = self._items.place(job)
        if place is not None:
            self.setCurrentRow(place)

    def refresh(self, job: int) -> None:
        """Show the new state of an item."""
        place = self._items.place(job)
        if place is not None:
            self._items.dataChanged.emit(self._items.index(place), self._items.index(place))

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Tell which item is current."""
        super().currentChanged(current, previous)
        self._tell()

    def _tell(self) -> None:
        if self.job != self._chosen:
            self._chosen = self.job
            self.chosen.emit(self.job)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the current item with Alt and an arrow key."""
        step = (event.key() == Qt.Key.Key_Down) - (event.key() == Qt.Key.Key_Up)
        place = self.currentIndex().row() + step
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if self.job and 0 <= place < self.count():
                self.move_requested.emit(self.job, place)
            return
        super().keyPressEvent(event)

    def state_words(self, item: QueueItem) -> str:
        """The state of an item in words."""
        match item.state:
            case State.QUEUED:
                return self.tr("Waiting")
            case State.RUNNING:
                return self.tr("Stopping …") if item.stopping else self._stage_words(item)
            case State.DONE:
                return item.headline
            case State.FAILED:
                return self.tr("Failed")
            case State.CANCELLED:
                return self.tr("Stopped")
            case State.SKIPPED:
                return self.tr("Left out")

    def _stage_words(self, item: QueueItem) -> str:
        if item.stage == "frames" and item.total:
            return self.tr("Looking at frame {} of {}").format(item.done, item.total)
        words = {
            "frames": self.tr("Looking at frames"),
            "verdict": self.tr("Judging"),
            "explain": self.tr("Explaining"),
            "evidence": self.tr("Comparing the hashes of the file"),
        }
        return words.get(item.stage, self.tr("Starting"))


class _Items(QAbstractListModel):
    """The items as a model; they are looked up by their place."""

    def __init__(self, owner: QueueList) -> None:
        super().__init__(owner)
        self._owner = owner
        self.items: list[QueueItem] = []
        self._places: dict[int, int] = {}

    def replace(self, items: Sequence[QueueItem]) -> None:
        """Have other items."""
        self.beginResetModel()
        self.items = list(items)
        self._places = {item.job: place for place, item in enumerate(items)}
        self.endResetModel()

    def place(self, job: int) -> int | None:
        """Row of an item, from 0; None when there is none."""
        return self._places.get(job)

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Number of items."""
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is shown, spoken and told of an item; ``ITEM_ROLE`` is the item itself."""
        item = self.items[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.title
            case Qt.ItemDataRole.ToolTipRole:
                return visible(str(item.path))
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{item.title}: {self._owner.state_words(item)}"
        return item if role == ITEM_ROLE else None


class _Delegate(QStyledItemDelegate):
    """Name, state in words, a bar while it runs, and a stripe in the colour of the finding."""

    def __init__(self, owner: QueueList) -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Two lines and a bar."""
        return QSize(160, 2 * option.fontMetrics.height() + 2 * PAD + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        item: QueueItem = index.data(ITEM_ROLE)
        rect, palette = QRect(option.rect), option.palette
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(rect, palette.highlight())
        stripe = _stripe(item, palette)
        if stripe is not None:
            painter.fillRect(QRect(rect.left(), rect.top() + 2, STRIPE, rect.height() - 4), stripe)
        ink = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        inner = rect.adjusted(STRIPE + PAD, PAD, -PAD, -PAD)
        self._paint_words(painter, option, item, inner, ink)
        if item.state is State.RUNNING:
            bar = QRect(inner.left(), inner.bottom() - 3, inner.width(), 4)
            ink.setAlphaF(0.2)
            painter.fillRect(bar, ink)
            bar.setWidth(round(bar.width() * item.fraction))
            painter.fillRect(bar, palette.highlightedText() if selected else palette.highlight())
        painter.restore()

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, item: QueueItem, inner: QRect, ink: QColor
    ) -> None:
        metrics, height = option.fontMetrics, option.fontMetrics.height()
        painter.setPen(ink)
        painter.setFont(scaled(option.font, 1.0, bold=True))
        name = painter.fontMetrics().elidedText(item.title, Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner.left(), inner.top() + metrics.ascent(), name)
        painter.setFont(option.font)
        words = metrics.elidedText(self._owner.state_words(item), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner.left(), inner.top() + height + metrics.ascent(), words)


def _stripe(item: QueueItem, palette: QPalette) -> QColor | None:
    if item.state is State.DONE:
        return tone_colour(item.tone, palette)
    return tone_colour("failed", palette) if item.state is State.FAILED else None
