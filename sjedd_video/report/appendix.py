"""The rear of the report: sampling, integrity, method, limits, environment, review and glossary."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from sjedd_video.explain import is_single, time_code
from sjedd_video.report.blocks import Block, Bullets, Facts, Grid, Section, Signatures, Text
from sjedd_video.report.files import visible
from sjedd_video.report.plain import plain
from sjedd_video.spans import sampling_step
from sjedd_video.types import AnalysisResult, FileEvidence, ModelFacts, SamplingReport, StreamFacts

MAX_VALUE = 600
MAX_LISTED = 128
"""Sampled frames up to which the report itself lists them."""
METHOD = (
    "Frames are sampled by the stated plan, and identified by their presentation time stamp (pts) and the time base of "
    "the stream. Faces are found, followed as persons, turned upright and cut out of the full-resolution frame.",
    "Every face is scored by a network that embeds the picture and a text for every label of the hierarchy, and from "
    "these computes marginal probabilities over the legal states of the hierarchy (Zou et al., Semantics-Oriented "
    "Multitask Learning for DeepFake Detection: A Joint Embedding Approach, arXiv 2408.16305).",
    "The feature of a person is the mean, over their usable faces, of the log-odds of p(face). A logistic fitted "
    "on data apart from training turns it into the calibrated probability. The interval is a 95 % block bootstrap "
    "over time: it tells how much the answer hangs on the sampled moments, and does not cover what the model never "
    "learned.",
    "The verdict is that of the most suspicious person with enough evidence. It is withheld when faces are too few "
    "or too poor, when the interval is too wide, or when the answer flips after recompression or rescaling of the "
    "faces.",
    "Stretches above the threshold are runs of at least three usable frames and 0.3 s whose smoothed score is at "
    "or above the threshold, within one shot and without a gap.",
)
BANDS = (
    ("below 50 %", "weak support: non-conclusive"),
    ("50 to 70 %", "moderate support: suspicious, but non-conclusive"),
    ("70 to 90 %", "strong support"),
    ("from 90 %", "very strong support"),
)
LIMITS = (
    "The model was trained on blended, swapped and reenacted faces. A wholly synthesised face or scene may pass.",
    "Frames are looked at one by one: a video altered only in its timing (slowed, cut, reordered) or sound is out "
    "of scope.",
    "Heavy compression, small faces, profile views, beauty filters and make-up lower reliability, in both directions.",
    "Absence of detection does not mean that a video is unedited.",
    "Innocent explanations of a high probability are to be considered: filters of the camera or a platform, "
    "retouching, recompression, upscaling, frame interpolation, strong make-up, prostheses, unusual light, screens "
    "filmed from a screen, and kinds of cameras or people that are rare in the training data.",
    "Explanations of a low probability of an altered face: a kind of forgery that the model never saw, an alteration "
    "outside the sampled frames, or traces removed by compression.",
    "The probability rests on the balance of real and altered videos in the calibration set. It is not a "
    "likelihood ratio for this case, and not the probability that somebody did something.",
)
GLOSSARY = (
    ("Attribute, node", "A label of the hierarchy: a kind of change, such as expression or identity."),
    ("Band", "The calibrated probability in words: weak, moderate, strong, very strong support."),
    ("Calibrated probability", "A probability that was fitted to how often the model is right on a known set."),
    ("Crop", "The part of a frame that shows one face, turned upright: what the model sees."),
    ("FPR, FNR", "Share of untouched videos wrongly above, and of altered ones wrongly below, a threshold."),
    ("Lift", "How far the log-odds of a label stand above those that it has without any evidence (the prior)."),
    ("Log-odds", "log(p / (1 - p)); 0 is 50 %, each 2.3 is a factor of ten in the odds."),
    ("Marginal", "Probability of one label, whatever the others are."),
    ("pts, time base", "Presentation time stamp of a frame, and the length of its unit in seconds."),
    ("Person", "Faces that were followed as one person through the sampled frames; no identification."),
    ("SHA-256", "A fingerprint of the whole file: any change of the file changes it."),
    ("Threshold", "The calibrated probability from which a face counts as suspicious."),
)


def appendix(result: AnalysisResult, command: str) -> tuple[Section, ...]:
    """The sections from sampling to the glossary."""
    sections = [
        Section("Integrity of the exhibit", _integrity(result.evidence)),
        *(_method(result.model) if result.evidence.stream is not None else ()),
        Section("Model, environment and reproduction", _environment(result, command)),
        Section("Examination and review", _review()),
        Section("Glossary", (Facts(GLOSSARY),)),
    ]
    if result.sampling is not None:
        sections.insert(0, Section("Sampling and coverage", _sampling(result, result.sampling)))
    return tuple(sections)


def _method(model: ModelFacts) -> tuple[Section, ...]:
    return (
        Section("Method", (Bullets(METHOD), Grid(("Probability", "In words"), BANDS, (0.25, 0.75)))),
        Section("Calibration and its error rates", _calibration(model)),
        Section("Limits and alternative explanations", (Bullets(LIMITS),)),
    )


def _sampling(result: AnalysisResult, sampling: SamplingReport) -> tuple[Block, ...]:
    times, stream = sampling.times, result.evidence.stream
    rows = [
        ("Plan", sampling.plan),
        ("Decoder", sampling.decoder),
        ("Frames", f"{sampling.decoded} of {sampling.requested} chosen frames delivered, {sampling.failed} failed"),
    ]
    if sampling.expected_frames and not is_single(result):
        share = sampling.decoded / sampling.expected_frames
        rows.append(("Coverage", f"{share:.1%} of about {sampling.expected_frames} frames of the file were looked at"))
    if times and not is_single(result):
        rows.append(
            (
                "First, last",
                f"{time_code(times[0].seconds)} (pts {times[0].pts}) to {time_code(times[-1].seconds)} (pts "
                f"{times[-1].pts})",
            )
        )
        step = sampling_step(times)
        if np.isfinite(step):
            rows.append(("Usual step", f"{step:.3f} s; a change shorter than this can fall between two samples"))
        if stream is not None and stream.duration_s is not None:
            rows.append(("Duration", f"{stream.duration_s:.3f} s by the container"))
    if sampling.readable_until is not None and not is_single(result):
        until = sampling.readable_until
        rows.append(("Readable until", f"{time_code(until.seconds)} (pts {until.pts}, time base {until.time_base})"))
    if sampling.shots:
        rows.append(("Scene changes", ", ".join(time_code(t.seconds) for t in sampling.shots)))
    rows += [("Note", note) for note in sampling.notes]
    if 1 < len(times) <= MAX_LISTED:
        rows.append(("All pts", f"{', '.join(str(t.pts) for t in times)} (time base {times[0].time_base})"))
    return (
        Facts(tuple(rows), frozenset({"All pts"})),
        Text("Every sampled frame with its pts and seconds stands in the CSV and JSON reports.", "small"),
    )


def _integrity(evidence: FileEvidence) -> tuple[Block, ...]:
    rows = [
        ("Path", evidence.path),
        ("Size", f"{evidence.size} bytes"),
        ("Last modified", evidence.modified or "not known"),
        ("SHA-256 before", evidence.sha256_before or "the file could not be read"),
        ("SHA-256 after", evidence.sha256_after or "not taken"),
        ("Comparison", _comparison(evidence)),
        ("Content credentials", evidence.content_credentials),
    ]
    blocks: list[Block] = [Facts(tuple(rows), frozenset({"Path", "SHA-256 before", "SHA-256 after"}))]
    if evidence.stream is not None:
        blocks += [Text("What the file says of itself", "heading"), Facts(_stream(evidence.stream))]
    blocks.append(
        Text(
            "Acquisition: how the file came to the examiner is not known to this program and is to be recorded by "
            "hand. Container data come from the file and can be forged.",
            "small",
        )
    )
    return tuple(blocks)


def _comparison(evidence: FileEvidence) -> str:
    if not evidence.sha256_before or evidence.sha256_after is None:
        return "not possible"
    same = evidence.sha256_before == evidence.sha256_after
    return (
        "identical: the analysis did not change the file" if same else "DIFFERENT: the file changed during the analysis"
    )


def _stream(stream: StreamFacts) -> tuple[tuple[str, str], ...]:
    rows = [
        ("Container, codec", f"{stream.container}, {stream.codec}"),
        ("Picture", f"{stream.width} × {stream.height}, turned by {stream.rotation}° to stand upright"),
    ]
    if stream.kind != "image":
        rate = "not known" if stream.average_rate is None else f"{float(stream.average_rate):.3f} frames/s on average"
        declared = "no" if stream.frames_declared is None else stream.frames_declared
        rows += [("Rate", f"{rate}; {declared} frames declared"),
                 ("Time base", f"{stream.time_base} s, first pts {stream.start_pts}")]  # fmt: skip
    return (*rows, *((visible(str(k)).replace("_", " "), _value(v)) for k, v in stream.details.items()))


def _value(value: Any) -> str:
    text = _listed(plain(value))
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]} … ({len(text)} characters, all in the JSON report)"


def _listed(value: Any) -> str:
    """Plain JSON values as text without brackets: ``name value, name value``; items of a list are parted by ``;``."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_listed(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "; ".join(_listed(item) for item in value)
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value)


def _calibration(model: ModelFacts) -> tuple[Block, ...]:
    section = model.calibration
    real, fake = section.get("n_real", "not stated"), section.get("n_fake", "not stated")
    facts = Facts(
        (
            ("Calibration set", str(section.get("data", "not stated"))),
            ("Size", f"{real} real and {fake} altered"),
            ("Method", f"{section.get('method', 'not stated')} on {section.get('feature', 'not stated')}"),
            ("Decision threshold", f"{model.threshold:.2f} of the calibrated probability"),
        )
    )
    rates = tuple(
        (f"{r['threshold']:.2f}", f"{r['fpr']:.1%}", f"{r['fnr']:.1%}") for r in section.get("error_rates", ())
    )
    note = Text(
        "Error rates were measured per person on the calibration set; on other material they can be much higher. "
        "The rate of false alarms of a file grows with the number of people in it.",
        "small",
    )
    if not rates:
        return (facts, Text("The bundle states no error rates."), note)
    header = ("Threshold", "False alarms among real (FPR)", "Missed among altered (FNR)")
    return (facts, Grid(header, rates, (0.2, 0.4, 0.4), frozenset({0, 1, 2})), note)


def _environment(result: AnalysisResult, command: str) -> tuple[Block, ...]:
    model = result.model
    facts = (
        ("Model", f"{model.name}, hierarchy {model.hierarchy}"),
        ("Model SHA-256", model.sha256),
        ("Run by", f"{model.backend}, {model.provider}"),
        ("Training data", model.training_data),
        ("Licence of weights", model.licence),
        ("Detector", model.detector),
        ("Detector SHA-256", model.detector_sha256),
        ("Crop", f"scale {model.crop_scale:g}, {model.crop_down:g} down, {model.crop_size} px"),
        ("Started", result.started),
        ("Seconds", ", ".join(f"{name} {value:.2f}" for name, value in result.seconds.items()) or "not measured"),
    )
    return (
        Facts(facts, frozenset({"Model SHA-256", "Detector SHA-256"})),
        Text("Command", "heading"),
        Text(command or "not given: the report was made through the programming interface", "mono"),
        Text("All options", "heading"),
        Text(json.dumps(plain(result.options), ensure_ascii=False, sort_keys=True), "mono"),
        Text("Software", "heading"),
        Text("; ".join(f"{name} {value}" for name, value in result.environment.items()) or "not recorded"),
    )


def _review() -> tuple[Block, ...]:
    return (
        Text(
            "To be filled in by hand. This report was made by a program; an examiner has to look at the exhibit, "
            "weigh the alternatives above and sign for the conclusions drawn from it."
        ),
        Signatures(
            ("Case and request", "Acquired from, by, on", "Examiner, date, signature", "Reviewer, date, signature")
        ),
    )
