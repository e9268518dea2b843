"""The one options object of the command line, the desktop app, the reports and the API."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sjedd_video.errors import OptionsError

PLAN_PATTERN = re.compile(r"(?P<kind>uniform|every|fps):(?P<value>\d+(?:\.\d+)?)|(?P<keys>keyframes)")


class AnalysisOptions(BaseModel):
    """How one file is analysed. Frozen and closed: an unknown key is an error. Round-trips through JSON.

    Attributes:
        sampling: ``uniform:N`` (N frames spread evenly), ``fps:F`` (F frames per second), ``every:N`` (every Nth
            frame) or ``keyframes``.
        start_s: Ignore what lies before this time, in seconds.
        end_s: Ignore what lies after this time, in seconds; None for the end.
        model: ``embedded``, or the path of a bundle.
        backend: ``onnx`` or ``torch``.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        precision: ``fp32`` or ``bf16`` (torch only).
        decoder: ``auto`` (Decord, else PyAV), ``decord`` or ``pyav``.
        detector_pack: Directory of an insightface model pack; None for the built-in CenterFace.
        detector_score: Least confidence of a face in [0, 1].
        min_eye_distance_px: Faces with closer eyes are never scored towards the verdict.
        min_faces: Usable faces a person needs before a video verdict is given.
        heatmaps: Number of faces that get a heat map; None for every face shown if the model tells altered places, and
            for one otherwise, since occlusion takes long.
        idle_timeout_s: A decoder that delivers nothing for this long is stopped.
        max_memory_mb: Address-space limit of the decoding process, in MiB.
        max_frames: Upper bound of sampled frames, whatever the plan says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)

    sampling: str = "uniform:32"
    start_s: float = Field(default=0.0, ge=0)
    end_s: float | None = Field(default=None, gt=0)
    model: str = "embedded"
    backend: Literal["onnx", "torch"] = "onnx"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    precision: Literal["fp32", "bf16"] = "fp32"
    decoder: Literal["auto", "decord", "pyav"] = "auto"
    detector_pack: str | None = None
    detector_score: float = Field(default=0.5, gt=0, le=1)
    min_eye_distance_px: float = Field(default=32.0, gt=0)
    min_faces: int = Field(default=4, ge=1)
    heatmaps: int | None = Field(default=None, ge=0, le=16)
    idle_timeout_s: float = Field(default=60.0, gt=0)
    max_memory_mb: int = Field(default=4096, ge=512)
    max_frames: int = Field(default=20_000, ge=1)

    @field_validator("sampling")
    @classmethod
    def _plan_is_known(cls, value: str) -> str:
        match = PLAN_PATTERN.fullmatch(value)
        if match is None or (match["value"] is not None and float(match["value"]) <= 0):
            raise ValueError("must be uniform:N, fps:F, every:N or keyframes, with N and F above 0")
        if match["kind"] in {"uniform", "every"} and "." in match["value"]:
            raise ValueError(f"{match['kind']} takes a whole number")
        return value

    @model_validator(mode="after")
    def _range_is_ordered(self) -> Self:
        if self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError(f"end_s ({self.end_s}) must lie after start_s ({self.start_s})")
        return self

    @classmethod
    def parse(cls, values: dict[str, Any]) -> AnalysisOptions:
        """Build options from plain values.

        Raises:
            OptionsError: A key is unknown or a value impossible; the message names each.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'options'}: {e['msg']}" for e in error.errors())
            raise OptionsError(f"Options are not valid: {found}.", "See `sjedd-video analyze --help`.") from error

    def pack_path(self) -> Path | None:
        """The insightface pack directory as a path, or None."""
        return None if self.detector_pack is None else Path(self.detector_pack)
