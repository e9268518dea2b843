"""From a torch model to the parts of a bundle, and back; needs the ``[train]`` extra (torch, onnx, onnxscript).

The image tower's weights are stored once: the ONNX graph refers to tensors inside ``weights.safetensors`` as external
data, so both runtimes use the same bytes. Batch normalisation is left for ONNX Runtime to fold when it loads.
"""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sjedd_video.errors import ModelError
from sjedd_video.model.bundle import GRAPH_TENSORS, PLACES_TENSORS, TEXT_MATRIX, Bundle, write_bundle
from sjedd_video.model.card import GOLDEN, GRAPH, PLACES, TEXT_TOWER, WEIGHTS, Card, PartName, Preprocess
from sjedd_video.model.joint_embedding import JointEmbedding
from sjedd_video.model.onnx_graph import INLINE_BYTES, onnx_graph, refer, shared_names, take_off
from sjedd_video.model.scorer import odds_of_places, prepare, probabilities, views

if TYPE_CHECKING:
    import onnx

Module = TypeVar("Module", bound=nn.Module)
KEYS: dict[PartName, str] = {GRAPH: GRAPH_TENSORS, PLACES: PLACES_TENSORS}
CANDIDATES = 12
"""Made pictures from which the two golden crops are chosen."""


def bundle_parts(
    model: JointEmbedding, preprocess: Preprocess, *, places: nn.Module | None = None, with_text_tower: bool = False
) -> dict[PartName, bytes]:
    """Every file of a bundle but its card.

    Args:
        model: The model; it is not changed.
        preprocess: How crops become its input.
        places: Pictures ``(B, 3, S, S)`` to ``(B, g, g)`` log-odds that a place was altered; it holds the image tower
            as ``tower``.
        with_text_tower: Also store the text tower, to train further; it is not needed to score.

    Raises:
        ModelError: A weight is not finite, or the packages that write ONNX are missing.
    """
    from safetensors.numpy import save

    model = _plain(model)
    with torch.inference_mode():
        text = model.text_matrix().numpy()
    tower = _arrays(model.clip.visual)
    graphs: dict[PartName, onnx.ModelProto] = {GRAPH: onnx_graph(model.clip.visual, preprocess.input_size)}
    if places is not None:
        places = _plain(places)
        graphs[PLACES] = onnx_graph(places, preprocess.input_size, "places")
        take_off(graphs[PLACES], "tower.")
    shared = {part: shared_names(graph, tower) for part, graph in graphs.items()}
    metadata = {KEYS[part]: json.dumps(names) for part, names in shared.items()}
    weights = save({**_compact(tower), TEXT_MATRIX: np.ascontiguousarray(text)}, metadata=metadata)
    parts: dict[PartName, bytes] = {WEIGHTS: weights, GOLDEN: _golden(model, preprocess, places)}
    for part, graph in graphs.items():
        refer(graph, shared[part], weights)
        parts[part] = graph.SerializeToString()
    if with_text_tower:
        every = {name: value for name, value in _arrays(model.clip).items() if not name.startswith("visual.")}
        parts[TEXT_TOWER] = save(every)
    return parts


@torch.no_grad()
def round_to_half(module: nn.Module) -> None:
    """Round weights of two and more dimensions to what half precision can hold, which halves the size of a bundle.

    Biases and norms keep their precision. The module goes on computing in float32; what is measured, calibrated and
    exported after this is the rounded model.
    """
    for value in module.parameters():
        if value.ndim > 1:
            value.copy_(value.half().float())


def in_torch(module: nn.Module) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """A module as a function of arrays, without gradients."""

    @torch.no_grad()
    def run(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(module(torch.from_numpy(pictures)).numpy(), np.float32)

    return run


def card_fields(model: JointEmbedding) -> dict[str, Any]:
    """The fields of a card that follow from the model itself."""
    return {
        "architecture": model.architecture,
        "hierarchy": model.hierarchy.to_dict(),
        "prompts": model.prompts,
        "embed_dim": int(model.text_matrix().shape[1]),
        "scoring": model.scoring,
        "tau": model.tau,
    }


def restore(bundle: Bundle) -> JointEmbedding:
    """Rebuild the torch model with both towers, to train it further.

    Raises:
        ModelError: A part is damaged, or the bundle was written without its text tower.
    """
    from safetensors.torch import load

    card = bundle.card
    simple = card.label_hierarchy.prompts("simple")
    style: Any = "simple" if card.prompts == simple else "full"
    model = JointEmbedding(card.architecture, card.label_hierarchy, scoring=card.scoring, tau=card.tau, prompts=style)
    state, weights = load(bundle.read(TEXT_TOWER)), bundle.weights()
    state.update({f"visual.{name}": torch.from_numpy(value) for name, value in weights.tower.items()})
    if card.scoring == "direct":
        model.head.data.copy_(torch.from_numpy(weights.text_matrix))
    try:
        model.clip.load_state_dict(state)
    except RuntimeError as error:
        raise ModelError(f"{bundle.path}: the weights do not fit {card.architecture}: {error}") from error
    return model


def with_calibration(bundle: Bundle, target: Path, calibration: dict[str, Any], **changes: Any) -> Bundle:
    """Write a copy of ``bundle`` whose card has this calibration section and other changed fields.

    Raises:
        ModelError: A part is damaged, or a field is not valid.
        OutputError: ``target`` exists or cannot be written.
    """
    card = Card.build({**bundle.card.model_dump(), "calibration": calibration, **changes})
    return write_bundle(card, {name: bundle.read(name) for name in bundle.card.parts}, target)


def _plain(model: Module) -> Module:
    """A float32 copy on the CPU, in evaluation mode, without gradients."""
    plain = copy.deepcopy(model).cpu().float().eval().requires_grad_(False)
    broken = [name for name, value in plain.state_dict().items() if not torch.isfinite(value).all()]
    if broken:
        raise ModelError(f"The weights {', '.join(broken[:3])} are not finite.", "Train again from a good checkpoint.")
    return plain.to(memory_format=torch.contiguous_format)


def _arrays(module: nn.Module) -> dict[str, NDArray[Any]]:
    return {name: value.detach().contiguous().numpy() for name, value in module.state_dict().items()}


def _compact(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The same values; large weights that lose nothing by it in half precision."""
    return {name: _half_if_exact(value) for name, value in arrays.items()}


def _half_if_exact(value: NDArray[Any]) -> NDArray[Any]:
    if value.ndim < 2 or value.dtype != np.float32 or value.nbytes <= INLINE_BYTES:
        return value
    with np.errstate(over="ignore"):
        half = value.astype(np.float16)
    return half if np.array_equal(half.astype(np.float32), value) else value


def _golden(model: JointEmbedding, preprocess: Preprocess, places: nn.Module | None) -> bytes:
    """Golden vectors on made pictures, chosen so that p(face) is far from 0 and 1 where differences would hide."""
    crops = _made_crops(preprocess.crop_size)
    with torch.inference_mode():
        # One by one: the size of a batch changes the last digits.
        raw = np.concatenate([
            np.mean([model(torch.from_numpy(prepare(view, preprocess))).numpy() for view in views(one, preprocess)], 0)
            for one in crops[:, None]
        ])  # fmt: skip
    known = probabilities(raw, model.scoring, model.hierarchy)
    order = [np.argsort(np.abs(known[:, 0] - wanted), kind="stable") for wanted in (0.25, 0.75)]
    first = int(order[0][0])
    chosen = [first, next(int(i) for i in order[1] if i != first)]
    answers: dict[str, Any] = {"crops": crops[chosen], "raw": raw[chosen], "probabilities": known[chosen]}
    if places is not None:
        tell = in_torch(places)
        answers["places"] = np.stack([odds_of_places(tell, crop, preprocess) for crop in crops[chosen]])
    file = io.BytesIO()
    np.savez_compressed(file, **answers)
    return file.getvalue()


def _made_crops(side: int) -> NDArray[np.uint8]:
    """``(CANDIDATES, side, side, 3) uint8`` mosaics of few colours, which compress to a few kilobytes."""
    rng = np.random.default_rng(7)
    crops = []
    for i in range(CANDIDATES):
        tiles = 2 + i % 11
        coarse = rng.integers(0, 256, (tiles, tiles, 3), dtype=np.uint8)
        place = np.arange(side) * tiles // side
        crops.append(coarse[place][:, place])
    return np.stack(crops)
