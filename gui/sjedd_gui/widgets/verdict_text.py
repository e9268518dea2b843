"""The finding as text to be pasted elsewhere, with everything that has to go with it."""

from __future__ import annotations

from pathlib import PurePath

from sjedd_gui.views.findings import reason_words
from sjedd_gui.widgets.words import translate
from sjedd_video.explain import absence, is_single, percent, percent_range, sentence
from sjedd_video.report.files import visible
from sjedd_video.types import AnalysisResult


def caveat_words(result: AnalysisResult) -> str:
    """What has to be said with every finding of this kind."""
    if result.verdict is None:
        return translate(
            "Verdict", "No verdict says nothing about the file: neither that it was altered nor that it was not."
        )
    proof = translate(
        "Verdict",
        "This is support for a proposition, not proof: filters or heavy compression can raise the probability, too.",
    )
    missing = absence(is_single(result))
    return proof if missing in sentence(result) else f"{proof} {missing}"


def number_words(result: AnalysisResult) -> str:
    """Probability, interval and threshold; empty without a verdict."""
    verdict = result.verdict
    if verdict is None:
        return ""
    values = {"probability": percent(verdict.probability), "threshold": percent(result.model.threshold)}
    if verdict.interval is None:
        text = translate("Verdict", "Probability {probability} (one picture: no interval), threshold {threshold}.")
        return text.format(**values)
    text = translate("Verdict", "Probability {probability}, 95 % interval {interval}, threshold {threshold}.")
    return text.format(**values, interval=percent_range(verdict.interval))


def verdict_text(result: AnalysisResult) -> str:
    """Finding, file, hashes, model, limits and caveat, one a line."""
    evidence, model = result.evidence, result.model
    version = result.environment.get("sjedd-video", "")
    lines = [
        translate("Verdict", "File: {}").format(visible(PurePath(evidence.path).name)),
        translate("Verdict", "SHA-256 of the file: {}").format(
            evidence.sha256_before or translate("Verdict", "not read")
        ),
        translate("Verdict", "Finding: {}").format(visible(sentence(result))),
        number_words(result),
        *(translate("Verdict", "Reason: {}.").format(reason_words(reason)) for reason in result.reasons),
        caveat_words(result),
        translate("Verdict", "Analysed by {program} on {time} UTC with the model {model}, SHA-256 {hash}.").format(
            program=f"sjedd-video {version}".strip(),
            time=result.started[:16].replace("T", " "),
            model=visible(model.name),
            hash=model.sha256,
        ),
    ]
    return "\n".join(line for line in lines if line)
