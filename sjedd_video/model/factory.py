"""Open the model that the options ask for, on the runtime they ask for, and prove that it works."""

from __future__ import annotations

from sjedd_video.errors import ModelError, OptionsError
from sjedd_video.model.backends.base import Backend
from sjedd_video.model.bundle import Bundle, Weights, load_bundle
from sjedd_video.model.card import GRAPH, PLACES, Card
from sjedd_video.model.scorer import BundleScorer
from sjedd_video.options import AnalysisOptions


def load_scorer(options: AnalysisOptions) -> BundleScorer:
    """Open the model for an analysis.

    Raises:
        ModelError: The bundle is missing or damaged, was never trained or calibrated, cannot run as asked, or does not
            reproduce its golden vectors.
        OptionsError: The backend does not offer the precision.
    """
    bundle = load_bundle(options.model)
    require_judging(bundle.card)
    return open_scorer(bundle, backend=options.backend, device=options.device, precision=options.precision)


def require_judging(card: Card) -> None:
    """Refuse weights that must not lead to a verdict.

    Raises:
        ModelError: The weights were not trained for this, or their scores were never calibrated.
    """
    if not card.trained:
        message = f"The model {card.name} was never trained to tell altered faces; it cannot judge."
        raise ModelError(message, "Train it first, or use the embedded model.")
    if card.calibration is None:
        message = f"The model {card.name} has no calibration: its scores cannot be read as probabilities."
        raise ModelError(message, "Calibrate it with `sjedd-train calibrate`, or use the embedded one.")


def open_scorer(
    bundle: Bundle, *, backend: str = "onnx", device: str = "auto", precision: str = "fp32"
) -> BundleScorer:
    """Put a bundle on a runtime and check its golden vectors; for calibration and tests, no calibration is needed.

    Args:
        bundle: The opened bundle.
        backend: ``onnx`` or ``torch``.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        precision: ``fp32`` or, with torch, ``bf16``.

    Raises:
        ModelError: A part is damaged, the runtime cannot run it, or it does not reproduce the golden vectors.
        OptionsError: The backend does not offer the precision.
    """
    weights = bundle.weights()
    runtime: Backend
    if backend == "torch":
        from sjedd_video.model.backends.torch_ import TorchBackend

        runtime = TorchBackend(bundle.card.architecture, weights, device, precision)
    else:
        from sjedd_video.model.backends.onnx_ import OnnxBackend

        if precision != "fp32":
            raise OptionsError(f"ONNX Runtime does not offer the precision {precision}.", "Use --backend torch.")
        runtime = OnnxBackend(bundle.read(GRAPH), weights.named(weights.graph), device)
    scorer = BundleScorer(bundle, weights.text_matrix, runtime, _places(bundle, weights))
    scorer.check_golden(bundle.golden())
    return scorer


def _places(bundle: Bundle, weights: Weights) -> Backend | None:
    """The graph that tells altered places, always on the CPU: it is asked for a few pictures of a file."""
    if PLACES not in bundle.card.parts:
        return None
    from sjedd_video.model.backends.onnx_ import OnnxBackend

    return OnnxBackend(bundle.read(PLACES), weights.named(weights.places), "cpu")
