"""The joint embedding of pictures and alterations in torch [SJEDD eq. 4]; needs the ``[torch]`` extra.

A raw score is the inner product of an image embedding and the embedding of a node's prompt, over a temperature. The
image is encoded once per batch; the text side is a constant at inference.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from sjedd_video.hierarchy import Hierarchy

Scoring = Literal["inner", "cosine", "pair", "direct"]
PromptStyle = Literal["full", "simple"]
Style = Literal["full", "simple", "altered", "unaltered"]
UNIT_LENGTH = ("cosine", "pair")
"""Rules that compare directions: their features have unit length."""
TEXT_PARTS = ("transformer", "token_embedding", "positional_embedding", "ln_final", "text_projection")
"""Attributes of open_clip's model that make up its text tower."""
TAU = 10.0
"""Temperature of the authors' release; CLIP's own ``logit_scale`` is not used."""


def register_architectures() -> tuple[str, ...]:
    """Make our open_clip configs, and the trunks that they name, known to open_clip; return the configs' names."""
    import open_clip

    import sjedd_video.model.twin  # noqa: F401  registers its trunk with timm

    folder = files("sjedd_video") / "model" / "configs"
    with as_file(folder) as path:
        open_clip.add_model_config(path)
        return tuple(sorted(entry.stem for entry in path.glob("*.json")))


def log_odds(raw: Tensor, states: Tensor) -> Tensor:
    """Log-odds of the marginal probability of every node, differentiable [SJEDD eq. 3].

    A difference of two log-sum-exps: where a probability rounds to 0 or 1, its log-odds and their gradient are exact.

    Args:
        raw: ``(..., n)`` raw scores.
        states: ``(S, n)`` legal states in the dtype of ``raw``; each node is 1 in some and 0 in others.

    Returns:
        ``(..., n)``.
    """
    energy = (raw @ states.T).unsqueeze(-2)
    holds = states.T == 1
    return _sum(energy, holds) - _sum(energy, ~holds)


def _sum(energy: Tensor, among: Tensor) -> Tensor:
    return torch.logsumexp(energy.masked_fill(~among, -torch.inf), dim=-1)


def marginals(raw: Tensor, states: Tensor) -> Tensor:
    """Marginal probability of every node, the torch twin of ``hierarchy.marginals``; see `log_odds`."""
    return torch.sigmoid(log_odds(raw, states))


class JointEmbedding(nn.Module):
    """Both towers, the hierarchy, and the rule that turns embeddings into raw scores.

    Args:
        architecture: Name of an open_clip config, ours or open_clip's own.
        hierarchy: The label hierarchy; its templates make the prompts.
        scoring: ``inner`` is the paper's unnormalised inner product over ``tau``; ``cosine`` its normalised ablation
            [SJEDD eq. 8]; ``pair`` the earlier paper's cosine difference of contrastive prompts [JE], whose
            probabilities are independent sigmoids without a graph; ``direct`` a discriminative head without text,
            the ablation in which the text matrix is learned itself and there is no text tower.
        tau: Temperature of ``inner`` and ``cosine``.
        prompts: ``full`` templates or the ``simple`` ablation; ``direct`` has none.
    """

    states: Tensor
    tokens: Tensor

    def __init__(
        self,
        architecture: str,
        hierarchy: Hierarchy,
        *,
        scoring: Scoring = "inner",
        tau: float = TAU,
        prompts: PromptStyle = "full",
    ) -> None:
        super().__init__()
        import open_clip

        register_architectures()
        self.architecture, self.hierarchy = architecture, hierarchy
        self.scoring, self.tau, self.prompt_style = scoring, tau, prompts
        # open_clip.create_model warns of random weights at every start; ours are loaded or trained right after.
        self.clip = open_clip.CLIP(**open_clip.get_model_config(architecture))
        if scoring == "direct":
            for part in TEXT_PARTS:
                delattr(self.clip, part)
            width = open_clip.get_model_config(architecture)["embed_dim"]
            self.head = nn.Parameter(torch.randn(len(hierarchy.nodes), width) * width**-0.5)
        else:
            tokens = open_clip.get_tokenizer(architecture)(list(self.prompts))
            self.register_buffer("tokens", tokens, persistent=False)
        self.register_buffer("states", torch.from_numpy(hierarchy.states.astype(np.float32)), persistent=False)

    @property
    def prompts(self) -> tuple[str, ...]:
        """The texts whose embeddings make the text matrix, altered before unaltered for ``pair``."""
        if self.scoring == "direct":
            return ()
        styles: tuple[Style, ...] = ("altered", "unaltered") if self.scoring == "pair" else (self.prompt_style,)
        return tuple(text for style in styles for text in self.hierarchy.prompts(style))

    def text_matrix(self) -> Tensor:
        """``(n, d)`` matrix T with ``raw = image_feature @ T.T``, temperature and normalisation included."""
        if self.scoring == "direct":
            return self.head
        text: Tensor = self.clip.encode_text(self.tokens).float()
        if self.scoring == "inner":
            return text / self.tau
        text = nn.functional.normalize(text, dim=-1)
        if self.scoring == "cosine":
            return text / self.tau
        altered, unaltered = text.chunk(2)
        difference: Tensor = altered - unaltered
        return difference

    def encode_image(self, images: Tensor) -> Tensor:
        """``(B, d)`` image features of normalised ``(B, 3, S, S)`` pictures; of unit length for some rules."""
        features: Tensor = self.clip.encode_image(images).float()
        return nn.functional.normalize(features, dim=-1) if self.scoring in UNIT_LENGTH else features

    def forward(self, images: Tensor) -> Tensor:
        """``(B, n)`` raw scores of normalised ``(B, 3, S, S)`` pictures."""
        return self.encode_image(images) @ self.text_matrix().T

    def log_odds(self, raw: Tensor) -> Tensor:
        """``(B, n)`` log-odds of raw scores: of the marginals over legal states; of ``pair`` the scores themselves."""
        return raw if self.scoring == "pair" else log_odds(raw, self.states)

    def probabilities(self, raw: Tensor) -> Tensor:
        """``(B, n)`` probabilities of raw scores: marginals over legal states, or sigmoids for ``pair``."""
        return torch.sigmoid(self.log_odds(raw))
