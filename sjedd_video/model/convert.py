"""From a torch model to the parts of a bundle, and back; needs the ``[train]`` extra (torch, onnx, onnxscript).

The image tower's weights are stored once: the ONNX graph refers to tensors inside ``weights.safetensors`` as external
data, so both runtimes use the same bytes. Batch normalisation is left for ONNX Runtime to fold when it loads.
"""

from __future__ import annotations

import copy
import io
import json
import warnings
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
from sjedd_video.model.scorer import prepare, probabilities, views

if TYPE_CHECKING:
    import onnx

Module = TypeVar("Module", bound=nn.Module)
OPSET = 18
INLINE_BYTES = 1024
"""Smaller tensors stay in the graph, where ONNX Runtime can fold them."""
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
    graphs: dict[PartName, onnx.ModelProto] = {GRAPH: _onnx_graph(model.clip.visual, preprocess.input_size)}
    if places is not None:
        graphs[PLACES] = _onnx_graph(_plain(places), preprocess.input_size, "places")
        _rename(graphs[PLACES], "tower.")
    shared = {part: _shared_names(graph, tower) for part, graph in graphs.items()}
    metadata = {KEYS[part]: json.dumps(names) for part, names in shared.items()}
    weights = save({**tower, TEXT_MATRIX: np.ascontiguousarray(text)}, metadata=metadata)
    parts: dict[PartName, bytes] = {WEIGHTS: weights, GOLDEN: _golden(model, preprocess)}
    for part, graph in graphs.items():
        _refer(graph, shared[part], weights)
        parts[part] = graph.SerializeToString()
    if with_text_tower:
        every = {name: value for name, value in _arrays(model.clip).items() if not name.startswith("visual.")}
        parts[TEXT_TOWER] = save(every)
    return parts


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


def _onnx_graph(tower: nn.Module, side: int, output: str = "features") -> onnx.ModelProto:
    try:
        import onnxscript.optimizer
    except ImportError as error:
        message = "Writing ONNX needs the packages onnx and onnxscript."
        raise ModelError(message, 'Install them with: pip install "sjedd-video[train]".') from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            tower,
            (torch.zeros(2, 3, side, side),),
            dynamo=True,
            opset_version=OPSET,
            input_names=["images"],
            output_names=[output],
            dynamic_shapes=({0: torch.export.Dim("batch", min=1)},),
            optimize=False,
            external_data=False,
            verbose=False,
        )
    if program is None:
        raise ModelError("torch wrote no ONNX program.")
    large = INLINE_BYTES // 4
    onnxscript.optimizer.inline(program.model)
    # Transposed copies of large weights would no longer be the tensors of the state dict.
    onnxscript.optimizer.fold_constants(
        program.model, should_fold=lambda node: None if _is_small(node, large) else False
    )
    onnxscript.optimizer.remove_unused_nodes(program.model)
    graph: onnx.ModelProto = program.model_proto
    _strip(graph)
    return graph


def _rename(model: onnx.ModelProto, prefix: str) -> None:
    """Take ``prefix`` off the names of weights, so that they are those of the image tower."""
    graph = model.graph
    names = {i.name: i.name.removeprefix(prefix) for i in graph.initializer}
    for initializer in graph.initializer:
        initializer.name = names[initializer.name]
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]


def _is_small(node: Any, limit: int) -> bool:
    """Whether no constant input of a node has more than ``limit`` elements."""
    values = [value.const_value for value in node.inputs if value is not None]
    return all(value is None or value.size <= limit for value in values)


def _strip(model: onnx.ModelProto) -> None:
    """Remove the exporter's notes, which hold source paths of the machine that exported."""
    graph = model.graph
    for thing in (graph, *graph.node, *graph.input, *graph.output, *graph.initializer):
        thing.ClearField("metadata_props")
        thing.ClearField("doc_string")
    graph.ClearField("value_info")
    model.ClearField("metadata_props")


def _shared_names(model: onnx.ModelProto, tower: dict[str, NDArray[Any]]) -> list[str]:
    """Initialisers that are, bit for bit, tensors of the tower."""
    from onnx import numpy_helper

    large = [i for i in model.graph.initializer if i.name in tower and tower[i.name].nbytes > INLINE_BYTES]
    return [i.name for i in large if np.array_equal(numpy_helper.to_array(i), tower[i.name])]


def _refer(model: onnx.ModelProto, names: list[str], safetensors: bytes) -> None:
    """Make the initialisers ``names`` refer to their place in ``safetensors``."""
    from onnx import TensorProto

    length = int.from_bytes(safetensors[:8], "little")
    header = json.loads(safetensors[8 : 8 + length])
    chosen = set(names)
    for initializer in model.graph.initializer:
        if initializer.name in chosen:
            start, end = header[initializer.name]["data_offsets"]
            initializer.ClearField("raw_data")
            initializer.data_location = TensorProto.EXTERNAL
            place = {"location": WEIGHTS, "offset": 8 + length + start, "length": end - start}
            for key, value in place.items():
                entry = initializer.external_data.add()
                entry.key, entry.value = key, str(value)


def _golden(model: JointEmbedding, preprocess: Preprocess) -> bytes:
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
    file = io.BytesIO()
    np.savez_compressed(file, crops=crops[chosen], raw=raw[chosen], probabilities=known[chosen])
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
