"""Extraction: faces through the product's code, an outcome for every file, resuming after a kill."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from face_kit import portrait
from sjedd_training.data.commands import data as data_command
from sjedd_training.data.extract import extract, plan_shards
from sjedd_training.data.faces import ExtractOptions, FileOutcome
from sjedd_training.data.landmarks import OF_106, build_landmarker
from sjedd_training.data.layouts import read_layout
from sjedd_training.data.layouts.base import Item
from sjedd_training.data.pool import open_pool
from sjedd_training.data.shards import shard_path
from sjedd_video.errors import DecoderCrashed, DecoderStalled, ExitCode, MediaError, ModelError, OptionsError
from sjedd_video.faces.align import reference_points
from sjedd_video.types import Detection, Frame, FrameTime, ReasonCode
from synthetic import Clip, make_clip, truncated
from training.pool_factory import MEAN_FACE

SMALL = ExtractOptions(frames=3, size=96)


def face_picture(shift: int = 0) -> np.ndarray:
    """One face in 200 x 240, RGB."""
    return np.ascontiguousarray(portrait()[10:250, 120 + shift : 320 + shift])


def write_picture(path: Path, image: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)
    return path


def write_video(path: Path, frames: int = 6) -> Path:
    """A face that drifts to the left, 10 frames a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = 200, 240, "yuv420p"
        for i in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(face_picture(2 * i), "rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder per class: a real video, a forgery of it, two pictures, and all that can go wrong."""
    root = tmp_path_factory.mktemp("data")
    write_video(root / "real.mp4")
    write_video(root / "fake.mp4")
    write_picture(root / "still.png", face_picture())
    write_picture(root / "other.jpg", face_picture(8)[:, ::-1])
    write_picture(root / "wall.png", np.full((200, 200, 3), 90, np.uint8))
    (root / "empty.mp4").write_bytes(b"")
    (root / "junk.mp4").write_bytes(b"junk" * 400)
    (root / "cut.png").write_bytes((root / "still.png").read_bytes()[:9000])
    (root / "liar.png").write_bytes((root / "real.mp4").read_bytes())
    truncated(make_clip(Clip("whole", frames=30), root), root / "cut.mp4", 0.5)
    (root / "whole.mp4").unlink()
    (root / "manifest.csv").write_text(
        "path,label,original,person,split,group,row\n"
        "real.mp4,real,,ann,train,studio,\n"
        "fake.mp4,fake,real.mp4,ann,train,app,identity_swap\n"
        "still.png,real,,bob,train,photo,\n"
        "other.jpg,real,,cid,val,photo,\n" + "".join(f"{name},fake,,,train,bad,\n" for name in BAD)
    )
    return root


BAD = {
    "wall.png": FileOutcome.NO_FACE,
    "empty.mp4": FileOutcome.UNREADABLE,
    "junk.mp4": FileOutcome.UNREADABLE,
    "cut.png": FileOutcome.UNREADABLE,
    "liar.png": FileOutcome.UNREADABLE,
    "cut.mp4": FileOutcome.UNREADABLE,
}


@pytest.fixture(scope="module")
def extracted(root, tmp_path_factory):
    out = tmp_path_factory.mktemp("faces") / "out"
    points = face_picture().shape
    np.savez(
        out.parent / "points.npz",
        key=np.array(["still.png@0"]),
        landmarks68=MEAN_FACE[None] * [points[1] / 100, points[0] / 100],
    )
    options = ExtractOptions(frames=3, size=317, landmarks=str(out.parent / "points.npz"))
    extract(read_layout(None, root), out, options, workers=0)
    return out


def outcomes(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def contents(folder: Path) -> dict[str, bytes]:
    """What an extraction says: pictures, indices and outcomes of every shard."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("shard-*"))}


def test_every_file_has_an_outcome(root, extracted):
    found = outcomes(extracted)
    assert {name: row["outcome"] for name, row in found.items()} == {
        **dict.fromkeys(("real.mp4", "fake.mp4", "still.png", "other.jpg"), FileOutcome.EXTRACTED),
        **BAD,
    }
    assert all(row["detail"] for name, row in found.items() if BAD.get(name) is FileOutcome.UNREADABLE)
    assert "name of a picture and is a video" in found["liar.png"]["detail"]
    assert (found["real.mp4"]["faces"], found["real.mp4"]["frames"]) == ("3", "3")
    assert len(found["real.mp4"]["sha256"]) == 64
    manifest = json.loads((extracted / "manifest.json").read_text())
    assert manifest["outcomes"] == {"extracted": 4, "no_face": 1, "unreadable": 5}
    assert (manifest["files"], manifest["layout"], manifest["options"]["scale"]) == (10, "manifest", 1.3)
    assert {"sjedd-video", "av"} <= manifest["environment"].keys()
    assert manifest["detector"].startswith("CenterFace")
    assert not list(extracted.glob("*.part")) + list(extracted.glob("*.at"))


def test_every_picture_in_a_tar_file_has_its_labels_beside_it(extracted):
    samples: dict[str, dict[str, bytes]] = {}
    for path in sorted(extracted.glob("shard-*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                key, _, suffix = member.name.partition(".")
                samples.setdefault(f"{path.name}/{key}", {})[suffix] = tar.extractfile(member).read()
    assert {tuple(sample) for sample in samples.values()} == {("jpg", "json")}
    labels = [json.loads(sample["json"]) for sample in samples.values()]
    pools = [open_pool(extracted, split) for split in ("train", "val")]
    keys = {record.key: (record.row, record.source) for pool in pools for record in pool.records}
    assert {f"{label['name']}@{label['pts']}": (label["row"], label["group"]) for label in labels} == keys
    assert {label["name"] for label in labels if label["label"]} == {"fake.mp4"}


def test_the_pool_gives_back_aligned_faces(extracted):
    pool = open_pool(extracted, "train")
    assert len(pool.records) == 7
    assert [pool.records[i].source for i in pool.forged] == ["app"] * 3
    assert {pool.records[i].key.partition("@")[0] for i in pool.still} == {"still.png"}
    assert {pool.records[i].person for i in pool.video_real} == {"ann"}
    for index, record in enumerate(pool.records):
        image = pool.image(index)
        assert image.shape == (317, 317, 3)
        # A similarity cannot meet five points exactly, but all are near where the template has them.
        assert np.abs(record.five - reference_points(1.3, 317)).max() < 12
        eye = image[int(record.five[0][1]), int(record.five[0][0])]
        assert eye.mean() < image[40:120, 120:200].mean()
    assert open_pool(extracted, "val").records[0].person == "cid"


def test_a_forgery_finds_the_frame_of_its_original(extracted):
    pool = open_pool(extracted, "train")
    for index in pool.forged:
        record = pool.records[index]
        real = pool.records[pool.by_key[record.original]]
        assert real.key == record.key.replace("fake", "real")
        assert record.row == "identity_swap"
        difference = np.abs(pool.image(index).astype(int) - pool.image(pool.by_key[real.key]))
        assert difference.mean() < 2


def test_landmarks_come_from_a_file_and_are_missing_elsewhere(extracted):
    pool = open_pool(extracted, "train")
    still = pool.records[pool.still[0]]
    assert np.isfinite(still.landmarks).all()
    # The picture is a face of about the mean: its mapped eyes lie within the crop and apart.
    assert 40 < np.linalg.norm(still.landmarks[36] - still.landmarks[45]) < 260
    assert all(np.isnan(pool.records[i].landmarks).all() for i in pool.video_real)
    with pytest.raises(OptionsError, match="no face of another person with 68 landmarks"):
        pool.donor_for(int(pool.still[0]), np.random.default_rng(0))


def test_shards_that_do_not_say_whose_face_was_swapped_in_can_be_read(extracted, tmp_path):
    old = shutil.copytree(extracted, tmp_path / "old")
    for path in old.glob("shard-*.json"):
        reports = json.loads(path.read_text("utf-8"))
        path.write_text(
            json.dumps([{k: v for k, v in report.items() if k != "face_of"} for report in reports]), "utf-8"
        )
    records = open_pool(old, "train").records
    assert [record.key for record in records] == [record.key for record in open_pool(extracted, "train").records]
    assert {record.face_of for record in records} == {""}


def test_quality_time_and_place_are_kept(extracted):
    tables = [dict(np.load(path)) for path in sorted(extracted.glob("shard-*.npz"))]
    video = next(t for t in tables if len(t.get("pts", ())) and t["pts"].max() > 0)
    seconds = video["pts"] * video["time_base"][:, 0] / video["time_base"][:, 1]
    np.testing.assert_allclose(seconds[:3], [0.1, 0.3, 0.5])
    assert (video["quality"][:, 0] > 20).all()
    known = {record.eye_distance for record in open_pool(extracted, "train").records if record.video}
    assert set(video["quality"][:, 0].astype(float)) <= known
    assert (video["score"] > 0.5).all()
    corner = np.array([0.0, 0.0, 1.0])
    assert np.isfinite(video["matrix"] @ corner).all()


def test_an_extraction_is_the_same_in_worker_processes(root, extracted, tmp_path):
    options = ExtractOptions(frames=3, landmarks=str(extracted.parent / "points.npz"))
    told = []
    extract(read_layout(None, root), tmp_path / "out", options, workers=2, progress=lambda *now: told.append(now))
    assert contents(tmp_path / "out") == contents(extracted)
    assert told[-1] == (10, 10)


def test_other_options_need_another_folder(root, extracted):
    listing = read_layout(None, root)
    with pytest.raises(OptionsError, match="written with other options, landmarks68"):
        extract(listing, extracted, ExtractOptions(frames=4), workers=0)
    with pytest.raises(OptionsError, match="is not empty"):
        extract(listing, root, SMALL, workers=0)


def test_a_damaged_extraction_is_named(root, tmp_path):
    out = tmp_path / "out"
    extract(read_layout(None, root), out, SMALL, workers=0)
    tar = next(path for path in sorted(out.glob("*.tar")) if path.stat().st_size > 20_000)
    whole = tar.read_bytes()
    tar.write_bytes(whole[:9000])
    with pytest.raises(OptionsError, match=rf"{tar.name}: missing or cut short"):
        open_pool(out, "train")
    tar.with_suffix(".json").unlink()
    with pytest.raises(OptionsError, match=rf"{tar.stem}\.json: missing"):
        open_pool(out, "train")
    extract(read_layout(None, root), out, SMALL, workers=0)
    assert tar.read_bytes() == whole
    (out / "manifest.json").write_text('{"shards": ')
    with pytest.raises(OptionsError, match=r"manifest\.json: damaged.*Run the same extract command again"):
        open_pool(out, "train")
    (out / "manifest.json").unlink()
    with pytest.raises(OptionsError, match="not finished"):
        open_pool(out, "train")
    (out / "plan.json").write_text("{")
    with pytest.raises(OptionsError, match=r"plan\.json: damaged.*Choose another --out"):
        extract(read_layout(None, root), out, SMALL, workers=0)


def cut_away(content: bytes) -> bytes:
    return content[: len(content) // 2]


def overwritten(content: bytes) -> bytes:
    """The first array is damaged, its place in the archive is not."""
    return content[:100] + bytes(byte ^ 255 for byte in content[100:200]) + content[200:]


def emptied(content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [cut_away, overwritten, emptied])
def test_following_the_advice_mends_a_damaged_index(damage, extracted, root, tmp_path):
    out = shutil.copytree(extracted, tmp_path / "out")
    index = max(out.glob("*.npz"), key=lambda path: path.stat().st_size)
    whole = index.read_bytes()
    index.write_bytes(damage(whole))
    with pytest.raises(OptionsError, match=rf"{index.name}: missing or damaged") as caught:
        open_pool(out, "train")
    assert caught.value.advice == f"Delete {index.stem}.json and extract again."
    index.with_suffix(".json").unlink()
    options = ExtractOptions(frames=3, landmarks=str(extracted.parent / "points.npz"))
    extract(read_layout(None, root), out, options, workers=0)
    assert index.read_bytes() == whole
    open_pool(out, "train")


FAILURES = {
    "crashed": (DecoderCrashed(ReasonCode.DECODER_CRASHED, "It died."), FileOutcome.CRASHED, ExitCode.CRASHED),
    "stalled": (DecoderStalled(ReasonCode.DECODER_STALLED, "It hung."), FileOutcome.TIMED_OUT, ExitCode.TIMED_OUT),
    "vanished": (MediaError(ReasonCode.NOT_READABLE, "It is gone."), FileOutcome.UNREADABLE, ExitCode.UNREADABLE),
    "lacking": (None, FileOutcome.PARTIAL, ExitCode.NOT_JUDGED),
}


def decoded(images: list[np.ndarray], planned: int, failure: MediaError | None):
    """A stand-in for `open_media`: these frames, then the failure, if there is one."""

    def frames():
        for i, image in enumerate(images):
            yield Frame(FrameTime(i, Fraction(1, 10)), image)
        if failure is not None:
            raise failure

    @contextmanager
    def open_media(*_):
        yield SimpleNamespace(planned=planned, frames=frames)

    return open_media


@pytest.mark.parametrize("kind", FAILURES)
def test_a_failure_after_faceless_frames_is_not_the_lack_of_a_face(kind, tmp_path, monkeypatch):
    failure, outcome, code = FAILURES[kind]
    for name in ("real/a.mp4", "fake/b.mp4"):
        (tmp_path / "data" / name).parent.mkdir(parents=True)
        (tmp_path / "data" / name).write_bytes(b"x")
    listing, out = read_layout("folders", tmp_path / "data"), tmp_path / "out"
    wall = np.full((96, 96, 3), 90, np.uint8)
    monkeypatch.setattr("sjedd_training.data.faces.open_media", decoded([wall] * 2, 3, failure))
    result = extract(listing, out, SMALL, workers=0)
    assert (result.outcomes, result.code) == ({outcome: 2}, code)
    why = "2 of 3 frames could be read" if failure is None else failure.message
    assert {row["detail"] for row in outcomes(out).values()} == {why}
    monkeypatch.setattr("sjedd_training.data.faces.open_media", decoded([wall] * 3, 3, None))
    again = extract(listing, out, SMALL, workers=0, retry=True)
    assert again.outcomes == {outcome if failure is None else FileOutcome.NO_FACE: 2}


def test_faces_before_a_failure_are_kept(tmp_path, monkeypatch):
    for name in ("real/a.mp4", "fake/b.mp4"):
        (tmp_path / "data" / name).parent.mkdir(parents=True)
        (tmp_path / "data" / name).write_bytes(b"x")
    failure = FAILURES["crashed"][0]
    monkeypatch.setattr("sjedd_training.data.faces.open_media", decoded([face_picture()], 3, failure))
    result = extract(read_layout("folders", tmp_path / "data"), tmp_path / "out", SMALL, workers=0)
    assert (result.outcomes, result.code, result.faces) == ({"partial": 2}, ExitCode.NOT_JUDGED, 2)


def test_retry_reads_failed_files_again(root, tmp_path):
    source = tmp_path / "data"
    write_picture(source / "real/a.png", face_picture())
    (source / "fake").mkdir()
    (source / "fake/b.png").write_bytes(b"")
    out = tmp_path / "out"
    listing = read_layout("folders", source)
    assert extract(listing, out, SMALL, workers=0).code == ExitCode.UNREADABLE
    write_picture(source / "fake/b.png", face_picture(4))
    assert extract(listing, out, SMALL, workers=0).outcomes == {"extracted": 1, "unreadable": 1}
    assert extract(listing, out, SMALL, workers=0, retry=True).outcomes == {"extracted": 2}


def test_a_killed_extraction_is_taken_up_again(root, tmp_path):
    source = tmp_path / "data"
    for i in range(24):
        write_picture(source / ("real" if i % 2 else "fake") / f"{i:02d}.png", face_picture(i))
    listing = read_layout("folders", source)
    extract(listing, tmp_path / "whole", SMALL, workers=0)
    command = [
        sys.executable, "-m", "sjedd_training", "data", "extract", str(source), "--out", str(tmp_path / "killed"),
        "--frames", "3", "--size", "96", "--workers", "1",
    ]  # fmt: skip
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _until(lambda: (tmp_path / "killed/shard-00001.json").exists() or run.poll() is not None)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not (tmp_path / "killed/manifest.json").exists()
    first = shard_path(tmp_path / "killed", 0, ".tar")
    written = first.stat().st_mtime_ns
    result = CliRunner().invoke(data_command, command[4:], catch_exceptions=False)
    assert result.exit_code == ExitCode.OK, result.output
    assert "extracted: 24 files" in result.output
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    assert first.stat().st_mtime_ns == written
    assert not list((tmp_path / "killed").glob("*.part"))


def test_a_file_that_kills_its_worker_costs_only_itself(tmp_path):
    source = tmp_path / "data"
    for i in range(6):
        write_video(source / ("real" if i % 2 else "fake") / f"{i}.mp4", frames=20)
    out, listing = tmp_path / "out", read_layout("folders", source)
    done = []
    options = ExtractOptions(frames=20, size=96)
    work = threading.Thread(target=lambda: done.append(extract(listing, out, options, workers=1)))
    work.start()
    _until(lambda: any(out.glob("*.at")) and len(list(out.glob("*.json"))) >= 3)  # plan.json and two shards
    for child in multiprocessing.active_children():
        os.kill(child.pid, signal.SIGKILL)
    work.join()
    assert done[0].outcomes == {"extracted": 5, "crashed": 1}
    assert done[0].code == ExitCode.CRASHED
    crashed = next(row for row in outcomes(out).values() if row["outcome"] == "crashed")
    assert crashed["detail"] == "A worker process died of it."


def _until(condition) -> None:
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("never came true")


def test_shards_depend_on_the_items_only():
    items = [Item(Path(f"{i}.mp4"), "real", "g", "train", name=f"{i}.mp4") for i in range(100)]
    shards = plan_shards(items, 32)
    assert [item for shard in shards for item in shard] == items
    assert len(shards) >= 14
    assert max(len(shard) for shard in plan_shards(items * 100, 32)) == 32


def test_pictures_may_be_png(root, tmp_path):
    out = tmp_path / "out"
    extract(read_layout(None, root), out, ExtractOptions(frames=1, size=96, picture="png"), workers=0)
    pool = open_pool(out, "val")
    again = open_pool(out, "val").image(0)
    assert pool._read(0).startswith(b"\x89PNG")
    np.testing.assert_array_equal(pool.image(0), again)


def landmark_network(folder: Path, name: str, width: int) -> Path:
    """A network that answers the same points for every face: point i at (i % 10, i // 10) tenths, counted from -0.5."""
    from onnx import TensorProto, helper, numpy_helper, save

    count, axes = (1103, 3) if width == 3309 else (106, 2)
    points = np.zeros((count, axes), np.float32)
    number = np.arange(68 if axes == 3 else 106)
    points[-len(number) :, 0], points[-len(number) :, 1] = number % 10 / 10 - 0.5, number // 10 / 10 - 0.5
    answer = numpy_helper.from_array(points.reshape(1, -1), "answer")
    zero = numpy_helper.from_array(np.float32([0.0]), "zero")
    nodes = [
        helper.make_node("ReduceMean", ["data", "all"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["answer", "nothing"], ["out"]),
    ]
    axes_all = numpy_helper.from_array(np.array([1, 2, 3], np.int64), "all")
    graph = helper.make_graph(
        nodes,
        "toy",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 3, 192, 192])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, width])],
        [answer, zero, axes_all],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    folder.mkdir(parents=True, exist_ok=True)
    save(model, str(folder / name))
    return folder


@pytest.mark.parametrize(
    ("name", "width", "order"), [("1k3d68.onnx", 3309, np.arange(68)), ("2d106det.onnx", 212, OF_106)]
)
def test_landmarks_come_from_a_pack(name, width, order, tmp_path):
    pytest.importorskip("insightface")
    finder = build_landmarker(landmark_network(tmp_path, name, width))
    box = np.array([50, 60, 130, 160], np.float32)
    found = finder.find("x@0", np.zeros((240, 200, 3), np.uint8), Detection(box, np.ones((5, 2), np.float32), 0.9))
    assert found.shape == (68, 2)
    # The network sees a square of 1.5 times the box's longer side around its centre; 1 is half its side.
    expected = [90, 110] + np.stack([order % 10 / 10 - 0.5, order // 10 / 10 - 0.5], axis=1) * 150 / 2
    np.testing.assert_allclose(found, expected, atol=0.5)
    assert name in finder.name


def test_the_106_points_cover_the_face_in_the_order_of_the_68():
    assert len(OF_106) == 68
    assert len(set(OF_106.tolist())) == 68
    assert OF_106.min() >= 0
    assert OF_106.max() < 106


def test_sources_of_landmarks_that_make_no_sense_are_named(tmp_path):
    (tmp_path / "pack").mkdir()
    with pytest.raises(ModelError, match=r"no landmark network.*1k3d68"):
        build_landmarker(tmp_path / "pack")
    (tmp_path / "pack/x.onnx").write_bytes(b"no network")
    with pytest.raises(ModelError, match=r"x\.onnx: not a network"):
        build_landmarker(tmp_path / "pack")
    np.savez(tmp_path / "p.npz", key=np.array(["a"]), landmarks68=np.zeros((2, 68, 2)))
    with pytest.raises(OptionsError, match=r"shape \(2, 68, 2\), not \(1, 68, 2\)"):
        build_landmarker(tmp_path / "p.npz")
    whole = (tmp_path / "p.npz").read_bytes()
    for content in (b"nothing", b"", whole[: len(whole) // 2], overwritten(whole)):
        (tmp_path / "q.npz").write_bytes(content)
        with pytest.raises(OptionsError, match=r"q\.npz: no landmark file"):
            build_landmarker(tmp_path / "q.npz")
    with pytest.raises(OptionsError, match="not a folder"):
        build_landmarker(tmp_path / "p.dat")
