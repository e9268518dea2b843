"""The one options object: closed, frozen, and the same after a round trip through JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sjedd_video.errors import ExitCode, OptionsError
from sjedd_video.options import AnalysisOptions

PLANS = st.one_of(
    st.integers(1, 10**6).map("uniform:{}".format), st.integers(1, 10**6).map("every:{}".format),
    st.floats(0.001, 240, allow_nan=False).map(lambda f: f"fps:{f:.3f}"), st.just("keyframes"),
)  # fmt: skip


def test_the_defaults_are_valid():
    assert AnalysisOptions.parse({}) == AnalysisOptions()


@given(PLANS, st.floats(0, 1e5), st.floats(0.001, 1e5), st.integers(1, 100))
def test_json_round_trip(plan, start, length, min_faces):
    options = AnalysisOptions(sampling=plan, start_s=start, end_s=start + length, min_faces=min_faces)
    assert AnalysisOptions.parse(json.loads(options.model_dump_json())) == options
    assert AnalysisOptions.parse(options.model_dump(mode="json")) == options


@pytest.mark.parametrize(
    "values",
    [{"frames": 3}, {"sampling": "uniform"}, {"sampling": "uniform:0"}, {"sampling": "uniform:1.5"},
     {"sampling": "every:2.0"}, {"sampling": "fps:0"}, {"sampling": "fps:-1"}, {"sampling": "uniform:3 "},
     {"sampling": "keyframes:2"}, {"start_s": -1}, {"end_s": 0}, {"start_s": 5, "end_s": 5},
     {"backend": "tensorrt"}, {"device": "gpu"}, {"min_faces": 0}, {"heatmaps": 17}, {"detector_score": 0},
     {"min_eye_distance_px": 0}, {"max_memory_mb": 1}, {"start_s": float("nan")},
     {"start_s": float("inf")}, {"end_s": float("inf")}, {"idle_timeout_s": float("inf")}],
)  # fmt: skip
def test_impossible_values_are_usage_errors(values):
    with pytest.raises(OptionsError) as caught:
        AnalysisOptions.parse(values)
    assert caught.value.code is ExitCode.USAGE
    assert caught.value.advice


def test_the_message_names_every_wrong_key():
    with pytest.raises(OptionsError, match=r"colour.*sampling|sampling.*colour"):
        AnalysisOptions.parse({"colour": 1, "sampling": "often"})


def test_options_are_frozen():
    with pytest.raises(ValidationError):
        AnalysisOptions().min_faces = 3


def test_the_pack_is_a_path_or_nothing(tmp_path):
    assert AnalysisOptions().pack_path() is None
    assert AnalysisOptions(detector_pack=str(tmp_path)).pack_path() == tmp_path
