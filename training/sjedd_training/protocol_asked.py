"""What was asked of ``sjedd-train evaluate --protocol``, and the scores of its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_video.errors import OptionsError

if TYPE_CHECKING:
    from sjedd_training.origin import Origin
    from sjedd_training.protocols import Protocol
    from sjedd_training.score_files import Loader
    from sjedd_training.scores import FileScore

NAMES = ("cross-dataset", "cross-manipulation", "cross-attribute", "robustness", "diffusion", "small-faces")
FRAMES = 64
"""Frames of a test video in the papers."""
AS_PAPERS = "Ranked as in the papers: by the mean p(face) of the largest face of each frame, of whatever quality."


@dataclass(frozen=True)
class Asked:
    """What the command line asked for.

    Attributes:
        protocol: One of ``NAMES``.
        root: Data set, or a folder of several.
        data: Development pool, for ``robustness`` and ``small-faces``.
        models: Bundles by the name of their column.
        out: Folder of results and cache.
        frames: Frames per video.
        limit: Files per group.
        workers: Processes.
        backend: What runs the model.
        device: Where it runs.
        ranking: What files are ranked by, one of ``sjedd_training.protocol_tables.RANKINGS``.
    """

    protocol: str
    root: Path | None
    data: Path | None
    models: Mapping[str, str]
    out: Path | None
    frames: int | None
    limit: int | None
    workers: int
    backend: str
    device: str
    ranking: str = "product"


def named_models(values: Sequence[str]) -> dict[str, str]:
    """``NAME=BUNDLE`` or ``BUNDLE`` as a column's name and a bundle; what is there as a path is a bundle as a whole.

    Raises:
        OptionsError: Two have the same name.
    """
    found: dict[str, str] = {}
    for value in values:
        name, equals, bundle = value.partition("=")
        # Folders are often named after a setting, e.g. lr=1e-4.
        if not equals or Path(value).exists():
            name, bundle = "", value
        name = name or Path(bundle).stem
        if name in found:
            raise OptionsError(f"Two models are called {name}.", "Give names: --model NAME=BUNDLE.")
        found[name] = bundle
    return found


def root_of(asked: Asked) -> Path:
    """The folder of data sets.

    Raises:
        OptionsError: None was given.
    """
    if asked.root is None:
        raise OptionsError(
            f"The protocol {asked.protocol} needs data.", "Give --root with the folder of the data sets."
        )
    return asked.root


def origins_of(asked: Asked) -> dict[str, Origin]:
    """How the models were made, by the names of their columns."""
    from sjedd_training.origin import Origin
    from sjedd_video.model.bundle import load_bundle

    return {name: Origin.of(load_bundle(bundle).card) for name, bundle in asked.models.items()}


def uncalibrated(
    origins: Mapping[str, Origin], names: Iterable[str], so: str = "AUC only ranks and needs no calibration."
) -> list[str]:
    """A note on those models that have no calibration, and what follows."""
    found = ", ".join(name for name in names if not origins[name].calibrated)
    return [f"Uncalibrated: {found}. {so}"] if found else []


def score_protocol(
    protocol: Protocol, asked: Asked, name: str, load: Loader | None = None, variant: str = ""
) -> dict[str, FileScore]:
    """Results of the protocol's files by one model, by their names.

    Args:
        protocol: What to measure.
        asked: What the command line asked for.
        name: Column of the model.
        load: Makes the engines; by default those of the model, calibrated or not.
        variant: What ``load`` changes; results of different variants are cached apart.
    """
    from sjedd_training.bundle_calibration import scoring_engines
    from sjedd_training.run_files import analysis_options, run_pipeline

    options = analysis_options(asked.models[name], asked.frames or FRAMES, asked.backend, asked.device)
    out = None if asked.out is None else asked.out / name.replace("/", "_")
    load = load or scoring_engines
    scores, _ = run_pipeline(protocol.entries, options, out, asked.workers, load=load, variant=variant)
    return {entry.name: score for entry, score in zip(protocol.entries, scores, strict=True)}
