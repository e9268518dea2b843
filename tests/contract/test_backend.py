"""One suite over every backend and scoring rule, on a tiny random model flagged as trained."""

import numpy as np
import pytest

from bundles import PREPROCESS, common_fields, tiny_model, tiny_parts, write_tiny
from sjedd_video.errors import ModelError
from sjedd_video.hierarchy import marginals
from sjedd_video.model.bundle import write_bundle
from sjedd_video.model.card import Card
from sjedd_video.model.convert import card_fields
from sjedd_video.model.factory import load_scorer, open_scorer
from sjedd_video.model.scorer import BATCH, prepare
from sjedd_video.options import AnalysisOptions

pytestmark = pytest.mark.torch

BACKENDS = {
    "onnx": {"backend": "onnx", "device": "cpu"},
    "torch": {"backend": "torch", "device": "cpu"},
    "torch-bf16": {"backend": "torch", "device": "cpu", "precision": "bf16"},
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return write_tiny(tmp_path_factory.mktemp("bundle") / "tiny.sjedd")


@pytest.fixture(scope="module", params=BACKENDS)
def scorer(request, bundle):
    return open_scorer(bundle, **BACKENDS[request.param])


def pictures(count: int, seed: int = 0) -> np.ndarray:
    """Smooth gradients, noise and flat pictures: ``(count, 45, 45, 3) uint8``."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (count, 45, 45, 3))
    ramp = np.linspace(0, 255, 45)[None, :, None, None] * rng.random((count, 1, 1, 3))
    share = rng.random((count, 1, 1, 1)) ** 3
    return (share * noise + (1 - share) * ramp).astype(np.uint8)


def test_scores_are_those_of_the_torch_model(scorer):
    import torch

    crops = pictures(5)
    raw, found = scorer.score(crops)
    assert raw.shape == found.shape == (5, 10)
    assert (raw.dtype, found.dtype) == (np.float32, np.float64)
    with torch.inference_mode():
        reference = tiny_model()(torch.from_numpy(prepare(crops, PREPROCESS))).numpy()
    expected = marginals(reference, tiny_model().hierarchy.states)
    assert np.ptp(expected[:, 0]) > 0.02, "the test model must tell the pictures apart"
    assert np.abs(found - expected).max() <= scorer.backend.tolerance


def test_golden_vectors_are_reproduced(scorer, bundle):
    golden = bundle.golden()
    assert scorer.golden_difference(golden) <= scorer.backend.tolerance
    assert 0.001 < golden.probabilities[:, 0].min() < 0.999


def test_the_number_of_crops_does_not_matter(scorer, monkeypatch):
    crops = pictures(2 * BATCH + 3, seed=1)
    sizes = []
    encode = scorer.backend.encode
    monkeypatch.setattr(scorer.backend, "encode", lambda images: sizes.append(len(images)) or encode(images))
    found = scorer.score(list(crops))[1]
    assert sizes == [BATCH, BATCH, 3]
    one = np.concatenate([scorer.score(crops[i : i + 1])[1] for i in range(0, len(crops), 7)])
    assert np.abs(found[::7] - one).max() <= scorer.backend.tolerance
    empty_raw, empty = scorer.score([])
    assert empty_raw.shape == empty.shape == (0, 10)


@pytest.mark.parametrize("wrong", [np.zeros((44, 44, 3), np.uint8), np.zeros((45, 45, 3), np.float32)])
def test_crops_of_another_kind_are_refused(scorer, wrong):
    with pytest.raises(ValueError, match=r"a crop must be \(45, 45, 3\) uint8"):
        scorer.score([wrong])


def test_it_says_what_runs_and_whose_it_is(scorer, bundle):
    facts = scorer.facts("detector", "1" * 64)
    assert facts.provider.split()[0] in {"CPUExecutionProvider", "cpu"}
    assert facts.backend.split()[0] in {"onnxruntime", "torch"}
    assert (facts.name, facts.sha256, facts.hierarchy) == ("tiny", bundle.sha256, "ffpp")
    assert facts.prior[0] == pytest.approx(249 / 250)
    assert facts.calibration["a"] == 0.8
    assert "image_a" not in facts.calibration
    assert scorer.crop == (1.3, 45, 0)


def test_a_score_that_is_no_number_is_an_error(scorer, monkeypatch):
    monkeypatch.setattr(scorer.backend, "encode", lambda images: np.full((len(images), 16), np.nan, np.float32))
    with pytest.raises(ModelError, match="not a number"):
        scorer.score(pictures(1))


def test_wrong_answers_are_noticed(scorer, bundle, monkeypatch):
    encode = scorer.backend.encode
    monkeypatch.setattr(scorer.backend, "encode", lambda images: encode(images) * 0.5)
    with pytest.raises(ModelError, match="does not reproduce"):
        scorer.check_golden(bundle.golden())


@pytest.mark.parametrize("name", ["onnx", "torch"])
@pytest.mark.parametrize("scoring", ["cosine", "pair", "direct"])
def test_every_scoring_rule_agrees(tmp_path, scoring, name):
    import torch

    bundle = write_tiny(tmp_path / "b", scoring)
    crops = pictures(4, seed=2)
    raw, found = open_scorer(bundle, **BACKENDS[name]).score(crops)
    model = tiny_model(scoring)
    with torch.inference_mode():
        reference = model(torch.from_numpy(prepare(crops, PREPROCESS)))
        expected = model.probabilities(reference.double() if scoring == "pair" else reference).numpy()
    assert np.allclose(raw, reference.numpy(), rtol=1e-3, atol=1e-6)
    assert np.abs(found - expected).max() < 1e-4
    if scoring == "pair":
        assert facts_prior(bundle, name) == pytest.approx([0.5] * 10)


def facts_prior(bundle, name):
    return open_scorer(bundle, **BACKENDS[name]).facts("d", "0").prior


def test_the_release_rule_is_named_in_the_facts(tmp_path):
    facts = open_scorer(write_tiny(tmp_path / "b", rule="release")).facts("d", "0")
    assert facts.hierarchy == "ffpp (release)"
    assert facts.prior[0] == pytest.approx(250 / 251)


def test_the_backends_agree(bundle):
    crops = pictures(12, seed=3)
    onnx, torch = (open_scorer(bundle, **BACKENDS[name]).score(crops)[1] for name in ("onnx", "torch"))
    assert np.abs(onnx - torch).max() <= 1e-3


def test_options_choose_the_backend(bundle):
    for backend, prefix in (("onnx", "onnxruntime"), ("torch", "torch")):
        options = AnalysisOptions(model=str(bundle.path), backend=backend, device="cpu")
        assert load_scorer(options).facts("d", "0").backend.startswith(prefix)


@pytest.mark.parametrize("factor", [0.9, float("nan")])
@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_a_bundle_that_does_not_reproduce_itself_is_refused(tmp_path, bundle, backend, factor):
    import io

    golden = bundle.golden()
    file = io.BytesIO()
    np.savez_compressed(file, crops=golden.crops, raw=golden.raw, probabilities=golden.probabilities * factor)
    other = write_bundle(bundle.card, {**tiny_parts(), "golden.npz": file.getvalue()}, tmp_path / "b")
    with pytest.raises(ModelError, match="does not reproduce"):
        open_scorer(other, **BACKENDS[backend])


def test_weights_of_another_architecture_are_refused(tmp_path):
    bundle = write_tiny(tmp_path / "b", architecture="sjedd-lite2")
    with pytest.raises(ModelError, match="do not fit sjedd-lite2"):
        open_scorer(bundle, **BACKENDS["torch"])
    unknown = write_tiny(tmp_path / "c", architecture="no-such-tower")
    with pytest.raises(ModelError, match="no-such-tower"):
        open_scorer(unknown, **BACKENDS["torch"])


@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_a_device_that_is_not_there_is_an_error_not_a_fallback(bundle, backend, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(ModelError, match="device cuda"):
        open_scorer(bundle, backend=backend, device="cuda")


def test_a_provider_that_falls_back_is_not_reported_as_running(bundle, monkeypatch):
    from sjedd_video.model.backends import onnx_

    real, asked = onnx_._session, []

    def fallen_back(graph, weights, provider):
        asked.append(provider)
        return real(graph, weights, "CPUExecutionProvider")

    monkeypatch.setattr(onnx_, "_session", fallen_back)
    names = ["AzureExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: names)
    assert open_scorer(bundle, device="auto").backend.provider == "CPUExecutionProvider"
    assert asked == ["CUDAExecutionProvider", "CPUExecutionProvider"]
    with pytest.raises(ModelError, match="device cuda"):
        open_scorer(bundle, device="cuda")


def test_running_out_of_memory_is_told_apart(bundle, monkeypatch):
    import torch

    onnx, tower = (open_scorer(bundle, **BACKENDS[name]) for name in ("onnx", "torch"))

    class Session:
        def run(self, *_):
            raise RuntimeError("Failed to allocate memory for requested buffer of size 1")

    def full(_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(onnx.backend, "_session", Session())
    monkeypatch.setattr(tower.backend, "_tower", full)
    for scorer in (onnx, tower):
        with pytest.raises(MemoryError):
            scorer.score(pictures(1))


def test_resizing_is_bicubic_as_in_clip():
    from PIL import Image

    crop = pictures(1, seed=4)[0]
    small = np.asarray(Image.fromarray(crop).resize((32, 32), Image.Resampling.BICUBIC), np.float64) / 255
    expected = (small - PREPROCESS.mean) / PREPROCESS.std
    assert np.abs(prepare(crop[None], PREPROCESS)[0].transpose(1, 2, 0) - expected).max() < 1e-5


@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_a_mirror_image_scores_the_same_where_the_card_says_so(tmp_path, backend):
    fields = {**common_fields(), **card_fields(tiny_model())}
    plain, mirrored = (
        write_bundle(
            Card.build({**fields, "preprocess": {**PREPROCESS.model_dump(), "mirror": mirror}}),
            tiny_parts(mirror=mirror),
            tmp_path / f"{mirror}.sjedd",
        )
        for mirror in (False, True)
    )
    crops = pictures(3)
    one, other = (open_scorer(plain, backend=backend).score(view)[0] for view in (crops, crops[:, :, ::-1]))
    both = [open_scorer(mirrored, backend=backend).score(view)[0] for view in (crops, crops[:, :, ::-1])]
    assert np.abs(one - other).max() > 1e-3
    for raw in both:
        np.testing.assert_allclose(raw, (one + other) / 2, rtol=1e-4, atol=1e-5)
