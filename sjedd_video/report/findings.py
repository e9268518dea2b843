"""The middle of the report: reasons, people, attributes, pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from sjedd_video.explain import (
    BAND_NAME,
    attribute_findings,
    follows_identity,
    is_single,
    percent,
    percent_range,
    reason_text,
    time_code,
)
from sjedd_video.heatmap import FULL_PLACES, shown_heat
from sjedd_video.notes import NOBODY, person_label
from sjedd_video.report.blocks import Block, Bullets, Curves, Grid, Pictures, Section, Text
from sjedd_video.report.material import CURVE_NOTE, curves, pictures
from sjedd_video.types import AnalysisResult, FaceQuality, HeatKind, Interval, PersonFinding

HEAT_CAVEAT = {
    HeatKind.OCCLUSION: (
        "Heat maps show by how much the log-odds of p(face) fall (orange) or rise (blue) when that place is hidden; "
        "colours are stretched to the strongest change of each map, which its caption gives. They show what the score "
        "hangs on. The model was taught by text labels of whole faces, which carry no pixel truth: a warm place is not "
        "proof that these pixels were altered."
    ),
    HeatKind.PLACES: (
        "Heat maps show in orange where the model takes the face for altered: the deeper, the more likely, in full "
        f"colour from {percent(FULL_PLACES)} on, uncalibrated; captions give the strongest place. The model learned "
        "this beside its score from forgeries whose originals are known, and the score does not depend on it. A warm "
        "place says where to look; it is no proof that these pixels were altered, and a face without colour may be "
        "altered all the same."
    ),
}
CROPS = "Crops are what the model saw: turned, scaled and cut so that the face stands upright."
ATTRIBUTE_CAVEATS = (
    "Read the lift, not the marginal: with all raw scores at zero the hierarchy already gives the prior beside it, "
    "for the whole face {prior}. Lift is the difference of their log-odds; +2.3 means that the odds grew tenfold. "
    "Marginals are not calibrated.",
    "Compare lifts with one another. How suspicious a face is, only the calibrated probability says: it can be "
    "high while the uncalibrated marginal of the whole face stands below its prior, and the reverse.",
    "A label names a kind of change that the model was taught to tell. It never says where in the pixels a change is.",
    "Lip and mouth carry the same labels in the training data and are given together.",
)
FOLLOWERS = (
    "Eyebrow and skin occur in the training data only together with identity: they are no evidence of their own and "
    "are not listed. Their numbers stand in the JSON report."
)
QUALITY: tuple[tuple[str, Callable[[FaceQuality], float], str], ...] = (
    ("Eyes apart, px", lambda q: q.eye_distance_px, ".0f"),
    ("Sharp-\nness", lambda q: q.sharpness, ".0f"),
    ("Turn", lambda q: abs(q.yaw), ".2f"),
    ("Expo-\nsure", lambda q: q.exposure, ".2f"),
    ("Blocks", lambda q: q.blockiness, ".2f"),
)


def findings(result: AnalysisResult, names: Mapping[int, str] = NOBODY) -> tuple[Section, ...]:
    """The sections between the first page and the method; ``names`` are those that the examiner gave to people."""
    sections = []
    if result.verdict is not None and result.reasons:
        notes = Bullets(tuple(reason_text(r) for r in result.reasons))
        sections.append(Section("What limits this result", (notes,)))
    if result.people:
        sections.append(_people(result, names))
    judged = [p for p in result.people if p.node_marginals is not None]
    if judged:
        sections.append(_attributes(result, judged, names))
    shown = pictures(result, names)
    if shown:
        kind = shown_heat(result.exhibits)
        caveat = CROPS if kind is None else f"{HEAT_CAVEAT[kind]} {CROPS}"
        sections.append(Section("Faces in detail", (Text(caveat, "small"), Pictures(shown))))
    return tuple(sections)


def _people(result: AnalysisResult, names: Mapping[int, str]) -> Section:
    single = is_single(result)
    seen = () if single else ("Seen",)
    header = (
        "Person",
        *seen,
        "Faces\nused",
        *(name for name, *_ in QUALITY),
        "Prob-\nability",
        "95 % interval",
        "Support",
    )
    widths = (0.075, *(() if single else (0.17,)), 0.09, 0.09, 0.075, 0.065, 0.07, 0.075, 0.09, 0.13, 0.14)
    numeric = frozenset(range(len(seen) + 2, len(seen) + 9))
    rows = tuple(
        _person_row(person, names, single=single, withdrawn=result.verdict is None) for person in result.people
    )
    blocks: list[Block] = [
        Grid(header, rows, widths, numeric),
        Text(
            "Quality is the median over all faces found. Turn is the asymmetry of the nose between the eyes (0 "
            "frontal, 1 the nose covers an eye); blocks is the ratio of luma steps across 8-pixel boundaries to "
            "those inside (1 is none). People are numbered in order of appearance; numbers are no identification.",
            "small",
        ),
    ]
    notes = tuple(
        f"{person_label(p.track, names)}: {reason_text(reason)}" for p in result.people for reason in p.reasons
    )
    if notes:
        blocks.append(Bullets(notes))
    spans = tuple(_span_row(_who(p.track, names), i, p) for p in result.people for i in range(len(p.spans)))
    if spans:
        blocks.append(Text("Stretches above the threshold", "heading"))
        header = ("Person", "From", "To", "From, pts", "To, pts", "Peak")
        blocks.append(Grid(header, spans, (0.12, 0.17, 0.17, 0.2, 0.2, 0.14), frozenset({3, 4, 5})))
    if not single:
        blocks += [Text("Course over time", "heading"), Curves(curves(result, names)), Text(CURVE_NOTE, "small")]
    return Section("People", tuple(blocks))


def _person_row(person: PersonFinding, names: Mapping[int, str], *, single: bool, withdrawn: bool) -> tuple[str, ...]:
    first, last = (time_code(person.scores[i].observation.time.seconds) for i in (0, -1))
    quality = [
        format(float(np.median([of(s.observation.quality) for s in person.scores])), style) for _, of, style in QUALITY
    ]
    return (
        _who(person.track, names),
        *(() if single else (f"{first} – {last}",)),
        f"{sum(person.usable)} of {len(person.scores)}",
        *quality,
        "–" if person.probability is None else percent(person.probability),
        interval_text(person.interval),
        "not judged" if person.band is None else "withdrawn" if withdrawn else BAND_NAME[person.band],
    )


def _who(track: int, names: Mapping[int, str]) -> str:
    """A person in a narrow column: the number, and the name below."""
    return f"{track}\n{names[track]}" if names.get(track) else str(track)


def interval_text(interval: Interval | None) -> str:
    """``12 to 34 %``, or a dash."""
    return "–" if interval is None else percent_range(interval)


def _span_row(who: str, place: int, person: PersonFinding) -> tuple[str, ...]:
    span = person.spans[place]
    start, end = span.start, span.end
    return (
        who, time_code(start.seconds), time_code(end.seconds), f"{start.pts} × {start.time_base}",
        f"{end.pts} × {end.time_base}", percent(span.peak),
    )  # fmt: skip


def _attributes(result: AnalysisResult, judged: list[PersonFinding], names: Mapping[int, str]) -> Section:
    model = result.model
    entries: list[tuple[str, str, float, float, float]] = []
    for person in judged:
        assert person.node_marginals is not None
        assert person.node_lift is not None
        whole = (float(person.node_marginals[0]), model.prior[0], float(person.node_lift[0]))
        entries.append((_who(person.track, names), "face (any alteration)", *whole))
        entries += [("", f.name, f.marginal, f.prior, f.lift) for f in attribute_findings(person, model)]
    rows = tuple((track, name, f"{m:.3f}", f"{p:.3f}", f"{lift:+.2f}") for track, name, m, p, lift in entries)
    header = ("Person", "Attribute", "Mean marginal", "Prior", "Lift, log-odds", "below  |  above the prior")
    bars = tuple(lift for *_, lift in entries)
    table = Grid(header, rows, (0.09, 0.27, 0.15, 0.1, 0.14, 0.25), frozenset({2, 3, 4}), bars)
    caveats = (*ATTRIBUTE_CAVEATS, *([FOLLOWERS] if follows_identity(model) else []))
    prior = str(Fraction(model.prior[0]).limit_denominator(5000))
    return Section(
        "Attribute findings, as lift over the prior",
        (table, Bullets(tuple(text.format(prior=prior) for text in caveats))),
    )
