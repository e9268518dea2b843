"""The reference clip of ``sjedd-video bench``: ten seconds of 1080p30 H.264 with faces, made on the spot."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import numpy as np

from sjedd_video.errors import OutputError
from sjedd_video.types import ImageU8

WIDTH, HEIGHT, RATE, SECONDS, KEYFRAME_EVERY = 1920, 1080, 30, 10, 250
OTHERS = ((40, 240, 188, 420), (730, 320, 867, 500), (1114, 245, 1245, 420), (255, 130, 391, 290), (885, 40, 1029, 225))
"""Boxes x0, y0, x1, y1 of five of the six faces, in pixels of the photograph."""


def make_clip(target: Path, seconds: int = SECONDS, *, crowd: bool = False) -> None:
    """Write a clip in which the camera moves over insightface's group photograph.

    Args:
        target: Where to; the extension chooses the container.
        seconds: Length.
        crowd: Show all six faces; else all but one are blurred beyond recognition.

    Raises:
        OutputError: The clip cannot be encoded, for instance because this libav has no H.264 encoder.
    """
    import av
    from av.error import FFmpegError

    photo = _photo(crowd)
    try:
        with av.open(str(target), "w") as container:
            stream = container.add_stream("libx264", rate=RATE)
            stream.width, stream.height, stream.pix_fmt, stream.gop_size = WIDTH, HEIGHT, "yuv420p", KEYFRAME_EVERY
            stream.options = {"preset": "veryfast", "crf": "23", "sc_threshold": "0"}
            for number in range(RATE * seconds):
                frame = av.VideoFrame.from_ndarray(_view(photo, number / RATE), format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, RATE)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    except (FFmpegError, ValueError) as error:
        raise OutputError(f"The reference clip cannot be made: {error}.", "Give a video file.") from error


def _photo(crowd: bool) -> ImageU8:
    """The photograph, RGB, with six faces or one, enlarged to leave room for the camera to move."""
    import cv2

    data = np.frombuffer((files("insightface") / "data" / "images" / "t1.jpg").read_bytes(), np.uint8)
    picture = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    for x0, y0, x1, y1 in () if crowd else OTHERS:
        picture[y0:y1, x0:x1] = cv2.GaussianBlur(picture[y0:y1, x0:x1], (0, 0), 30)
    scale = max(WIDTH / picture.shape[1], HEIGHT / picture.shape[0]) * 1.1
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _view(photo: ImageU8, seconds: float) -> ImageU8:
    """What the camera sees: a slow circle over the photograph."""
    room_x, room_y = photo.shape[1] - WIDTH, photo.shape[0] - HEIGHT
    x = round(room_x * (0.5 + 0.5 * np.cos(2 * np.pi * seconds / SECONDS)))
    y = round(room_y * (0.5 + 0.5 * np.sin(2 * np.pi * seconds / SECONDS)))
    return np.ascontiguousarray(photo[y : y + HEIGHT, x : x + WIDTH])
