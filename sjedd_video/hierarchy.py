"""Label hierarchies: a graph of alterations, its legal states, and probabilities over them [SJEDD section III].

A hierarchy is data (TOML): nodes with levels and parents, templates of prompts, and the label rows of known
manipulations. Node 1 means "altered". A state is legal when every active node has an active parent (the root needs
none) and every active node with children has an active child. Sources: ``[SJEDD]`` Zou et al., arXiv 2408.16305,
eq. 1-3; ``[HEX]`` Deng et al., ECCV 2014.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from sjedd_video.errors import HierarchyError
from sjedd_video.types import FloatArray

MAX_NODES = 16
"""Legal states are enumerated; 2**16 candidates take well under a second."""

UNOBSERVED = -1
"""Label of a node that nobody knows (``?`` in a hierarchy file); left out of every loss."""


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    level: Literal[1, 2, 3]
    parents: tuple[str, ...] = ()


class _Pair(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    altered: tuple[str, str, str]
    unaltered: tuple[str, str, str]


class _Templates(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    full: tuple[str, str, str]
    simple: tuple[str, str, str]
    pair: _Pair


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    title: str = ""
    rule: Literal["strict", "release"] = "strict"
    templates: _Templates
    nodes: tuple[_Node, ...]
    labels: dict[str, str] = {}


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """A validated hierarchy. Arrays over nodes follow the order of ``nodes``; the root comes first."""

    definition: _File

    @property
    def name(self) -> str:
        """Short name, e.g. ``ffpp``."""
        return self.definition.name

    @property
    def rule(self) -> str:
        """``strict`` or ``release`` (the root may be active alone)."""
        return self.definition.rule

    @property
    def nodes(self) -> tuple[str, ...]:
        """Node names in the order of the score vector."""
        return tuple(node.name for node in self.definition.nodes)

    @property
    def levels(self) -> tuple[int, ...]:
        """Level of each node: 1 primary, 2 global attribute, 3 local region."""
        return tuple(node.level for node in self.definition.nodes)

    @property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """Parents of each node."""
        return {node.name: node.parents for node in self.definition.nodes}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Children of each node."""
        return {name: tuple(n for n, ps in self.parents.items() if name in ps) for name in self.nodes}

    def index(self, node: str) -> int:
        """Position of ``node`` in the score vector."""
        return self.nodes.index(node)

    @cached_property
    def states(self) -> NDArray[np.uint8]:
        """``(S, n) uint8`` legal states, one a row, the all-zero state first (the matrix L of [SJEDD eq. 1])."""
        candidates = np.array(list(product((0, 1), repeat=len(self.nodes))), dtype=np.uint8)
        keep = np.ones(len(candidates), dtype=bool)
        for i, name in enumerate(self.nodes):
            active = candidates[:, i] == 1
            if parents := [self.index(p) for p in self.parents[name]]:
                keep &= ~active | candidates[:, parents].any(axis=1)
            children = [self.index(c) for c in self.children[name]]
            if children and not (self.rule == "release" and not self.parents[name]):
                keep &= ~active | candidates[:, children].any(axis=1)
        return candidates[keep]

    @cached_property
    def prior(self) -> NDArray[np.float64]:
        """``(n,)`` marginals when every raw score is 0: the neutral point against which scores are shown."""
        return marginals(np.zeros(len(self.nodes)), self.states)

    @property
    def labels(self) -> dict[str, NDArray[np.int8]]:
        """Label row ``(n,) int8`` of each known manipulation: 1, 0 or ``UNOBSERVED``."""
        table = {"0": 0, "1": 1, "?": UNOBSERVED}
        return {k: np.array([table[c] for c in row.split()], np.int8) for k, row in self.definition.labels.items()}

    def prompts(self, style: Literal["full", "simple", "altered", "unaltered"] = "full") -> tuple[str, ...]:
        """One prompt per node; ``altered`` and ``unaltered`` are the contrastive pair of the earlier paper [JE]."""
        templates = self.definition.templates
        chosen = getattr(templates.pair, style) if style in {"altered", "unaltered"} else getattr(templates, style)
        return tuple(
            chosen[level - 1].format(node=name.replace("_", " "))
            for name, level in zip(self.nodes, self.levels, strict=True)
        )

    def to_dict(self) -> dict[str, Any]:
        """The definition as plain JSON values; ``parse_hierarchy`` reads it back."""
        return self.definition.model_dump(mode="json")


def log_joint(raw: FloatArray, states: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Log-probability of every legal state [SJEDD eq. 1-2].

    Args:
        raw: ``(..., n)`` raw scores.
        states: ``(S, n)`` legal states.

    Returns:
        ``(..., S) float64``; ``exp`` of it sums to 1 over the last axis.
    """
    energy = np.asarray(raw, np.float64) @ states.T.astype(np.float64)
    top = energy.max(axis=-1, keepdims=True)
    joint: NDArray[np.float64] = energy - top - np.log(np.exp(energy - top).sum(axis=-1, keepdims=True))
    return joint


def marginals(raw: FloatArray, states: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Marginal probability of every node, ``L^T softmax(L s)`` [SJEDD eq. 3].

    Args:
        raw: ``(..., n)`` raw scores.
        states: ``(S, n)`` legal states.

    Returns:
        ``(..., n) float64`` in [0, 1].
    """
    sums: NDArray[np.float64] = np.exp(log_joint(raw, states)) @ states.astype(np.float64)
    return np.minimum(sums, 1.0)


def builtin_hierarchies() -> tuple[str, ...]:
    """Names of the hierarchies that ship with the package."""
    folder = files("sjedd_video") / "data" / "hierarchies"
    return tuple(sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_hierarchy(name_or_path: str | Path, rule: str | None = None) -> Hierarchy:
    """Load a built-in hierarchy by name, or a user's TOML file by path.

    Args:
        name_or_path: ``ffpp``, ``ffsc``, ``binary``, or a path ending in ``.toml``.
        rule: ``strict`` or ``release`` in place of the file's own.

    Raises:
        HierarchyError: Unknown name, unreadable file, or an invalid graph; the message names the file and the node.
    """
    text = str(name_or_path)
    try:
        if text in builtin_hierarchies():
            content = (files("sjedd_video") / "data" / "hierarchies" / f"{text}.toml").read_text("utf-8")
        elif text.endswith(".toml"):
            content = Path(text).read_text("utf-8")
        else:
            known = ", ".join(builtin_hierarchies())
            raise HierarchyError(f"There is no hierarchy called {text!r}.", f"Use one of {known}, or a .toml file.")
        values = tomllib.loads(content)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HierarchyError(f"{text}: cannot be read as TOML: {error}.", "Compare with a built-in file.") from error
    return parse_hierarchy(values if rule is None else {**values, "rule": rule}, text)


def parse_hierarchy(values: dict[str, Any], origin: str = "hierarchy") -> Hierarchy:
    """Validate plain values into a hierarchy.

    Raises:
        HierarchyError: A key is unknown or missing, or the graph has a cycle, an orphan, an unknown or repeated node.
    """
    try:
        definition = _File(**values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise HierarchyError(f"{origin}: {where}: {first['msg']}.", "See docs/hierarchies.md.") from error
    problem = _graph_problem(definition) or _label_problem(definition)
    hierarchy = Hierarchy(definition)
    if problem := problem or _state_problem(hierarchy):
        raise HierarchyError(f"{origin}: {problem}.", "See docs/hierarchies.md.")
    return hierarchy


def _graph_problem(definition: _File) -> str:
    """What is wrong with the graph, or an empty string."""
    names = [node.name for node in definition.nodes]
    if not 1 <= len(names) <= MAX_NODES:
        return f"has {len(names)} nodes, must have 1 to {MAX_NODES}"
    if repeated := sorted({n for n in names if names.count(n) > 1}):
        return f"node {repeated[0]!r} is listed twice"
    problem = next((found for node in definition.nodes if (found := _node_problem(node, names))), "")
    if not problem and (cycle := _cycle({node.name: node.parents for node in definition.nodes})):
        return f"has a cycle: {' -> '.join(cycle)}"
    return problem or _root_problem(definition)


def _node_problem(node: _Node, names: list[str]) -> str:
    if unknown := sorted(set(node.parents) - set(names)):
        return f"node {node.name!r} has an unknown parent {unknown[0]!r}"
    if node.level > 1 and not node.parents:
        return f"node {node.name!r} is an orphan: only the root may have no parent"
    return ""


def _root_problem(definition: _File) -> str:
    roots = [node for node in definition.nodes if node.level == 1]
    if len(roots) != 1 or roots[0] is not definition.nodes[0]:
        return "must have exactly one node of level 1, and it must come first"
    return f"the root {roots[0].name!r} cannot have parents" if roots[0].parents else ""


def _cycle(parents: dict[str, tuple[str, ...]]) -> list[str]:
    """One cycle of the graph as a closed path of names, or an empty list."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name not in done:
            for parent in parents[name]:
                if found := visit(parent, [*path, name]):
                    return found
            done.add(name)
        return []

    return next((found for name in parents if (found := visit(name, []))), [])


def _label_problem(definition: _File) -> str:
    for key, row in definition.labels.items():
        cells = row.split()
        if len(cells) != len(definition.nodes) or set(cells) - {"0", "1", "?"}:
            return f"labels.{key} must have {len(definition.nodes)} cells of 0, 1 or ?"
    return ""


def _state_problem(hierarchy: Hierarchy) -> str:
    """A label row that no legal state agrees with could only be learned as impossible."""
    for key, row in hierarchy.labels.items():
        known = row != UNOBSERVED
        if not (hierarchy.states[:, known] == row[known]).all(axis=1).any():
            return f"labels.{key} agrees with no legal state"
    return ""
