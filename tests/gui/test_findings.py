"""The findings: words, numbers only where there is a verdict, explanations, people and pictures."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

import results_factory
from results_factory import hour, inconclusive, no_face, picture, unreadable, weak
from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.views.findings import Fact, facts_of, flat, people_of, tree_of
from sjedd_gui.widgets.exhibits import ExhibitDialog, Thumb, heated
from sjedd_gui.widgets.findings import FindingsPanel, PeopleTable
from sjedd_gui.widgets.hierarchy_tree import LIFT, HierarchyTree
from sjedd_gui.widgets.how_to_read import Explanation, HowTo, Topic
from sjedd_gui.widgets.verdict_text import verdict_text
from sjedd_gui.widgets.words import lift_words
from sjedd_video.explain import NEXT_STEP, attribute_findings, percent, sentence
from sjedd_video.types import HeatKind, Outcome, Reason, ReasonCode

judged = cache(results_factory.judged)


def partial():
    """A file of which too little could be read."""
    reasons = (Reason(ReasonCode.TRUNCATED, "ends at 3 of 10 s"),)
    return replace(inconclusive(), outcome=Outcome.PARTIAL, reasons=reasons)


@pytest.fixture
def focus():
    return Focus()


@pytest.fixture
def panel(qtbot, focus):
    panel = FindingsPanel(focus)
    qtbot.addWidget(panel)
    panel.resize(700, 900)
    panel.show()
    return panel


def show(qtbot, panel, result, tmp_path):
    """Show a result and wait until every section is there; returns all text that is seen."""
    panel._focus.show(Loaded(1, tmp_path / "a.mp4", result))
    qtbot.waitUntil(lambda: not panel._builder.isActive(), timeout=20_000)
    return text_of(panel)


def text_of(panel):
    """All text that is seen, once what was added has come up."""
    QApplication.processEvents()
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel))


class TestView:
    def test_the_tree_follows_the_hierarchy(self):
        result = judged()
        tree = tree_of(result, result.people[1])
        assert tree.name == "face"
        below = {node.name: [child.name for child in node.children] for node in tree.children}
        assert below == {
            "expression": ["lip and mouth"],
            "identity": ["eye", "eyebrow", "lip and mouth", "nose", "skin"],
            "physical inconsistency": ["eye", "lip and mouth", "nose"],
        }

    def test_lifts_are_those_of_the_core(self):
        result = judged()
        person = result.people[1]
        mine = {node.name: node.lift for node in flat(tree_of(result, person)) if not node.follower}
        assert mine.pop("face") is None
        assert mine == pytest.approx({f.name: f.lift for f in attribute_findings(person, result.model)})

    def test_the_root_says_the_calibrated_probability(self):
        result = judged()
        assert tree_of(result, result.people[1]).probability == result.people[1].probability
        result = inconclusive()
        assert tree_of(result, result.people[0]).probability is None

    def test_what_is_no_evidence_of_its_own_has_no_lift(self):
        result = judged()
        followers = [node for node in flat(tree_of(result, result.people[1])) if node.follower]
        assert [(node.name, node.lift) for node in followers] == [("eyebrow", None), ("skin", None)]

    def test_a_hierarchy_of_ones_own_is_shown_flat(self):
        result = judged()
        own = replace(result, model=replace(result.model, hierarchy="/tmp/mine.toml"))
        tree = tree_of(own, own.people[1])
        assert all(not child.children for child in tree.children)
        assert len(tree.children) == 8  # nine below the root, two of them named together

    def test_without_a_verdict_nobody_has_numbers(self):
        result = replace(judged(), verdict=None, outcome=Outcome.INCONCLUSIVE)
        for person, finding in zip(people_of(result), result.people, strict=True):
            assert (person.probability, person.interval, person.band, person.sentence) == (None, None, None, "")
            assert {node.lift for node in flat(tree_of(result, finding))} == {None}

    def test_everybody_who_is_judged_has_a_sentence_of_their_own(self):
        first, second = people_of(judged())
        assert first.sentence.startswith("Weak support that the face of person 1 was altered")
        assert second.sentence == sentence(judged())

    def test_facts_identify_file_and_model(self):
        facts = facts_of(judged())
        assert facts[Fact.SHA256] == "9f" * 32
        assert facts[Fact.MODEL_SHA256] == "0" * 64
        assert facts[Fact.COVERAGE] == "00:00.0 – 00:09.3"
        assert Fact.CODEC not in facts_of(unreadable())

    @pytest.mark.parametrize(
        ("lift", "words"),
        [(np.log(6.4), "raised: odds × 6.4"), (-np.log(520), "lowered: odds ÷ 520"), (0.05, "no change"),
         (-0.05, "no change"), (9.0, "raised: odds × over 1000"), (-900.0, "lowered: odds ÷ over 1000")],
    )  # fmt: skip
    def test_lifts_in_words(self, lift, words):
        assert lift_words(float(lift)) == words


class TestVerdict:
    def test_a_verdict_is_told_with_its_numbers(self, qtbot, panel, tmp_path):
        result = judged()
        text = show(qtbot, panel, result, tmp_path)
        assert "Very strong support for alteration of the face of person 2" in text
        assert sentence(result) in text
        assert percent(result.verdict.probability) in text
        assert "does not mean that a video is unedited" in text
        assert "25 of 27 faces of person 2 used" in text

    @pytest.mark.parametrize("make", [inconclusive, no_face, unreadable, partial])
    def test_without_a_verdict_there_is_no_number_but_reasons_and_advice(self, qtbot, panel, tmp_path, make):
        result = make()
        text = show(qtbot, panel, result, tmp_path)
        assert "Why there is no verdict" in text
        assert NEXT_STEP[result.reasons[0].code] in text
        assert "neither that it was altered nor that it was not" in text
        for number in (" %", "Probability", "interval"):
            assert number not in text
        assert not panel.findChildren(HierarchyTree)
        if result.people:
            table = panel.findChild(PeopleTable)
            cells = [table.item(0, column).text() for column in range(table.columnCount())]
            assert cells[1:4] == ["not judged", "", ""]

    def test_a_weak_verdict_says_once_what_absence_means(self, qtbot, panel, tmp_path):
        text = show(qtbot, panel, weak(), tmp_path)
        assert "Weak support" in text
        assert text.count("Absence of detection") == 1

    def test_a_picture_has_no_times(self, qtbot, panel, tmp_path):
        text = show(qtbot, panel, picture(), tmp_path)
        assert "face of person 1 in this picture" in text
        assert "a single picture has no course over time" in text
        assert "00:00.0" not in text

    def test_nothing_is_shown_of_the_result_before(self, qtbot, panel, focus, tmp_path):
        show(qtbot, panel, judged(), tmp_path)
        text = show(qtbot, panel, no_face(), tmp_path)
        assert "person 2" not in text
        focus.show(None)
        assert "once a file has been analysed" in text_of(panel)

    def test_names_from_strangers_are_plain_and_visible(self, qtbot, panel, tmp_path):
        result = judged()
        nasty = replace(result, evidence=replace(result.evidence, path="/x/<b>a\u202egpj.mp4"))
        text = show(qtbot, panel, nasty, tmp_path)
        assert "/x/<b>a<U+202E>gpj.mp4" in text
        assert all(label.textFormat() is Qt.TextFormat.PlainText for label in panel.findChildren(QLabel)
                   if label.text() and "<b>" in label.text())  # fmt: skip

    def test_reports_are_asked_for(self, qtbot, panel, tmp_path):
        show(qtbot, panel, judged(), tmp_path)
        asked = []
        panel.save_requested.connect(asked.append)
        for kind in ("pdf", "json", "csv"):
            panel.findChild(QPushButton, f"save-{kind}").click()
        assert asked == ["pdf", "json", "csv"]


class TestCopy:
    def test_the_copied_text_carries_file_hashes_and_caveat(self, qtbot, panel, tmp_path):
        result = judged()
        show(qtbot, panel, result, tmp_path)
        button = next(b for b in panel.findChildren(QPushButton) if b.text() == "Copy &verdict text")
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        text = QApplication.clipboard().text()
        for part in ("File: interview.mp4", "9f" * 32, "0" * 64, sentence(result), percent(result.verdict.probability),
                     "not proof", "Absence of detection"):  # fmt: skip
            assert part in text
        assert "/cases/18" not in text

    @pytest.mark.parametrize("make", [inconclusive, no_face, unreadable])
    def test_without_a_verdict_it_has_no_number(self, make):
        text = verdict_text(make())
        assert "%" not in text
        assert "neither that it was altered nor that it was not" in text

    @pytest.mark.parametrize("make", [judged, weak, inconclusive, no_face, unreadable, picture, partial])
    def test_the_words_stay_careful(self, make):
        text = verdict_text(make()).lower()
        assert "fake" not in text.replace("fake-model", "")
        assert "clean" not in text
        assert text.count("absence of detection") <= 1


class TestPeople:
    def test_a_row_chooses_the_person_and_the_other_way_round(self, qtbot, panel, focus, tmp_path):
        show(qtbot, panel, judged(), tmp_path)
        table = panel.findChild(PeopleTable)
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton,
                         pos=table.visualItemRect(table.item(0, 1)).center())  # fmt: skip
        assert focus.person == 1
        assert "Person 1: kinds of change" in text_of(panel)
        focus.choose(2)
        assert {index.row() for index in table.selectedIndexes()} == {1}
        assert "Person 2: kinds of change" in text_of(panel)
        assert "Person 1: kinds of change" not in text_of(panel)
        focus.choose(0)
        assert table.selectedIndexes() == []

    def test_at_first_the_verdicts_person_is_explained(self, qtbot, panel, focus, tmp_path):
        text = show(qtbot, panel, judged(), tmp_path)
        assert "Person 2: kinds of change" in text
        assert focus.person == 0

    def test_a_person_who_was_not_judged_is_said_to_be_so(self, qtbot, panel, focus, tmp_path):
        result = judged()
        blank = replace(result.people[0], probability=None, interval=None, band=None, node_lift=None,
                        node_marginals=None, reasons=(Reason(ReasonCode.TOO_FEW_FACES, "2 of 9"),))  # fmt: skip
        show(qtbot, panel, replace(result, people=(blank, result.people[1])), tmp_path)
        focus.choose(1)
        assert "was not judged: Too few faces of sufficient quality (2 of 9)" in text_of(panel)
        assert not [tree for tree in panel.findChildren(HierarchyTree) if tree.isVisibleTo(panel)]

    def test_bars_have_their_numbers_in_words(self, qtbot, panel, tmp_path):
        result = judged()
        show(qtbot, panel, result, tmp_path)
        tree = panel.findChild(HierarchyTree)
        root = tree.topLevelItem(0)
        assert root.text(2) == "calibrated probability 99 %"
        assert root.data(1, LIFT) is None
        expression, place = root.child(0), result.model.nodes.index("expression")
        assert expression.text(2) == lift_words(float(result.people[1].node_lift[place]))
        assert expression.data(1, LIFT) == pytest.approx(float(result.people[1].node_lift[place]))
        assert expression.data(1, Qt.ItemDataRole.AccessibleTextRole) == expression.text(2)
        eyebrow = root.child(1).child(1)
        assert eyebrow.text(0) == "eyebrow"
        assert eyebrow.data(1, LIFT) is None
        assert "no evidence of its own" in eyebrow.text(2)

    def test_a_bar_reaches_to_the_side_of_its_sign(self, qtbot, panel, tmp_path):
        show(qtbot, panel, judged(), tmp_path)
        tree = panel.findChild(HierarchyTree)
        picture = tree.viewport().grab().toImage()
        for item in (tree.topLevelItem(0).child(0), tree.topLevelItem(0).child(1)):
            bar = tree.visualRect(tree.indexFromItem(item, 1))
            left, right = (picture.pixelColor(bar.center().x() + d, bar.center().y()) for d in (-3, 3))
            assert (right if item.data(1, LIFT) > 0 else left).saturation() > 60
            assert (left if item.data(1, LIFT) > 0 else right).saturation() < 40


class TestExplanations:
    def test_every_number_has_one_that_opens_by_key(self, qtbot, panel, tmp_path):
        show(qtbot, panel, judged(), tmp_path)
        buttons = {button.topic: button for button in panel.findChildren(HowTo)}
        # The curve's stands on the timeline, that of places beside maps of another model.
        assert set(buttons) == set(Topic) - {Topic.CURVE, Topic.PLACES}
        for topic, button in buttons.items():
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
            qtbot.keyClick(button, Qt.Key.Key_Space)
            note = button.findChild(Explanation)
            assert note.isVisible(), topic
            assert len(note.text.text()) > 100
            assert note.height() >= note.layout().heightForWidth(note.width())
            qtbot.keyClick(note, Qt.Key.Key_Escape)
            assert not note.isVisible()

    def test_the_one_beside_the_frames_is_that_of_their_maps(self, qtbot, panel, tmp_path):
        result = judged()
        places = tuple(replace(e, heat_kind=HeatKind.PLACES) for e in result.exhibits)
        show(qtbot, panel, replace(result, exhibits=places), tmp_path)
        topics = {button.topic for button in panel.findChildren(HowTo)}
        assert Topic.PLACES in topics
        assert Topic.HEAT_MAP not in topics

    def test_where_there_is_no_map_there_is_none(self, qtbot, panel, tmp_path):
        result = judged()
        show(qtbot, panel, replace(result, exhibits=tuple(replace(e, heat=None) for e in result.exhibits)), tmp_path)
        assert not {Topic.PLACES, Topic.HEAT_MAP} & {button.topic for button in panel.findChildren(HowTo)}

    def test_places_are_red_on_a_fixed_scale(self):
        def red(value):
            shown = replace(judged().exhibits[0], heat=np.full((12, 12), value), heat_kind=HeatKind.PLACES)
            picture = heated(shown).astype(float)
            return (picture[..., 0] - picture[..., 2]).mean() - (shown.crop[..., 0] - shown.crop[..., 2]).mean()

        assert abs(red(0.01)) < 0.05 * red(0.5)
        assert red(0.25) == pytest.approx(red(0.5) / 2, rel=0.1)
        assert red(0.9) == pytest.approx(red(0.5), rel=0.01)

    def test_what_can_be_used_has_a_name_for_screen_readers(self, qtbot, panel, tmp_path):
        show(qtbot, panel, judged(), tmp_path)
        usable = [widget for widget in panel.findChildren(QWidget)
                  if widget.isVisibleTo(panel) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                  and not widget.objectName().startswith("qt_")]  # fmt: skip
        nameless = [w for w in usable if not (w.accessibleName() or getattr(w, "text", str)())]
        assert len(usable) > 15
        assert nameless == []


class TestExhibits:
    def test_a_frame_opens_in_large_and_is_shown_everywhere(self, qtbot, panel, focus, tmp_path):
        result = judged()
        show(qtbot, panel, result, tmp_path)
        thumbs = panel.findChildren(Thumb)
        assert len(thumbs) == len(result.exhibits)
        wanted = []
        focus.seek_requested.connect(wanted.append)
        with qtbot.waitSignal(panel.exhibit_requested) as asked:
            qtbot.keyClick(thumbs[1], Qt.Key.Key_Return)
        assert asked.args == [1]
        assert wanted == [result.exhibits[1].score.observation.time.seconds]
        assert focus.person == 2
        dialog = panel.findChild(ExhibitDialog)
        assert dialog.isVisible()
        dialog.close()

    def test_pictures_are_drawn_one_by_one(self, qtbot, panel, tmp_path):
        show(qtbot, panel, judged(), tmp_path)
        qtbot.waitUntil(
            lambda: all(not t._picture.pixmap().isNull() for t in panel.findChildren(Thumb)), timeout=20_000
        )


class TestFacts:
    def test_hashes_can_be_copied_whole(self, qtbot, panel, tmp_path):
        show(qtbot, panel, judged(), tmp_path)
        fields = {field.accessibleName(): field for field in panel.findChildren(QLineEdit)}
        assert fields["SHA-256 of the file"].text() == "9f" * 32
        assert fields["SHA-256 of the model"].text() == "0" * 64
        assert all(field.isReadOnly() for field in fields.values())

    def test_a_narrow_panel_cuts_nothing_off(self, qtbot, panel, tmp_path):
        show(qtbot, panel, hour(people=10, seconds=120), tmp_path)
        panel.resize(380, 900)
        qtbot.waitUntil(lambda: panel.widget().width() <= panel.viewport().width(), timeout=20_000)
