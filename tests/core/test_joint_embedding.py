"""The joint embedding against the formulas it implements, written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sjedd_video.hierarchy import load_hierarchy
from sjedd_video.hierarchy import marginals as numpy_marginals

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytest.importorskip("open_clip", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_video.model.joint_embedding import JointEmbedding, marginals, register_architectures  # noqa: E402


@pytest.fixture(scope="module", params=["inner", "cosine", "pair", "direct"])
def case(request):
    """A model of each scoring with the image and text features of one batch."""
    torch.manual_seed(0)
    model = JointEmbedding("sjedd-lite2", load_hierarchy("ffpp"), scoring=request.param).eval()
    images = torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        return (
            request.param,
            model,
            model(images),
            model.clip.encode_image(images),
            model.head if request.param == "direct" else model.clip.encode_text(model.tokens),
        )


def test_scores_follow_their_equation(case):
    scoring, model, raw, image, text = case
    if scoring == "inner":
        expected = image @ text.T / 10
    elif scoring == "direct":
        expected = image @ text.T
        assert not hasattr(model.clip, "transformer")
    elif scoring == "cosine":
        expected = torch.cosine_similarity(image[:, None], text[None], dim=-1) / 10
    else:
        cosine = torch.cosine_similarity(image[:, None], text[None], dim=-1)
        expected = cosine[:, :10] - cosine[:, 10:]
    torch.testing.assert_close(raw, expected, rtol=1e-4, atol=1e-5)


def test_probabilities_are_marginals_or_independent(case):
    scoring, model, raw, *_ = case
    p = model.probabilities(raw).numpy()
    if scoring == "pair":
        np.testing.assert_allclose(p, 1 / (1 + np.exp(-raw.numpy())), rtol=1e-5)
    else:
        np.testing.assert_allclose(p, numpy_marginals(raw.numpy(), model.hierarchy.states), atol=1e-5)
        assert (p[:, 1:] <= p[:, :1] + 1e-6).all()


def test_marginals_are_differentiable_and_agree_with_numpy_in_double():
    states = load_hierarchy("ffsc").states
    raw = torch.randn(4, states.shape[1], dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    torch_states = torch.from_numpy(states.astype(np.float64))
    np.testing.assert_allclose(marginals(raw, torch_states), numpy_marginals(raw.numpy(), states), atol=1e-12)
    raw.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: marginals(x, torch_states), (raw,))


def test_both_architectures_are_known_to_open_clip():
    import open_clip

    assert {"sjedd-lite2", "sjedd-vit-b-32"} <= set(register_architectures())
    config = open_clip.get_model_config("sjedd-vit-b-32")
    assert config["quick_gelu"] is True
    assert (config["embed_dim"], config["vision_cfg"]["patch_size"], config["vision_cfg"]["layers"]) == (512, 32, 12)
