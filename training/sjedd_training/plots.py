"""Plots of an evaluation as PNG. Colours are told apart by the colour-blind (Okabe and Ito, 2008)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sjedd_training.evaluate import Pairs, file_sample, frame_sample
from sjedd_training.metrics import Sample, roc_auc, roc_curve, wilson
from sjedd_video.report.files import made_folder, visible, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLACK, ORANGE, SKY, GREEN, BLUE, RED, PINK = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
REAL, ALTERED = BLUE, RED
GROUP_COLOURS = (ORANGE, SKY, GREEN, PINK, BLUE, RED)
DASHES = ("-", "--", "-.", ":")
GRID = "#d9d9d9"
DPI = 130


def figure(width: float, height: float) -> Figure:
    """A white figure of ``width`` x ``height`` inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def save(made: Figure, path: Path) -> None:
    """Write a figure as PNG, without a date, so that the same numbers make the same file."""
    made_folder(path.parent)
    with written(path) as file:
        made.savefig(file, format="png", dpi=DPI, metadata={"Software": None})


def plain_text(text: str) -> str:
    """A name from a manifest or a file as matplotlib shows it: no formula, and not left out of a legend."""
    shown = visible(text).replace("$", r"\$")
    return f" {shown}" if shown.startswith("_") else shown


def plain_axes(axes: Axes) -> Axes:
    """Remove the frame's upper and right side and put a faint grid behind."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def roc_plot(judged: Pairs, threshold: float, path: Path) -> None:
    """ROC curves of files, frames and groups with both classes, with the shipped threshold marked."""
    made = figure(6.4, 7.0)
    axes = plain_axes(made.add_subplot())
    axes.plot([0, 1], [0, 1], color=GRID, linewidth=1.2)
    whole = file_sample(judged)
    for sample, name, colour, dash in _groups(judged):
        _curve(axes, sample, name, colour, dash, 1.3)
    _curve(axes, frame_sample(judged), "single frames", BLACK, ":", 1.4)
    _curve(axes, whole, "all files", BLACK, "-", 2.4)
    called = whole.scores >= threshold
    at = float(called[whole.labels == 0].mean()), float(called[whole.labels == 1].mean())
    axes.plot(*at, "o", color=BLACK, markersize=9, markerfacecolor="white", markeredgewidth=2)
    left = at[0] > 0.7  # keep the words inside the plot
    axes.annotate(
        f"threshold {threshold:g}", at, xytext=(-12 if left else 12, -14), textcoords="offset points",
        ha="right" if left else "left", bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )  # fmt: skip
    axes.set(xlabel="false positive rate", ylabel="true positive rate", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_aspect("equal")
    made.legend(loc="outside lower center", ncols=2, fontsize=9, reverse=True)
    save(made, path)


def _groups(judged: Pairs) -> list[tuple[Sample, str, str, str]]:
    found: list[tuple[Sample, str, str, str]] = []
    for value in sorted({entry.group for entry, _ in judged} - {""}):
        sample = file_sample([pair for pair in judged if pair[0].group == value])
        if not sample.one_class and len(found) < 3 * len(GROUP_COLOURS):
            dash = DASHES[1 + len(found) // len(GROUP_COLOURS)]
            found.append((sample, value, GROUP_COLOURS[len(found) % len(GROUP_COLOURS)], dash))
    return found


def _curve(axes: Axes, sample: Sample, name: str, colour: str, dash: str, width: float) -> None:
    fpr, tpr = roc_curve(sample)
    words = f"{plain_text(name)}: {roc_auc(sample, sample.ones):.3f}"
    axes.plot(fpr, tpr, color=colour, linestyle=dash, linewidth=width, label=words)


def reliability_plot(judged: Pairs, path: Path, bins: int = 10) -> None:
    """Share of altered ones against the probability said, with Wilson intervals for files, and how many there are."""
    made = figure(6.4, 7.2)
    axes, counts = made.subplots(2, 1, height_ratios=(3, 1), sharex=True)
    plain_axes(axes).plot([0, 1], [0, 1], color=GRID, linewidth=1.5)
    whole = file_sample(judged)
    x, y, low, high = _bins(whole, bins)
    frames = _bins(frame_sample(judged), bins)
    axes.plot(frames[0], frames[1], "s--", color=ORANGE, markersize=5, linewidth=1.2, label="single frames")
    # Where the share is 0 or 1, rounding may put it just outside its interval.
    bars = np.maximum([y - low, high - y], 0)
    axes.errorbar(x, y, bars, fmt="o-", color=BLACK, capsize=3, linewidth=1.4, label="files, 95 % intervals")
    axes.set(ylabel="share that is altered", ylim=(-0.03, 1.03), xlim=(0, 1))
    axes.legend(loc="upper left", fontsize=9)
    edges = np.linspace(0, 1, bins + 1)
    amounts = [np.histogram(whole.scores[whole.labels == label], edges)[0] for label in (0, 1)]
    plain_axes(counts).bar(edges[:-1], amounts[0], 1 / bins, align="edge", color=REAL, edgecolor="white", label="real")
    counts.bar(
        edges[:-1], amounts[1], 1 / bins, bottom=amounts[0], align="edge", color=ALTERED, edgecolor="white",
        hatch="//", label="altered",
    )  # fmt: skip
    counts.set(xlabel="calibrated probability", ylabel="files")
    counts.yaxis.get_major_locator().set_params(integer=True)
    counts.legend(fontsize=9)
    save(made, path)


def _bins(sample: Sample, bins: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    place = np.minimum((sample.scores * bins).astype(int), bins - 1)
    rows = []
    for k in np.unique(place):
        labels = sample.labels[place == k]
        found = wilson(int(labels.sum()), len(labels))
        rows.append((sample.scores[place == k].mean(), found.value, found.low, found.high))
    x, y, low, high = np.array(rows).T
    return x, y, low, high


def nodes_plot(pairs: Pairs, nodes: Sequence[str], path: Path) -> None:
    """Lift of every node over the prior, one mark a file, with the medians of real and altered files."""
    rng = np.random.default_rng(0)
    made = figure(8.0, 0.55 * len(nodes) + 1.4)
    axes = plain_axes(made.add_subplot())
    for k, node in enumerate(nodes):
        for label, colour, mark, side in ((0, REAL, "o", -0.17), (1, ALTERED, "^", 0.17)):
            values = np.array([s.lift[node] for e, s in pairs if s.lift is not None and e.label == label])
            if len(values):
                height = k + side + rng.uniform(-0.07, 0.07, len(values))
                alpha = max(0.25, min(0.85, 30 / len(values)))
                axes.plot(values, height, mark, color=colour, markersize=5, alpha=alpha, markeredgewidth=0)
                axes.plot([np.median(values)] * 2, [k + side - 0.13, k + side + 0.13], color=colour, linewidth=3)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set(xlabel="lift: log-odds over those of zero scores", ylim=(len(nodes) - 0.5, -0.5))
    axes.set_yticks(range(len(nodes)), [node.replace("_", " ") for node in nodes])
    for word, colour, mark in (("real", REAL, "o"), ("altered", ALTERED, "^")):
        axes.plot([], [], mark, color=colour, label=f"{word} (bar: median)")
    made.legend(loc="outside upper right", ncols=2, fontsize=9)
    save(made, path)


def groups_plot(pairs: Pairs, nodes: Sequence[str], path: Path) -> None:
    """Mean lift of every node in the real and the altered files of each group."""
    rows, names = [], []
    for value in sorted({entry.group for entry, _ in pairs} - {""}):
        for label, word in ((0, "real"), (1, "altered")):
            chosen = [s.lift for e, s in pairs if s.lift is not None and e.group == value and e.label == label]
            if chosen:
                rows.append([np.mean([lift[node] for lift in chosen]) for node in nodes])
                names.append(f"{value}, {word} ({len(chosen)})")
    if rows:
        heat_plot(np.array(rows), names, nodes, "mean lift over the prior (log-odds)", path)


def heat_plot(
    values: np.ndarray, rows: Sequence[str], columns: Sequence[str], what: str, path: Path, *, digits: int = 1
) -> None:
    """A table of numbers as colours around 0, with the numbers in it."""
    made = figure(0.75 * len(columns) + 3.4, 0.42 * len(rows) + 2.2)
    heat_axes(made.add_subplot(), made, values, rows, columns, what, digits)
    save(made, path)


def heat_axes(
    axes: Axes,
    made: Figure,
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    what: str,
    digits: int,
    limit: float | None = None,
) -> None:
    """Draw the table of ``heat_plot`` into ``axes``; colours reach from minus to plus ``limit``."""
    limit = limit or max(float(np.abs(values).max()), 1e-9)
    shown = axes.imshow(values, cmap="PuOr_r", vmin=-limit, vmax=limit, aspect="auto")
    for (y, x), value in np.ndenumerate(values):
        colour = "white" if abs(value) > 0.6 * limit else BLACK
        axes.text(x, y, f"{value:.{digits}f}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(len(columns)), [c.replace("_", " ") for c in columns], rotation=40, ha="right")
    axes.set_yticks(range(len(rows)), [plain_text(r) for r in rows])
    made.colorbar(shown, ax=axes, label=what)
