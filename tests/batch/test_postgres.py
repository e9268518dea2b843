"""A case in PostgreSQL: the same as in a file, written by one program at a time, and found again after kills."""

from __future__ import annotations

import json
import sys

import pytest

from batch import killing, postgres
from batch.scanning import QUICK, call, outcomes, record, rows, timeless
from sjedd_video.errors import ExitCode, OutputError
from sjedd_video.store import CaseStore

PROBLEM = postgres.problem() if sys.platform == "linux" else "needs Debian's PostgreSQL"
pytestmark = pytest.mark.skipif(bool(PROBLEM), reason=PROBLEM)


@pytest.fixture(scope="module")
def server():
    with postgres.server() as running:
        yield running


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence") / "files"
    killing.make_files(folder, count=4, different=3)
    (folder / "broken.mov").write_bytes(b"no longer a video")
    return folder


@pytest.fixture(scope="module")
def finished(server, files, tmp_path_factory):
    """A case in a database, not to be written to: its folder and its URL."""
    case, url = tmp_path_factory.mktemp("finished") / "case", server.new_url()
    result = call("scan", files, "--out", case, "--case-db", url, *QUICK)
    assert result.exit_code == ExitCode.UNREADABLE, result.output
    return case, url


def documents(url):
    """What the case says, without times."""
    with CaseStore(url, readonly=True) as store:
        found = {path: store.result(path)[0] for path in store.files()}
    return {path: {k: v for k, v in document.items() if k not in killing.VOLATILE} for path, document in found.items()}


def test_a_case_on_a_server_says_what_one_in_a_file_says(finished, files, tmp_path):
    call("scan", files, "--out", tmp_path / "file", *QUICK)
    assert timeless(finished[0]) == timeless(tmp_path / "file")
    assert len(rows(finished[0])) == 5
    assert documents(finished[1]) == documents(tmp_path / "file" / "case.db")
    assert not (finished[0] / "case.db").exists()


def test_nothing_is_judged_twice(server, files, tmp_path):
    url = server.new_url()
    for known in (1, 5):  # the copy; then all
        call("scan", files, "--out", tmp_path / "case", "--case-db", url, *QUICK)
        assert record(tmp_path / "case")["counts"]["known_before"] == known
    assert call("resume", tmp_path / "case", "--case-db", url, "--quiet").exit_code == ExitCode.UNREADABLE
    again = call("retry", tmp_path / "case", "--case-db", url, "--outcome", "unreadable", "--quiet")
    assert again.exit_code == ExitCode.UNREADABLE
    assert record(tmp_path / "case")["counts"]["judged_now"] == 1


def test_the_commands_read_the_database(finished, tmp_path):
    _, url = finished
    said = json.loads(call("status", url, "--json").stdout)
    assert (said["state"], said["done"], said["left"]) == ("finished", 5, 0)
    assert "very strong" in call("show", url, "0001.mp4").stdout.replace("_", " ")
    assert len(call("export", url).stdout.splitlines()) == 6
    assert call("report", url, "--output", tmp_path / "case.pdf").exit_code == ExitCode.OK
    assert (tmp_path / "case.pdf").read_bytes().startswith(b"%PDF")


def test_no_password_is_shown_or_kept(finished, server):
    case, url = finished
    kept = [path.read_bytes() for path in case.rglob("*") if path.is_file()]
    with CaseStore(url, readonly=True) as store:
        kept.append(json.dumps(store.last_run()).encode())
    said = [call("show", url, "nothing.mp4"), call("status", server.new_url()), call("status", case)]
    kept += [result.output.encode() for result in said]
    assert all(result.exit_code for result in said)
    assert b"holds no case" in kept[-2]
    assert b"The case is in a database: postgresql+psycopg://postgres:***@" in kept[-1]
    assert not any(b"hunter2" in content for content in kept)


def test_two_runs_do_not_write_to_one_case(server, files, tmp_path):
    url = server.new_url()
    with CaseStore(url) as held:
        held.save_run({"state": "running", "counts": {"found": 0, "skipped": 0}, "started": "", "finished": None,
                       "command": ""})  # fmt: skip
        result = call("scan", files, "--out", tmp_path / "case", "--case-db", url, *QUICK[1:])
        assert result.exit_code == ExitCode.OUTPUT
        assert "Another run is writing" in result.stderr
        assert json.loads(call("status", url, "--json").stdout)["state"] == "running"
    assert json.loads(call("status", url, "--json").stdout)["state"] == "interrupted"
    assert call("scan", files, "--out", tmp_path / "case", "--case-db", url, *QUICK).exit_code == ExitCode.UNREADABLE


def test_a_scan_that_is_killed_goes_on(server, files, finished, tmp_path):
    url, case = server.new_url(), tmp_path / "case"
    how = ("--case-db", url, "--workers", "1", "--report", "json", "--frames", "8")

    def done():
        try:
            with CaseStore(url, readonly=True) as store:
                return len(store.files())
        except OutputError:
            return 0

    scan = killing.Scan(files, case, "fakes:FakeEngines", *how)
    assert not scan.wait(ready=lambda: done() > 0)
    scan.kill()
    assert 0 < done() < 5
    last = killing.Scan(files, case, "fakes:FakeEngines", *how)
    last.wait()
    assert outcomes(case) == outcomes(finished[0])
    assert documents(url) == documents(finished[1])


def test_a_lost_connection_is_said_and_the_lock_taken_again(server):
    url = server.new_url()
    with CaseStore(url) as store:
        store.save("a.mp4", 1, "a" * 64, "key", "judged", {"n": 1})
        server.stop()
        with pytest.raises(OutputError, match="case database failed"):
            store.save("b.mp4", 1, "b" * 64, "key", "judged", {})
        server.start()
        store.save("b.mp4", 1, "b" * 64, "key", "judged", {})
        with pytest.raises(OutputError, match="Another run"):
            CaseStore(url)
        assert set(store.files()) == {"a.mp4", "b.mp4"}


def test_names_that_are_no_text_are_kept_to_the_byte(server):
    with CaseStore(server.new_url()) as store:
        store.save("caf\udce9.mp4", 1, "a" * 64, "key", "judged", {"name": "caf\udce9\x00"}, thumbnail=b"\x00\xff")
        store.set_skipped([("bad\udcff.txt", "no media")])
        assert store.result("caf\udce9.mp4") == ({"name": "caf\udce9\x00"}, b"\x00\xff")
        assert store.skipped() == [("bad\udcff.txt", "no media")]


def test_a_reader_changes_nothing(finished):
    with CaseStore(finished[1], readonly=True) as store, pytest.raises(OutputError, match="read-only"):
        store.save("x.mp4", 1, "f" * 64, "key", "judged", {})
    assert len(documents(finished[1])) == 5


def test_a_server_that_does_not_answer_is_an_output_error(files, tmp_path):
    url = f"postgresql+psycopg://postgres@/case?host={tmp_path}"
    result = call("scan", files, "--out", tmp_path / "case", "--case-db", url, *QUICK)
    assert result.exit_code == ExitCode.OUTPUT
    assert "cannot be opened" in result.stderr
