"""From frames to the people in them: detection in batches, tracks, aligned crops, and who is who across shots."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sjedd_video.faces.align import align_face
from sjedd_video.faces.detect import FaceDetector
from sjedd_video.faces.identity import build_descriptor, unit
from sjedd_video.faces.quality import measure_quality
from sjedd_video.faces.track import FaceTracker, Track
from sjedd_video.types import AlignedFace, Crop, Detection, FaceObservation, Frame, ImageU8

BATCH_BYTES = 64 * 2**20
"""A batch ends early when its frames hold this much; two batches are held at a time."""


def find_faces(
    frames: Iterable[Frame],
    detector: FaceDetector,
    crop: Crop,
    *,
    batch: int = 4,
    tracker: FaceTracker | None = None,
) -> Generator[tuple[Frame, list[AlignedFace]], None, None]:
    """Find, track and align the faces of a stream of frames, a batch ahead of the consumer.

    While the consumer works on one batch, the next is detected in a second thread (the detector's session releases the
    interpreter). Faces whose landmarks coincide are left out: they cannot be aligned.

    Args:
        frames: Frames in order of time; consumed lazily, in the caller's thread.
        detector: Finds the faces.
        crop: Where the model looks.
        batch: Most frames per batch.
        tracker: Links the faces; pass one to read its shots and tracks afterwards. None for a new one.

    Yields:
        Each frame with its aligned faces by descending confidence of the detector.

    Raises:
        ValueError: ``batch`` is below 1.
    """
    if batch < 1:
        raise ValueError(f"batch must be at least 1, got {batch}")
    tracker = tracker or FaceTracker(build_descriptor(detector))
    align = partial(align_face, scale=crop.scale, size=crop.size, down=crop.down)
    with ThreadPoolExecutor(1, thread_name_prefix="detect") as pool:
        for held, found in _detected(frames, detector, batch, pool):
            for frame, detections in zip(held, found.result(), strict=True):
                yield frame, _align(frame, detections, tracker, align)


def merge_tracks(tracker: FaceTracker) -> dict[int, int]:
    """Say which tracks show one person.

    Tracks are joined in order of their likeness, as long as the mean faces of all that is joined stay alike and no two
    of them were ever seen in one frame. Tracks without a clear face stay alone.

    Args:
        tracker: The tracker after the last frame.

    Returns:
        The person of every track number; persons count from 1 in order of appearance.
    """
    tracks = tracker.tracks
    group = {track.number: [track] for track in tracks}
    for first, second in _alike(tracks, tracker.descriptor.same):
        a, b = group[first], group[second]
        if a is not b and _compatible(a, b, tracker.descriptor.same):
            a.extend(b)
            group.update((track.number, a) for track in b)
    order: dict[int, int] = {}
    return {track.number: order.setdefault(id(group[track.number]), len(order) + 1) for track in tracks}


def _alike(tracks: tuple[Track, ...], same: float) -> list[tuple[int, int]]:
    """Pairs of track numbers whose mean faces are alike, most alike first."""
    clear = [track for track in tracks if track.clear_looks is not None]
    if not clear:
        return []
    looks = unit(np.array([track.clear_looks for track in clear]))
    likeness = looks @ looks.T
    first, second = np.nonzero(np.triu(likeness >= same, 1))
    order = np.argsort(-likeness[first, second], kind="stable")
    return [(clear[i].number, clear[j].number) for i, j in zip(first[order], second[order], strict=True)]


def _compatible(a: list[Track], b: list[Track], same: float) -> bool:
    if any(track.met & {other.number for other in b} for track in a):
        return False
    return float(_mean(a) @ _mean(b)) >= same


def _mean(group: list[Track]) -> NDArray[np.float32]:
    return unit(np.sum([track.clear_looks for track in group if track.clear_looks is not None], axis=0))


def _detected(
    frames: Iterable[Frame], detector: FaceDetector, batch: int, pool: ThreadPoolExecutor
) -> Iterator[tuple[list[Frame], Future[list[list[Detection]]]]]:
    """Batches with their running or finished detection; the next batch is always under way."""
    ahead: tuple[list[Frame], Future[list[list[Detection]]]] | None = None
    for held in _batches(iter(frames), batch):
        current = (held, pool.submit(detector.detect, [frame.image for frame in held]))
        if ahead is not None:
            yield ahead
        ahead = current
    if ahead is not None:
        yield ahead


def _batches(frames: Iterator[Frame], batch: int) -> Iterator[list[Frame]]:
    held: list[Frame] = []
    for frame in frames:
        held.append(frame)
        if len(held) == batch or sum(f.image.nbytes for f in held) >= BATCH_BYTES:
            yield held
            held = []
    if held:
        yield held


def _align(
    frame: Frame,
    detections: list[Detection],
    tracker: FaceTracker,
    align: Callable[..., tuple[ImageU8, NDArray[np.float64]]],
) -> list[AlignedFace]:
    sound = [detection for detection in detections if np.ptp(detection.landmarks, axis=0).max() > 0]
    faces = []
    for track, detection in tracker.update(frame, sound):
        crop, matrix = align(frame.image, detection.landmarks)
        quality = measure_quality(frame.image, detection)
        seen = FaceObservation(track, tracker.shot, frame.time, detection, quality)
        faces.append(AlignedFace(seen, crop, matrix))
    return faces
