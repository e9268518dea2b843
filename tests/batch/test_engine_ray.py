"""The driver of a Ray cluster, with a Ray that is only played."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

import sjedd_video
from batch import killing
from batch.scanning import call
from fakes import model_facts
from sjedd_batch import engine_ray, worker
from sjedd_batch.engine import Crew, Done
from sjedd_batch.ray_actors import Brought, Ready
from sjedd_video.errors import ExitCode, OptionsError, SjeddError
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken, no_progress
from sjedd_video.report.rows import Row
from sjedd_video.types import Outcome, ReasonCode


def test_without_ray_the_command_to_install_it_is_said(tmp_path, monkeypatch):
    killing.make_files(tmp_path / "files", count=1, different=1)
    monkeypatch.setitem(sys.modules, "ray", None)
    result = call("scan", tmp_path / "files", "--out", tmp_path / "case", "--engine", "ray")
    assert result.exit_code == ExitCode.USAGE
    assert "pip install 'sjedd-video[ray]'" in result.stderr


def test_what_belongs_to_ray_is_refused_without_it(tmp_path):
    (tmp_path / "files").mkdir()
    for option in (("--address", "auto"), ("--scorers", "1")):
        result = call("scan", tmp_path / "files", "--out", tmp_path / "case", *option)
        assert result.exit_code == ExitCode.USAGE
        assert "--engine ray" in result.stderr


class Ended:
    """A call that has ended."""

    def __init__(self, answer, values):
        self.value = self.error = None
        try:
            self.value = answer(*values)
        except Exception as error:
            self.error = error


class PlayedRay:
    """As much of Ray as the driver uses; calls end at once, or with the loss of their actor."""

    class exceptions:  # noqa: N801
        RayError = type("RayError", (Exception,), {})
        RayTaskError = type("RayTaskError", (RayError,), {})

    def __init__(self, judge, resources=None):
        self.judge, self.resources, self.made, self.judged, self.asked = judge, resources or {"CPU": 4.0}, [], [], []

    def cluster_resources(self):
        return self.resources

    def remote(self, kind):
        played = self

        class Call:
            def __init__(self, answer):
                self.answer = answer

            def remote(self, *values):
                return Ended(self.answer, values)

        class Made:
            def options(self, **how):
                played.asked.append((kind.__name__, how.get("num_cpus"), how.get("num_gpus")))
                return self

            def remote(self, *values):
                if not isinstance(kind, type):
                    return Ended(kind, values)
                number = len(played.made)
                actor = SimpleNamespace(
                    number=number,
                    ready=Call(lambda: played.ready(number)),
                    judge=Call(lambda job: played.give(number, job)),
                )
                played.made.append(actor)
                return actor

        return Made()

    def ready(self, number):
        return Ready(sjedd_video.__version__, model_facts())

    def give(self, number, job):
        self.judged.append((number, job.path.name))
        return self.judge(self, number, job)

    def wait(self, calls, timeout):
        return calls[:1], calls[1:]

    def get(self, call):
        if call.error is not None:
            raise call.error
        return call.value

    def kill(self, actor):
        pass

    def shutdown(self):
        self.made = None


def drive(ray, tmp_path, count=3, workers=2):
    """All that a played cluster makes of ``count`` jobs."""
    setup = worker.Setup(AnalysisOptions(), (), "", 60.0, "", "")
    jobs = [worker.Job(tmp_path / f"{n}.mp4", tmp_path / "reports" / f"{n}.mp4") for n in range(count)]
    with engine_ray.RayEngine(ray, Crew("ray", workers), setup, 64, CancelToken()) as engine:
        engine.wait_ready()
        return list(engine.run(iter([jobs[0], None, *jobs[1:]]), no_progress))


def test_files_are_hashed_where_there_is_room(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"content")
    setup = worker.Setup(AnalysisOptions(), (), "", 60.0, "", "")
    with engine_ray.RayEngine(PlayedRay(None), Crew("ray", 3), setup, 64, CancelToken()) as engine:
        assert engine.hashers == 3
        assert engine.hash(tmp_path / "a.mp4", CancelToken()) == (hashlib.sha256(b"content").hexdigest(), 7)
        assert engine.hash(tmp_path / "gone.mp4", CancelToken()) == ("", 0)


def brought(job):
    answer = worker.Answer(Row(str(job.path), report="/there/x"), {}, 1, {f"/there/{job.base.name}.json": "ab"})
    return Brought(Done(job, answer), {f"{job.base.name}.json": b"{}"})


def test_the_driver_writes_the_reports(tmp_path):
    found = drive(PlayedRay(lambda ray, number, job: brought(job)), tmp_path)
    assert sorted(done.job.path.name for done in found) == ["0.mp4", "1.mp4", "2.mp4"]
    for done in found:
        report = tmp_path / "reports" / f"{done.job.path.name}.json"
        assert report.read_bytes() == b"{}"
        assert done.answer.reports == {str(report): "ab"}
        assert done.answer.row.report == str(report)


def test_the_file_of_a_lost_actor_is_judged_again_and_kept_once(tmp_path):
    def judge(ray, number, job):
        if job.path.name == "1.mp4" and len([name for _, name in ray.judged if name == "1.mp4"]) < 3:
            raise ray.exceptions.RayError("lost")
        return brought(job)

    ray = PlayedRay(judge)
    found = drive(ray, tmp_path)
    assert sorted(done.job.path.name for done in found) == ["0.mp4", "1.mp4", "2.mp4"]
    assert all(done.failure is None for done in found)
    assert len({number for number, name in ray.judged if name == "1.mp4"}) == 3, "every time a new actor"


def test_a_file_whose_actor_is_lost_every_time_is_given_up(tmp_path):
    def judge(ray, number, job):
        if job.path.name == "0.mp4":
            raise ray.exceptions.RayError("lost")
        return brought(job)

    found = {done.job.path.name: done for done in drive(PlayedRay(judge), tmp_path)}
    outcome, reason = found["0.mp4"].failure
    assert (outcome, reason.code) == (Outcome.CRASHED, ReasonCode.WORKER_CRASHED)
    assert found["1.mp4"].failure is found["2.mp4"].failure is None


@pytest.mark.parametrize(
    ("ready", "words"),
    [
        (lambda number: Ready("0.0.1", model_facts()), "has sjedd-video 0.0.1"),
        (
            lambda number: Ready(sjedd_video.__version__, replace(model_facts(), sha256=str(number) * 64)),
            "different models",
        ),
    ],
)
def test_nodes_with_another_program_or_model_end_the_scan(tmp_path, ready, words):
    ray = PlayedRay(lambda ray, number, job: brought(job))
    ray.ready = ready
    with pytest.raises(SjeddError, match=words):
        drive(ray, tmp_path)


def test_actors_that_die_while_they_load_end_the_scan(tmp_path):
    ray = PlayedRay(lambda ray, number, job: brought(job))

    def dies(number):
        raise ray.exceptions.RayError("No module named sjedd_batch")

    ray.ready = dies
    with pytest.raises(SjeddError, match="No module named sjedd_batch"):
        drive(ray, tmp_path)


def test_a_node_that_is_lost_while_its_actors_load_is_no_reason_to_give_up(tmp_path):
    ray = PlayedRay(lambda ray, number, job: brought(job))

    def first_ones_die(number):
        if number < 4:
            raise ray.exceptions.RayError("the node is gone")
        return Ready(sjedd_video.__version__, model_facts())

    ray.ready = first_ones_die
    assert len(drive(ray, tmp_path, count=5, workers=4)) == 5


def test_no_more_files_are_under_way_than_there_are_workers(tmp_path):
    most = []

    def judge(ray, number, job):
        most.append(len(ray.judged))
        return brought(job)

    taken = []

    def jobs():
        for n in range(5):
            taken.append(n)
            yield worker.Job(tmp_path / f"{n}.mp4", tmp_path / f"{n}.mp4")

    setup = worker.Setup(AnalysisOptions(), (), "", 60.0, "", "")
    with engine_ray.RayEngine(PlayedRay(judge), Crew("ray", 2), setup, 64, CancelToken()) as engine:
        engine.wait_ready()
        for number, _ in enumerate(engine.run(jobs(), no_progress), 1):
            assert len(taken) <= number + 3


@pytest.mark.parametrize(
    ("cores", "crew", "device", "hosts"),
    [
        (8.0, Crew("ray"), "auto", [2, 2, 2, 2]),
        (8.0, Crew("ray", 8), "auto", [1] * 8),
        (1.0, Crew("ray"), "auto", [1]),
        (2.0, Crew("ray", 1, None, 1), "cpu", [1]),
        (4.0, Crew("ray", None, None, 2), "cpu", [2]),
        (4.0, Crew("ray", None, None, 2), "cuda", [2, 2]),
    ],
)
def test_what_is_asked_of_the_cluster_fits_into_it(cores, crew, device, hosts):
    ray = PlayedRay(None, {"CPU": cores, "GPU": 2.0})
    setup = worker.Setup(AnalysisOptions(device=device), (), "", 60.0, "", "")
    with engine_ray.RayEngine(ray, crew, setup, 64, CancelToken()):
        assert [cpus for name, cpus, _ in ray.asked if name == "Host"] == hosts
        assert sum(cpus for _, cpus, _ in ray.asked) <= cores
        gpus = [gpus for name, _, gpus in ray.asked if name == "ScorerHost"]
        assert gpus == [int(device == "cuda")] * crew.scorers


def test_scorers_need_a_gpu_unless_told_otherwise(tmp_path):
    setup = worker.Setup(AnalysisOptions(), (), "", 60.0, "", "")
    with pytest.raises(OptionsError, match="no GPU"):
        engine_ray.RayEngine(PlayedRay(None), Crew("ray", 1, None, 1), setup, 1, CancelToken())
