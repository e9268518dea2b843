"""The timeline of the chosen result: a lane per person, what is pointed at in words, and its commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.views.timeline import Timeline, lane_of, spans_of, timeline_of
from sjedd_gui.widgets.exhibits import to_pixmap
from sjedd_gui.widgets.how_to_read import HowTo, Topic
from sjedd_gui.widgets.theme import text_label
from sjedd_gui.widgets.timeline_canvas import NOTCH, TimelineCanvas
from sjedd_gui.widgets.words import moment_words
from sjedd_video.explain import is_single, time_code
from sjedd_video.types import AnalysisResult, FrameTime

THUMB = QSize(128, 128)
NARROW = 760
LEAST_RANGE = 0.05
"""Seconds; a shorter selection is a slip of the hand."""


class TimelinePanel(QWidget):
    """Follows the focus: shows its result, its frame and its person, and asks it for others."""

    dense_requested = Signal(float, float)
    """Look at the faces from one second to another more closely."""

    def __init__(self, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focus = focus
        self._timeline: Timeline | None = None
        self._pending: Iterator[None] = iter(())
        self._builder = QTimer(self)
        self._builder.timeout.connect(self._build_one)
        self.canvas = TimelineCanvas(self._words)
        self.told = text_label()
        self.told.setFixedHeight(2 * self.told.fontMetrics().lineSpacing() + 4)  # fixed: the lanes must not jump
        self.told.setAccessibleName(self.tr("What is pointed at"))
        self.empty = text_label()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._make_actions()
        self._lay_out()
        self._connect(focus)
        self._load(focus.loaded)

    def actions_for_menu(self) -> list[QAction]:
        """The commands, for a menu."""
        return [self.next_action, self.previous_action, self.in_action, self.out_action, self.reset_action,
                self.closer_action]  # fmt: skip

    def next_span(self) -> None:
        """Go to the next flagged span of the chosen person, or of anybody."""
        self._go_to_span(1)

    def previous_span(self) -> None:
        """Go to the flagged span before."""
        self._go_to_span(-1)

    # making

    def _make_actions(self) -> None:
        self.closer_action = self._action(self.tr("&Look at this range more closely"), self._ask_closer)
        self.closer_action.setToolTip(self.tr("Drag over the curves to choose a range, then have it looked at densely"))
        self.previous_action = self._action(self.tr("&Previous flagged span"), self.previous_span, "P", "|◂")
        self.next_action = self._action(self.tr("&Next flagged span"), self.next_span, "N", "▸|")
        self.in_action = self._action(self.tr("Zoom &in"), lambda: self.canvas.zoom(NOTCH**2), "+", "+")
        self.out_action = self._action(self.tr("Zoom &out"), lambda: self.canvas.zoom(NOTCH**-2), "-", "−")
        self.reset_action = self._action(self.tr("Show &everything"), self.canvas.reset, "0", "↔")
        self.range_action = self._action(self.tr("Zoom to the &range"), self._show_range)
        self.clear_action = self._action(self.tr("&Clear the range"), lambda: self.canvas.select(None), "Esc")
        self.canvas.addActions([self.closer_action, self.range_action, self.clear_action, self.reset_action])
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _action(self, text: str, run: Callable[[], object], key: str = "", symbol: str = "") -> QAction:
        """A command; its key works while the lanes have the focus, and is only told here."""
        action = QAction(text, self)
        if symbol:
            action.setIconText(symbol)
        action.triggered.connect(lambda _checked=False: run())
        plain = text.replace("&", "")
        keys = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{plain} ({keys})" if key else plain)
        return action

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for action in (self.previous_action, self.next_action, self.out_action, self.in_action, self.reset_action,
                       self.closer_action):  # fmt: skip
            buttons.addWidget(self._button(action))
        buttons.addWidget(HowTo(Topic.CURVE))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setContentsMargins(6, 2, 6, 0)
        self._row.addWidget(self.told, 1)
        self._row.addLayout(buttons)
        self._lanes = QWidget()
        column = QVBoxLayout(self._lanes)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._row)
        column.addWidget(self.canvas, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._lanes)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAccessibleName(action.text().replace("&", ""))
        button.setAutoRaise(action is not self.closer_action)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Where it is narrow the words stand above the buttons."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _connect(self, focus: Focus) -> None:
        focus.loaded_changed.connect(self._load)
        focus.shown_changed.connect(self._show_frame)
        focus.person_changed.connect(self.canvas.show_person)
        self.canvas.seek_wanted.connect(focus.seek)
        self.canvas.person_wanted.connect(focus.choose)
        self.canvas.span_wanted.connect(self._go_to_span)
        self.canvas.mark_changed.connect(self._tell)
        self.canvas.selection_changed.connect(self._selected)

    # what is shown

    def _load(self, loaded: Loaded | None) -> None:
        self._builder.stop()
        self._timeline = None if loaded is None or is_single(loaded.result) else timeline_of(loaded.result)
        self.canvas.show_timeline(self._timeline)
        if loaded is None or self._timeline is None or not self._timeline.tracks:
            self.empty.setText(self._nothing(loaded))
            self._pages.setCurrentWidget(self.empty)
            return
        self._pages.setCurrentWidget(self._lanes)
        self._pending = self._lanes_of(loaded.result, self._timeline)
        self._builder.start(0)
        self._tell()
        for action in (self.next_action, self.previous_action):
            action.setEnabled(any(person.spans for person in loaded.result.people))

    def _lanes_of(self, result: AnalysisResult, timeline: Timeline) -> Iterator[None]:
        """Add one lane a step, so that the window stays awake."""
        for person in result.people:
            crop = next((e.crop for e in result.exhibits if e.score.observation.track == person.track), None)
            self.canvas.add_lane(lane_of(result, person, timeline), None if crop is None else _thumb(to_pixmap(crop)))
            yield

    def _build_one(self) -> None:
        if next(self._pending, self) is self:
            self._builder.stop()

    def _nothing(self, loaded: Loaded | None) -> str:
        if loaded is None:
            return self.tr("The course over time appears here once a video has been analysed.")
        if is_single(loaded.result):
            return self.tr("A single picture has no course over time.")
        if loaded.result.sampling is None:
            return self.tr("The file could not be read, so there is no course over time.")
        return self.tr("No face was found, so there is no course over time.")

    def _show_frame(self, time: FrameTime) -> None:
        self.canvas.show_moment(time.seconds)

    # words and commands

    def _words(self, track: int, seconds: float) -> str:
        loaded, lane = self._focus.loaded, self.canvas.lanes.get(track)
        if loaded is None or self._timeline is None or lane is None:
            return ""
        return moment_words(loaded.result, self._timeline, lane, seconds)

    def _tell(self) -> None:
        self.told.setText(self.canvas.told() or self._hint())

    def _hint(self) -> str:
        if (chosen := self.canvas.selection) is not None:
            text = self.tr("Range {start} to {end}, {length} s.")
            return text.format(start=time_code(chosen[0]), end=time_code(chosen[1]),
                               length=f"{chosen[1] - chosen[0]:.1f}")  # fmt: skip
        return self.tr("Point at a curve to read it, click to see the frame, drag to choose a range, turn the wheel to "
                       "zoom.")  # fmt: skip

    def _selected(self) -> None:
        chosen = self.canvas.selection
        enough = chosen is not None and chosen[1] - chosen[0] >= LEAST_RANGE
        for action in (self.closer_action, self.range_action, self.clear_action):
            action.setEnabled(enough)
        self.told.setText(self._hint())

    def _ask_closer(self) -> None:
        if self.canvas.selection is not None:
            self.dense_requested.emit(*self.canvas.selection)

    def _show_range(self) -> None:
        if self.canvas.selection is not None:
            self.canvas.show_range(*self.canvas.selection)

    def _go_to_span(self, direction: int) -> None:
        loaded = self._focus.loaded
        if loaded is None:
            return
        spans = spans_of(loaded.result, self._focus.person)
        now = self._focus.shown.seconds if self._focus.shown is not None else float("-inf")
        starts = [(span.start.seconds, track) for track, span in spans]
        ahead = [s for s in starts if s[0] > now] if direction > 0 else [s for s in starts[::-1] if s[0] < now]
        if not ahead:
            self.told.setText(self.tr("There is no further flagged span in this direction."))
            return
        seconds, track = ahead[0]
        self._focus.choose(track)
        self.canvas.show_holding(seconds)
        self.canvas.mark_moment(seconds, track)
        self._focus.seek(seconds)


def _thumb(pixmap: QPixmap) -> QPixmap:
    return pixmap.scaled(THUMB, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
