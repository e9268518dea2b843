"""Two people of one file, or of two files, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.case.focus import Loaded
from sjedd_gui.views.compare import Obstacle, changed_options, fact_pairs, lift_pairs, obstacles
from sjedd_gui.views.findings import Person, people_of, person_of
from sjedd_gui.views.timeline import lane_of, timeline_of
from sjedd_gui.widgets.exhibits import framed, to_pixmap
from sjedd_gui.widgets.hierarchy_tree import LiftComparison
from sjedd_gui.widgets.how_to_read import Topic
from sjedd_gui.widgets.scale import ScaleView
from sjedd_gui.widgets.sections import LONG, explained, faint_label, field, heading
from sjedd_gui.widgets.theme import text_label
from sjedd_gui.widgets.timeline_canvas import TimelineCanvas
from sjedd_gui.widgets.words import exhibit_caption, fact_name, moment_words
from sjedd_video.explain import BAND_TEXT, headline, is_single, percent, percent_range
from sjedd_video.report.files import visible
from sjedd_video.words import begin

PICTURE = QSize(320, 200)
LANE_HEIGHT = 190


class CompareDialog(QDialog):
    """Sides are changed by the two boxes above them; ``left`` and ``right`` may be the same file."""

    def __init__(self, left: Loaded, right: Loaded, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Compare"))
        self.resize(QSize(1080, 820).boundedTo(self.screen().availableSize()))
        self._files = (left, right)
        self.choices = (QComboBox(), QComboBox())
        choosers = QGridLayout()
        for side, (loaded, box) in enumerate(zip(self._files, self.choices, strict=True)):
            self._fill(box, side, loaded)
            choosers.addWidget(text_label(visible(loaded.path.name), size=1.15, bold=True), 0, side)
            choosers.addWidget(box, 1, side)
            choosers.setColumnStretch(side, 1)
        self._page = QScrollArea()
        self._page.setWidgetResizable(True)
        self._page.setFrameShape(QScrollArea.Shape.NoFrame)
        self._page.setAccessibleName(self.tr("Comparison"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(choosers)
        column.addWidget(self._page, 1)
        column.addWidget(buttons)
        self._show()

    def _fill(self, box: QComboBox, side: int, loaded: Loaded) -> None:
        """Offer everyone, the most telling first chosen; on the right of the same file somebody else."""
        people = people_of(loaded.result)
        box.setAccessibleName(self.tr("Person on the left") if side == 0 else self.tr("Person on the right"))
        for person in people:
            box.addItem(self.tr("Person {}").format(person.track), person.track)
        same = side == 1 and self._files[0].result is loaded.result
        ranked = sorted(range(len(people)), key=lambda i: -(people[i].probability or 0.0))
        if ranked:
            box.setCurrentIndex(ranked[min(int(same), len(ranked) - 1)])
        else:
            box.addItem(self.tr("Nobody was found"), 0)
        box.setEnabled(len(people) > 1)
        box.currentIndexChanged.connect(self._show)

    def _show(self) -> None:
        tracks = tuple(int(box.currentData()) for box in self.choices)
        inside = QWidget()
        column = QVBoxLayout(inside)
        for text in self._warnings():
            column.addWidget(text_label(f"•  {text}", bold=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for side, (loaded, track) in enumerate(zip(self._files, tracks, strict=True)):
            grid.setColumnStretch(side, 1)
            for row, widget in enumerate(self._side(loaded, track)):
                grid.addWidget(widget, row, side, Qt.AlignmentFlag.AlignTop)
        column.addLayout(grid)
        self._add_lifts(column, tracks)
        self._add_facts(column)
        column.addStretch(1)
        self._page.setWidget(inside)

    def _warnings(self) -> Iterator[str]:
        left, right = (loaded.result for loaded in self._files)
        words = {
            Obstacle.MODEL: self.tr("The model or the face detector differs: numbers of the two sides cannot be "
                                    "compared. Analyse both with the same one."),
            Obstacle.OPTIONS: self.tr("Options differ ({}): numbers of the two sides cannot be compared strictly."),
            Obstacle.KIND: self.tr("A picture is judged by another rule than a video: numbers cannot be compared."),
            Obstacle.NO_VERDICT: self.tr("Without a verdict there is no number to compare."),
        }  # fmt: skip
        for obstacle in obstacles(left, right):
            yield words[obstacle].format(", ".join(changed_options(left, right)))

    def _side(self, loaded: Loaded, track: int) -> Iterator[QWidget]:
        result = loaded.result
        person = next((p for p in people_of(result) if p.track == track), None)
        yield self._picture(loaded, track)
        if person is None or person.probability is None or person.band is None:
            yield text_label(self._unjudged(loaded, person), size=1.2, bold=True)
            yield QWidget()
            yield text_label("; ".join(person.reasons) if person else "")
        else:
            words = percent(person.probability)
            if person.interval is not None:
                words = self.tr("{value}, 95 % interval {interval}").format(
                    value=words, interval=percent_range(person.interval)
                )
            finding = text_label(f"{begin(BAND_TEXT[person.band])}\n{words}", size=1.2, bold=True)
            yield explained(finding, Topic.PROBABILITY)
            yield ScaleView(person.probability, person.interval, result.model.threshold, words)
            yield text_label(person.sentence)
        yield self._curve(loaded, track)

    def _unjudged(self, loaded: Loaded, person: Person | None) -> str:
        if person is None or loaded.result.verdict is None:
            return headline(loaded.result)
        return self.tr("Person {} was not judged").format(person.track)

    def _picture(self, loaded: Loaded, track: int) -> QWidget:
        exhibit = next((e for e in loaded.result.exhibits if e.score.observation.track == track), None)
        label = QLabel()
        label.setMinimumHeight(PICTURE.height())
        if exhibit is None:
            label.setText(self.tr("No picture of this person was kept."))
            return label
        label.setPixmap(framed(exhibit, PICTURE))
        label.setAccessibleName(exhibit_caption(exhibit, single=is_single(loaded.result)))
        label.setToolTip(label.accessibleName())
        return label

    def _curve(self, loaded: Loaded, track: int) -> QWidget:
        result, finding = loaded.result, person_of(loaded.result, track)
        if finding is None or is_single(result):
            return faint_label(self.tr("There is no course over time."))
        return PersonCurve(loaded, track)

    def _add_lifts(self, column: QVBoxLayout, tracks: Sequence[int]) -> None:
        left, right = (loaded.result for loaded in self._files)
        pairs = lift_pairs(left, tracks[0], right, tracks[1])
        if any(lift is not None for pair in pairs for lift in (pair.left, pair.right)):
            column.addWidget(heading(self.tr("Kinds of change"), Topic.LIFT))
            names = self.tr("Left: person {}").format(tracks[0]), self.tr("Right: person {}").format(tracks[1])
            column.addWidget(LiftComparison(pairs, names))

    def _add_facts(self, column: QVBoxLayout) -> None:
        if self._files[0].result is self._files[1].result:
            return
        column.addWidget(heading(self.tr("Files and models")))
        grid = QGridLayout()
        for side in (1, 2):
            grid.setColumnStretch(side, 1)
        pairs = fact_pairs(self._files[0].result, self._files[1].result)
        for row, pair in enumerate(pairs):
            name = fact_name(pair.fact)
            texts = (self.tr("≠ {} (differs)").format(name) if pair.differs else name, pair.left or "–",
                     pair.right or "–")  # fmt: skip
            for place, text in enumerate(texts):
                if place and pair.fact in LONG:
                    grid.addWidget(field(text, name), row, place)
                else:
                    label = text_label(text, bold=pair.differs) if place or pair.differs else faint_label(text)
                    grid.addWidget(label, row, place, Qt.AlignmentFlag.AlignTop)
        column.addLayout(grid)


class PersonCurve(QWidget):
    """The lane of one person on an axis of its own, and what is pointed at in words."""

    def __init__(self, loaded: Loaded, track: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result, finding = loaded.result, person_of(loaded.result, track)
        assert finding is not None
        shared = timeline_of(result)
        timeline = shared.only(track)
        lane = lane_of(result, finding, timeline)
        self.canvas = TimelineCanvas(lambda _track, seconds: moment_words(result, timeline, lane, seconds))
        self.canvas.setFixedHeight(LANE_HEIGHT)
        self.canvas.show_timeline(timeline)
        exhibit = next((e for e in result.exhibits if e.score.observation.track == track), None)
        self.canvas.add_lane(lane, None if exhibit is None else to_pixmap(exhibit.crop))
        told = text_label()
        told.setFixedHeight(2 * told.fontMetrics().lineSpacing() + 4)
        self.canvas.mark_changed.connect(lambda: told.setText(self.canvas.told()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        column.addWidget(explained(told, Topic.CURVE))
