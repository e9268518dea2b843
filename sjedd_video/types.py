"""The immutable containers that pass between the stages of the pipeline.

The flow is one way: ``video -> Frame -> Detection -> FaceObservation -> AlignedFace -> FaceScore ->
PersonFinding -> Verdict -> AnalysisResult``. Coordinates are pixels of the upright full-resolution frame, x to the
right, y down, the centre of the first pixel at (0, 0). Images are RGB, ``HWC uint8`` in [0, 255]. Times are ``pts`` in
units of an exact ``time_base``; seconds are derived and never the identity of a frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ImageU8 = NDArray[np.uint8]
FloatArray = NDArray[np.floating[Any]]


class Outcome(StrEnum):
    """What became of a file. Only ``JUDGED`` (and ``PARTIAL``, when enough was readable) carries a verdict."""

    JUDGED = "judged"
    INCONCLUSIVE = "inconclusive"
    NO_FACE = "no_face"
    PARTIAL = "partial"
    UNREADABLE = "unreadable"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"


class ReasonCode(StrEnum):
    """Why a file was not judged, or what limits the judgement. Sentences: ``sjedd_video.explain.REASON_TEXT``."""

    TOO_FEW_FACES = "too_few_faces"
    FACES_TOO_SMALL = "faces_too_small"
    BLURRED = "blurred"
    PROFILE_VIEW = "profile_view"
    CUT_OFF = "cut_off"
    BAD_EXPOSURE = "bad_exposure"
    HEAVY_COMPRESSION = "heavy_compression"
    LOW_COVERAGE = "low_coverage"
    WIDE_INTERVAL = "wide_interval"
    UNSTABLE_RECOMPRESSED = "unstable_recompressed"
    UNSTABLE_RESCALED = "unstable_rescaled"
    UNSTABLE_MIRRORED = "unstable_mirrored"
    NO_FACE_FOUND = "no_face_found"
    SINGLE_IMAGE = "single_image"
    TRUNCATED = "truncated"
    FRAMES_MISSING = "frames_missing"
    DECODER_FALLBACK = "decoder_fallback"
    EMPTY_FILE = "empty_file"
    NOT_FOUND = "not_found"
    NOT_READABLE = "not_readable"
    NOT_MEDIA = "not_media"
    NO_VIDEO_STREAM = "no_video_stream"
    IMPLAUSIBLE_HEADER = "implausible_header"
    UNSUPPORTED_CODEC = "unsupported_codec"
    NOTHING_DECODED = "nothing_decoded"
    EMPTY_RANGE = "empty_range"
    DECODER_CRASHED = "decoder_crashed"
    DECODER_STALLED = "decoder_stalled"
    WORKER_CRASHED = "worker_crashed"
    WORKER_STALLED = "worker_stalled"
    OUT_OF_MEMORY = "out_of_memory"
    FILE_CHANGED = "file_changed"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code with the measured fact behind it, e.g. ``Reason(TOO_FEW_FACES, "2 usable faces, 4 needed")``."""

    code: ReasonCode
    detail: str = ""


@dataclass(frozen=True, slots=True, order=True)
class FrameTime:
    """Identity of a frame: presentation time stamp in units of the stream's time base (start offset included)."""

    pts: int
    time_base: Fraction

    @property
    def seconds(self) -> float:
        """Presentation time in seconds since pts 0 of the stream."""
        return self.pts * self.time_base.numerator / self.time_base.denominator  # many times as fast as a Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded frame, upright (rotation applied), ``image`` RGB ``(H, W, 3) uint8``."""

    time: FrameTime
    image: ImageU8

    def __post_init__(self) -> None:
        check_image(self.image, "Frame.image")


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A face found in one frame.

    Attributes:
        box: ``(4,) float32``, x0, y0, x1, y1 in full-resolution pixels; may reach beyond the picture's border.
        landmarks: ``(5, 2) float32``, x, y of left eye, right eye, nose tip, left and right corner of the mouth as the
            *viewer* sees them (left eye has the smaller x in an upright face).
        score: Detector confidence in [0, 1].
    """

    box: FloatArray
    landmarks: FloatArray
    score: float

    def __post_init__(self) -> None:
        check_shape(self.box, (4,), "Detection.box")
        check_shape(self.landmarks, (5, 2), "Detection.landmarks")


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """Measured quality of one face.

    Attributes:
        eye_distance_px: Distance of the eyes in source pixels.
        sharpness: Variance of the Laplacian of the luma of the aligned crop (0..255 scale); low is blurred.
        yaw: Signed left-right asymmetry of nose against eyes in [-1, 1]; 0 is frontal, beyond +-0.5 nearly profile.
        exposure: Mean luma of the inner face in [0, 1].
        blockiness: Ratio of luma steps across 8-pixel boundaries to those inside, in source pixels; 1 is none.
        visible: Share of the face, from brow to chin, that lies inside the picture, in [0, 1].
    """

    eye_distance_px: float
    sharpness: float
    yaw: float
    exposure: float
    blockiness: float
    visible: float


@dataclass(frozen=True, slots=True, eq=False)
class FaceObservation:
    """A detection assigned to a track. ``track`` counts from 1 in order of appearance, ``shot`` from 0."""

    track: int
    shot: int
    time: FrameTime
    detection: Detection
    quality: FaceQuality


class Crop(NamedTuple):
    """Where a model looks: the arguments of ``sjedd_video.faces.align.align_face`` after the landmarks.

    Attributes:
        scale: Field of view relative to the alignment template.
        size: Side in pixels.
        down: How far the field is moved towards the chin, in sides of the template.
    """

    scale: float
    size: int
    down: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class AlignedFace:
    """An observation with its aligned crop.

    Attributes:
        crop: RGB ``(S, S, 3) uint8``, warped from the full-resolution frame by ``faces.align``.
        matrix: ``(2, 3) float64`` affine, source pixel -> crop pixel.
    """

    observation: FaceObservation
    crop: ImageU8
    matrix: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FaceScore:
    """An observation with what the model said of it.

    Attributes:
        raw: ``(n,) float32`` raw scores, one per node of the hierarchy [SJEDD eq. 4].
        marginals: ``(n,) float64`` marginal probabilities in [0, 1] [SJEDD eq. 3], uncalibrated.
    """

    observation: FaceObservation
    raw: FloatArray
    marginals: FloatArray


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval of a probability, ``0 <= low <= high <= 1``."""

    low: float
    high: float


class Band(StrEnum):
    """Verbal support for the proposition that a face was manipulated, from a calibrated probability."""

    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"
    VERY_STRONG = "very_strong"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of a file: that of its most suspicious person with enough evidence.

    Attributes:
        probability: Calibrated probability in [0, 1] that the face of ``person`` was manipulated.
        interval: 95 % block-bootstrap interval over time; None for a single image.
        band: ``probability`` in words.
        person: The track number the verdict speaks of.
    """

    probability: float
    interval: Interval | None
    band: Band
    person: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a track whose smoothed score stands above the decision threshold."""

    start: FrameTime
    end: FrameTime
    peak: float


@dataclass(frozen=True, slots=True, eq=False)
class PersonFinding:
    """All that was found about one track.

    Attributes:
        track: Track number, from 1.
        scores: Every scored face of the track in order of time.
        usable: Which of ``scores`` passed the quality rules (same length).
        probability: Calibrated probability, or None when there is not enough evidence.
        interval: 95 % block-bootstrap interval of ``probability``; None as above and for a single image.
        mean: Mean of the uncalibrated p(face) over usable frames (the papers' video score), or None.
        high: Robust high quantile (90 %) of the same, or None.
        band: ``probability`` in words, or None.
        node_marginals: ``(n,)`` mean marginals over usable frames, or None.
        node_lift: ``(n,)`` log-odds of ``node_marginals`` minus log-odds of the prior of zero scores, or None.
        spans: Stretches above the threshold.
        reasons: Why ``probability`` is None, or what limits it.
    """

    track: int
    scores: tuple[FaceScore, ...]
    usable: tuple[bool, ...]
    probability: float | None
    interval: Interval | None
    mean: float | None
    high: float | None
    band: Band | None
    node_marginals: FloatArray | None
    node_lift: FloatArray | None
    spans: tuple[Span, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What the probe read from a container and its chosen video stream (untrusted until checked by the probe).

    Attributes:
        duration_s: Container duration in seconds, or None when the container does not say.
        frames_declared: Frame count by the header, or None.
        rotation: Clockwise degrees in {0, 90, 180, 270} that bring the picture upright; already applied to frames.
        average_rate: Frames per second as a fraction; an average, since rates vary.
        details: Everything else a report shows (pixel format, bit depth, profile, GOP, other streams, tags).
    """

    kind: str
    """``video`` or ``image``."""
    container: str
    codec: str
    width: int
    height: int
    rotation: int
    duration_s: float | None
    frames_declared: int | None
    average_rate: Fraction | None
    time_base: Fraction
    start_pts: int
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SamplingReport:
    """What was asked of the decoder and what came back.

    Attributes:
        plan: The sampling plan as text, e.g. ``uniform:32``.
        decoder: Name and version of the decoder that delivered the frames.
        requested: Number of frames the plan asked for.
        decoded: Number of frames delivered.
        failed: Frames asked for that could not be decoded.
        times: Times of all delivered frames in order.
        expected_frames: Frames that the index or the duration promise for the whole file, or None.
        readable_until: Last time the decoder could reach, or None when nothing was decoded.
        notes: Facts for the report, e.g. why the fallback decoder was used.
    """

    plan: str
    decoder: str
    requested: int
    decoded: int
    failed: int
    times: tuple[FrameTime, ...]
    expected_frames: int | None
    readable_until: FrameTime | None
    shots: tuple[FrameTime, ...] = ()
    """Time of the first sampled frame of every shot after the first (scene cuts)."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The scoring model as used: identity, provenance and where it ran."""

    name: str
    sha256: str
    hierarchy: str
    nodes: tuple[str, ...]
    prior: tuple[float, ...]
    """Marginals of all-zero scores, in node order."""
    backend: str
    provider: str
    """The execution provider that really ran, e.g. ``CPUExecutionProvider``."""
    detector: str
    detector_sha256: str
    crop_scale: float
    crop_down: float
    crop_size: int
    threshold: float
    """Decision threshold on the calibrated probability."""
    calibration: dict[str, Any]
    """The bundle's calibration section: method, data, error rates."""
    licence: str
    training_data: str


@dataclass(frozen=True, slots=True)
class FileEvidence:
    """Integrity of the exhibit: size and SHA-256 before and after the analysis, and what travels with the file."""

    path: str
    size: int
    modified: str
    """ISO 8601 UTC."""
    sha256_before: str
    sha256_after: str | None
    stream: StreamFacts | None
    content_credentials: str
    """Result of the C2PA check in words: none found, valid, invalid, not checked."""


class HeatKind(StrEnum):
    """What a heat map shows."""

    OCCLUSION = "occlusion"
    """By how much the log-odds of p(face) fall when a place is hidden: what the score hangs on."""
    PLACES = "places"
    """The probability in [0, 1] that a place was altered, by a model that learned it."""


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """A picture kept for the report: a downscaled frame and the face crop of one scored face.

    Attributes:
        frame: RGB ``(h, w, 3) uint8``, long side at most 960.
        frame_scale: Factor from full-resolution pixels to pixels of ``frame``.
        crop: RGB ``(S, S, 3) uint8``, the model's input.
        heat: ``(g, g) float32`` heat map of the crop, g at most S, or None; positive places raise suspicion.
        heat_kind: What its numbers are.
    """

    score: FaceScore
    frame: ImageU8
    frame_scale: float
    crop: ImageU8
    matrix: FloatArray
    heat: FloatArray | None = None
    heat_kind: HeatKind = HeatKind.OCCLUSION


@dataclass(frozen=True, slots=True, eq=False)
class AnalysisResult:
    """Everything the analysis of one file found. ``verdict`` is None unless the outcome is judged (or partial)."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    verdict: Verdict | None
    people: tuple[PersonFinding, ...]
    sampling: SamplingReport | None
    evidence: FileEvidence
    model: ModelFacts
    environment: dict[str, str]
    options: dict[str, Any]
    exhibits: tuple[Exhibit, ...]
    started: str
    """ISO 8601 UTC."""
    seconds: dict[str, float]
    """Wall seconds per stage."""


def check_image(image: ImageU8, name: str) -> None:
    """Raise ValueError unless ``image`` is ``(H, W, 3) uint8`` with H, W > 0."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(f"{name} must be (H, W, 3) uint8 with H, W > 0, got {image.shape} {image.dtype}")


def check_shape(array: FloatArray, shape: tuple[int, ...], name: str) -> None:
    """Raise ValueError unless ``array`` has ``shape`` and only finite values."""
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has values that are not finite")
