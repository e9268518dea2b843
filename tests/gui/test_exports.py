"""Exports: written beside the work, whole or not at all, with progress, and stopped on request."""

import json
import shutil
from dataclasses import replace

import av
import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage

from results_factory import BASE, judged
from sjedd_gui.case.exports import write_frame
from sjedd_gui.views.queue import State
from sjedd_video.casework import Casework, StoredItem
from sjedd_video.errors import OutputError
from sjedd_video.store import CaseStore
from sjedd_video.types import FrameTime
from synthetic import Clip, make_clip, read_code

TIME = FrameTime(30_721, BASE)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A case with a real clip that is pretended to be judged."""
    folder = tmp_path_factory.mktemp("case")
    path = make_clip(Clip("good", audio=True, frames=40), folder)
    result = judged()
    result = replace(result, evidence=replace(result.evidence, path=str(path)))
    with CaseStore(folder / "parcel") as parcel, CaseStore(folder / "mine.sjedd-case") as store:
        Casework(parcel).keep(result)
        Casework(store).put([StoredItem(1, path)])
        Casework(store).take(parcel, StoredItem(1, path, state="done", tone="very_strong", probability=0.99))
    return folder / "mine.sjedd-case"


@pytest.fixture
def done(qtbot, session, case, tmp_path):
    """A session with a copy of it."""
    with qtbot.waitSignal(session.case_changed, timeout=60_000):
        session.open_case(shutil.copy(case, tmp_path / case.name))
    assert session.queue.items[0].state is State.DONE
    return session


def written(qtbot, session, export):
    with qtbot.waitSignal(session.report_written, timeout=60_000) as caught:
        number = export()
        assert number in session.exports
    assert session.exports == {}
    return caught.args[0]


def test_reports_have_what_was_noted_a_moment_ago(qtbot, done, tmp_path):
    done.add_note(1, "Look here.", judged().sampling.times[3], 2)
    done.name_person(1, 2, "Minister")
    target = tmp_path / "x.json"
    assert written(qtbot, done, lambda: done.save(1, "json", target)) == target
    document = json.loads(target.read_text("utf-8"))
    assert [note["text"] for note in document["notes"]] == ["Look here."]
    assert document["people"][1]["name"] == "Minister"
    assert "Minister" in written(qtbot, done, lambda: done.save(1, "csv", tmp_path / "x.csv")).read_text("utf-8-sig")


def test_a_pdf_tells_its_progress(qtbot, done, tmp_path):
    told = []
    done.export_progressed.connect(lambda number, share: told.append((number, share)))
    path = written(qtbot, done, lambda: done.save(1, "pdf", tmp_path / "x.pdf"))
    assert path.read_bytes().startswith(b"%PDF")
    assert {number for number, _ in told} == {1}
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.3 < shares[-1] <= 1


def test_a_clip_is_cut_at_frames_and_names_the_hash_of_its_source(qtbot, done, tmp_path):
    source = done.queue.items[0].path
    before = source.read_bytes()
    target = written(qtbot, done, lambda: done.export_clip(1, 0.5, 1.0, tmp_path / "x.mp4"))
    with av.open(str(target)) as container:
        comment, streams = container.metadata["comment"], [stream.type for stream in container.streams]
        numbers = [read_code(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    assert numbers == list(range(15, 31))
    assert sorted(streams) == ["audio", "video"]
    assert "Not the original" in comment
    assert "9f" * 32 in comment
    assert source.read_bytes() == before


def test_a_frame_is_written_with_its_time_stamp(qtbot, done, tmp_path):
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("#123456"))
    target = written(qtbot, done, lambda: done.export_frame(1, image, TIME, tmp_path / "x.png"))
    with Image.open(target) as found:
        assert found.convert("RGB").getpixel((5, 5)) == (0x12, 0x34, 0x56)
        assert (found.text["pts"], found.text["time_base"]) == ("30721", "1/15360")
        assert found.text["Source"] == "good.mp4"
    assert image.textKeys() == []


def test_an_empty_picture_or_a_folder_that_is_not_there_is_an_error(qapp, tmp_path):
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    with pytest.raises(OutputError, match="cannot be written"):
        write_frame(image, tmp_path / "nowhere" / "x.png", TIME, tmp_path)
    with pytest.raises(OutputError, match="empty"):
        write_frame(QImage(), tmp_path / "x.png", TIME, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_is_told_and_the_next_one_goes_on(qtbot, done, tmp_path):
    failed = []
    done.report_failed.connect(lambda *values: failed.append(values))
    done.save(1, "json", tmp_path / "nowhere" / "x.json")
    written(qtbot, done, lambda: done.save(1, "json", tmp_path / "x.json"))
    ((path, message, advice),) = failed
    assert path == tmp_path / "nowhere" / "x.json"
    assert "cannot be written" in message
    assert "folder" in advice


def test_exports_can_be_stopped_and_taken_back(qtbot, done, tmp_path):
    cancelled = []
    done.export_cancelled.connect(cancelled.append)
    first = done.export_clip(1, 0.0, 1.3, tmp_path / "x.mkv")
    second = done.save(1, "pdf", tmp_path / "x.pdf")
    done.export_progressed.connect(lambda number, _: done.cancel_export(number) if number == first else None)
    done.cancel_export(second)
    assert cancelled == [tmp_path / "x.pdf"]
    qtbot.waitUntil(lambda: not done.exports, timeout=60_000)
    assert cancelled == [tmp_path / "x.pdf", tmp_path / "x.mkv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".mine.sjedd-case.lock", "mine.sjedd-case", "mine.sjedd-case-shm", "mine.sjedd-case-wal", "shelf"]  # fmt: skip


def test_what_is_not_finished_has_no_report(session, files, tmp_path):
    assert session.save(1, "pdf", tmp_path / "x.pdf") == 0
    assert session.export_clip(1, 0.0, 1.0, tmp_path / "x.mp4") == 0
    assert session.exports == {}
