"""Small versions of ``make fuzz`` and ``make killtest``: the same code, fewer files."""

from __future__ import annotations

import random
import sys

import pytest

from batch import fuzzing, killing
from batch.scanning import call, record, rows
from sjedd_video.errors import ExitCode


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_a_scan_that_is_killed_and_resumed_ends_like_one_left_in_peace(tmp_path):
    files, peace, killed = tmp_path / "files", tmp_path / "peace", tmp_path / "killed"
    killing.make_files(files, count=8, different=5)
    how = ("--workers", "1", "--report", "json")
    killing.Scan(files, peace, "fakes:FakeEngines", *how).wait()
    found = killing.interrupted(files, killed, "fakes:FakeEngines", [0, 2], 1, *how)
    assert found["kills"] == 2
    assert found["exit_code"] == ExitCode.OK
    assert killing.differences(peace, killed) == []
    assert len(rows(killed)) == 8
    assert len(record(killed)["duplicates"]) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_a_case_can_be_read_while_it_lies_as_a_killed_scan_left_it(tmp_path):
    files, case = tmp_path / "files", tmp_path / "case"
    killing.make_files(files, count=3, different=3)
    scan = killing.Scan(files, case, "fakes:FakeEngines", "--workers", "1", "--report", "none")
    assert not scan.wait(ready=lambda: killing.progress(case) > 0)
    scan.kill()
    said = call("status", case).stdout
    assert said.startswith("interrupted: 1 of 3 files") or said.startswith("interrupted: 2 of 3 files")
    assert call("export", case).exit_code == ExitCode.OK


def test_mutations_repeat_with_their_seed():
    source = bytes(range(256)) * 40
    made = [fuzzing.mutate(source, random.Random(7)) for _ in range(2)]
    assert made[0] == made[1]
    assert len({fuzzing.mutate(source, random.Random(seed)) for seed in range(40)}) > 35


@pytest.mark.parametrize("mutation", fuzzing.MUTATIONS)
def test_every_mutation_changes_any_file(mutation):
    for size in (5, 100, 5000):
        source = bytearray(b"moov" + bytes(range(256)) * (size // 256 + 1))[:size]
        assert any(_mutated(source, mutation, seed) != source for seed in range(5))


def _mutated(source, mutation, seed):
    data = bytearray(source)
    mutation(data, random.Random(seed))
    return data


def test_every_mutated_file_ends_in_a_typed_outcome(tmp_path):
    seeds = tuple(clip for clip in fuzzing.SEEDS if clip.codec in {"libx264", "mpeg4"})
    paths = fuzzing.make_files(tmp_path, 16, fuzzing.SEED, seeds)
    code, said = fuzzing.scan(tmp_path / "files", tmp_path / "case", limit_s=250)
    found = fuzzing.verify(paths, tmp_path / "case", code, said)
    assert found["problems"] == []
    assert sum(found["outcomes"].values()) == 16
    assert len(found["outcomes"]) > 1


def test_a_file_without_an_outcome_is_a_problem(tmp_path):
    assert fuzzing.verify([tmp_path / "a.mp4"], tmp_path, 0, "")["problems"] == ["a.mp4: no row"]
    assert "did not end" in fuzzing.verify([], tmp_path, None, "")["problems"][0]
    assert "70" in fuzzing.verify([], tmp_path, 70, "Traceback")["problems"][0]
