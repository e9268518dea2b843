"""Findings in words, attribute findings as lift over the prior, and heat maps.

The words follow two rules. A finding is support for a proposition, never a claim that something is genuine or forged.
A label of the hierarchy says what *kind* of change the model was taught to name, not where in the pixels it happened;
``lip`` and ``mouth`` carry the same labels in the training data and are named together; ``eyebrow`` and ``skin`` occur
there only together with ``identity`` and are never named as evidence of their own [SJEDD section III].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_video.types import (
    AnalysisResult,
    Band,
    Exhibit,
    FloatArray,
    ImageU8,
    ModelFacts,
    Outcome,
    PersonFinding,
    Reason,
    ReasonCode,
    Span,
    check_image,
)

R = ReasonCode

COMMENT = ": "
BAND_TEXT = {
    Band.WEAK: "weak support: non-conclusive",
    Band.MODERATE: "moderate support: suspicious, but non-conclusive",
    Band.STRONG: "strong support",
    Band.VERY_STRONG: "very strong support",
}
"""The bands in words, as journalists know them."""

BAND_NAME = {
    Band.WEAK: "weak support",
    Band.MODERATE: "moderate support",
    Band.STRONG: "strong support",
    Band.VERY_STRONG: "very strong support",
}

ABSENCE = "Absence of detection does not mean that a video is unedited."
NO_SCORE = "This says neither that the file was altered nor that it was not."
ABSENCE_IMAGE = "Absence of detection does not mean that a picture is unedited."

REASON_TEXT = {
    R.TOO_FEW_FACES: "Too few faces of sufficient quality",
    R.FACES_TOO_SMALL: "Faces are too small in the picture",
    R.BLURRED: "Faces are blurred",
    R.PROFILE_VIEW: "Faces are turned too far to the side",
    R.BAD_EXPOSURE: "Faces are too dark or too bright",
    R.HEAVY_COMPRESSION: "The picture is heavily compressed around faces",
    R.LOW_COVERAGE: "Too small a share of the material could be used",
    R.WIDE_INTERVAL: "The answer depends too much on which moments are looked at",
    R.UNSTABLE_RECOMPRESSED: "The answer changes when the faces are compressed once more",
    R.UNSTABLE_RESCALED: "The answer changes when the faces are made smaller and larger again",
    R.NO_FACE_FOUND: "No face was found",
    R.SINGLE_IMAGE: "A single picture shows one moment only",
    R.TRUNCATED: "The file ends before its header says",
    R.FRAMES_MISSING: "Some of the chosen frames could not be decoded",
    R.DECODER_FALLBACK: "The first choice of decoder could not read the file; another one did",
    R.EMPTY_FILE: "The file is empty",
    R.NOT_FOUND: "The file was not found",
    R.NOT_READABLE: "The file may not be read",
    R.NOT_MEDIA: "The file is neither a video nor a picture",
    R.NO_VIDEO_STREAM: "The file has no picture, only other streams",
    R.IMPLAUSIBLE_HEADER: "The header of the file makes impossible claims",
    R.UNSUPPORTED_CODEC: "The file is encoded in a way that this program cannot decode",
    R.NOTHING_DECODED: "No frame could be decoded",
    R.EMPTY_RANGE: "The chosen time range contains no frame",
    R.DECODER_CRASHED: "The decoder crashed on this file",
    R.DECODER_STALLED: "The decoder made no progress and was stopped",
    R.WORKER_CRASHED: "The process that analysed this file ended unexpectedly",
    R.WORKER_STALLED: "The process that analysed this file made no progress and was stopped",
    R.OUT_OF_MEMORY: "There was not enough memory",
    R.FILE_CHANGED: "The file changed while it was analysed",
}
"""Why, as a sentence without its full stop, so that the measured fact can follow in brackets."""

_LARGER = "Look for a longer, sharper or earlier version in which the faces are larger and turned to the camera."
_ORIGINAL = "Ask for the original file: every messenger and every upload compresses a video again."
_AGAIN = "Get the file again from its source; what is here is damaged or incomplete."
_DECODER = "Get the file again, or convert a copy with another program and analyse that; keep the original."
_RESOURCES = "Close other programs, analyse the file by itself, or sample fewer frames."

NEXT_STEP = {
    R.TOO_FEW_FACES: "Sample more frames, or look for a longer version of the video.",
    R.FACES_TOO_SMALL: _LARGER,
    R.BLURRED: _LARGER,
    R.PROFILE_VIEW: _LARGER,
    R.BAD_EXPOSURE: _LARGER,
    R.HEAVY_COMPRESSION: _ORIGINAL,
    R.LOW_COVERAGE: "Sample more frames, or choose the time range in which the person is seen well.",
    R.WIDE_INTERVAL: "Sample more frames, or analyse the time ranges with high and low scores separately.",
    R.UNSTABLE_RECOMPRESSED: _ORIGINAL,
    R.UNSTABLE_RESCALED: _ORIGINAL,
    R.NO_FACE_FOUND: "Check the frames yourself; if there is a face, sample more frames or choose its time range.",
    R.SINGLE_IMAGE: "If the picture comes from a video, analyse the video.",
    R.TRUNCATED: _AGAIN,
    R.FRAMES_MISSING: _AGAIN,
    R.DECODER_FALLBACK: "Nothing needs to be done; the decoder that was used is named in the report.",
    R.EMPTY_FILE: _AGAIN,
    R.NOT_FOUND: "Check the path; the file may have been moved or renamed.",
    R.NOT_READABLE: "Check the permissions of the file, and that its disk is connected.",
    R.NOT_MEDIA: "Check that this is the right file.",
    R.NO_VIDEO_STREAM: "Check that this is the right file; sound alone cannot be judged.",
    R.IMPLAUSIBLE_HEADER: _AGAIN,
    R.UNSUPPORTED_CODEC: "Convert a copy with another program and analyse that; keep the original.",
    R.NOTHING_DECODED: _DECODER,
    R.EMPTY_RANGE: "Choose a time range inside the file.",
    R.DECODER_CRASHED: _DECODER,
    R.DECODER_STALLED: _DECODER,
    R.WORKER_CRASHED: _RESOURCES,
    R.WORKER_STALLED: _RESOURCES,
    R.OUT_OF_MEMORY: _RESOURCES,
    R.FILE_CHANGED: "Work on a copy that nobody writes to, and analyse it again.",
}
"""What to do next, as a full sentence."""

_OUTCOME = {
    Outcome.JUDGED: "Judged",
    Outcome.INCONCLUSIVE: "Inconclusive: no verdict is given",
    Outcome.NO_FACE: "No face was found: nothing was judged",
    Outcome.PARTIAL: "Only a part of the file could be read: no verdict is given",
    Outcome.UNREADABLE: "The file could not be read: nothing was judged",
    Outcome.CRASHED: "Reading the file crashed: nothing was judged",
    Outcome.TIMED_OUT: "Reading the file made no progress: nothing was judged",
    Outcome.CANCELLED: "The analysis was stopped: nothing was judged",
}

GROUPS = (("lip", "mouth"),)
"""Nodes that are named together."""
NEVER_ALONE = frozenset({"eyebrow", "skin"})
"""Nodes that are no evidence of their own."""
MIN_LIFT = 0.1
"""Log-odds by which a mean marginal must stand above its prior to be called raised."""
MOST_RAISED = 3
MOST_SPANS = 3

OCCLUSION_GRID = 6
OCCLUSION_SIDE = 0.28
"""Side of the hidden square as a share of the crop's side; neighbouring squares overlap."""


@dataclass(frozen=True, slots=True)
class AttributeFinding:
    """A node, or nodes named together, against the prior.

    Attributes:
        name: In words, e.g. ``lip and mouth``.
        marginal: Mean marginal probability in [0, 1], uncalibrated.
        prior: The same with all raw scores zero.
        lift: Log-odds of ``marginal`` minus log-odds of ``prior``.
    """

    name: str
    marginal: float
    prior: float
    lift: float


def time_code(seconds: float) -> str:
    """``mm:ss.s``, or ``h:mm:ss.s`` from an hour on; a minus sign before times ahead of pts 0."""
    tenths = round(abs(seconds) * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // 10:02d}.{rest % 10}"
    return f"{'-' if seconds < 0 and tenths else ''}{f'{hours}:' if hours else ''}{text}"


def percent(probability: float) -> str:
    """``96 %``; only what is certain is called 0 or 100."""
    if 0 < probability < 0.005:
        return "below 1 %"
    if 0.995 <= probability < 1:
        return "above 99 %"
    return f"{100 * probability:.0f} %"


def is_single(result: AnalysisResult) -> bool:
    """Whether the input is one picture."""
    stream = result.evidence.stream
    return (stream is not None and stream.kind == "image") or any(r.code is R.SINGLE_IMAGE for r in result.reasons)


def reason_text(reason: Reason) -> str:
    """A reason with its measured fact, as a full sentence, and what to do next."""
    detail = reason.detail.strip().rstrip(".")
    return f"{REASON_TEXT[reason.code]}{f' ({detail})' if detail else ''}. {NEXT_STEP[reason.code]}"


def node_name(node: str) -> str:
    """A node of a hierarchy in words."""
    return node.replace("_", " ")


def attribute_findings(person: PersonFinding, model: ModelFacts) -> tuple[AttributeFinding, ...]:
    """Every node but the root, the most raised first; grouped and left out by the rules of this module.

    Returns:
        An empty tuple for a person who was not judged.
    """
    if person.node_marginals is None or person.node_lift is None:
        return ()
    place = {node: i for i, node in enumerate(model.nodes)}
    together = [tuple(n for n in group if n in place) for group in GROUPS]
    grouped = {node for group in together for node in group}
    singles = [(n,) for n in model.nodes[1:] if n not in grouped and n not in NEVER_ALONE]
    found = []
    for group in [*together, *singles]:
        rows = [place[n] for n in group]
        if rows:
            found.append(
                AttributeFinding(
                    " and ".join(node_name(n) for n in group),
                    float(np.mean(person.node_marginals[rows])),
                    float(np.mean([model.prior[i] for i in rows])),
                    float(np.mean(person.node_lift[rows])),
                )
            )
    return tuple(sorted(found, key=lambda f: -f.lift))


def raised(person: PersonFinding, model: ModelFacts) -> tuple[str, ...]:
    """Names of the attributes most raised over the prior, at most ``MOST_RAISED``."""
    return tuple(f.name for f in attribute_findings(person, model) if f.lift >= MIN_LIFT)[:MOST_RAISED]


def sentence(result: AnalysisResult) -> str:
    """The finding in one or two sentences, for any outcome."""
    if result.verdict is None:
        return _without_verdict(result)
    number, band = result.verdict.person, result.verdict.band
    person = next((p for p in result.people if p.track == number), None)
    if person is None:
        raise ValueError(f"the verdict speaks of person {number}, who is not in the result")
    single = is_single(result)
    part = " in the part of the file that could be read" if result.outcome is Outcome.PARTIAL else ""
    text = f"{BAND_NAME[band].capitalize()} that the face of person {number}{' in this picture' if single else part} "
    text += "was altered"
    if band is Band.WEAK:
        alone = f"; {_between(person.spans)} alone its score stands above the threshold" if person.spans else ""
        return f"{text}{alone}. {ABSENCE_IMAGE if single else ABSENCE}"
    names = raised(person, result.model)
    when = f" {_between(person.spans)}" if person.spans else ""
    what = f"most raised over the prior: {_and(names)}" if names else "no attribute stands out over the prior"
    return f"{text}{when}; {what}."


def headline(result: AnalysisResult) -> str:
    """The outcome, or the band of the verdict, in a few words."""
    if result.verdict is None:
        return _OUTCOME[result.outcome]
    words, _, comment = BAND_TEXT[result.verdict.band].partition(COMMENT)
    text = f"{words.capitalize()} for alteration of the face of person {result.verdict.person}"
    return f"{text}: {comment}" if comment else text


def _without_verdict(result: AnalysisResult) -> str:
    text = _OUTCOME[result.outcome]
    if result.reasons:
        first = result.reasons[0]
        detail = first.detail.strip().rstrip(".")
        fact = REASON_TEXT[first.code]
        if result.outcome is not Outcome.NO_FACE or first.code is not R.NO_FACE_FOUND:
            text += f". {fact}{f' ({detail})' if detail else ''}"
        elif detail:
            text += f" ({detail})"
    return f"{text}. {NO_SCORE}"


def _between(spans: Sequence[Span]) -> str:
    """Stretches of time in words, the highest ``MOST_SPANS`` of them in order of time."""
    shown = sorted(sorted(spans, key=lambda s: -s.peak)[:MOST_SPANS], key=lambda s: s.start)
    parts = [f"{time_code(s.start.seconds)} and {time_code(s.end.seconds)}" for s in shown]
    more = len(spans) - len(shown)
    return _and([f"between {part}" for part in parts]) + (
        f", and in {more} more stretch{'es' if more > 1 else ''}" if more else ""
    )


def _and(names: Sequence[str]) -> str:
    return ", ".join(names)  # no "and": it is part of names such as "lip and mouth"


def occlusion_map(
    score: Callable[[Sequence[ImageU8]], FloatArray],
    crop: ImageU8,
    *,
    grid: int = OCCLUSION_GRID,
    batch: int = 16,
) -> NDArray[np.float32]:
    """How p(face) changes when places of a crop are hidden; works with any backend.

    ``grid`` x ``grid`` overlapping squares are replaced by a strongly blurred copy, one at a time. A pixel gets the
    mean change of the squares that cover it, smoothed a little. The model was supervised by text labels of whole faces:
    the map says what the score hangs on, and is no pixel truth of what was altered.

    Args:
        score: Crops -> p(face) ``(B,)`` in [0, 1].
        crop: RGB ``(S, S, 3) uint8``.
        grid: Squares per side.
        batch: Crops per call of ``score``.

    Returns:
        ``(S, S) float32``, p(face) of the crop minus p(face) with that place hidden: positive raises suspicion.

    Raises:
        ValueError: ``crop`` is no square picture, or the scores are not finite.
    """
    import cv2

    check_image(crop, "crop")
    size = crop.shape[0]
    if crop.shape[1] != size or grid < 1:
        raise ValueError(f"the crop must be square and the grid at least 1, got {crop.shape} and {grid}")
    hidden = cv2.GaussianBlur(crop, (0, 0), max(size / 10, 1.0), borderType=cv2.BORDER_REPLICATE)
    places = _squares(size, grid)
    scores = np.empty(len(places) + 1)
    for first in range(0, len(scores), batch):
        chosen = range(first, min(first + batch, len(scores)))
        scores[first : first + batch] = score([crop if i == 0 else _hide(crop, hidden, places[i - 1]) for i in chosen])
    if not np.isfinite(scores).all():
        raise ValueError("the scores of hidden crops are not finite")
    total, count = np.zeros((size, size)), np.zeros((size, size))
    for place, value in zip(places, scores[0] - scores[1:], strict=True):
        total[place] += value
        count[place] += 1
    return np.asarray(cv2.GaussianBlur(total / count, (0, 0), size / 24), dtype=np.float32)


def _squares(size: int, grid: int) -> list[tuple[slice, slice]]:
    """Overlapping squares that cover ``size`` x ``size`` pixels, row by row."""
    side = min(size, max(round(OCCLUSION_SIDE * size), -(-size // grid)))
    starts = np.round(np.linspace(0, size - side, grid)).astype(int)
    return [(slice(y, y + side), slice(x, x + side)) for y in starts for x in starts]


def _hide(crop: ImageU8, hidden: ImageU8, place: tuple[slice, slice]) -> ImageU8:
    copy = crop.copy()
    copy[place] = hidden[place]
    return copy


def heat_on_frame(exhibit: Exhibit) -> NDArray[np.float32] | None:
    """The heat map of an exhibit mapped back onto its reduced frame: ``(h, w) float32``, 0 outside the crop."""
    if exhibit.heat is None:
        return None
    import cv2

    height, width = exhibit.frame.shape[:2]
    shrink: NDArray[Any] = np.eye(3)
    half = (exhibit.frame_scale - 1) / 2  # pixel centres: the reduced x is (x + 0.5) * scale - 0.5
    shrink[:2] = [[exhibit.frame_scale, 0, half], [0, exhibit.frame_scale, half]]
    to_crop = np.vstack([exhibit.matrix, [0, 0, 1]]) @ np.linalg.inv(shrink)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    heat = np.asarray(exhibit.heat, np.float32)
    return np.asarray(cv2.warpAffine(heat, to_crop[:2], (width, height), flags=flags), dtype=np.float32)
