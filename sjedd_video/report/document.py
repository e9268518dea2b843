"""From a result to the contents of a report: pure data, no layout, the same for every renderer."""

from __future__ import annotations

from pathlib import Path

import sjedd_video
from sjedd_video.explain import ABSENCE, ABSENCE_IMAGE, NO_SCORE, headline, is_single, reason_text, sentence, time_code
from sjedd_video.heatmap import shown_heat
from sjedd_video.notes import NO_REMARKS, Remarks
from sjedd_video.report.appendix import appendix
from sjedd_video.report.blocks import (
    Block,
    Bullets,
    Curve,
    Curves,
    Facts,
    Pictures,
    ReportDocument,
    Scale,
    Section,
    Text,
)
from sjedd_video.report.examiner import examiner, particulars
from sjedd_video.report.files import visible
from sjedd_video.report.findings import findings
from sjedd_video.report.material import CURVE_NOTE, curves, pictures
from sjedd_video.types import AnalysisResult, HeatKind, Verdict

FIRST_PAGE_CURVES = 2
FIRST_PAGE_PICTURES = 2
PROOF = "This is support for a proposition, not proof; it is to be weighed with everything else that is known."


def build_document(result: AnalysisResult, command: str = "", remarks: Remarks = NO_REMARKS) -> ReportDocument:
    """The report of a result.

    Args:
        result: What was found.
        command: The command that makes the result again.
        remarks: What the examiner added.
    """
    name = visible(Path(result.evidence.path).name)
    first = _summary(result, name, remarks)
    heading = _heading(result)
    return ReportDocument(
        heading=heading,
        title=f"{heading}: {name}",
        subject=visible(sentence(result)),
        author=f"sjedd-video {sjedd_video.__version__}",
        exhibit=result.evidence.sha256_before[:16] or "not read",
        date=result.started,
        sections=(first, *findings(result, remarks.names), *examiner(remarks), *appendix(result, command)),
    )


def _heading(result: AnalysisResult) -> str:
    if result.evidence.stream is None:
        return "File analysis report"
    return "Picture analysis report" if is_single(result) else "Video analysis report"


PLACES_NOTE = "Orange: where the model takes the face for altered. It says where to look and is no proof."


def _summary(result: AnalysisResult, name: str, remarks: Remarks) -> Section:
    evidence, model, single = result.evidence, result.model, is_single(result)
    facts = Facts(
        (
            *particulars(remarks.details, name),
            ("SHA-256", evidence.sha256_before or "the file could not be read"),
            ("Size, kind", _kind(result)),
            ("Question", "Is there support for the proposition that the face of a person in this file was altered?"),
            ("Analysed", f"{_moment(result.started)} by sjedd-video {sjedd_video.__version__}, model {model.name}"),
        ),
        mono=frozenset({"SHA-256"}),
    )
    lead = NO_SCORE if result.verdict is None else sentence(result)
    blocks: list[Block] = [facts, Text(headline(result), "verdict"), Text(lead, "lead")]
    if result.verdict is None:
        blocks += [
            Bullets(tuple(reason_text(r) for r in result.reasons)),
            Text(ABSENCE_IMAGE if single else ABSENCE, "small"),
        ]
    else:
        absence = ABSENCE_IMAGE if single else ABSENCE
        closing = PROOF if absence in sentence(result) else f"{PROOF} {absence}"
        blocks += [Scale(result.verdict, model.threshold), Text(closing, "small")]
    shown = pictures(result, remarks.names)[:FIRST_PAGE_PICTURES]
    if shown:
        blocks.append(Pictures(shown, large=True))
        if shown_heat([picture.exhibit for picture in shown]) is HeatKind.PLACES:
            blocks.append(Text(PLACES_NOTE, "small"))
    if not single and (drawn := curves(result, remarks.names)):
        more = len(drawn) - FIRST_PAGE_CURVES
        blocks.append(Curves(_first(drawn, result.verdict)[:FIRST_PAGE_CURVES]))
        blocks.append(Text(CURVE_NOTE + (f" Curves of {more} more people follow." if more > 0 else ""), "small"))
    return Section("Summary", tuple(blocks))


def _first(drawn: tuple[Curve, ...], verdict: Verdict | None) -> tuple[Curve, ...]:
    decisive = None if verdict is None else verdict.person
    return tuple(sorted(drawn, key=lambda c: (c.track != decisive, -(c.probability or 0.0), c.track)))


def _kind(result: AnalysisResult) -> str:
    evidence, stream = result.evidence, result.evidence.stream
    size = f"{evidence.size:,} bytes".replace(",", "\u202f")
    if stream is None:
        return size
    length = "" if stream.kind == "image" or stream.duration_s is None else f", {time_code(stream.duration_s)}"
    kind = f"{stream.width} × {stream.height} {visible(stream.codec)} in {visible(stream.container)}"
    return f"{size}; {stream.kind}, {kind}{length}"


def _moment(iso: str) -> str:
    return iso.replace("T", " ").replace("+00:00", " UTC")
