"""The faces of one input file, through the decode and face code of the product: what a worker does with a file."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from sjedd_training.data.landmarks import COUNT, build_landmarker, to_crop
from sjedd_training.data.layouts.base import Item, is_picture
from sjedd_training.data.shards import FileReport, ShardWriter, key_of
from sjedd_video.decode.failures import check_file
from sjedd_video.decode.sandbox import open_media
from sjedd_video.errors import MediaError
from sjedd_video.evidence import hash_file
from sjedd_video.faces.detect import build_detector
from sjedd_video.faces.people import find_faces
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken
from sjedd_video.types import AlignedFace, Crop, Frame, FrameTime, ImageU8, Outcome, ReasonCode


class FileOutcome(StrEnum):
    """What became of an input file."""

    EXTRACTED = "extracted"
    """Every chosen frame was read, and at least one has a face."""
    PARTIAL = "partial"
    """Not every chosen frame could be read; there are faces, or decoding reached the end without one."""
    NO_FACE = "no_face"
    """Every chosen frame was read, and none has a face."""
    UNREADABLE = "unreadable"
    """Reading failed before a face was found, here and in the two below."""
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"


OF_FAILURE = {Outcome.CRASHED: FileOutcome.CRASHED, Outcome.TIMED_OUT: FileOutcome.TIMED_OUT}


@dataclass(frozen=True)
class ExtractOptions:
    """How faces are extracted.

    Attributes:
        frames: Frames of a video, spread evenly.
        scale: Field of view of the crop relative to the alignment template.
        size: Side of the crop in pixels.
        picture: ``jpeg`` or ``png``.
        quality: JPEG quality, 95 or more.
        detector_pack: Folder of an insightface pack; None for the built-in detector.
        landmarks: Source of 68 landmarks: see `build_landmarker`.
        detector_score: Least confidence of a face.
    """

    frames: int = 32
    scale: float = 1.3
    size: int = 317
    picture: str = "jpeg"
    quality: int = 95
    detector_pack: str | None = None
    landmarks: str | None = None
    detector_score: float = 0.5

    def analysis(self) -> AnalysisOptions:
        """The options for decoding and detection."""
        return AnalysisOptions.parse(
            {
                "sampling": f"uniform:{self.frames}",
                "detector_pack": self.detector_pack,
                "detector_score": self.detector_score,
            }
        )


class FaceReader:
    """Detector and landmarker, loaded once and used for many files.

    Raises:
        ModelError: A network is missing or damaged.
        OptionsError: The source of landmarks makes no sense.
    """

    def __init__(self, options: ExtractOptions) -> None:
        self.options, self._analysis = options, options.analysis()
        self._detector = build_detector(self._analysis)
        self._landmarker = build_landmarker(None if options.landmarks is None else Path(options.landmarks))

    def facts(self) -> dict[str, str]:
        """Names and hashes for the manifest."""
        landmarks = "none" if self._landmarker is None else self._landmarker.name
        return {"detector": f"{self._detector.name}, {self._detector.sha256}", "landmarks68": landmarks}

    def read(self, item: Item, into: ShardWriter) -> FileReport:
        """Put the largest face of every chosen frame of ``item`` into a shard; a failure becomes the outcome."""
        watched = _Watched(item, self._analysis)
        faces, sha256 = 0, ""
        try:
            check_file(item.path)
            sha256 = hash_file(item.path)[0]
        except MediaError as error:
            watched.failure = error
        except OSError as error:
            watched.failure = _unreadable(item, error)
        else:
            found = find_faces(watched.frames(), self._detector, Crop(self.options.scale, self.options.size))
            for frame, aligned in found:
                if aligned:
                    self._put(item, frame, max(aligned, key=_area), into)
                    faces += 1
        return FileReport.of(item, sha256, *watched.outcome(faces), watched.planned, faces)

    def _put(self, item: Item, frame: Frame, face: AlignedFace, into: ShardWriter) -> None:
        detection = face.observation.detection
        landmarks = np.full((COUNT, 2), np.nan, np.float32)
        if self._landmarker is not None:
            found = self._landmarker.find(key_of(item.name, frame.time), frame.image, detection)
            landmarks = to_crop(found, face.matrix)
        picture, suffix = encode(face.crop, self.options)
        into.add(face, to_crop(detection.landmarks, face.matrix), landmarks, picture, suffix)


class _Watched:
    """The frames of one file and how reading them ended."""

    def __init__(self, item: Item, options: AnalysisOptions) -> None:
        self._item, self._options = item, options
        self.planned = self._read = 0
        self.failure: MediaError | None = None

    def frames(self) -> Iterator[Frame]:
        """The chosen frames, ending at a failure, so that what was decoded before it still counts."""
        try:
            for frame in self._picture() if is_picture(self._item.name) else self._video():
                self._read += 1
                yield frame
        except MediaError as error:
            self.failure = error
        except OSError as error:
            self.failure = _unreadable(self._item, error)

    def outcome(self, faces: int) -> tuple[FileOutcome, str]:
        """What became of the file, and why it is no better."""
        if self.failure is not None and not faces:
            # The frames after the failure might show a face, so that nothing is known of the file.
            return OF_FAILURE.get(self.failure.outcome, FileOutcome.UNREADABLE), self.failure.message
        lacking = f"{self._read} of {self.planned} frames could be read" if self._read < self.planned else ""
        why = self.failure.message if self.failure is not None else lacking
        if why:
            return FileOutcome.PARTIAL, why
        return (FileOutcome.EXTRACTED if faces else FileOutcome.NO_FACE), ""

    def _video(self) -> Iterator[Frame]:
        with open_media(self._item.path, self._options, CancelToken()) as session:
            self.planned = session.planned
            yield from session.frames()

    def _picture(self) -> Iterator[Frame]:
        """A still picture, decoded here: data sets hold hundreds of thousands, and a process for each is too dear."""
        from sjedd_video.decode.image_ import ImageDecoder
        from sjedd_video.decode.index import survey

        self.planned = 1
        facts, index = survey(self._item.path, _no_beat)
        if facts.kind != "image":
            message = f"{self._item.name} has the name of a picture and is a video."
            raise MediaError(ReasonCode.NOT_MEDIA, message, "Give it the suffix of a video.")
        for _, image in ImageDecoder(self._item.path, facts, index).frames([0], _no_beat):
            if image is None:
                raise MediaError(ReasonCode.NOTHING_DECODED, f"{self._item.name} is cut short or damaged.")
            yield Frame(FrameTime(0, Fraction(1)), image)


def encode(crop: ImageU8, options: ExtractOptions) -> tuple[bytes, str]:
    """A crop as JPEG or PNG, and the suffix."""
    import cv2

    if options.picture == "png":
        file = io.BytesIO()
        Image.fromarray(crop).save(file, "png")
        return file.getvalue(), "png"
    # Full chroma: the usual halving of its resolution would be one more compression that no source had.
    quality = [cv2.IMWRITE_JPEG_QUALITY, options.quality]
    sampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return bytes(cv2.imencode(".jpg", crop[..., ::-1], quality + sampling)[1]), "jpg"


def single_threaded_reader(options: ExtractOptions) -> FaceReader:
    """A reader for one of many worker processes: its detector takes one thread, as if there were one core."""
    if not hasattr(os, "sched_setaffinity"):
        return FaceReader(options)
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        return FaceReader(options)
    finally:
        os.sched_setaffinity(0, allowed)


def _unreadable(item: Item, error: OSError) -> MediaError:
    return MediaError(ReasonCode.NOT_READABLE, f"{item.name} cannot be read: {error.strerror}.")


def _area(face: AlignedFace) -> float:
    x0, y0, x1, y1 = face.observation.detection.box
    return float((x1 - x0) * (y1 - y0))


def _no_beat() -> None:
    """Nobody waits for signs of life."""
