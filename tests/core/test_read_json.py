"""A JSON report read back is the result it was written from; anything else is refused by name."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import numpy as np
import pytest

from results_factory import ALL, judged
from sjedd_video.errors import DocumentError
from sjedd_video.report.csv_ import csv_text
from sjedd_video.report.document import build_document
from sjedd_video.report.json_ import to_json
from sjedd_video.report.pictures import LARGEST, exhibit_of, store_picture
from sjedd_video.report.read_json import from_json, parse_document
from sjedd_video.types import HeatKind


def stored(result):
    """The document as it comes out of a file."""
    return json.loads(json.dumps(to_json(result), allow_nan=False))


def read(result):
    return from_json(stored(result), [store_picture(exhibit) for exhibit in result.exhibits])


@pytest.mark.parametrize("name", ALL)
def test_the_document_of_what_was_read_is_the_document(name):
    result = ALL[name]()
    assert to_json(read(result)) == to_json(result)


@pytest.mark.parametrize("name", ALL)
def test_every_view_of_what_was_read_is_the_same(name):
    result = ALL[name]()
    back = read(result)
    assert csv_text(back) == csv_text(result)
    texts = [repr([b for b in s.blocks if "Exhibit" not in repr(b) and "Curve" not in repr(b)])
             for s in build_document(result).sections]  # fmt: skip
    assert texts == [repr([b for b in s.blocks if "Exhibit" not in repr(b) and "Curve" not in repr(b)])
                     for s in build_document(back).sections]  # fmt: skip


def test_numbers_and_identities_come_back():
    result, back = judged(), read(judged())
    assert (back.verdict, back.sampling, back.evidence, back.model) == (
        result.verdict, result.sampling, result.evidence, result.model)  # fmt: skip
    for person, other in zip(result.people, back.people, strict=True):
        assert (person.usable, person.spans, person.interval) == (other.usable, other.spans, other.interval)
        for score, found in zip(person.scores, other.scores, strict=True):
            assert score.observation.time == found.observation.time
            assert score.observation.quality == found.observation.quality
            np.testing.assert_array_equal(score.marginals, found.marginals)
            np.testing.assert_allclose(score.observation.detection.box, found.observation.detection.box, atol=0.006)


def test_pictures_come_back_the_crop_and_the_map_without_loss():
    result = judged()
    back = read(result)
    assert len(back.exhibits) == len(result.exhibits) == 5
    for exhibit, found in zip(result.exhibits, back.exhibits, strict=True):
        np.testing.assert_array_equal(exhibit.crop, found.crop)
        np.testing.assert_array_equal(exhibit.matrix, found.matrix)
        assert np.abs(exhibit.frame.astype(int) - found.frame).mean() < 3
        assert any(found.score is score for person in back.people for score in person.scores)
    np.testing.assert_array_equal(result.exhibits[0].heat, back.exhibits[0].heat)
    assert back.exhibits[1].heat is None


def test_what_a_heat_map_shows_is_kept_and_occlusion_where_an_older_file_does_not_say():
    result = judged()
    kept = stored(replace(result, exhibits=tuple(replace(e, heat_kind=HeatKind.PLACES) for e in result.exhibits)))
    assert [entry.get("heat") for entry in kept["exhibits"]] == ["places", None, None, None, None]
    pictures = [store_picture(e) for e in result.exhibits]
    assert from_json(kept, pictures).exhibits[0].heat_kind is HeatKind.PLACES
    del kept["exhibits"][0]["heat"]
    assert from_json(kept, pictures).exhibits[0].heat_kind is HeatKind.OCCLUSION


def test_without_pictures_the_result_has_none():
    assert from_json(stored(judged())).exhibits == ()


def test_what_was_not_finite_comes_back_as_not_a_number():
    result = judged()
    person = result.people[0]
    seen = person.scores[0].observation
    odd = replace(person.scores[0], observation=replace(seen, quality=replace(seen.quality, yaw=float("inf"))))
    people = (replace(person, scores=(odd, *person.scores[1:])), *result.people[1:])
    back = from_json(stored(replace(result, people=people)))
    assert np.isnan(back.people[0].scores[0].observation.quality.yaw)


@pytest.mark.parametrize("document", [None, [], "x", 3, {}, {"schema_version": "1"}, {"schema_version": 1}])
def test_what_is_no_report_is_refused_by_name(document):
    with pytest.raises(DocumentError, match=r"^notes\.json is no report"):
        from_json(document, name="notes.json")


def test_a_newer_format_is_called_newer():
    with pytest.raises(DocumentError, match="newer version") as caught:
        from_json({**stored(judged()), "schema_version": 2})
    assert "Install" in caught.value.advice


DAMAGE = {
    "a missing part": (("model",), None),
    "a verdict on nobody": (("verdict", "person"), 7),
    "a probability above 1": (("verdict", "probability"), 1.2),
    "a number as text": (("people", 0, "faces", 0, "box"), ["1", "2", "3", "4"]),
    "a box of three": (("people", 0, "faces", 0, "box"), [1.0, 2.0, 3.0]),
    "no mark of use": (("people", 0, "faces", 0, "usable"), 1),
    "an outcome nobody knows": (("outcome",), "fine"),
    "a time base that is none": (("sampling", "times", 0, "time_base"), "1/0"),
    "a huge time base": (("sampling", "times", 0, "time_base"), "1/" + "9" * 5000),
    "marginals of another hierarchy": (("people", 1, "faces", 0, "marginals"), [0.5]),
    "a reason nobody knows": (("reasons",), [{"code": "because", "detail": ""}]),
    "a text that is a list": (("started",), ["now"]),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_report_is_refused(what):
    place, value = DAMAGE[what]
    document = copy.deepcopy(stored(judged()))
    inside = document
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    with pytest.raises(DocumentError, match="is damaged"):
        from_json(document)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"schema_version": 1'])
def test_text_that_is_no_json_is_refused(text):
    with pytest.raises(DocumentError, match="damaged"):
        parse_document(text)


def test_pictures_that_are_none_are_refused():
    exhibit = judged().exhibits[0]
    good = store_picture(exhibit)
    bad = [replace(good, frame=b"GIF89a"), replace(good, crop=good.frame), replace(good, heat=good.heat[:-4]),
           replace(good, matrix=(float("nan"),) * 6), replace(good, frame=b"")]  # fmt: skip
    large = store_picture(replace(exhibit, frame=np.zeros((1, LARGEST + 1, 3), np.uint8)))
    for picture in [*bad, large]:
        with pytest.raises(ValueError, match=r"."):
            exhibit_of(picture, exhibit.score)
