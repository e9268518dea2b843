"""Scans on a Ray cluster: the same results as here, also when a node is lost in the middle."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec

import pytest

from batch import killing, ray_killing
from batch.scanning import call, record, rows
from sjedd_video.errors import ExitCode

needs_ray = pytest.mark.skipif(
    find_spec("ray") is None or sys.platform != "linux", reason="needs Ray (the [ray] extra) and Linux"
)


@needs_ray
def test_a_scan_on_two_nodes_of_which_one_is_killed_ends_like_a_local_one(tmp_path):
    files, local, there = tmp_path / "files", tmp_path / "local", tmp_path / "ray"
    killing.make_files(files, count=6, different=5)
    how = ("--workers", "2", "--report", "json")
    killing.Scan(files, local, "fakes:FakeEngines", *how).wait()
    with ray_killing.cluster() as nodes:
        scan = killing.Scan(files, there, "fakes:FakeEngines", *how, "--engine", "ray", "--address", nodes.address)
        killed = ray_killing.scan_and_kill(nodes, scan, there, [1])
    assert len(killed) == 1
    assert killed[0] < 5
    assert scan.process.returncode == ExitCode.OK
    assert killing.differences(local, there) == []
    assert len(rows(there)) == 6
    assert record(there)["counts"]["judged_now"] == 5
    assert not list(there.rglob("*.part"))


@needs_ray
def test_shared_scorers_give_the_results_of_local_ones(tmp_path):
    """One host and one scoring actor on a cluster of this machine alone."""
    files, local, there = tmp_path / "files", tmp_path / "local", tmp_path / "ray"
    killing.make_files(files, count=2, different=2)
    engines, how = "fakes:DetailEngines", ("--workers", "1", "--report", "json", "--device", "cpu")
    here = killing.Scan(files, local, engines, *how)
    here.wait()
    scan = killing.Scan(files, there, engines, *how, "--engine", "ray", "--scorers", "1")
    scan.wait()
    assert scan.process.returncode == here.process.returncode
    assert killing.differences(local, there) == []
    faces = [face for row in rows(there) for face in faces_of(there / row["report"])]
    assert len({face["p_face"] for face in faces}) > 1, "the scores must depend on the pictures"


@needs_ray
def test_where_there_is_no_cluster_it_is_said(tmp_path):
    killing.make_files(tmp_path / "files", count=1, different=1)
    result = call("scan", tmp_path / "files", "--out", tmp_path / "case", "--engine", "ray", "--address", "auto")
    assert result.exit_code == ExitCode.USAGE
    assert "There is no Ray cluster at auto" in result.stderr
    assert "ray start --head" in result.stderr


def faces_of(report):
    people = json.loads(report.read_text("utf-8"))["people"]
    return [face for person in people for face in person["faces"]]
