"""What the timeline, the findings and the comparison say beside the sentences of the core."""

from __future__ import annotations

from math import exp

from PySide6.QtCore import QCoreApplication

from sjedd_gui.views.findings import Fact
from sjedd_gui.views.timeline import GapKind, Lane, Timeline, faults_of
from sjedd_video.calibration import band_of
from sjedd_video.explain import BAND_NAME, MIN_LIFT, REASON_TEXT, percent, percent_range, time_code
from sjedd_video.types import AnalysisResult, Band, Exhibit

translate = QCoreApplication.translate
MOST_ODDS = 1000


def band_word(band: Band) -> str:
    """The band beside its colour."""
    return {
        Band.WEAK: translate("Words", "weak"),
        Band.MODERATE: translate("Words", "moderate"),
        Band.STRONG: translate("Words", "strong"),
        Band.VERY_STRONG: translate("Words", "very strong"),
    }[band]


def gap_name(kind: GapKind) -> str:
    """A few words for a stretch without a score."""
    return {
        GapKind.NOT_SAMPLED: translate("Words", "not looked at"),
        GapKind.NO_FACE: translate("Words", "no face"),
        GapKind.NOT_USABLE: translate("Words", "poor quality"),
    }[kind]


def support_words(lane: Lane, *, judged: bool) -> str:
    """Finding of a person for a narrow column; no number without a verdict."""
    if not judged:
        return translate("Words", "no verdict")
    if lane.probability is None or lane.band is None:
        return translate("Words", "not judged")
    value = percent(lane.probability)
    between = value if lane.interval is None else percent_range(lane.interval)
    return f"{BAND_NAME[lane.band]}\n{value}" + ("" if between == value else f" ({between})")


def moment_words(result: AnalysisResult, timeline: Timeline, lane: Lane, seconds: float) -> str:
    """State of a person at a time in one sentence: value and band, or why there is none."""
    place = timeline.nearest(seconds)
    if place is None:
        return translate("Words", "{time}: not looked at. Choose the range to have it looked at more closely.").format(
            time=time_code(seconds)
        )
    at = float(timeline.times[place])
    index, values = lane.at(at), {"person": lane.track, "time": time_code(at)}
    if index is None:
        text = translate("Words", "Person {person} at {time}: no face of this person was found in this frame.")
        return text.format(**values) + _cut_words(timeline, place)
    value = float(lane.values[index])
    values |= {"value": percent(value), "band": BAND_NAME[band_of(value)]}
    if not lane.usable[index]:
        faults = "; ".join(REASON_TEXT[code] for code in faults_of(result, lane.track, index))
        text = translate("Words", "Person {person} at {time}: {value}, not used ({faults}).")
        return text.format(**values, faults=faults) + _cut_words(timeline, place)
    if not timeline.judged:
        text = translate("Words", "Person {person} at {time}: this frame by itself {value}; no verdict was given.")
    else:
        text = translate("Words", "Person {person} at {time}: {value}, {band} by this frame alone.")
    return text.format(**values) + _span_words(lane, at) + _cut_words(timeline, place)


def _span_words(lane: Lane, seconds: float) -> str:
    for start, end, _ in lane.spans:
        if start <= seconds <= end:
            text = translate("Words", "Part of the flagged span {start} to {end}.")
            return " " + text.format(start=time_code(start), end=time_code(end))
    return ""


def _cut_words(timeline: Timeline, place: int) -> str:
    return " " + translate("Words", "A scene begins here.") if float(timeline.times[place]) in timeline.cuts else ""


def exhibit_caption(exhibit: Exhibit, *, single: bool) -> str:
    """Person and time of a picture."""
    seen = exhibit.score.observation
    if single:
        return translate("Words", "Person {}").format(seen.track)
    return translate("Words", "Person {person} at {time}").format(person=seen.track, time=time_code(seen.time.seconds))


def lift_words(lift: float) -> str:
    """How far the odds stand above or below those of the prior."""
    factor = exp(min(abs(lift), 50.0))
    if abs(lift) < MIN_LIFT:
        return translate("Words", "no change")
    number = translate("Words", "over {}").format(MOST_ODDS) if factor > MOST_ODDS else f"{float(f'{factor:.2g}'):g}"
    text = translate("Words", "raised: odds × {}") if lift > 0 else translate("Words", "lowered: odds ÷ {}")
    return text.format(number)


def fact_name(fact: Fact) -> str:
    """What a fact is called."""
    return {
        Fact.FILE: translate("Facts", "File"),
        Fact.SHA256: translate("Facts", "SHA-256 of the file"),
        Fact.SIZE: translate("Facts", "Size"),
        Fact.CODEC: translate("Facts", "Codec"),
        Fact.RESOLUTION: translate("Facts", "Resolution"),
        Fact.RATE: translate("Facts", "Frame rate"),
        Fact.DURATION: translate("Facts", "Duration"),
        Fact.FRAMES: translate("Facts", "Frames read"),
        Fact.SAMPLING: translate("Facts", "Sampling plan"),
        Fact.COVERAGE: translate("Facts", "Time looked at"),
        Fact.CREDENTIALS: translate("Facts", "Content credentials"),
        Fact.MODEL: translate("Facts", "Model"),
        Fact.MODEL_SHA256: translate("Facts", "SHA-256 of the model"),
        Fact.DETECTOR: translate("Facts", "Face detector"),
        Fact.PROVIDER: translate("Facts", "Run by"),
        Fact.THRESHOLD: translate("Facts", "Decision threshold"),
        Fact.ANALYSED: translate("Facts", "Analysed"),
    }[fact]
