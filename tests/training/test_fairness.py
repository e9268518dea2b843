"""Errors by group of people, on a made pool with labels."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from fakes import FakeDetector
from sjedd_training.cli import commands
from sjedd_training.data.pool import open_pool
from sjedd_training.fairness import FEW, FORGERIES, Labels, fairness, fairness_json, fairness_table, read_labels
from sjedd_training.metrics import wilson
from sjedd_training.pool_scores import aligned, score_pool
from sjedd_training.tables import plain_lines
from sjedd_training.trivial import FaceTraits, trivial_aucs
from sjedd_video.calibration import Calibration
from sjedd_video.engines import Engines
from sjedd_video.errors import OptionsError
from training.eval_kit import DarkScorer
from training.pool_factory import make_pool

IDENTITY = Calibration(1.0, 0.0, 1.0, 0.0, 0.5)


@pytest.fixture
def labelled(tmp_path):
    root = make_pool(tmp_path, faces=12)
    path = root / "faces" / "faces.npz"
    with np.load(path) as table:
        columns = dict(table)
    count = len(columns["names"])
    labels = {"age": np.full(count, 25), "gender": np.arange(count) // 2 % 2, "race": np.arange(count) // 2 % 5}
    labels["age"][1] = 70
    for column in labels.values():
        column[3] = -1  # a validation face without labels
    np.savez(path, **columns, **labels)
    return root


def test_groups_of_one_face():
    assert Labels(0, 16, 1, 4).groups() == (("apparent age", "0 to 17"), ("gender", "female"), ("race", "other"))
    assert Labels(0, -1, -1, 2).groups() == (("race", "Asian"),)


def test_the_table_counts_faces_and_false_alarms(labelled):
    pool, scorer = open_pool(labelled, "val"), DarkScorer()
    people = read_labels(labelled, pool)
    assert len(people) == 5
    told = []
    rows = fairness(labelled, pool, scorer, IDENTITY, lambda: told.append(1))
    assert len(told) == 5 * (1 + sum(map(len, FORGERIES.values())))
    everybody, by_name = rows[0], {(row.what, row.name): row for row in rows}
    p = score_pool(pool, [person.place for person in people], scorer).p_face[0]
    assert everybody.false_alarms == wilson(int((p >= 0.5).sum()), 5)
    assert everybody.median == pytest.approx(float(np.median(p)))
    assert by_name["apparent age", "60 to 120"].faces == 1
    assert by_name["gender", "male"].faces + by_name["gender", "female"].faces == 5
    assert all(row.few for row in rows)
    assert set(FORGERIES) < set(everybody.auc)
    assert {kind for kinds in FORGERIES.values() for kind in kinds} < set(everybody.auc)
    for row in rows:
        for found in row.auc.values():
            assert 0 <= found.low <= found.value <= found.high <= 1
    table = fairness_table(rows, 0.5)
    assert table.rows[0][:2] == ("everybody", "5 (few)")
    assert any(f"fewer than {FEW}" in note for note in table.notes)


def traits_of(pool, places, layout, kind):
    crops = [crop for _, crop in aligned(pool, places, layout, kind)]
    return FaceTraits.of(crops, [pool.records[place].eye_distance for place in places])


def test_trivial_baselines_stand_beside_every_auc(labelled):
    pool, scorer = open_pool(labelled, "val"), DarkScorer()
    rows = fairness(labelled, pool, scorer, IDENTITY)
    assert all(row.trivial.keys() == row.auc.keys() for row in rows)
    people = read_labels(labelled, pool)
    for row in rows:
        places = [one.place for one in people if row.what == "all" or (row.what, row.name) in one.groups()]
        real, *forged = (traits_of(pool, places, scorer.crop, kind) for kind in (None, *FORGERIES["regions"]))
        assert row.trivial["regions"] == pytest.approx(trivial_aucs(real, FaceTraits.joined(forged)))
        assert row.trivial["eye"] == pytest.approx(trivial_aucs(real, forged[0]))
        assert row.trivial["swap"]["face_size"] == 0.5  # a made forgery is as large as its real face
    table = fairness_table(rows, 0.5)
    assert table.header[-4:] == ("AUC", "blurrier", "darker", "smaller")
    assert len(table.rows) == len(FORGERIES) * len(rows)
    for line, group in zip(table.rows[:2], FORGERIES, strict=True):
        assert line[4] == group
        assert line[6:] == tuple(f"{value:.2f}" for value in rows[0].trivial[group].values())
    assert max(map(len, plain_lines(table))) <= 120
    assert json.loads(json.dumps(fairness_json(rows)))[0]["trivial"]["regions"] == rows[0].trivial["regions"]


def test_a_pool_without_labels_is_an_error(tmp_path):
    root = make_pool(tmp_path)
    with pytest.raises(OptionsError, match=r"faces\.npz: has no labels"):
        read_labels(root, open_pool(root, "val"))


def test_the_command_prints_the_table(labelled, monkeypatch):
    monkeypatch.setattr(Engines, "load", staticmethod(lambda options: Engines(FakeDetector(), DarkScorer())))
    done = CliRunner().invoke(commands, ["fairness", "--data", str(labelled)])
    assert done.exit_code == 0, done.output
    assert "race: Asian" in done.output
    assert "machine-made" in done.output
