"""Pictures and curves of a result, chosen and captioned for the report."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sjedd_video.explain import is_single, percent, time_code
from sjedd_video.notes import NOBODY, person_label
from sjedd_video.report.blocks import Curve, Picture
from sjedd_video.report.csv_ import face_probability
from sjedd_video.spans import runs, sampling_step
from sjedd_video.types import AnalysisResult, Exhibit, HeatKind, PersonFinding
from sjedd_video.verdict import ROOT

CURVE_NOTE = (
    "Curves: calibrated probability of every sampled face by itself. Filled dots were used, hollow ones were of too "
    "low quality; where the line stops, the person was not seen or not usable. Dashed: decision threshold; grey "
    "verticals: scene changes; shaded: stretches above the threshold."
)


def pictures(result: AnalysisResult, names: Mapping[int, str] = NOBODY) -> tuple[Picture, ...]:
    """All exhibits with captions, those of the decisive person first; ``names`` are the examiner's."""
    single = is_single(result)
    values = face_probability(result) if result.exhibits else None
    judged = {p.track for p in result.people if p.probability is not None and result.verdict is not None}
    found = []
    for exhibit in result.exhibits:
        seen = exhibit.score.observation
        assert values is not None
        alone = float(values(np.array([exhibit.score.marginals[ROOT]]))[0])
        score = f"; this face alone: {percent(alone)}" if seen.track in judged else ""
        peak = _peak(exhibit)
        when = "" if single else f" at {time_code(seen.time.seconds)} (pts {seen.time.pts})"
        found.append(Picture(exhibit, f"{person_label(seen.track, names)}{when}{score}{peak}"))
    return tuple(found)


def _peak(exhibit: Exhibit) -> str:
    if exhibit.heat is None:
        return ""
    if exhibit.heat_kind is HeatKind.PLACES:
        return f"; strongest place {percent(float(exhibit.heat.max()))}, uncalibrated"
    return f"; heat map to ±{np.abs(exhibit.heat).max():.2g} log-odds"


def curves(result: AnalysisResult, names: Mapping[int, str] = NOBODY) -> tuple[Curve, ...]:
    """The curve of every person, by number; ``names`` are the examiner's."""
    if not result.people:
        return ()
    sampled = [] if result.sampling is None else [t.seconds for t in result.sampling.times]
    seen = [s.observation.time.seconds for p in result.people for s in p.scores]
    step = float("inf") if result.sampling is None else sampling_step(result.sampling.times)
    cuts = () if result.sampling is None else tuple(t.seconds for t in result.sampling.shots)
    values = face_probability(result)
    found = []
    for person in result.people:
        seconds = np.array([s.observation.time.seconds for s in person.scores])
        alone = np.asarray(values(np.array([s.marginals[ROOT] for s in person.scores])), np.float64)
        usable = np.array(person.usable, dtype=bool)
        found.append(
            Curve(
                track=person.track, seconds=seconds, values=alone,
                caption=f"{person_label(person.track, names)}: "
                f"{_caption(person, seconds, alone, usable, withdrawn=result.verdict is None)}",
                usable=usable, segments=_segments(person, seconds, usable, step),
                spans=tuple((s.start.seconds, s.end.seconds) for s in person.spans), cuts=cuts,
                start=min([*sampled, *seen]), end=max([*sampled, *seen]), threshold=result.model.threshold,
                probability=person.probability, interval=person.interval,
            )
        )  # fmt: skip
    return tuple(found)


def _segments(
    person: PersonFinding, seconds: NDArray[np.float64], usable: NDArray[np.bool_], step: float
) -> tuple[NDArray[np.intp], ...]:
    kept = np.flatnonzero(usable)
    shots = [person.scores[i].observation.shot for i in kept]
    return tuple(kept[run] for run in runs(seconds[kept], shots, step))


def _caption(
    person: PersonFinding,
    seconds: NDArray[np.float64],
    values: NDArray[np.float64],
    usable: NDArray[np.bool_],
    *,
    withdrawn: bool,
) -> str:
    if not usable.any():
        return f"{len(values)} faces, none of sufficient quality"
    top = int(np.argmax(np.where(usable, values, -1)))
    if person.probability is None or withdrawn:
        return f"no verdict; {int(usable.sum())} of {len(values)} faces of sufficient quality"
    return (
        f"{percent(person.probability)}; {int(usable.sum())} of {len(values)} faces used; "
        f"highest single face {percent(float(values[top]))} at {time_code(float(seconds[top]))}"
    )
