"""What ``sjedd-train evaluate --protocol`` does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from sjedd_training.protocol_asked import AS_PAPERS, FRAMES, Asked, origins_of, root_of, score_protocol, uncalibrated
from sjedd_video.errors import OptionsError

if TYPE_CHECKING:
    from sjedd_training.origin import Origin
    from sjedd_training.protocol_tables import Cell
    from sjedd_training.protocols import Protocol
    from sjedd_training.tables import Table


def run_protocol(asked: Asked, *, as_json: bool) -> None:
    """Measure and print; with ``out``, also leave ``protocol.json`` there.

    Raises:
        OptionsError: The options do not fit the protocol, or its data was not found.
    """
    from sjedd_training.robustness_commands import measure_robustness, measure_small_faces
    from sjedd_training.tables import show
    from sjedd_video.report.files import made_folder, write_text

    measure = {"robustness": measure_robustness, "small-faces": measure_small_faces}.get(
        asked.protocol, _table_of_models
    )
    tables, summary = measure(asked)
    frames = None if asked.data is not None else asked.frames or FRAMES
    how = {"ranking": asked.ranking, "frames": frames, "limit": asked.limit}
    text = json.dumps({"protocol": asked.protocol, "models": dict(asked.models), **how, **summary}, indent=2)
    if asked.out is not None:
        write_text(made_folder(asked.out) / "protocol.json", text + "\n")
    if as_json:
        click.echo(text)
    else:
        show(tables)


def _table_of_models(asked: Asked) -> tuple[list[Table], dict[str, Any]]:
    from sjedd_training.protocol_tables import measure_row, protocol_table, trivial_table

    if asked.data is not None:
        raise OptionsError(
            "--data is for the protocols robustness and small-faces.", "Give --root with the folder of the data sets."
        )
    tables: list[Table] = []
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for protocol, names in _protocols(asked, origins_of(asked)):
        cells: dict[str, list[Cell]] = {}
        for name in names:
            scores = score_protocol(protocol, asked, name)
            cells[name] = [measure_row(row, scores, asked.ranking) for row in protocol.rows]
        tables += [protocol_table(protocol, cells), trivial_table(protocol, cells)]
        rows += [
            {"name": row.name, "published": dict(row.published), "models": {m: asdict(cells[m][k]) for m in cells}}
            for k, row in enumerate(protocol.rows)
        ]
        notes += [note for note in protocol.notes if note not in notes]
    return tables, {"rows": rows, "notes": notes}


def _protocols(asked: Asked, origins: Mapping[str, Origin]) -> list[tuple[Protocol, list[str]]]:
    """What to measure, each with its models: which methods are new depends on what a model was shown."""
    from sjedd_training.protocol_tables import with_published
    from sjedd_training.protocols import PROTOCOLS, cross_attribute

    root = root_of(asked)
    if asked.protocol == "cross-attribute":
        alike: dict[tuple[str, ...], list[str]] = {}
        for name, origin in origins.items():
            alike.setdefault(origin.forgeries, []).append(name)
        found = [(cross_attribute(root, asked.limit, shown), names) for shown, names in alike.items()]
    else:
        protocol = PROTOCOLS[asked.protocol](root, asked.limit)
        found = [(with_published(protocol, [origin.recipe for origin in origins.values()]), list(origins))]
    notes = [] if asked.limit is None else [f"A quick look: at most {asked.limit} files of a group."]
    notes += [AS_PAPERS] if asked.ranking == "papers" else []
    return [(replace(one, notes=(*one.notes, *notes, *uncalibrated(origins, names))), names) for one, names in found]
