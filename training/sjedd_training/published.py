"""What the papers report: video-level AUC in percent. ``[SJEDD]`` arXiv 2408.16305, ``[JE]`` its earlier form."""

from __future__ import annotations

TRAINED_ON_FFPP = "SJEDD (full) on FF++, published"
TRAINED_ON_FFSC = "SJEDD (full) on FFSC, published"
CROSS_DATASET: dict[str, dict[str, float]] = {
    TRAINED_ON_FFPP: {"FF++": 99.86, "CDF": 92.22, "FSh": 97.80, "DF-1.0": 93.21, "DFDC": 84.14, "FFSC": 85.70},
    TRAINED_ON_FFSC: {"FF++": 93.81, "CDF": 91.28, "DF-1.0": 97.60, "DFDC": 81.32},
}
"""By what the paper's model was trained on, then by data set. On FF++ with the expansion of its section III."""
ROBUSTNESS = "JE"
ROBUSTNESS_AUC: dict[str, float] = {"clean": 98.49, "patch": 97.65, "noise": 82.85, "blur": 87.31, "pixelate": 90.70}
"""One number for each perturbation; JPEG is not among them."""
