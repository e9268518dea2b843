"""Two people or two files side by side, and when their numbers cannot be compared."""

from dataclasses import replace
from functools import cache

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QLineEdit

import results_factory
from results_factory import inconclusive, picture
from sjedd_gui.case.focus import Loaded
from sjedd_gui.views.compare import Obstacle, changed_options, fact_pairs, lift_pairs, obstacles
from sjedd_gui.views.findings import Fact
from sjedd_gui.widgets.compare import CompareDialog, PersonCurve
from sjedd_gui.widgets.hierarchy_tree import LIFT, LiftComparison
from sjedd_video.explain import percent

judged, weak = cache(results_factory.judged), cache(results_factory.weak)


@pytest.fixture
def compare(qtbot, tmp_path):
    """Opens the dialog; one result alone is compared with itself."""

    def make(left, right=None):
        loaded = Loaded(1, tmp_path / "left.mp4", left)
        dialog = CompareDialog(loaded, loaded if right is None else Loaded(2, tmp_path / "right.mp4", right))
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def text_of(dialog):
    """What the page shows; earlier pages are gone."""
    return "\n".join(label.text() for label in dialog._page.widget().findChildren(QLabel))


class TestView:
    def test_equal_conditions_have_no_obstacle(self):
        assert obstacles(judged(), weak()) == ()

    @pytest.mark.parametrize(
        ("change", "obstacle"),
        [(lambda r: replace(r, model=replace(r.model, sha256="a" * 64)), Obstacle.MODEL),
         (lambda r: replace(r, model=replace(r.model, detector_sha256="a" * 64)), Obstacle.MODEL),
         (lambda r: replace(r, options={**r.options, "min_eye_distance_px": 30.0}), Obstacle.OPTIONS),
         (lambda r: replace(r, options={**r.options, "heatmaps": 3, "start_s": 5.0}), None)],
    )  # fmt: skip
    def test_what_changes_the_meaning_of_numbers_is_found(self, change, obstacle):
        assert obstacles(judged(), change(weak())) == (() if obstacle is None else (obstacle,))

    def test_a_picture_and_a_file_without_a_verdict_are_told(self):
        assert Obstacle.KIND in obstacles(judged(), picture())
        assert Obstacle.NO_VERDICT in obstacles(judged(), inconclusive())

    def test_options_that_differ_are_named(self):
        left, right = judged(), weak()
        right = replace(right, options={**right.options, "sampling": "fps:2", "model": "/other"})
        assert changed_options(left, right) == ("sampling",)

    def test_facts_that_differ_are_marked(self):
        left, right = judged(), weak()
        stream = replace(right.evidence.stream, codec="hevc", width=1280)
        right = replace(right, evidence=replace(right.evidence, stream=stream, path="/b.mp4"))
        assert {pair.fact for pair in fact_pairs(left, right) if pair.differs} == {Fact.CODEC, Fact.RESOLUTION}

    def test_lifts_of_different_models_stand_beside_each_other(self):
        left, right = judged(), weak()
        fewer = replace(right.model, nodes=right.model.nodes[:4], prior=right.model.prior[:4], hierarchy="own")
        person = replace(right.people[0], node_lift=right.people[0].node_lift[:4])
        pairs = {p.name: p for p in lift_pairs(left, 2, replace(right, model=fewer, people=(person,)), 1)}
        assert pairs["eye"].left is not None
        assert pairs["eye"].right is None
        assert pairs["identity"].right == pytest.approx(float(person.node_lift[2]))
        assert "skin" not in pairs


class TestDialog:
    def test_two_files_show_their_findings_and_facts(self, compare):
        left, right = judged(), weak()
        dialog = compare(left, right)
        text = text_of(dialog)
        assert "Very strong support\n" + percent(left.verdict.probability) in text
        assert "Weak support: non-conclusive\n" + percent(right.verdict.probability) in text
        assert "Resolution" in text
        assert "cannot be compared" not in text
        assert len(dialog._page.widget().findChildren(PersonCurve)) == 2

    def test_a_warning_stands_first_when_models_differ(self, compare):
        right = weak()
        dialog = compare(judged(), replace(right, model=replace(right.model, sha256="a" * 64)))
        assert "The model or the face detector differs" in text_of(dialog).splitlines()[0]
        assert "≠ SHA-256 of the model (differs)" in text_of(dialog)
        assert "a" * 64 in {field.text() for field in dialog.findChildren(QLineEdit)}

    def test_two_people_of_one_file_have_no_table_of_facts(self, compare):
        dialog = compare(judged())
        assert [box.currentData() for box in dialog.choices] == [2, 1]
        assert "Resolution" not in text_of(dialog)
        assert "face of person 2 was altered" in text_of(dialog)
        assert "face of person 1 was altered" in text_of(dialog)

    def test_another_person_can_be_chosen(self, compare):
        dialog = compare(judged())
        dialog.choices[0].setCurrentIndex(0)
        assert "face of person 2 was altered" not in text_of(dialog)

    def test_bars_of_both_sides_share_one_scale(self, compare):
        result = judged()
        dialog = compare(result)
        table = dialog._page.widget().findChild(LiftComparison)
        first, place = table.topLevelItem(0), result.model.nodes.index("expression")
        assert first.text(0) == "expression"
        assert first.data(1, LIFT) == pytest.approx(float(result.people[1].node_lift[place]))
        assert first.data(3, LIFT) == pytest.approx(float(result.people[0].node_lift[place]))
        assert table.itemDelegateForColumn(1) is table.itemDelegateForColumn(3)

    def test_without_a_verdict_there_is_no_number(self, compare):
        dialog = compare(inconclusive())
        text = text_of(dialog)
        assert "Inconclusive: no verdict is given" in text
        assert " %" not in text
        assert not dialog.findChildren(LiftComparison)

    def test_curves_have_axes_of_their_own_and_tell_values(self, qtbot, compare):
        result = judged()
        dialog = compare(result, weak())
        curves = dialog._page.widget().findChildren(PersonCurve)
        curves[0].canvas.zoom(4, 2.0)
        assert curves[1].canvas.visible_range() == (0.0, 9.6)
        canvas = curves[1].canvas
        lane = canvas.lanes[1]
        at = QPoint(round(canvas.x_of(float(lane.seconds[16]))), round(canvas.boxes(1).plot.center().y()))
        qtbot.mouseMove(canvas.viewport(), at)
        assert percent(float(lane.values[16])) in text_of(dialog)

    def test_a_picture_has_no_curve(self, compare):
        dialog = compare(judged(), picture())
        assert len(dialog._page.widget().findChildren(PersonCurve)) == 1
        assert "There is no course over time." in text_of(dialog)
        assert "judged by another rule" in text_of(dialog)
