"""Calibrate a bundle that has no calibration, by scoring labelled files with the product's own pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sjedd_training.calibrate import fit_platt, platt_section, require_people
from sjedd_training.manifest import Entry
from sjedd_training.scores import FileScore
from sjedd_video.calibration import logit
from sjedd_video.engines import Engines, Scorer
from sjedd_video.errors import ModelError, OptionsError
from sjedd_video.faces import detect
from sjedd_video.model.bundle import load_bundle
from sjedd_video.model.card import CalibrationSection, ErrorRate
from sjedd_video.model.factory import load_scorer, open_scorer
from sjedd_video.options import AnalysisOptions

LEAST = 10
"""Assessed files of each class that a calibration needs."""
IDENTITY = CalibrationSection(
    a=1.0,
    b=0.0,
    threshold=0.5,
    data="none: the identity, while scoring the calibration set",
    n_real=1,
    n_fake=1,
    error_rates=(ErrorRate(threshold=0.5, fpr=0.5, fnr=0.5),),
)
"""Leaves scores as they are. Never written to a bundle."""


def scoring_engines(options: AnalysisOptions) -> Engines:
    """The product's engines, by the identity if the bundle has no calibration: for what needs none, as AUC.

    Raises:
        ModelError: As ``scoring_scorer``.
    """
    return Engines(detect.build_detector(options), scoring_scorer(options))


def scoring_scorer(options: AnalysisOptions) -> Scorer:
    """The model of ``scoring_engines``.

    Raises:
        ModelError: The bundle cannot be used, or was never trained to tell altered faces.
    """
    calibrated = load_bundle(options.model).card.calibration is not None
    return load_scorer(options) if calibrated else identity_scorer(options)


def identity_engines(options: AnalysisOptions) -> Engines:
    """Engines whose model is calibrated by the identity, in memory only.

    Raises:
        ModelError: The bundle cannot be used, or was never trained to tell altered faces.
    """
    return Engines(detect.build_detector(options), identity_scorer(options))


def identity_scorer(options: AnalysisOptions) -> Scorer:
    """The model of ``identity_engines``."""
    bundle = load_bundle(options.model)
    if not bundle.card.trained:
        message = f"The model {bundle.card.name} was never trained to tell altered faces."
        raise ModelError(message, "Train it first; until then it can be neither calibrated nor measured.")
    plain = replace(bundle, card=bundle.card.model_copy(update={"calibration": IDENTITY}))
    return open_scorer(plain, backend=options.backend, device=options.device, precision=options.precision)


def require_related(manifest: Path, entries: Sequence[Entry]) -> None:
    """Refuse videos that can give no calibration before they are scored.

    Raises:
        OptionsError: They are of too few people or originals; the message names the manifest.
    """
    labels = np.array([entry.label for entry in entries], np.float64)
    require_people(labels, np.array([entry.related for entry in entries]), str(manifest))


def bundle_calibration(
    videos: tuple[Sequence[Entry], Sequence[FileScore]],
    images: tuple[Sequence[Entry], Sequence[FileScore]] | None,
    data: str,
) -> dict[str, Any]:
    """The calibration section of a card from files scored with ``identity_engines``.

    The feature of a file is the mean log-odds of its most suspicious person, whether or not a verdict was
    withheld: with the identity in place the rules that withhold one know nothing yet. Pictures get their own, from
    ``images`` or, without any, from the single frames of the videos: one frame has no mean to steady it.

    Args:
        videos: Videos and their results.
        images: Pictures and their results, or None.
        data: The calibration set in words.

    Raises:
        OptionsError: Too few files could be assessed, or they are of too few people or originals.
        ModelError: Altered files do not score above real ones.
    """
    assessed = _assessed(*videos, "videos")
    x = logit([score.carried for _, score in assessed])
    y = np.array([entry.label for entry, _ in assessed], np.float64)
    section = platt_section(x, y, np.array([entry.related for entry, _ in assessed]), data)
    single = _frame_curve(assessed) if images is None else _picture_curve(_assessed(*images, "pictures"))
    if not single[0] > 0:
        raise ModelError("On single frames altered faces do not score above real ones.", "Train it further.")
    return {**section, "image_a": single[0], "image_b": single[1]}


Assessed = list[tuple[Entry, FileScore]]


def _assessed(entries: Sequence[Entry], scores: Sequence[FileScore], what: str) -> Assessed:
    found = [(e, s) for e, s in zip(entries, scores, strict=True) if s.carried is not None]
    altered = sum(entry.label for entry, _ in found)
    if min(altered, len(found) - altered) < LEAST:
        message = f"Of {len(entries)} {what}, {len(found) - altered} real and {altered} altered ones could be assessed."
        raise OptionsError(message, f"At least {LEAST} of each are needed to calibrate.")
    return found


def _picture_curve(assessed: Assessed) -> tuple[float, float]:
    labels = np.array([entry.label for entry, _ in assessed], np.float64)
    return fit_platt(logit([score.carried for _, score in assessed]), labels)


def _frame_curve(assessed: Assessed) -> tuple[float, float]:
    """A logistic of single frames, each file with the same number of them."""
    count = min(len(score.frames) for _, score in assessed)
    rows = [
        (score.frames[k].p_face, entry.label)
        for entry, score in assessed
        for k in np.linspace(0, len(score.frames) - 1, count).round().astype(int)
    ]
    p_face, labels = np.array(rows, np.float64).T
    return fit_platt(logit(p_face), labels)


def describe(manifest: Path, entries: Sequence[Entry], scores: Sequence[FileScore], what: str = "videos") -> str:
    """A calibration set in words for the card: names, groups and numbers, no folders."""
    assessed = [entry for entry, score in zip(entries, scores, strict=True) if score.carried is not None]
    altered = sum(entry.label for entry in assessed)
    groups = sorted({entry.group for entry in assessed} - {""})
    of = f" of {', '.join(groups)}" if groups else ""
    counts = f"{len(assessed) - altered} real and {altered} altered {what}{of}"
    return f"{manifest.name}: {counts}; both classes weighted alike"
