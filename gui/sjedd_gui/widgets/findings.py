"""The finding of one file in words: verdict, reasons, people, kinds of change, pictures and facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.views.findings import advice_of, facts_of, people_of, person_of, reason_words, tree_of
from sjedd_gui.widgets.compare import CompareDialog
from sjedd_gui.widgets.exhibits import ExhibitDialog, ExhibitStrip, Thumb, heat_topic
from sjedd_gui.widgets.hierarchy_tree import HierarchyTree
from sjedd_gui.widgets.how_to_read import Topic
from sjedd_gui.widgets.people_table import PeopleTable
from sjedd_gui.widgets.sections import LONG, bullet, faint_label, field, heading
from sjedd_gui.widgets.theme import text_label
from sjedd_gui.widgets.verdict_card import VerdictCard
from sjedd_gui.widgets.verdict_text import verdict_text
from sjedd_gui.widgets.words import fact_name
from sjedd_video.explain import is_single
from sjedd_video.heatmap import shown_heat
from sjedd_video.types import AnalysisResult

__all__ = ["ExhibitDialog", "FindingsPanel", "PeopleTable", "Thumb"]


class FindingsPanel(QScrollArea):
    """Follows the focus; a person chosen here is chosen everywhere."""

    save_requested = Signal(str)
    """``pdf``, ``json`` or ``csv``."""
    exhibit_requested = Signal(int)
    """Index of a picture of the result that was opened."""

    def __init__(self, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focus = focus
        self._sections: Iterator[None] = iter(())
        self._builder = QTimer(self)
        self._builder.timeout.connect(self._build_one)
        self.copy_action = self._action(self.tr("Copy &verdict text"), self.copy_verdict)
        self.compare_action = self._action(self.tr("Compare &people …"), self.compare_people)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Finding"))
        focus.loaded_changed.connect(self._load)
        focus.person_changed.connect(self._show_person)
        self._load(focus.loaded)

    def copy_verdict(self) -> None:
        """Put the finding, with the file, the hashes and the caveat, on the clipboard."""
        if self._focus.loaded is not None:
            QApplication.clipboard().setText(verdict_text(self._focus.loaded.result))

    def compare_people(self) -> None:
        """Show two people of the file side by side."""
        if self._focus.loaded is not None:
            CompareDialog(self._focus.loaded, self._focus.loaded, self).open()

    def show_again(self) -> None:
        """Build everything anew: what has colours of its own keeps those of its making."""
        self._load(self._focus.loaded)

    def _action(self, text: str, run: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: run())
        return action

    # building: a section a step, so that the window stays awake

    def _load(self, loaded: Loaded | None) -> None:
        self._builder.stop()
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 12, 16, 16)
        self._column.setSpacing(6)
        self._table: PeopleTable | None = None
        self._person_box: QVBoxLayout | None = None
        self.copy_action.setEnabled(loaded is not None)
        self.compare_action.setEnabled(loaded is not None and len(loaded.result.people) > 1)
        if loaded is None:
            self._column.addWidget(faint_label(self.tr("The finding appears here once a file has been analysed.")))
        else:
            self._add_verdict(loaded.result)
            self._sections = self._rest(loaded.result)
            self._builder.start(0)
        self._column.addStretch(1)
        self.setWidget(inside)
        self.verticalScrollBar().setValue(0)

    def _build_one(self) -> None:
        with suppress(StopIteration):
            next(self._sections)
            return
        self._builder.stop()

    def _rest(self, result: AnalysisResult) -> Iterator[None]:
        self._add_reasons(result)
        yield
        if result.people:
            self._add_people(result)
            yield
            self._show_person(self._focus.person)
            yield
        if result.exhibits:
            self._add_exhibits(result)
            yield
        self._add_facts(result)
        yield

    def _add(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, widget)

    def _add_verdict(self, result: AnalysisResult) -> None:
        card = VerdictCard(result, [self.copy_action, self.compare_action])
        card.save_requested.connect(self.save_requested)
        self._column.addWidget(card)

    def _add_reasons(self, result: AnalysisResult) -> None:
        if result.reasons:
            judged = result.verdict is not None
            self._add(heading(self.tr("What limits this finding") if judged else self.tr("Why there is no verdict")))
            for reason in result.reasons:
                self._add(bullet(f"{reason_words(reason)}."))
            self._add(heading(self.tr("What you can do")))
            for text in advice_of(result):
                self._add(bullet(text))

    def _add_people(self, result: AnalysisResult) -> None:
        self._add(heading(self.tr("People"), Topic.COVERAGE))
        self._table = PeopleTable(people_of(result))
        self._table.chosen.connect(self._focus.choose)
        self._add(self._table)
        box = QWidget()
        self._person_box = QVBoxLayout(box)
        self._person_box.setContentsMargins(0, 0, 0, 0)
        self._add(box)

    def _add_exhibits(self, result: AnalysisResult) -> None:
        kind = shown_heat(result.exhibits)
        self._add(heading(self.tr("Telling frames"), None if kind is None else heat_topic(kind)))
        self._add(faint_label(self.tr("Click a frame to enlarge it.")))
        strip = ExhibitStrip(result.exhibits, single=is_single(result))
        strip.opened.connect(self._exhibit_opened)
        self._add(strip)

    def _add_facts(self, result: AnalysisResult) -> None:
        self._add(heading(self.tr("File and model")))
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for row, (fact, value) in enumerate(facts_of(result).items()):
            name = faint_label(fact_name(fact))
            name.setWordWrap(False)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field(value, fact_name(fact)) if fact in LONG else text_label(value), row, 1)
        self._add(box)

    # the chosen person

    def _show_person(self, track: int) -> None:
        """Mark the row, and show the kinds of change of the person; of the verdict's where nobody is chosen."""
        loaded = self._focus.loaded
        if loaded is None or self._table is None or self._person_box is None:
            return
        self._table.show_person(track)
        result = loaded.result
        track = track or (result.people[0].track if result.verdict is None else result.verdict.person)
        while (item := self._person_box.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for widget in self._person_widgets(result, track):
            self._person_box.addWidget(widget)

    def _person_widgets(self, result: AnalysisResult, track: int) -> Iterator[QWidget]:
        finding = person_of(result, track)
        if finding is None:
            return
        person = next(p for p in people_of(result) if p.track == track)
        yield heading(self.tr("Person {}: kinds of change").format(track), Topic.LIFT)
        if person.sentence:
            if result.verdict is None or track != result.verdict.person:  # the verdict says its own above
                yield text_label(person.sentence)
        elif result.verdict is None:
            yield text_label(self.tr("No verdict was given, so nothing is said about kinds of change."))
        else:
            yield text_label(self.tr("This person was not judged: {}.").format("; ".join(person.reasons)))
        if person.probability is not None:
            yield HierarchyTree(tree_of(result, finding))

    def _exhibit_opened(self, index: int) -> None:
        """Look at the same frame everywhere."""
        loaded = self._focus.loaded
        if loaded is not None:
            observation = loaded.result.exhibits[index].score.observation
            self._focus.choose(observation.track)
            self._focus.seek(observation.time.seconds)
            self.exhibit_requested.emit(index)
