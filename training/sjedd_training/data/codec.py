"""What a video codec does to a picture: encode it as the last frame of a short shot, and decode that frame.

H.264 and HEVC by libx264 and libx265 in the wheels of PyAV. One thread and no look-ahead, so that the result depends
on the arguments only and a real face and its forgery can be sent the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

import cv2
import numpy as np

from sjedd_video.types import ImageU8

CodecName = Literal["h264", "hevc"]
_ENCODER: dict[CodecName, str] = {"h264": "libx264", "hevc": "libx265"}
_OPTIONS: dict[CodecName, dict[str, str]] = {
    "h264": {"preset": "veryfast", "tune": "zerolatency"},
    "hevc": {
        "preset": "ultrafast",
        "x265-params": "pools=none:frame-threads=1:rc-lookahead=0:bframes=0:log-level=none:no-info=1:wpp=0",
    },
}


@dataclass(frozen=True)
class Shot:
    """A short shot in which a picture drifts by ``step`` pixels a frame and ends where it belongs.

    Attributes:
        codec: Video codec.
        crf: Constant rate factor: about 18 is transparent, 40 is poor.
        frames: Frames in all; 1 is a key frame, more make the picture a predicted one.
        step: Drift in pixels per frame, x and y.
    """

    codec: CodecName
    crf: int
    frames: int = 1
    step: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Shot:
        """Draw one at random; HEVC is the rarer, for it starts slowly."""
        return cls(
            codec="hevc" if rng.random() < 0.15 else "h264",
            crf=int(rng.integers(20, 41)),
            frames=int(rng.integers(1, 4)),
            step=(float(rng.normal(0, 1.5)), float(rng.normal(0, 1.0))),
        )

    def send(self, image: ImageU8) -> ImageU8:
        """The picture after encoding and decoding, RGB ``(H, W, 3) uint8`` of the same size.

        Raises:
            av.FFmpegError: The codec is not built into PyAV.
        """
        import av

        h, w = image.shape[:2]
        # 4:2:0 needs even sides.
        padded = cv2.copyMakeBorder(image, 0, h % 2, 0, w % 2, cv2.BORDER_REPLICATE)
        encoder = cast(av.VideoCodecContext, av.CodecContext.create(_ENCODER[self.codec], "w"))
        encoder.width, encoder.height, encoder.pix_fmt = padded.shape[1], padded.shape[0], "yuv420p"
        encoder.time_base, encoder.framerate, encoder.thread_count = Fraction(1, 25), Fraction(25), 1
        encoder.options = _OPTIONS[self.codec] | {"crf": str(self.crf)}
        decoder = av.CodecContext.create(self.codec, "r")
        decoder.thread_count = 1
        decoded = []
        for number in range(self.frames):
            left = self.frames - 1 - number
            frame = av.VideoFrame.from_ndarray(_drift(padded, self.step[0] * left, self.step[1] * left), "rgb24")
            frame.pts = number
            decoded += [f for packet in encoder.encode(frame) for f in decoder.decode(packet)]
        decoded += [f for packet in encoder.encode(None) for f in decoder.decode(packet)]
        decoded += decoder.decode(None)
        return np.ascontiguousarray(decoded[-1].to_ndarray(format="rgb24")[:h, :w])


def _drift(image: ImageU8, dx: float, dy: float) -> ImageU8:
    if dx == dy == 0.0:
        return image
    matrix = np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]])
    size = (image.shape[1], image.shape[0])
    return np.asarray(cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REFLECT_101), np.uint8)
