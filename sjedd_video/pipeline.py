"""The only orchestrator: from a path to an ``AnalysisResult``.

Decoding runs in a child process, loading and hashing in threads; detection and scoring run here, in small batches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sjedd_video.calibration import Calibration
from sjedd_video.clock import Clock
from sjedd_video.engines import Engines, score_crops
from sjedd_video.errors import MediaError
from sjedd_video.evidence import begin_evidence, environment, finish_evidence
from sjedd_video.exhibits import choose_exhibits, with_heat
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken, Progress, no_progress
from sjedd_video.spans import sampling_step
from sjedd_video.stability import instabilities
from sjedd_video.types import (
    AnalysisResult,
    FileEvidence,
    FloatArray,
    ImageU8,
    ModelFacts,
    Outcome,
    PersonFinding,
    Reason,
    ReasonCode,
)
from sjedd_video.verdict import ROOT, Judgement, assess_person, judge
from sjedd_video.watch import Seen, watch

__all__ = ["Engines", "analyze", "failed_result"]

FaceProbability = Callable[[Sequence[ImageU8]], FloatArray]


def analyze(
    path: str | Path,
    options: AnalysisOptions,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
    engines: Engines | None = None,
) -> AnalysisResult:
    """Analyse one file. A file that cannot be judged is a result with an outcome and reasons, not an exception.

    Args:
        path: A video or a picture.
        options: How to analyse it.
        progress: Told of the stages in ``progress.STAGES``.
        cancel: Stops the analysis at the next frame or batch.
        engines: Loaded engines to use; None loads them for ``options``.

    Raises:
        ModelError: Weights are missing, damaged or do not reproduce their golden vectors.
        Cancelled: ``cancel`` was set.
    """
    path, cancel, clock, started = Path(path), cancel or CancelToken(), Clock(), datetime.now(UTC)
    with ThreadPoolExecutor(max_workers=2) as pool:
        loading = pool.submit(lambda: engines or Engines.load(options))
        hashing = pool.submit(begin_evidence, path, cancel=cancel)
        seen = watch(path, options, loading, progress, cancel, clock)
        ready = loading.result()
        model, score = ready.facts(), _face_probability(ready)
        with clock.stage("verdict"):
            progress("verdict", 0, 1)
            people, judgement = _decide(seen, model, options)
            people, judgement = _check_stability(people, judgement, seen, score, model)
            progress("verdict", 1, 1)
        hashing_again = pool.submit(lambda: finish_evidence(hashing.result(), seen.facts, cancel=cancel))
        with clock.stage("explain"):
            chosen = choose_exhibits(people, _decisive(judgement), seen.gallery)
            exhibits = with_heat(chosen, people, ready.scorer, score, options.heatmaps, progress, cancel)
        with clock.stage("evidence"):
            progress("evidence", 0, None)
            evidence, change = hashing_again.result()
            judgement = _check_integrity(judgement, evidence, change)
    return AnalysisResult(
        outcome=judgement.outcome,
        reasons=judgement.reasons,
        verdict=judgement.verdict,
        people=people,
        sampling=seen.sampling,
        evidence=evidence,
        model=model,
        environment=environment(),
        options=options.model_dump(mode="json"),
        exhibits=exhibits,
        started=started.isoformat(timespec="seconds"),
        seconds=clock.seconds(),
    )


def failed_result(
    path: Path, options: AnalysisOptions, model: ModelFacts, outcome: Outcome, reason: Reason
) -> AnalysisResult:
    """The result of a file whose analysis ended before it could say anything: no people, no verdict, the hashes.

    The file is hashed and otherwise not touched: it may be what killed the process that looked into it.

    Args:
        path: The file; it may be missing.
        options: The options it was to be analysed with.
        model: The model it was to be analysed with.
        outcome: What became of it.
        reason: Why.
    """
    evidence, change = finish_evidence(begin_evidence(path, credentials=False), None)
    return AnalysisResult(
        outcome=outcome,
        reasons=(reason, *([] if change is None else [change])),
        verdict=None,
        people=(),
        sampling=None,
        evidence=evidence,
        model=model,
        environment=environment(),
        options=options.model_dump(mode="json"),
        exhibits=(),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds={},
    )


def _face_probability(engines: Engines) -> FaceProbability:
    """P(face) of crops, ``(B,)`` float64 in [0, 1]."""

    def score(crops: Sequence[ImageU8]) -> FloatArray:
        return score_crops(engines.scorer, list(crops))[1][:, ROOT]

    return score


def _decisive(judgement: Judgement) -> int | None:
    return None if judgement.verdict is None else judgement.verdict.person


def _decide(seen: Seen, model: ModelFacts, options: AnalysisOptions) -> tuple[tuple[PersonFinding, ...], Judgement]:
    """Judge every person, then the file."""
    if seen.sampling is None or (seen.failure is not None and not seen.people):
        return (), _failed(seen)
    step = sampling_step(seen.sampling.times)
    people = tuple(
        assess_person(scores, model=model, options=options, step=step, single=seen.single) for scores in seen.people
    )
    judgement = judge(
        people,
        seen.sampling,
        model=model,
        single=seen.single,
        media_reasons=seen.media_reasons(),
        incomplete=seen.incomplete,
    )
    if seen.failure is not None and judgement.verdict is None:
        judgement = judgement._replace(outcome=seen.failure.outcome)
    return people, judgement


def _failed(seen: Seen) -> Judgement:
    """The judgement of a file that gave no face because it could not be read."""
    if seen.failure is None:
        raise ValueError("a file without a failure has a sampling report")
    return Judgement(seen.failure.outcome, tuple(seen.media_reasons()), None)


def _check_stability(
    people: tuple[PersonFinding, ...], judgement: Judgement, seen: Seen, score: FaceProbability, model: ModelFacts
) -> tuple[tuple[PersonFinding, ...], Judgement]:
    """Withdraw a verdict that flips when the faces are recompressed or rescaled."""
    if judgement.verdict is None:
        return people, judgement
    decisive = next(p for p in people if p.track == judgement.verdict.person)
    crops = seen.gallery.crops(decisive.track)
    if not crops:  # of a crowd not everybody's pictures are kept: an unchecked verdict is not given
        lacking = f"person {decisive.track}: no picture was kept to check the verdict with"
        return people, _withdrawn(judgement, (Reason(ReasonCode.LOW_COVERAGE, lacking),))
    try:
        found = tuple(instabilities(decisive, crops, score, Calibration.of(model), single=seen.single))
    except MediaError as error:  # no memory for the check: an unchecked verdict is not given
        return people, _withdrawn(judgement, (error.reason,))
    if not found:
        return people, judgement
    people = tuple(replace(p, reasons=(*p.reasons, *found)) if p is decisive else p for p in people)
    return people, _withdrawn(judgement, found)


def _withdrawn(judgement: Judgement, reasons: tuple[Reason, ...]) -> Judgement:
    outcome = Outcome.INCONCLUSIVE if judgement.outcome is Outcome.JUDGED else judgement.outcome
    return Judgement(outcome, (*reasons, *judgement.reasons), None)


def _check_integrity(judgement: Judgement, evidence: FileEvidence, change: Reason | None) -> Judgement:
    """Withdraw a verdict on a file that changed while it was read: nobody can say which version was judged.

    Equal hashes do not save it: the first is taken beside decoding, so that both may be of the later version.
    """
    if change is not None:
        return _withdrawn(judgement, (change,))
    if judgement.verdict is not None and not evidence.sha256_before:
        lacking = "the file could not be hashed, so nobody can say what was judged"
        return _withdrawn(judgement, (Reason(ReasonCode.NOT_READABLE, lacking),))
    return judgement
