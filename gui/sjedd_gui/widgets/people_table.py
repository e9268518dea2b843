"""Everyone in a result, one row each; the chosen row is the chosen person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from sjedd_gui.views.findings import Person
from sjedd_gui.widgets.theme import scaled, tone_colour
from sjedd_video.explain import BAND_NAME, percent, percent_range, time_code


class PeopleTable(QTableWidget):
    """One row per person."""

    chosen = Signal(int)
    """Track."""

    def __init__(self, people: Sequence[Person], parent: QWidget | None = None) -> None:
        names = [self.tr("Person"), self.tr("Support"), self.tr("Probability"), self.tr("95 % interval"),
                 self.tr("Faces used"), self.tr("Spans"), self.tr("Seen"), self.tr("Notes")]  # fmt: skip
        super().__init__(len(people), len(names), parent)
        self._tracks = [person.track for person in people]
        self.setHorizontalHeaderLabels(names)
        self.setAccessibleName(self.tr("People"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        for row, person in enumerate(people):
            self._fill(row, person)
        for column in range(len(names)):
            self.setColumnHidden(column, not any(self._cell(row, column) for row in range(len(people))))
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.resizeColumnsToContents()
        header.setStretchLastSection(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemSelectionChanged.connect(self._tell)

    def show_person(self, track: int) -> None:
        """Select a person's row, or none."""
        with QSignalBlocker(self):
            if track in self._tracks:
                self.selectRow(self._tracks.index(track))
            else:
                self.clearSelection()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As high as its rows: the panel scrolls, not the table."""
        super().resizeEvent(event)
        bar = self.horizontalScrollBar()
        height = self.horizontalHeader().sizeHint().height() + sum(self.rowHeight(i) for i in range(self.rowCount()))
        self.setFixedHeight(height + 2 * self.frameWidth() + (bar.sizeHint().height() if bar.maximum() else 0))

    def _fill(self, row: int, person: Person) -> None:
        cells = (
            str(person.track),
            self.tr("not judged") if person.band is None else BAND_NAME[person.band],
            "" if person.probability is None else percent(person.probability),
            "" if person.interval is None else percent_range(person.interval),
            self.tr("{used} of {found}").format(used=person.used, found=person.found),
            str(person.spans) if person.spans else "",
            "" if person.seen is None else "{} – {}".format(*(time_code(s) for s in person.seen)),
            "; ".join(person.reasons),
        )
        for column, text in enumerate(cells):
            cell = QTableWidgetItem(text)
            cell.setToolTip(text)
            if column == 1:
                cell.setForeground(tone_colour(str(person.band or ""), self.palette()))
                cell.setFont(scaled(self.font(), 1.0, bold=True))
            self.setItem(row, column, cell)

    def _cell(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return "" if item is None else item.text()

    def _tell(self) -> None:
        rows = {index.row() for index in self.selectedIndexes()}
        if rows:
            self.chosen.emit(self._tracks[rows.pop()])
