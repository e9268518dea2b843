"""Tiny bundles for tests: a one-layer image tower with random weights that is flagged as trained."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sjedd_video.hierarchy import load_hierarchy
from sjedd_video.model.bundle import Bundle, write_bundle
from sjedd_video.model.card import Card, Preprocess

ARCHITECTURE = "tiny-test-tower"
CONFIG = {
    "embed_dim": 16,
    "quick_gelu": True,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 32, "vocab_size": 49408, "width": 8, "heads": 2, "layers": 1},
}
PREPROCESS = Preprocess(crop_scale=1.3, crop_size=45, input_size=32, mean=(0.5, 0.4, 0.3), std=(0.3, 0.2, 0.25))
CALIBRATION: dict[str, Any] = {
    "a": 0.8, "b": -0.2, "threshold": 0.5, "data": "made up for tests", "n_real": 3, "n_fake": 4,
    "error_rates": [{"threshold": 0.5, "fpr": 0.1, "fnr": 0.2}],
}  # fmt: skip


def register_tiny() -> str:
    """Make the tiny architecture known to open_clip; needs torch."""
    import open_clip

    folder = Path(tempfile.mkdtemp(prefix="sjedd-test-"))
    path = folder / f"{ARCHITECTURE}.json"
    path.write_text(json.dumps(CONFIG), "utf-8")
    open_clip.add_model_config(path)
    path.unlink()
    folder.rmdir()
    return ARCHITECTURE


@cache
def tiny_model(scoring: str = "inner", rule: str = "strict"):
    """A tiny model that gives made pictures different p(face); needs torch. Do not change it."""
    import torch

    from sjedd_video.model.convert import _made_crops
    from sjedd_video.model.joint_embedding import JointEmbedding
    from sjedd_video.model.scorer import prepare

    torch.manual_seed(5)
    model = JointEmbedding(register_tiny(), load_hierarchy("ffpp", rule), scoring=scoring)  # type: ignore[arg-type]
    if (scoring, rule) != ("inner", "strict"):
        known = tiny_model().clip.state_dict()
        model.clip.load_state_dict({name: known[name] for name in model.clip.state_dict()})
        if scoring == "direct":
            model.head.data.copy_(tiny_model().text_matrix().detach())
        return model.eval()
    pictures = torch.from_numpy(prepare(_made_crops(45), PREPROCESS))
    visual = model.clip.visual
    with torch.no_grad():
        # Choose the projection so that the mean raw score of these pictures runs from -4 to 1.
        projection, text = visual.proj.clone(), model.text_matrix().mean(dim=0)
        visual.proj = None
        pooled = visual(pictures)
        wanted = torch.linspace(-4.0, 1.0, len(pictures))[:, None]
        chosen = torch.linalg.pinv(pooled, rtol=0.05) @ wanted @ text[None] / text.square().sum()
        visual.proj = torch.nn.Parameter(chosen + 0.1 * projection)
    return model.eval()


@cache
def tiny_parts(scoring: str = "inner", rule: str = "strict", mirror: bool = False):
    """The parts of the tiny model's bundle. The towers are all the same, so the slow export is done once."""
    import copy

    import pytest

    from sjedd_video.model import convert

    graph = _tiny_graph()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convert, "onnx_graph", lambda *_: copy.deepcopy(graph))
        preprocess = PREPROCESS.model_copy(update={"mirror": mirror})
        return convert.bundle_parts(tiny_model(scoring, rule), preprocess, with_text_tower=True)


@cache
def _tiny_graph():
    from sjedd_video.model.onnx_graph import onnx_graph

    return onnx_graph(tiny_model().clip.visual, PREPROCESS.input_size)


def write_tiny(target: Path, scoring: str = "inner", rule: str = "strict", **changes: Any) -> Bundle:
    """Write the tiny bundle; ``changes`` replace fields of its card."""
    from sjedd_video.model.convert import card_fields

    fields = {**common_fields(), **card_fields(tiny_model(scoring, rule)), **changes}
    return write_bundle(Card.build(fields), tiny_parts(scoring, rule), target)


def common_fields() -> dict[str, Any]:
    """Fields of a card that do not follow from a model."""
    return {"name": "tiny", "preprocess": PREPROCESS.model_dump(), "trained": True, "training_data": "nothing",
            "licence": "none", "calibration": CALIBRATION, "metrics": {"auc": 0.5}}  # fmt: skip


def write_hollow(target: Path, **changes: Any) -> Bundle:
    """Write a bundle whose graph is no graph, made without torch: for tests that read but never run it."""
    from safetensors.numpy import save

    hierarchy = load_hierarchy("ffpp")
    n, rng = len(hierarchy.nodes), np.random.default_rng(0)
    fields = {**common_fields(), "architecture": ARCHITECTURE, "hierarchy": hierarchy.to_dict(), "embed_dim": 4,
              "prompts": hierarchy.prompts(), "tau": 10.0, **changes}  # fmt: skip
    weights = save({"w": np.ones((2, 2), np.float32), "text_matrix": rng.normal(size=(n, 4)).astype(np.float32)})
    file = target.with_name(target.name + ".npz")
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        file, crops=np.zeros((1, 45, 45, 3), np.uint8), raw=np.zeros((1, n), np.float32), probabilities=np.zeros((1, n))
    )
    golden = file.read_bytes()
    file.unlink()
    parts = {"weights.safetensors": weights, "image_tower.onnx": b"no graph", "golden.npz": golden}
    return write_bundle(Card.build(fields), parts, target)
