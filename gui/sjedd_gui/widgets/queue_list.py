"""The list of files with state and progress."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sjedd_gui.viewmodel import QueueItem, State
from sjedd_gui.widgets.theme import scaled, tone_colour
from sjedd_video.report.files import visible

Index = QModelIndex | QPersistentModelIndex
PAD, STRIPE = 8, 4
ITEM_ROLE = Qt.ItemDataRole.UserRole


class QueueList(QListWidget):
    """Shows ``QueueItem`` objects; the selected one is told by its job number."""

    chosen = Signal(int)
    """Job of the item that is current now, 0 for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Files"))
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(lambda: self.chosen.emit(self.job))

    @property
    def job(self) -> int:
        """Job of the current item, 0 for none."""
        row = self.currentItem()
        return 0 if row is None else _item_of(row).job

    def show_items(self, items: Sequence[QueueItem]) -> None:
        """Show these items, keeping the current row where it still makes sense."""
        job, row = self.job, self.currentRow()
        self.blockSignals(True)
        self.clear()
        for item in items:
            self.addItem(self._row(item))
        jobs = [item.job for item in items]
        self.setCurrentRow(jobs.index(job) if job in jobs else min(max(row, 0), len(items) - 1))
        self.blockSignals(False)
        if self.job != job:
            self.chosen.emit(self.job)

    def select(self, job: int) -> None:
        """Make an item the current one."""
        for i in range(self.count()):
            if _item_of(self.item(i)).job == job:
                self.setCurrentRow(i)

    def refresh(self, job: int) -> None:
        """Show the new state of an item."""
        for i in range(self.count()):
            if _item_of(self.item(i)).job == job:
                self._describe(self.item(i))

    def _row(self, item: QueueItem) -> QListWidgetItem:
        row = QListWidgetItem()
        row.setData(ITEM_ROLE, item)
        row.setToolTip(visible(str(item.path)))
        self._describe(row)
        return row

    def _describe(self, row: QListWidgetItem) -> None:
        item = _item_of(row)
        row.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.name}: {self.state_words(item)}")
        row.setText(item.name)
        self.update(self.indexFromItem(row))

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
        name = painter.fontMetrics().elidedText(item.name, Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner.left(), inner.top() + metrics.ascent(), name)
        painter.setFont(option.font)
        words = metrics.elidedText(self._owner.state_words(item), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner.left(), inner.top() + height + metrics.ascent(), words)


def _item_of(row: QListWidgetItem) -> QueueItem:
    item: QueueItem = row.data(ITEM_ROLE)
    return item


def _stripe(item: QueueItem, palette: QPalette) -> QColor | None:
    if item.state is State.DONE:
        return tone_colour(item.tone, palette)
    return tone_colour("failed", palette) if item.state is State.FAILED else None
