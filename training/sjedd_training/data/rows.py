"""What is known of a picture: the name of a row of the hierarchy's label table, or single nodes as ``face=1,eye=0``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sjedd_video.errors import OptionsError
from sjedd_video.hierarchy import UNOBSERVED, Hierarchy

REAL, UNKNOWN = "real", "unknown_forgery"
"""Rows for an untouched face, and for a forgery of which nothing else is known."""
CELLS = {"0": 0, "1": 1, "?": UNOBSERVED}


def nodes_row(cells: dict[str, str]) -> str:
    """A row that names single nodes, e.g. ``face=1,eye=0``; nodes that are not named are unobserved."""
    return ",".join(f"{node}={cell}" for node, cell in cells.items())


def row_labels(hierarchy: Hierarchy, row: str) -> NDArray[np.int8]:
    """Labels ``(n,) int8`` of ``row`` in the order of the hierarchy's nodes: 1 altered, 0 not, -1 unobserved.

    A row that this hierarchy's table lacks (an FFSC method under the FF++ hierarchy) says that the face is altered and
    nothing more; so do named nodes that it lacks.

    Raises:
        OptionsError: A named node has another value than 0, 1 or ``?``.
    """
    if "=" not in row:
        found = hierarchy.labels.get(row)
        return _face_only(hierarchy) if found is None else found
    labels = _face_only(hierarchy)
    for part in row.split(","):
        node, _, cell = part.partition("=")
        if cell not in CELLS:
            raise OptionsError(f"The label {part!r} of the row {row!r} is not 0, 1 or ?.", "Correct the manifest.")
        if node in hierarchy.nodes:
            labels[hierarchy.index(node)] = CELLS[cell]
    return labels


def attributes(hierarchy: Hierarchy, row: str) -> frozenset[str]:
    """Global attributes whose alteration ``row`` stands for; empty where this is unknown.

    One may bring others with it, as altered gender does identity. Then the row that bears its name says which is meant.
    """
    levels = np.array(hierarchy.levels)

    def altered(labels: NDArray[np.int8]) -> frozenset[str]:
        return frozenset(hierarchy.nodes[i] for i in np.flatnonzero((labels == 1) & (levels == 2)))

    found = altered(row_labels(hierarchy, row))
    own = (name for name in sorted(found) if name in hierarchy.labels and altered(hierarchy.labels[name]) == found)
    name = next(own, None)
    return found if name is None else frozenset({name})


def _face_only(hierarchy: Hierarchy) -> NDArray[np.int8]:
    labels = np.full(len(hierarchy.nodes), UNOBSERVED, np.int8)
    labels[0] = 1
    return labels
