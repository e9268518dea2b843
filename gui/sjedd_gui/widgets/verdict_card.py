"""The verdict in words with its numbers, each beside an explanation, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sjedd_gui.views.findings import person_of
from sjedd_gui.views.result import tone
from sjedd_gui.widgets.how_to_read import HowTo, Topic, title
from sjedd_gui.widgets.scale import ScaleView
from sjedd_gui.widgets.sections import faint_label
from sjedd_gui.widgets.theme import text_label, tone_colour
from sjedd_gui.widgets.verdict_text import caveat_words, number_words
from sjedd_video.explain import BAND_TEXT, headline, is_single, percent, percent_range, sentence
from sjedd_video.report.files import visible
from sjedd_video.types import AnalysisResult

KINDS = ("pdf", "json", "csv")


class VerdictCard(QFrame):
    """Without a verdict it holds no number."""

    save_requested = Signal(str)
    """``pdf``, ``json`` or ``csv``."""

    def __init__(self, result: AnalysisResult, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verdict")
        self._tone = tone(result)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(faint_label(visible(result.evidence.path)))
        words = text_label(headline(result), size=1.5, bold=True)
        words.setAccessibleName(self.tr("Finding: {}").format(headline(result)))
        column.addWidget(words)
        if result.verdict is not None:
            verdict = result.verdict
            column.addWidget(text_label(visible(sentence(result)), size=1.1))
            column.addWidget(
                ScaleView(verdict.probability, verdict.interval, result.model.threshold, number_words(result))
            )
            column.addLayout(self._numbers(result))
        column.addWidget(faint_label(caveat_words(result)))
        column.addLayout(self._buttons(actions))
        self._colour()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        colour = tone_colour(self._tone, self.palette()).name()
        style = f"#verdict {{ border: 1px solid {colour}; border-left: 8px solid {colour}; border-radius: 4px; }}"
        if style != self.styleSheet():
            self.setStyleSheet(style)

    def _numbers(self, result: AnalysisResult) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        for row, (topic, value) in enumerate(self._values(result)):
            name = faint_label(title(topic))
            name.setWordWrap(False)
            grid.addWidget(name, row, 0)
            grid.addWidget(HowTo(topic), row, 1)
            grid.addWidget(text_label(value, bold=topic is Topic.PROBABILITY), row, 2)
        return grid

    def _values(self, result: AnalysisResult) -> Iterator[tuple[Topic, str]]:
        verdict = result.verdict
        assert verdict is not None
        yield Topic.PROBABILITY, percent(verdict.probability)
        none = self.tr("none: a single picture has no course over time")
        yield Topic.INTERVAL, none if verdict.interval is None else percent_range(verdict.interval)
        yield Topic.BAND, BAND_TEXT[verdict.band]
        yield Topic.THRESHOLD, percent(result.model.threshold)
        person, sampling = person_of(result, verdict.person), result.sampling
        if person is not None and sampling is not None and not is_single(result):
            text = self.tr("{used} of {found} faces of person {person} used, {frames} frames looked at")
            yield (
                Topic.COVERAGE,
                text.format(used=sum(person.usable), found=len(person.scores), person=person.track,
                            frames=sampling.decoded),
            )  # fmt: skip

    def _buttons(self, actions: Sequence[QAction]) -> QVBoxLayout:
        saving, row, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        names = {"pdf": self.tr("Save PDF …"), "json": self.tr("Save JSON …"), "csv": self.tr("Save CSV …")}
        for kind in KINDS:
            button = QPushButton(names[kind])
            button.setObjectName(f"save-{kind}")
            button.clicked.connect(lambda _checked=False, kind=kind: self.save_requested.emit(kind))
            saving.addWidget(button)
        for action in actions:
            if action.isEnabled():
                row.addWidget(_button(action))
        for line in (saving, row):
            line.addStretch(1)
            column.addLayout(line)
        return column


def _button(action: QAction) -> QPushButton:
    button = QPushButton(action.text())
    button.clicked.connect(action.trigger)
    return button
