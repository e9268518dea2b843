"""What ``sjedd-train evaluate --protocol`` does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sjedd_video.errors import OptionsError

if TYPE_CHECKING:
    from sjedd_training.origin import Origin
    from sjedd_training.protocol_tables import Cell
    from sjedd_training.protocols import Protocol
    from sjedd_training.score_files import Loader
    from sjedd_training.tables import Table
    from sjedd_video.engines import Scorer

NAMES = ("cross-dataset", "cross-manipulation", "cross-attribute", "robustness", "diffusion", "small-faces")
FRAMES = 64
"""Frames of a test video in the papers."""


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


def named_models(values: Sequence[str]) -> dict[str, str]:
    """``NAME=BUNDLE`` or ``BUNDLE`` as a column's name and a bundle.

    Raises:
        OptionsError: Two have the same name.
    """
    found: dict[str, str] = {}
    for value in values:
        name, _, bundle = value.rpartition("=")
        name = name or Path(bundle).stem
        if name in found:
            raise OptionsError(f"Two models are called {name}.", "Give names: --model NAME=BUNDLE.")
        found[name] = bundle
    return found


def run_protocol(asked: Asked, *, as_json: bool) -> None:
    """Measure and print; with ``out``, also leave ``protocol.json`` there.

    Raises:
        OptionsError: The options do not fit the protocol, or its data was not found.
    """
    from sjedd_training.tables import show
    from sjedd_video.report.files import made_folder, write_text

    measure = {"robustness": _robustness, "small-faces": _small_faces}.get(asked.protocol, _table_of_models)
    tables, summary = measure(asked)
    text = json.dumps({"protocol": asked.protocol, "models": dict(asked.models), **summary}, indent=2)
    if asked.out is not None:
        write_text(made_folder(asked.out) / "protocol.json", text + "\n")
    if as_json:
        click.echo(text)
    else:
        show(tables)


def _root(asked: Asked) -> Path:
    if asked.root is None:
        raise OptionsError(
            f"The protocol {asked.protocol} needs data.", "Give --root with the folder of the data sets."
        )
    return asked.root


def _table_of_models(asked: Asked) -> tuple[list[Table], dict[str, Any]]:
    from sjedd_training.protocol_tables import measure_row, protocol_table, trivial_table

    if asked.data is not None:
        raise OptionsError(
            "--data is for the protocols robustness and small-faces.", "Give --root with the folder of the data sets."
        )
    tables: list[Table] = []
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for protocol, names in _protocols(asked, _origins(asked)):
        cells: dict[str, list[Cell]] = {}
        for name in names:
            scores = _score(protocol, asked, name)
            cells[name] = [measure_row(row, scores) for row in protocol.rows]
        tables += [protocol_table(protocol, cells), trivial_table(protocol, cells)]
        rows += [
            {"name": row.name, "published": dict(row.published), "models": {m: asdict(cells[m][k]) for m in cells}}
            for k, row in enumerate(protocol.rows)
        ]
        notes += [note for note in protocol.notes if note not in notes]
    return tables, {"rows": rows, "notes": notes}


def _origins(asked: Asked) -> dict[str, Origin]:
    """How the models were made, by the names of their columns."""
    from sjedd_training.origin import Origin
    from sjedd_video.model.bundle import load_bundle

    return {name: Origin.of(load_bundle(bundle).card) for name, bundle in asked.models.items()}


def _protocols(asked: Asked, origins: Mapping[str, Origin]) -> list[tuple[Protocol, list[str]]]:
    """What to measure, each with its models: which methods are new depends on what a model was shown."""
    from sjedd_training.protocols import PROTOCOLS, cross_attribute, with_published

    root = _root(asked)
    if asked.protocol == "cross-attribute":
        alike: dict[tuple[str, ...], list[str]] = {}
        for name, origin in origins.items():
            alike.setdefault(origin.forgeries, []).append(name)
        found = [(cross_attribute(root, asked.limit, shown), names) for shown, names in alike.items()]
    else:
        protocol = PROTOCOLS[asked.protocol](root, asked.limit)
        found = [(with_published(protocol, [origin.recipe for origin in origins.values()]), list(origins))]
    return [(replace(one, notes=(*one.notes, *_uncalibrated(origins, names))), names) for one, names in found]


def _uncalibrated(
    origins: Mapping[str, Origin], names: Iterable[str], so: str = "AUC only ranks and needs no calibration."
) -> list[str]:
    """A note on those models that have no calibration, and what follows."""
    found = ", ".join(name for name in names if not origins[name].calibrated)
    return [f"Uncalibrated: {found}. {so}"] if found else []


def _score(
    protocol: Protocol, asked: Asked, name: str, load: Loader | None = None, variant: str = ""
) -> dict[str, Any]:
    from sjedd_training.bundle_calibration import scoring_engines
    from sjedd_training.evaluate_commands import analysis_options, run_pipeline

    options = analysis_options(asked.models[name], asked.frames or FRAMES, asked.backend, asked.device)
    out = None if asked.out is None else asked.out / name.replace("/", "_")
    load = load or scoring_engines
    scores, _ = run_pipeline(protocol.entries, options, out, asked.workers, load=load, variant=variant)
    return {entry.name: score for entry, score in zip(protocol.entries, scores, strict=True)}


def _robustness(asked: Asked) -> tuple[list[Table], dict[str, Any]]:
    from sjedd_training.robustness import robustness_table
    from sjedd_training.trivial import told

    if (asked.root is None) == (asked.data is None):
        raise OptionsError("Robustness needs either --root or --data.", "Give a data set or the development pool.")
    _require_one_model(asked)
    found, trivial = _of_pool(asked) if asked.data is not None else _of_files(asked)
    notes = ["Perturbations are applied to the aligned crops; training uses levels 1 and 2."]
    if asked.limit is not None:
        notes.append(f"A quick look: at most {asked.limit} of a group.")
    notes += _uncalibrated(_origins(asked), asked.models)
    tables = [robustness_table(title, levels, [*notes, told(trivial[title])]) for title, levels in found.items()]
    plain = {
        title: {kind: [asdict(auc) for auc in aucs] for kind, aucs in level.items()} for title, level in found.items()
    }
    return tables, {"auc": plain, "trivial": trivial, "notes": notes}


def _require_one_model(asked: Asked) -> None:
    if len(asked.models) > 1:
        raise OptionsError(f"The protocol {asked.protocol} measures one model at a time.", "Give --model once.")


def _only_scorer(asked: Asked) -> Scorer:
    """The one model that was asked for, ready to score."""
    from sjedd_training.bundle_calibration import scoring_scorer
    from sjedd_training.evaluate_commands import analysis_options

    _require_one_model(asked)
    (model,) = asked.models.values()
    return scoring_scorer(analysis_options(model, None, asked.backend, asked.device))


def _small_faces(asked: Asked) -> tuple[list[Table], dict[str, Any]]:
    from sjedd_training.data.pool import open_pool
    from sjedd_training.small_faces import small_faces, small_faces_table, small_faces_trivial
    from sjedd_training.tables import Bar
    from sjedd_training.trivial import told

    if asked.data is None or asked.root is not None:
        raise OptionsError("The protocol small-faces needs the development pool.", "Give --data, and no --root.")
    scorer, pool = _only_scorer(asked), open_pool(asked.data, "val")
    uncalibrated = _uncalibrated(_origins(asked), asked.models, "What a calibration decides is left out.")
    faces = sum(len(places[: asked.limit]) for places in (pool.video_real, pool.forged))
    with Bar("faces", faces) as bar:
        found = small_faces(
            pool, scorer, limit=asked.limit, calibrated=not uncalibrated, tell=lambda: bar.advance("scored")
        )
    notes = [] if asked.limit is None else [f"A quick look: at most {asked.limit} of a group."]
    notes += [*uncalibrated, told(small_faces_trivial(pool, scorer.crop, asked.limit))]
    return [small_faces_table(found, notes)], {"faces": [asdict(row) for row in found], "notes": notes}


Robustness = tuple[dict[str, Any], dict[str, dict[str, float | None]]]
"""AUCs under perturbation, and of the trivial baselines, by what was measured."""


def _of_pool(asked: Asked) -> Robustness:
    from sjedd_training.data.pool import open_pool
    from sjedd_training.robustness import faces_to_score, pool_robustness, pool_trivial
    from sjedd_training.tables import Bar

    assert asked.data is not None
    scorer, pool = _only_scorer(asked), open_pool(asked.data, "val")
    with Bar("faces", faces_to_score(pool, asked.limit)) as bar:
        found = pool_robustness(pool, scorer, limit=asked.limit, tell=lambda: bar.advance("scored"))
    return dict(found), pool_trivial(pool, scorer.crop, limit=asked.limit)


def _of_files(asked: Asked) -> Robustness:
    from sjedd_training.protocol_tables import measure_row
    from sjedd_training.protocols import Protocol, files_under_test
    from sjedd_training.robustness import VARIANTS, levels_of, perturbed_engines

    name = next(iter(asked.models))
    row = files_under_test(_root(asked), asked.limit)
    protocol = Protocol(row.name, (row,))
    clean = measure_row(row, _score(protocol, asked, name))
    aucs = [clean.auc]
    for kind, level in VARIANTS:
        load = partial(perturbed_engines, kind=kind, level=level)
        aucs.append(measure_row(row, _score(protocol, asked, name, load, f"{kind} {level}")).auc)
    there = [auc for auc in aucs if auc is not None]
    if len(there) < len(aucs):
        raise OptionsError(f"{asked.root}: robustness needs real and altered files.", "See `sjedd-train data check`.")
    trivial = {trait: found.auc.value for trait, found in clean.baselines.items()}
    return {row.name: levels_of(there)}, {row.name: dict(trivial)}
