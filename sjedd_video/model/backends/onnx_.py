"""The default runtime: ONNX Runtime on the CPU, or on an accelerator whose provider is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_video.errors import ModelError
from sjedd_video.model.backends.base import FP32_TOLERANCE, threads
from sjedd_video.types import FloatArray

CPU = "CPUExecutionProvider"
PROVIDERS = {
    "auto": ("CUDAExecutionProvider", CPU),
    "cpu": (CPU,),
    "cuda": ("CUDAExecutionProvider",),
    "mps": ("CoreMLExecutionProvider",),
}
"""Providers tried for a device, best first. Others, such as those that call a network service, are never used."""
OPTIONS: dict[str, dict[str, str]] = {"CUDAExecutionProvider": {"use_tf32": "0"}}


class OnnxBackend:
    """An ONNX Runtime session over a graph that takes its weights from the bundle's safetensors.

    Args:
        graph: An ONNX graph over weights of the image tower.
        tensors: What the graph takes from the bundle, by name.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.

    Raises:
        ModelError: The graph cannot be run, or no provider of ``device`` works here.
    """

    tolerance = FP32_TOLERANCE

    def __init__(self, graph: bytes, tensors: Mapping[str, NDArray[Any]], device: str) -> None:
        import onnxruntime

        self.name = f"onnxruntime {onnxruntime.__version__}"
        self._session = _first_that_works(graph, tensors, device)
        self.provider: str = self._session.get_providers()[0]
        self._input: str = self._session.get_inputs()[0].name

    def encode(self, images: FloatArray) -> FloatArray:
        """See ``Backend.encode``."""
        try:
            features: FloatArray = self._session.run(None, {self._input: images})[0]
        except Exception as error:
            if "alloc" in str(error).lower():
                raise MemoryError(str(error)) from error
            raise ModelError(f"ONNX Runtime failed: {error}.", "Try --device cpu.") from error
        return features


def _first_that_works(graph: bytes, tensors: Mapping[str, NDArray[Any]], device: str) -> Any:
    import onnxruntime

    wanted = PROVIDERS[device]
    for provider in wanted:
        if provider in onnxruntime.get_available_providers():
            session = _session(graph, tensors, provider)
            # A provider whose libraries are missing is left out by ONNX Runtime without an error.
            if session.get_providers()[0] == provider:
                return session
    advice = "Use --device cpu, or install the ONNX Runtime build for that device."
    raise ModelError(f"ONNX Runtime cannot use the device {device}: {wanted[0]} does not run here.", advice)


def _session(graph: bytes, tensors: Mapping[str, NDArray[Any]], provider: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Spinning threads would take the cores from the decoder and the detector.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value)) for value in tensors.values()]
    options.add_external_initializers(list(tensors), values)
    chosen = [(provider, OPTIONS.get(provider, {}))]
    if provider != CPU:
        chosen.append((CPU, {}))
    try:
        return onnxruntime.InferenceSession(graph, options, providers=chosen)
    except Exception as error:
        message = f"The model cannot be run by ONNX Runtime: {error}."
        raise ModelError(message, "Export or import the model again, or try --backend torch.") from error
