"""Bundles and runs side by side on validation people, and the mean of what they say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.calibrate import calibration_set  # noqa: E402
from sjedd_training.cli import commands  # noqa: E402
from sjedd_training.data.expansion import KINDS  # noqa: E402
from sjedd_training.data.pool import Pool, open_pool  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_training.run import Run  # noqa: E402
from sjedd_training.trivial import FaceTraits  # noqa: E402
from sjedd_training.validate import Measured, mean_log_odds, measure, table  # noqa: E402
from sjedd_video.errors import OptionsError  # noqa: E402
from sjedd_video.types import Crop  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402


def _measured(*faces: float) -> dict[str, Measured]:
    some = np.arange(len(faces), dtype=float)
    return {"group": Measured(np.array(faces)[:, None], FaceTraits(some, some, some), np.array(["p"] * len(faces)))}


def test_the_mean_is_of_log_odds_and_certainty_is_no_infinity():
    mean = mean_log_odds([_measured(0.9, 0.5, 1.0), _measured(0.1, 0.8, 0.2)])["group"].face
    np.testing.assert_allclose(mean[:2], [0.5, 2 / 3], atol=1e-9)
    assert 0.99 < mean[2] < 1


def test_models_of_other_hierarchies_have_a_mean():
    ten = {"group": Measured(np.full((2, 10), 0.9), FaceTraits(*np.zeros((3, 2))), np.array(["a", "b"]))}
    mean = mean_log_odds([ten, _measured(0.1, 0.9)])["group"]
    np.testing.assert_allclose(mean.probabilities, [[0.5], [0.9]])


def test_a_limit_draws_the_same_faces_for_every_model_and_not_the_first_ones(tmp_path):
    pool = open_pool(make_pool(tmp_path, faces=48, videos=8), "val")
    size = 32

    def some(limit: int | None) -> list[str]:
        groups = measure(pool, lambda crops: np.zeros((len(crops), 10)), Crop(1.0, size, 0.0), limit=limit)
        return list(groups["real_still"].person)

    assert some(6) == some(6)
    assert set(some(6)) < set(some(None))
    assert some(6) != some(None)[:6]


def _of_videos(pool: Pool, *, forged: bool = True, landmarks: bool = True) -> Pool:
    """The pool without its stills, as one that was extracted from a data set of videos."""
    kept = [i for i, one in enumerate(pool.records) if one.video and (forged or not one.forged)]
    nothing = {} if landmarks else {"landmarks": np.full((68, 2), np.nan, np.float32)}
    records = [replace(pool.records[i], **nothing) for i in kept]
    return Pool(records, lambda place: pool._read(kept[place]))


def _scored_by_brightness(crops: np.ndarray) -> np.ndarray:
    return np.repeat(crops.mean(axis=(1, 2, 3))[:, None] / 255, 10, axis=1)


def test_a_data_set_of_videos_is_measured_without_stills(tmp_path):
    pool = _of_videos(open_pool(make_pool(tmp_path, videos=24), "val"))
    groups = measure(pool, _scored_by_brightness, Crop(1.0, 32, 0.0))
    rows = table(groups)
    assert [row.name for row in rows] == [*KINDS, "forged_video"]
    assert {row.real for row in rows} == {len(pool.video_real)}
    assert len(calibration_set(groups)[0]) == 3 * len(pool.video_real) + len(pool.forged)


def test_sizes_are_those_of_the_source_and_not_of_the_crop(tmp_path):
    groups = measure(
        open_pool(make_pool(tmp_path, faces=8, videos=8), "val"), _scored_by_brightness, Crop(1.0, 32, 0.0)
    )
    rows = {row.name: row for row in table(groups)}
    assert rows["forged_video"].small_auc == 1.0  # forged ones were half as wide
    assert rows["eye"].small_auc == 0.5  # a made forgery is as large as its real face
    nowhere = {name: replace(one.traits, face_size=one.traits.face_size * np.nan) for name, one in groups.items()}
    unknown = {name: replace(one, traits=nowhere[name]) for name, one in groups.items()}
    assert {row.small_auc for row in table(unknown)} == {None}


def test_forged_pictures_are_compared_with_real_pictures(tmp_path):
    whole = open_pool(make_pool(tmp_path, videos=24), "val")
    kept = [place for place, record in enumerate(whole.records) if record.forged or not record.video]
    records = [replace(whole.records[place], video=False) for place in kept]
    pool = Pool(records, lambda place: whole._read(kept[place]))
    rows = {row.name: row for row in table(measure(pool, _scored_by_brightness, Crop(1.0, 32, 0.0)))}
    assert (rows["forged_video"].real, rows["forged_video"].altered) == (len(pool.real), len(pool.forged))


def test_without_landmarks_only_real_forgeries_are_measured(tmp_path):
    whole = open_pool(make_pool(tmp_path, videos=24), "val")
    pool = _of_videos(whole, landmarks=False)
    groups = measure(pool, _scored_by_brightness, Crop(1.0, 32, 0.0))
    assert [row.name for row in table(groups)] == ["forged_video"]
    assert set(calibration_set(groups)[1]) == {0, 1}
    with pytest.raises(OptionsError, match="no altered faces"):
        measure(_of_videos(whole, forged=False, landmarks=False), _scored_by_brightness, Crop(1.0, 32, 0.0))


def test_a_run_is_compared_with_the_shipped_model(tmp_path):
    recipe = load_recipe("lite2-embedded-long")
    (tmp_path / "run").mkdir()
    Run.fresh(recipe).save(tmp_path / "run" / "last.pt", recipe)
    data = make_pool(tmp_path / "pool")
    asked = ["validate", "--data", str(data), "--model", "embedded", "--model", str(tmp_path / "run")]
    printed = CliRunner().invoke(commands, asked, catch_exceptions=False)
    for name in ("embedded", "mean log-odds", "lip_mouth", "blur alone", "small face alone"):
        assert name in printed.stdout
    told = CliRunner().invoke(commands, [*asked, "--json"], catch_exceptions=False)
    tables = json.loads(told.stdout)
    assert list(tables) == ["embedded", str(tmp_path / "run"), "mean log-odds"]
    alone = json.loads(CliRunner().invoke(commands, [*asked[:5], "--json"], catch_exceptions=False).stdout)
    assert alone == tables["embedded"]
    own = CliRunner().invoke(commands, [*asked[:5], "--split", "train", "--json"], catch_exceptions=False)
    assert json.loads(own.stdout) != alone
