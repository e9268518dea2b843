"""Contact sheets: every kind of forgery and the perturbations, with what the rows say they show."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from sjedd_training.data.expand_commands import expand
from sjedd_training.data.expansion import KINDS, NEEDS_DONOR
from sjedd_training.data.perturb import LEVELS, PERTURBATIONS
from sjedd_training.data.pool import Pool, Record, open_pool
from sjedd_training.data.preview import (
    GAIN,
    GAP,
    HEAD,
    LABEL_WIDTH,
    SIDE,
    Making,
    difference,
    forgery_rows,
    write_sheets,
)
from sjedd_video.errors import ExitCode, OptionsError
from training.pool_factory import MEAN_FACE, make_pool


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return make_pool(tmp_path_factory.mktemp("pool"), faces=12, videos=12)


def test_a_sheet_per_kind_of_real_forgeries_and_of_perturbations(root, tmp_path):
    result = CliRunner().invoke(
        expand, ["preview", "--data", str(root), "--out", str(tmp_path / "out"), "--count", "3"]
    )
    assert result.exit_code == ExitCode.OK, result.output
    names = [*KINDS, "video_forgery", "perturbations"]
    assert result.output.splitlines() == [f"Wrote {tmp_path / 'out' / name}.png" for name in names]
    for kind in KINDS:
        sheet = np.asarray(Image.open(tmp_path / "out" / f"{kind}.png"))
        rows = 5 if kind in NEEDS_DONOR else 4
        assert sheet.shape == (rows * (SIDE + GAP), LABEL_WIDTH + 3 * (SIDE + GAP), 3)
    sheet = np.asarray(Image.open(tmp_path / "out/perturbations.png"))
    assert sheet.shape[:2] == (HEAD + len(PERTURBATIONS) * (SIDE + GAP), LABEL_WIDTH + (LEVELS + 1) * (SIDE + GAP))
    first = sheet[HEAD : HEAD + SIDE, LABEL_WIDTH : LABEL_WIDTH + SIDE]
    worst = sheet[HEAD : HEAD + SIDE, -SIDE - GAP : -GAP]
    assert np.abs(first.astype(int) - worst).mean() > 1


def test_a_recipe_shows_what_it_makes_and_how(root, tmp_path):
    recipe = tmp_path / "paper.toml"
    recipe.write_text('base = "sjedd-ffpp"\nname = "paper"\ndata.forgeries = ["dfdc"]\ndata.donors = []\n')
    out = tmp_path / "out"
    result = CliRunner().invoke(
        expand, ["preview", "--data", str(root), "--out", str(out), "--count", "3", "--recipe", str(recipe)]
    )
    assert result.exit_code == ExitCode.OK, result.output
    assert {path.stem for path in out.iterdir()} == {"eye", "lip_mouth", "nose", "video_forgery", "perturbations"}
    pool = open_pool(root, "train")
    face = [int(pool.still[0])]
    plain, paper = (
        dict(forgery_rows(pool, "eye", face, (0, 2), making))
        for making in (Making(), Making(expansion="sjedd", forged_donor=1.0))
    )
    donors = [cv2.resize(pool.image(i), (SIDE, SIDE), interpolation=cv2.INTER_AREA) for i in pool.donors]
    assert any(np.array_equal(paper["donor"][0], donor) for donor in donors)
    assert not any(np.array_equal(plain["donor"][0], donor) for donor in donors)


def test_rows_show_the_forgery_its_mask_and_its_difference(root):
    pool = open_pool(root, "train")
    rows = dict(forgery_rows(pool, "eye", [int(pool.still[0])], (0, 2)))
    assert list(rows) == ["original", "forged", "donor", "mask", f"difference x{GAIN}"]
    original, forged, mask, shown = (rows[name][0] for name in ("original", "forged", "mask", f"difference x{GAIN}"))
    assert mask.max() == 255
    assert shown[mask[..., 0] > 128].mean() > 10 * max(shown[mask[..., 0] == 0].mean(), 0.1)
    inside = mask[..., 0] > 128
    assert np.abs(original.astype(int) - forged)[inside].mean() > 1
    again = dict(forgery_rows(pool, "eye", [int(pool.still[0])], (0, 2)))
    np.testing.assert_array_equal(again["forged"][0], forged)


def test_differences_are_amplified_and_clipped():
    before = np.full((2, 2, 3), 100, np.uint8)
    after = before.copy()
    after[0, 0], after[1, 1] = 90, 220
    shown = difference(before, after)
    assert shown[0, 0].tolist() == [10 * GAIN] * 3
    assert shown[1, 1].tolist() == [255] * 3
    assert shown[0, 1].tolist() == [0] * 3


def test_faces_without_landmarks_are_refused(tmp_path):
    nothing = np.full((68, 2), np.nan, np.float32)
    records = [Record(f"{i}", "x", "real", f"p{i}", "", MEAN_FACE[:5], nothing, False) for i in range(3)]
    with pytest.raises(OptionsError, match="No real face has 68 landmarks"):
        write_sheets(Pool(records, lambda i: b""), tmp_path)
