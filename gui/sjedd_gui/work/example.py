"""The built-in example: a clip of two people, made on this computer; on one face something changes after half a second.

The photographs (NASA's of Eileen Collins, the US Navy's of Grace Hopper; both in the public domain) come with
scikit-image and matplotlib, which the program needs anyway. Runs in a process of its own, without Qt.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_video.errors import OutputError
from sjedd_video.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sjedd_video.types import ImageU8

NAME = "example.mp4"
WIDTH, HEIGHT, RATE, FRAMES = 960, 540, 25, 100
CHANGE = 12
"""First frame in which the face on the left is altered."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photograph in an installed package.

    Attributes:
        package: Package that carries it.
        file: Path inside that package.
        centre: What the camera looks at, x and y in pixels of the photograph.
        zoom: Pixels of the clip per pixel of the photograph.
    """

    package: str
    file: str
    centre: tuple[float, float]
    zoom: float


PORTRAITS = (
    Portrait("skimage", "data/astronaut.png", (226.0, 135.0), 2.1),
    Portrait("matplotlib", "mpl-data/sample_data/grace_hopper.jpg", (262.0, 240.0), 1.1),
)
FACE = (225.0, 122.0)
"""Middle of the face that is altered, in pixels of its photograph."""
FACE_SIZE = (36.0, 47.0)
MOUTH = (222.5, 143.0)


def make_example(target: Path, progress: Progress) -> None:
    """Write the clip.

    Args:
        target: File to write; replaced at once when it is complete.
        progress: Told the frames done.

    Raises:
        OutputError: A photograph is missing from this installation, or the file cannot be written.
    """
    partial = target.with_name(f".{target.name}.part.mp4")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_clip(partial, _told(frames(), progress))
        partial.replace(target)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}."
        raise OutputError(message, "Check that the disk is not full, and try again.") from error
    finally:
        partial.unlink(missing_ok=True)


def write_clip(target: Path, pictures: Iterable[ImageU8]) -> None:
    """Write pictures of one size, RGB ``(H, W, 3) uint8`` with even sides, as an MP4 of 25 frames a second."""
    import av

    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "20", "preset": "veryfast"})
        stream.pix_fmt = "yuv420p"
        for i, image in enumerate(pictures):
            if i == 0:
                stream.height, stream.width = image.shape[:2]
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = i, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _told(pictures: Iterable[ImageU8], progress: Progress) -> Iterator[ImageU8]:
    for done, picture in enumerate(pictures, start=1):
        yield picture
        progress("frames", done, FRAMES)


def frames() -> Iterator[ImageU8]:
    """Both people side by side, RGB ``(540, 960, 3) uint8``, as a slightly moving camera would see them."""
    import numpy as np

    left, right = (_photograph(portrait) for portrait in PORTRAITS)
    altered = alter(left)
    rng = np.random.default_rng(3)
    grain = rng.normal(0.0, 2.0, (HEIGHT + 64, WIDTH + 64, 1)).astype(np.float32)
    for i in range(FRAMES):
        halves = [_seen(altered if i >= CHANGE else left, 0, i), _seen(right, 1, i)]
        y, x = rng.integers(0, 64, 2)
        noisy = np.concatenate(halves, axis=1) + grain[y : y + HEIGHT, x : x + WIDTH]
        yield np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def alter(photograph: ImageU8) -> ImageU8:
    """The photograph with the face laid over itself, a little shifted in place, size and colour, and a wider mouth."""
    import cv2
    import numpy as np

    height, width = photograph.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    from_mouth = np.exp(-(((x - MOUTH[0]) / 22) ** 2) - ((y - MOUTH[1]) / 12) ** 2)
    shift_x = (x - FACE[0]) * -0.05 + (x - MOUTH[0]) * -0.18 * from_mouth
    shift_y = (y - FACE[1]) * -0.04 + 3.0 * from_mouth * np.sign(y - MOUTH[1]) * 0.6
    moved = cv2.remap(photograph, x + shift_x, y + shift_y, cv2.INTER_CUBIC).astype(np.float32)
    soft = cv2.GaussianBlur(moved, (0, 0), 0.8)
    tinted = soft * np.array([1.04, 0.995, 0.95], np.float32) + 2.0
    distance = np.hypot((x - FACE[0]) / FACE_SIZE[0], (y - FACE[1]) / FACE_SIZE[1])
    mask = np.clip((1.1 - distance) / 0.25, 0.0, 1.0)[..., None]
    return np.asarray(np.clip(photograph * (1 - mask) + tinted * mask, 0, 255), np.uint8)


def _seen(photograph: ImageU8, which: int, i: int) -> NDArray[np.float32]:
    """One half of a frame, ``(540, 480, 3) float32``: the camera sways by a few pixels."""
    import cv2
    import numpy as np

    portrait, phase = PORTRAITS[which], 2 * np.pi * i / FRAMES + 1.7 * which
    zoom = portrait.zoom * (1 + 0.015 * np.sin(phase))
    roll = np.deg2rad(0.7 * np.sin(phase + 0.6))
    linear = zoom * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    looks_at = np.add(portrait.centre, (4.0 * np.sin(phase) / zoom, 3.0 * np.cos(phase) / zoom))
    matrix = np.column_stack([linear, np.array([WIDTH / 4, HEIGHT / 2]) - linear @ looks_at])
    size = (WIDTH // 2, HEIGHT)
    seen = cv2.warpAffine(photograph, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(seen * (1.0 + 0.02 * np.sin(phase)), np.float32)


def _photograph(portrait: Portrait) -> ImageU8:
    import numpy as np
    from PIL import Image

    found = importlib.util.find_spec(portrait.package)  # the place only: importing these packages takes seconds
    path = None if found is None or found.origin is None else Path(found.origin).parent / portrait.file
    if path is None or not path.is_file():
        message = f"The photograph of the example is missing: {portrait.package}/{portrait.file}."
        raise OutputError(message, "Install the program again, or begin with a video of your own.")
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
