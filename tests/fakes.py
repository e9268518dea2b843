"""Fake engines and ready-made containers, for tests of the verdict, the pipeline and the front ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from sjedd_video.calibration import sigmoid
from sjedd_video.hierarchy import load_hierarchy, marginals
from sjedd_video.types import (
    AlignedFace,
    Crop,
    Detection,
    FaceObservation,
    FaceQuality,
    FaceScore,
    Frame,
    FrameTime,
    ModelFacts,
    SamplingReport,
    StreamFacts,
)

MS = Fraction(1, 1000)
HIERARCHY = load_hierarchy("ffpp")
GOOD = FaceQuality(eye_distance_px=60.0, sharpness=500.0, yaw=0.05, exposure=0.5, blockiness=1.05, visible=1.0)


def model_facts(a: float = 1.0, b: float = 0.0, threshold: float = 0.5, **calibration) -> ModelFacts:
    """Facts of a pretended model whose calibration is the identity unless told otherwise."""
    section = {"method": "platt", "feature": "mean_logit", "a": a, "b": b, "threshold": threshold, "data": "made up",
               "n_real": 1, "n_fake": 1, "error_rates": [{"threshold": threshold, "fpr": 0.1, "fnr": 0.2}],
               **calibration}  # fmt: skip
    return ModelFacts(
        name="fake-model", sha256="0" * 64, hierarchy="ffpp", nodes=HIERARCHY.nodes,
        prior=tuple(float(p) for p in HIERARCHY.prior), backend="fake", provider="FakeProvider",
        detector="fake-detector", detector_sha256="1" * 64, crop_scale=1.3, crop_down=0.0, crop_size=64,
        threshold=threshold, calibration=section, licence="none", training_data="none",
    )  # fmt: skip


def detection(x: float = 100.0, y: float = 80.0, size: float = 120.0, score: float = 0.9) -> Detection:
    """A face whose box starts at ``x``, ``y``."""
    points = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32)
    box = np.array([x, y, x + size, y + size], np.float32)
    return Detection(box, points * size + np.array([x, y], np.float32), score)


def face_score(p: float, t: float, *, track: int = 1, shot: int = 0, quality: FaceQuality = GOOD) -> FaceScore:
    """A scored face with p(face) = ``p`` at ``t`` seconds; the other nodes get half of it."""
    time = FrameTime(round(t * 1000), MS)
    observation = FaceObservation(track, shot, time, detection(), quality)
    values = np.full(len(HIERARCHY.nodes), p / 2)
    values[0] = p
    return FaceScore(observation, np.zeros(len(values), np.float32), values)


def scores(ps: Sequence[float], step: float = 0.3, **kwargs) -> list[FaceScore]:
    """One scored face every ``step`` seconds."""
    return [face_score(p, i * step, **kwargs) for i, p in enumerate(ps)]


def sampling(n: int = 32, failed: int = 0, step: float = 0.3, **kwargs) -> SamplingReport:
    """A report of ``n`` delivered and ``failed`` missing frames."""
    times = tuple(FrameTime(round(i * step * 1000), MS) for i in range(n))
    values = {"plan": f"uniform:{n + failed}", "decoder": "fake", "requested": n + failed, "decoded": n,
              "failed": failed, "times": times, "expected_frames": n + failed,
              "readable_until": times[-1] if times else None}  # fmt: skip
    return SamplingReport(**{**values, **kwargs})


def stream(kind: str = "video", duration: float | None = 10.0, **kwargs) -> StreamFacts:
    """Facts of a pretended stream."""
    values = {"kind": kind, "container": "fake", "codec": "fake", "width": 320, "height": 240, "rotation": 0,
              "duration_s": duration, "frames_declared": 250, "average_rate": Fraction(25), "time_base": MS,
              "start_pts": 0}  # fmt: skip
    return StreamFacts(**{**values, **kwargs})


def frames(n: int = 32, step: float = 0.3, level: int = 128) -> Iterator[Frame]:
    """``n`` grey frames of 320 x 240 with a little fixed texture."""
    texture = np.random.default_rng(0).integers(-20, 20, (240, 320, 3))
    picture = np.clip(level + texture, 0, 255).astype(np.uint8)
    for i in range(n):
        yield Frame(FrameTime(round(i * step * 1000), MS), picture)


def make_video(path: Path, count: int = 40, level: int = 128, rate: int = 10) -> Path:
    """Write a clip of ``count`` of these frames; faces of ``FakeDetector`` have good quality in it."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt, stream.options = 320, 240, "yuv420p", {"crf": "18"}
        for frame in frames(count, level=level):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame.image, format="rgb24")))
        container.mux(stream.encode())
    return path


class FakeDetector:
    """Finds the same faces in every picture; ``fail_at`` raises on that call."""

    name, sha256 = "fake-detector", "1" * 64

    def __init__(self, faces: Sequence[Detection] | None = None, error: Exception | None = None) -> None:
        self.faces = [detection()] if faces is None else list(faces)
        self.error = error

    def detect(self, images):
        if self.error is not None:
            raise self.error
        return [list(self.faces) for _ in images]


class FakeScorer:
    """Gives every crop ``p``; raises ``errors`` one after the other first. Remembers the batch sizes."""

    hierarchy, crop = HIERARCHY, Crop(1.3, 64)
    tells_places = False

    def __init__(self, p: float = 0.9, errors: Sequence[Exception] = (), **calibration) -> None:
        self.p = p
        self.errors = list(errors)
        self.batches: list[int] = []
        self.calibration = calibration

    def facts(self, detector_name, detector_sha256):
        return model_facts(**self.calibration)

    def probability(self, crops) -> np.ndarray:
        return np.full(len(crops), self.p)

    def score(self, crops):
        if self.errors:
            raise self.errors.pop(0)
        self.batches.append(len(crops))
        n = len(HIERARCHY.nodes)
        values = np.repeat(self.probability(crops)[:, None], n, axis=1)
        values[:, 1:] /= 2
        return np.zeros((len(crops), n), np.float32), values


class PlacesScorer(FakeScorer):
    """A model that can tell altered places: the upper half of every crop."""

    tells_places = True

    def places(self, crop):
        found = np.zeros(crop.shape[:2], np.float32)
        found[: len(found) // 2] = 0.75
        return found


class ContrastScorer(FakeScorer):
    """A score that hangs on fine detail, so that it does not survive recompression or rescaling."""

    def __init__(self, gain: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self.gain, self.offset = gain, offset

    def probability(self, crops) -> np.ndarray:
        fine = [np.abs(np.diff(c.astype(float), axis=1)).mean() for c in np.asarray(crops)]
        return sigmoid(self.gain * np.array(fine) + self.offset)


def aligned(p: float = 0.5, t: float = 0.0, track: int = 1) -> AlignedFace:
    """A face with a textured crop."""
    crop = np.random.default_rng(1).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    return AlignedFace(face_score(p, t, track=track).observation, crop, np.eye(2, 3))


def neutral_marginals() -> np.ndarray:
    """Marginals of all-zero raw scores."""
    return marginals(np.zeros(len(HIERARCHY.nodes)), HIERARCHY.states)


class FakeEngines:
    """Stands for ``sjedd_video.engines.Engines`` where a name is wanted: ``fakes:FakeEngines``."""

    @staticmethod
    def load(options):
        from sjedd_video.engines import Engines

        return Engines(FakeDetector(), FakeScorer(0.9))


class DetailEngines:
    """Engines whose scores hang on the picture."""

    @staticmethod
    def load(options):
        from sjedd_video.engines import Engines

        return Engines(FakeDetector(), ContrastScorer(0.05, 0.5))


def fake_detector(options):
    """Stands for ``sjedd_video.faces.detect.build_detector``."""
    return FakeDetector()


class DeadlyEngines:
    """Engines that kill their process at the first face of a picture darker than ``LIMIT``."""

    LIMIT = 40

    @staticmethod
    def load(options):
        import os
        import signal

        from sjedd_video.engines import Engines

        class Deadly(FakeDetector):
            def detect(self, images):
                if any(image.mean() < DeadlyEngines.LIMIT for image in images):
                    os.kill(os.getpid(), signal.SIGKILL)
                return super().detect(images)

        return Engines(Deadly(), FakeScorer(0.9))


class BrokenEngines:
    """Engines with a defect that shows at the first picture darker than ``DeadlyEngines.LIMIT``."""

    @staticmethod
    def load(options):
        from sjedd_video.engines import Engines

        class Broken(FakeDetector):
            def detect(self, images):
                if any(image.mean() < DeadlyEngines.LIMIT for image in images):
                    raise RuntimeError("a defect")
                return super().detect(images)

        return Engines(Broken(), FakeScorer(0.9))


class TouchingEngines:
    """Engines that touch the file ``SJEDD_TEST_MARK`` at every picture darker than ``DeadlyEngines.LIMIT``."""

    @staticmethod
    def load(options):
        import os

        from sjedd_video.engines import Engines

        class Touching(FakeDetector):
            def detect(self, images):
                if any(image.mean() < DeadlyEngines.LIMIT for image in images):
                    os.utime(os.environ["SJEDD_TEST_MARK"], (1, 1))
                return super().detect(images)

        return Engines(Touching(), FakeScorer(0.9))


class SilentEngines:
    """Engines that hang at the first picture darker than ``DeadlyEngines.LIMIT``, and leave a mark when they do."""

    @staticmethod
    def load(options):
        import os
        import time

        from sjedd_video.engines import Engines

        class Silent(FakeDetector):
            def detect(self, images):
                if any(image.mean() < DeadlyEngines.LIMIT for image in images):
                    Path(os.environ["SJEDD_TEST_MARK"]).touch()
                    time.sleep(600)
                return super().detect(images)

        return Engines(Silent(), FakeScorer(0.9))


class MissingEngines:
    """Engines whose weights are missing."""

    @staticmethod
    def load(options):
        from sjedd_video.errors import ModelError

        raise ModelError("There are no weights.", "Import some.")
