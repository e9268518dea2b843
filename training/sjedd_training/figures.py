"""The papers' figures for interpretation: text similarities, training dynamics, node bars and Grad-CAM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sjedd_training.plots import BLACK, BLUE, GREEN, GRID, ORANGE, RED, figure, heat_axes, plain_axes, plain_text, save
from sjedd_video.engines import Engines
from sjedd_video.errors import MediaError, OptionsError
from sjedd_video.faces.align import align_face
from sjedd_video.types import Crop, FloatArray, ImageU8

LEVELS = {"primary": (BLACK, "-"), "global": (BLUE, "--"), "local": (RED, "-.")}
SMOOTHING = 25
"""Notes of the history over which a loss is averaged for its line."""
PICTURES = 8
"""Most pictures in one figure."""


def similarity(text: FloatArray) -> NDArray[np.float64]:
    """``(n, n)`` cosine similarities of the rows of a text matrix ``(n, d)``."""
    rows = np.asarray(text, np.float64)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows @ rows.T, np.float64)


def similarity_figure(matrices: Mapping[str, FloatArray], nodes: Sequence[str], path: Path) -> None:
    """Similarity of the nodes' text embeddings, one panel for each matrix, e.g. before and after training (fig. 4)."""
    made = figure(0.72 * len(nodes) * len(matrices) + 1.6, 0.5 * len(nodes) + 2.4)
    for axes, (title, text) in zip(made.subplots(1, len(matrices), squeeze=False)[0], matrices.items(), strict=True):
        names = [node.replace("_", " ") for node in nodes]
        heat_axes(axes, made, similarity(text), names, names, "cosine similarity", 2, limit=1.0)
        axes.set_title(title, fontsize=11)
    save(made, path)


def dynamics_figure(history: Sequence[Mapping[str, float]], path: Path) -> None:
    """Losses of the three levels over the steps of a run, and the weights where they were noted (fig. 5).

    Raises:
        OptionsError: The history is empty.
    """
    if not history:
        raise OptionsError("The run has noted no losses yet.", "Train for at least 20 steps.")
    steps = np.array([note["step"] for note in history])
    weighted = all(f"weight_{name}" in note for note in history for name in LEVELS)
    made = figure(7.2, 6.4 if weighted else 4.2)
    panels = made.subplots(2 if weighted else 1, 1, sharex=True, squeeze=False, height_ratios=(2, 1)[: 1 + weighted])
    losses = plain_axes(panels[0, 0])
    for name, (colour, dash) in LEVELS.items():
        values = np.array([note[name] for note in history])
        losses.plot(steps, values, color=colour, linewidth=0.7, alpha=0.25)
        losses.plot(steps, smoothed(values), color=colour, linestyle=dash, linewidth=1.8, label=name)
    losses.set(ylabel="loss", ylim=(0, None))
    losses.legend(title="level", fontsize=9)
    if weighted:
        weights = plain_axes(panels[1, 0])
        for name, (colour, dash) in LEVELS.items():
            weights.plot(
                steps, [note[f"weight_{name}"] for note in history], color=colour, linestyle=dash, linewidth=1.8
            )
        weights.set(ylabel="weight of the level", ylim=(0, None))
    panels[-1, 0].set_xlabel("step")
    save(made, path)


def smoothed(values: NDArray[np.float64], width: int = SMOOTHING) -> NDArray[np.float64]:
    """Centred running mean; nearer than half a width to an end, of the values that are there."""
    width = min(width, len(values))
    ones = np.convolve(np.ones(len(values)), np.ones(width), mode="same")
    return np.asarray(np.convolve(values, np.ones(width), mode="same") / ones, np.float64)


@dataclass(frozen=True, eq=False)
class Portrait:
    """The largest face of a picture: its name, the picture RGB ``(H, W, 3) uint8`` and the ``(5, 2)`` landmarks."""

    name: str
    image: ImageU8
    landmarks: FloatArray

    def crop(self, crop: Crop) -> ImageU8:
        """The aligned crop."""
        return align_face(self.image, self.landmarks, *crop)[0]


def portrait(path: Path, engines: Engines) -> Portrait:
    """Read a picture through the product's decoder and find its largest face.

    Raises:
        OptionsError: It cannot be read, or shows no face.
    """
    from sjedd_video.decode.sandbox import open_media
    from sjedd_video.options import AnalysisOptions
    from sjedd_video.progress import CancelToken

    try:
        with open_media(path, AnalysisOptions(sampling="uniform:1"), CancelToken()) as session:
            frame = next(iter(session.frames()), None)
    except MediaError as error:
        raise OptionsError(f"{path}: {error.message}", "Name a picture with a face.") from error
    faces = [] if frame is None else engines.detector.detect([frame.image])[0]
    if frame is None or not faces:
        raise OptionsError(f"{path}: no face was found.", "Name a picture with a face.")
    largest = max(faces, key=lambda face: float(np.prod(face.box[2:] - face.box[:2])))
    return Portrait(plain_text(path.name), frame.image, largest.landmarks)


def nodes_figure(portraits: Sequence[Portrait], engines: Engines, path: Path) -> NDArray[np.float64]:
    """Probability of every node for each picture, beside its crop, with the prior as a mark (fig. 6).

    Returns:
        ``(len(portraits), n)`` marginals as drawn.
    """
    scorer, facts = engines.scorer, engines.facts()
    crops = [p.crop(scorer.crop) for p in portraits]
    marginals = np.asarray(scorer.score(crops)[1], np.float64)
    levels = scorer.hierarchy.levels
    colours = [{1: BLACK, 2: ORANGE, 3: GREEN}[level] for level in levels]
    made = figure(7.6, 0.22 * len(facts.nodes) * len(portraits) + 0.6 + 0.5 * len(portraits))
    grid = made.subplots(len(portraits), 2, width_ratios=(1, 2.4), squeeze=False)
    places = range(len(facts.nodes))
    for row, (shown, crop, values) in enumerate(zip(portraits, crops, marginals, strict=True)):
        grid[row, 0].imshow(crop)
        grid[row, 0].set_title(shown.name, fontsize=9)
        grid[row, 0].set_axis_off()
        bars = plain_axes(grid[row, 1])
        bars.barh(places, values, color=colours, height=0.7)
        bars.plot(facts.prior, places, "|", color=RED, markersize=9, markeredgewidth=2)
        for place, value in zip(places, values, strict=True):
            inside = value > 0.85
            box = None if inside else {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
            bars.text(value + (-0.01 if inside else 0.012), place, f"{value:.2f}", va="center", fontsize=7, bbox=box,
                      ha="right" if inside else "left", color="white" if inside else BLACK)  # fmt: skip
        bars.set_yticks(places, [node.replace("_", " ") for node in facts.nodes], fontsize=8)
        bars.set(xlim=(0, 1), ylim=(len(places) - 0.5, -0.5))
    grid[-1, 1].set_xlabel("probability, uncalibrated; red mark: all scores zero", fontsize=9)
    save(made, path)
    return marginals


def gradcam_figure(portraits: Sequence[Portrait], models: Sequence[str], path: Path) -> None:
    """Grad-CAM of one or two models beside each crop (fig. 7).

    Args:
        portraits: The faces.
        models: Bundles or folders of runs: ours, then the plain classifier if there is one.
        path: Where the figure goes.
    """
    from sjedd_training.gradcam import Differentiable, grad_cam

    loaded = [Differentiable.load(source) for source in models]
    made = figure(2.3 * (1 + len(loaded)), 2.45 * len(portraits) + 0.3)
    grid = made.subplots(len(portraits), 1 + len(loaded), squeeze=False)
    for row, shown in enumerate(portraits):
        first = loaded[0].preprocess
        grid[row, 0].imshow(shown.crop(first.crop))
        grid[row, 0].set_title(shown.name, fontsize=8)
        for column, model in enumerate(loaded, start=1):
            crop = shown.crop(model.preprocess.crop)
            heat, odds = grad_cam(model, crop)
            # Grey under the colours, so that red cheeks are not taken for heat.
            grey = np.repeat(crop.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
            grid[row, column].imshow(grey)
            grid[row, column].imshow(heat, cmap="inferno", alpha=0.55 * heat, vmin=0, vmax=1)
            words = f"{model.name}{' (baseline)' if column > 1 else ''}: p(face) {1 / (1 + np.exp(-odds)):.2f}"
            nothing = "" if heat.any() else "\nno place raises it"
            grid[row, column].set_title(words + nothing, fontsize=8)
    for axes in grid.ravel():
        axes.set_axis_off()
        axes.set_facecolor(GRID)
    save(made, path)
