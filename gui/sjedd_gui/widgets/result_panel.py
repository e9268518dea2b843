"""The finding of one file: verdict in words, reasons, pictures, curves, people, and the buttons that save it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.result_view import ResultView
from sjedd_gui.widgets.curve import CurveView, ScaleView
from sjedd_gui.widgets.exhibits import ExhibitStrip
from sjedd_gui.widgets.theme import faint, scaled, text_label, tone_colour
from sjedd_video.types import Exhibit

MAX_LANES = 10
KINDS = ("pdf", "json", "csv")


class ResultPanel(QScrollArea):
    """Shows one ``ResultView``."""

    save_requested = Signal(str)
    """``pdf``, ``json`` or ``csv``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Finding"))

    def show_result(self, view: ResultView, exhibits: tuple[Exhibit, ...]) -> None:
        """Replace what is shown."""
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(20, 16, 20, 20)
        self._column.setSpacing(8)
        self._add_verdict(view)
        self._add_reasons(view)
        if exhibits:
            self._add_heading(self.tr("Telling frames"), self.tr("Click a frame to enlarge it."))
            self._column.addWidget(ExhibitStrip(exhibits, single=view.single))
        if view.curves:
            self._add_curves(view)
        if view.people:
            self._add_heading(self.tr("People"))
            self._column.addWidget(PeopleTable(view))
        self._add_facts(view)
        self._column.addStretch(1)
        self.setWidget(inside)
        self.verticalScrollBar().setValue(0)

    def _add_heading(self, text: str, note: str = "") -> None:
        self._column.addSpacing(10)
        self._column.addWidget(text_label(text, size=1.15, bold=True))
        if note:
            self._column.addWidget(self._faint(note))

    def _faint(self, text: str) -> QLabel:
        label = text_label(text)
        palette = label.palette()
        palette.setColor(palette.ColorRole.WindowText, faint(palette))
        label.setPalette(palette)
        return label

    def _add_verdict(self, view: ResultView) -> None:
        card = QFrame()
        card.setObjectName("verdict")
        colour = tone_colour(view.tone, self.palette()).name()
        card.setStyleSheet(
            f"#verdict {{ border: 1px solid {colour}; border-left: 8px solid {colour}; border-radius: 4px; }}"
        )
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(self._faint(view.name))
        title = text_label(view.headline, size=1.6, bold=True)
        title.setAccessibleName(self.tr("Finding: {}").format(view.headline))
        column.addWidget(title)
        if view.sentence:
            column.addWidget(text_label(view.sentence, size=1.1))
        if view.scale is not None:
            column.addWidget(text_label(view.scale.words, size=1.1))
            column.addWidget(ScaleView(view.scale))
        column.addWidget(self._faint(view.caveat))
        column.addLayout(self._buttons())
        self._column.addWidget(card)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        names = {"pdf": self.tr("Save PDF report …"), "json": self.tr("Save JSON …"), "csv": self.tr("Save CSV …")}
        for kind in KINDS:
            button = QPushButton(names[kind])
            button.setObjectName(f"save-{kind}")
            button.clicked.connect(lambda _checked=False, kind=kind: self.save_requested.emit(kind))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _add_reasons(self, view: ResultView) -> None:
        if view.reasons:
            self._add_heading(self.tr("What limits this finding") if view.scale else self.tr("Why there is no verdict"))
            for text in view.reasons:
                self._column.addWidget(text_label(f"•  {text}"))
        if view.advice:
            self._add_heading(self.tr("What you can do"))
            for text in view.advice:
                self._column.addWidget(text_label(f"•  {text}"))

    def _add_curves(self, view: ResultView) -> None:
        note = self.tr(
            "Every dot is a frame that was looked at; a gap means that no face was found there. "
            "Hollow dots were not used. The dashed line is the decision threshold; the bar below marks what lies above."
        )
        self._add_heading(self.tr("Score over time"), note)
        for curve in view.curves[:MAX_LANES]:
            self._column.addWidget(text_label(self.tr("Person {}").format(curve.track), bold=True))
            self._column.addWidget(CurveView(curve))
        if len(view.curves) > MAX_LANES:
            more = self.tr("{} more people are in the table below and in the reports.")
            self._column.addWidget(self._faint(more.format(len(view.curves) - MAX_LANES)))

    def _add_facts(self, view: ResultView) -> None:
        self._add_heading(self.tr("File and model"))
        for name, value in view.facts:
            self._column.addWidget(self._faint(f"{name}: {value}"))


class PeopleTable(QTableWidget):
    """One row per person."""

    def __init__(self, view: ResultView, parent: QWidget | None = None) -> None:
        names = ("Person", "Support", "Probability", "95 % interval", "Faces used", "Seen", "Notes")
        super().__init__(len(view.people), len(names), parent)
        self.setHorizontalHeaderLabels([self.tr(name) for name in names])
        self.setAccessibleName(self.tr("People"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        for i, person in enumerate(view.people):
            cells = (str(person.track), person.support, person.probability, person.interval, person.faces, person.seen,
                     person.notes)  # fmt: skip
            for j, text in enumerate(cells):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                if j == 1:
                    cell.setForeground(tone_colour(person.tone, self.palette()))
                    cell.setFont(scaled(self.font(), 1.0, bold=True))
                self.setItem(i, j, cell)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(names) - 1, QHeaderView.ResizeMode.Stretch)
        for policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As high as its rows: the panel scrolls, not the table."""
        super().resizeEvent(event)
        self.resizeRowsToContents()
        height = self.horizontalHeader().sizeHint().height() + sum(self.rowHeight(i) for i in range(self.rowCount()))
        self.setFixedHeight(height + 2 * self.frameWidth())
