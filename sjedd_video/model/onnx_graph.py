"""The ONNX graphs of a bundle, whose large weights stay in ``weights.safetensors``; needs the ``[train]`` extra."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sjedd_video.errors import ModelError
from sjedd_video.model.card import WEIGHTS

if TYPE_CHECKING:
    import onnx

OPSET = 18
AS_FLOAT = ":float32"
"""Behind the name of a weight that is stored in half precision: the same weight as the graph uses it."""
INLINE_BYTES = 1024
"""Smaller tensors stay in the graph, where ONNX Runtime can fold them."""


def onnx_graph(module: nn.Module, side: int, output: str = "features") -> onnx.ModelProto:
    """Trace a module of pictures ``(B, 3, side, side) float32``, for any B.

    Raises:
        ModelError: The packages that write ONNX are missing, or torch wrote nothing.
    """
    try:
        import onnxscript.optimizer
    except ImportError as error:
        message = "Writing ONNX needs the packages onnx and onnxscript."
        raise ModelError(message, 'Install them with: pip install "sjedd-video[train]".') from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
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


def take_off(model: onnx.ModelProto, prefix: str) -> None:
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


def shared_names(model: onnx.ModelProto, tower: dict[str, NDArray[Any]]) -> list[str]:
    """Initialisers that are, bit for bit, tensors of the tower."""
    from onnx import numpy_helper

    large = [i for i in model.graph.initializer if i.name in tower and tower[i.name].nbytes > INLINE_BYTES]
    return [i.name for i in large if np.array_equal(numpy_helper.to_array(i), tower[i.name])]


def refer(model: onnx.ModelProto, names: list[str], safetensors: bytes) -> None:
    """Make the initialisers ``names`` refer to their place in ``safetensors``; those in half precision get a cast."""
    from onnx import TensorProto, helper

    length = int.from_bytes(safetensors[:8], "little")
    header = json.loads(safetensors[8 : 8 + length])
    chosen = set(names)
    halves = [name for name in names if header[name]["dtype"] == "F16"]
    for initializer in model.graph.initializer:
        if initializer.name in chosen:
            start, end = header[initializer.name]["data_offsets"]
            initializer.ClearField("raw_data")
            initializer.data_location = TensorProto.EXTERNAL
            place = {"location": WEIGHTS, "offset": 8 + length + start, "length": end - start}
            for key, value in place.items():
                entry = initializer.external_data.add()
                entry.key, entry.value = key, str(value)
            if initializer.name in halves:
                initializer.data_type = TensorProto.FLOAT16
    for node in model.graph.node:
        node.input[:] = [f"{name}{AS_FLOAT}" if name in halves else name for name in node.input]
    for name in reversed(halves):
        model.graph.node.insert(0, helper.make_node("Cast", [name], [f"{name}{AS_FLOAT}"], to=TensorProto.FLOAT))
