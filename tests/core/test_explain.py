"""Words, lift over the prior, time codes and heat maps."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from results_factory import ALL, MODEL, exhibit, face, inconclusive, judged, make, no_face, picture, unreadable, weak
from sjedd_video.explain import (
    BAND_TEXT,
    NEXT_STEP,
    REASON_TEXT,
    attribute_findings,
    headline,
    percent,
    percent_range,
    raised,
    reason_text,
    sentence,
    time_code,
)
from sjedd_video.heatmap import heat_on_frame, occlusion_map
from sjedd_video.hierarchy import load_hierarchy
from sjedd_video.types import Band, Interval, Outcome, Reason, ReasonCode

FORBIDDEN = re.compile(
    r"\bis (a )?(fake|genuine|authentic|real|forged|clean|unedited)\b|\bclean\b|\bfake\b", re.IGNORECASE
)


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_words_and_a_next_step(code):
    assert re.fullmatch(r"[A-Z].*[^.]", REASON_TEXT[code])
    assert re.fullmatch(r"[A-Z].*\.", NEXT_STEP[code])
    assert reason_text(Reason(code, "7 of 9 faces.")) == f"{REASON_TEXT[code]} (7 of 9 faces). {NEXT_STEP[code]}"
    assert reason_text(Reason(code)) == f"{REASON_TEXT[code]}. {NEXT_STEP[code]}"


@pytest.mark.parametrize("band", Band)
def test_every_band_speaks_of_support(band):
    assert band.value.replace("_", " ") + " support" in BAND_TEXT[band]


@pytest.mark.parametrize("make_result", ALL.values(), ids=ALL)
def test_no_sentence_claims_what_nobody_can_know(make_result):
    result = make_result()
    text = f"{headline(result)} {sentence(result)}".replace("does not mean that a video is unedited", "")
    text = text.replace("does not mean that a picture is unedited", "")
    assert not FORBIDDEN.search(text)


def test_the_sentence_names_person_times_and_attributes():
    result = judged()
    assert result.verdict.person == 2
    spans = result.people[1].spans
    text = sentence(result)
    assert text.startswith("Very strong support that the face of person 2 was altered between ")
    for span in spans:
        assert f"between {time_code(span.start.seconds)} and {time_code(span.end.seconds)}" in text
    assert text.endswith("most raised over the prior: expression, lip and mouth, physical inconsistency.")


def test_many_stretches_are_counted_and_the_highest_named():
    result = judged()
    person = result.people[1]
    spans = tuple(replace(person.spans[0], peak=0.5 + i / 100) for i in range(5))
    text = sentence(replace(result, people=(result.people[0], replace(person, spans=spans))))
    assert text.count("between") == 3
    assert "and in 2 more stretches;" in text


def test_weak_support_says_what_it_does_not_mean():
    assert sentence(weak()).endswith("Absence of detection does not mean that a video is unedited.")
    assert "raised" not in sentence(weak())


def test_a_short_alteration_in_a_long_clip_is_named_beside_weak_support():
    long = [face(1.0 if 3 <= i < 8 else 0.0, 0.3 * i) for i in range(32)]
    result = make([long])
    assert result.verdict.band is Band.WEAK
    assert "; between 00:00.9 and 00:02.1 alone its score stands above the threshold." in sentence(result)


def test_a_picture_has_its_own_words():
    text = sentence(picture())
    assert "person 1 in this picture was altered" in text
    assert "between" not in text


def test_a_partial_verdict_says_so():
    result = replace(judged(), outcome=Outcome.PARTIAL)
    assert "in the part of the file that could be read was altered" in sentence(result)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (inconclusive(), "Inconclusive: no verdict is given. Too few faces of sufficient quality"),
        (no_face(), "No face was found: nothing was judged (no face in 32 examined frames)."),
        (unreadable(), "The file could not be read: nothing was judged. The file is neither a video nor a picture"),
    ],
    ids=["inconclusive", "no face", "unreadable"],
)
def test_without_a_verdict_the_reason_is_given(result, words):
    assert sentence(result).startswith(words)
    assert sentence(result).endswith("neither that the file was altered nor that it was not.")


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.JUDGED])
def test_every_outcome_has_words(outcome):
    assert len(headline(replace(unreadable(), outcome=outcome))) > 5


def test_attributes_are_grouped_and_eyebrow_and_skin_left_out():
    person = judged().people[1]
    found = attribute_findings(person, MODEL)
    names = [f.name for f in found]
    assert "lip and mouth" in names
    assert not {"lip", "mouth", "eyebrow", "skin", "face"} & set(names)
    assert [f.lift for f in found] == sorted((f.lift for f in found), reverse=True)
    place = MODEL.nodes.index("expression")
    expression = next(f for f in found if f.name == "expression")
    assert expression.lift == pytest.approx(person.node_lift[place])
    assert expression.prior == pytest.approx(MODEL.prior[place])


def test_eyebrow_and_skin_stand_for_themselves_where_other_attributes_alter_them():
    ffsc = load_hierarchy("ffsc")
    count = len(ffsc.nodes)
    model = replace(MODEL, nodes=ffsc.nodes, prior=tuple(ffsc.prior))
    person = replace(judged().people[1], node_marginals=np.full(count, 0.5), node_lift=np.zeros(count))
    assert {"eyebrow", "skin"} <= {f.name for f in attribute_findings(person, model)}


def test_nothing_is_raised_on_an_untouched_face_or_without_a_judgement():
    assert raised(weak().people[0], MODEL) == ()
    assert attribute_findings(inconclusive().people[0], MODEL) == ()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00.0"),
        (3.14, "00:03.1"),
        (59.96, "01:00.0"),
        (3600, "1:00:00.0"),
        (-0.04, "00:00.0"),
        (-1.5, "-00:01.5"),
    ],
)
def test_time_codes(seconds, text):
    assert time_code(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 %"), (0.001, "below 1 %"), (0.5, "50 %"), (0.999, "above 99 %"), (1, "100 %")]
)
def test_only_what_is_certain_is_called_so(value, text):
    assert percent(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.12, 0.34, "12 to 34 %"), (0.001, 0.004, "below 1 %"), (0.001, 0.2, "below 1 to 20 %"),
     (0.9, 0.999, "90 to above 99 %"), (0.501, 0.504, "50 %")],
)  # fmt: skip
def test_intervals_never_claim_more_than_they_hold(low, high, text):
    assert percent_range(Interval(low, high)) == text


def test_the_heat_map_finds_what_the_score_hangs_on():
    crop = np.full((64, 64, 3), 40, np.uint8)
    crop[40:52, 12:24] = 250

    def score(crops):
        return np.array([c[40:52, 12:24].astype(float).std() / 1000 + c[40:52, 12:24].mean() / 255 for c in crops])

    sizes = []
    heat = occlusion_map(lambda crops: sizes.append(len(crops)) or score(crops), crop, batch=10)
    assert heat.shape == (64, 64)
    assert heat.dtype == np.float32
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    assert 34 <= y <= 58
    assert 6 <= x <= 30
    assert heat[46, 18] > 5 * abs(heat[10, 50])
    assert max(sizes) <= 10
    assert sum(sizes) == 37


def test_a_score_close_to_certainty_still_gives_a_heat_map():
    crop = np.full((64, 64, 3), 40, np.uint8)
    crop[20:40, 20:40] = 250
    heat = occlusion_map(lambda crops: np.array([1 - 1e-4 * (1.1 - c[20:40, 20:40].mean() / 250) for c in crops]), crop)
    assert heat[30, 30] > 0.5


def test_a_place_that_lowers_suspicion_is_negative():
    crop = np.full((64, 64, 3), 40, np.uint8)
    crop[20:40, 20:40] = 250
    heat = occlusion_map(lambda crops: np.array([1 - c[20:40, 20:40].mean() / 255 for c in crops]), crop)
    assert heat[30, 30] < 0


@pytest.mark.parametrize("crop", [np.zeros((64, 32, 3), np.uint8), np.zeros((64, 64), np.uint8)])
def test_the_heat_map_wants_a_square_picture(crop):
    with pytest.raises(ValueError, match="crop"):
        occlusion_map(lambda crops: np.zeros(len(crops)), crop)


def test_scores_that_are_no_numbers_make_no_heat_map():
    with pytest.raises(ValueError, match="finite"):
        occlusion_map(lambda crops: np.full(len(crops), np.nan), np.zeros((32, 32, 3), np.uint8))


def test_the_heat_map_lies_on_the_frame_where_the_face_is():
    shown = exhibit(face(0.9, 0.0, track=2))
    heat = np.zeros((112, 112), np.float32)
    heat[80:92, 50:62] = 1
    shown = replace(shown, heat=heat)
    on_frame = heat_on_frame(shown)
    assert on_frame.shape == shown.frame.shape[:2]
    y, x = (np.mean(v) for v in np.nonzero(on_frame > 0.5))
    expected = np.linalg.inv(np.vstack([shown.matrix, [0, 0, 1]])) @ [55.5, 85.5, 1]
    assert np.array([x, y]) == pytest.approx((expected[:2] + 0.5) * shown.frame_scale - 0.5, abs=0.6)
    assert heat_on_frame(exhibit(face(0.9, 0.0))) is None
