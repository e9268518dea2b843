"""Pictures of the protocols that measure how a score holds: under perturbation, and on small or cut faces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sjedd_training.data.perturb import LEVELS
from sjedd_training.plots import BLACK, BLUE, DASHES, GROUP_COLOURS, ORANGE, RED, figure, plain_axes, plain_text, save
from sjedd_training.robustness import CLEAN, Levels
from sjedd_training.small_faces import Found

MARKS = "os^Dv"
SHOWN = {
    "suspected": ("real, at the threshold", RED, ""),
    "strong": ("real, strong support", ORANGE, "//"),
    "caught": ("forged, at the threshold", BLUE, ".."),
}


def robustness_plot(found: Mapping[str, Levels], path: Path) -> None:
    """AUC against the level of every perturbation, with 95 % intervals; level 0 is no perturbation."""
    made = figure(5.2 * len(found) + 0.4, 4.6)
    panes = made.subplots(1, len(found), sharey=True, squeeze=False)[0]
    for axes, (title, levels) in zip(panes, found.items(), strict=True):
        kinds = [kind for kind in levels if kind != CLEAN]
        for k, kind in enumerate(kinds):
            aucs = (*levels[CLEAN], *levels[kind])
            values = [auc.value for auc in aucs]
            bars = [[auc.value - auc.low for auc in aucs], [auc.high - auc.value for auc in aucs]]
            at = [level + 0.06 * (k - (len(kinds) - 1) / 2) for level in range(len(aucs))]
            axes.errorbar(
                at, values, bars, label=kind.replace("_", " "), color=GROUP_COLOURS[k % len(GROUP_COLOURS)],
                marker=MARKS[k % len(MARKS)], linestyle=DASHES[k % len(DASHES)], linewidth=1.4, elinewidth=0.8,
            )  # fmt: skip
        plain_axes(axes).axhline(0.5, color=BLACK, linewidth=0.8)
        axes.set(title=plain_text(title), xlabel="level", xticks=range(LEVELS + 1))
    lowest = min(auc.low for levels in found.values() for aucs in levels.values() for auc in aucs)
    panes[0].set(ylabel="AUC", ylim=(min(0.45, lowest - 0.02), 1.01))
    made.legend(*panes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5, fontsize=9)
    save(made, path)


def small_faces_plot(found: Sequence[Found], path: Path) -> None:
    """Shares of real and forged faces that are suspected, by how small or cut off they are, of a calibrated model."""
    made = figure(7.6, 0.62 * len(found) + 1.6)
    axes = plain_axes(made.add_subplot())
    for k, (name, (label, colour, hatch)) in enumerate(SHOWN.items()):
        at = [place + 0.27 * (k - 1) for place in range(len(found))]
        shares = [getattr(row, name) for row in found]
        axes.barh(at, shares, 0.25, color=colour, hatch=hatch, edgecolor="white", label=label)
    axes.set_yticks(range(len(found)), [f"{row.name}\nAUC {row.auc:.3f}" for row in found])
    axes.set(xlabel="share of the faces", xlim=(0, 1), ylim=(len(found) - 0.5, -0.5))
    made.legend(loc="outside lower center", ncols=3, fontsize=9)
    save(made, path)
