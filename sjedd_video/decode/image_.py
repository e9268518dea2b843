"""Still images as one-frame inputs, through Pillow: JPEG, PNG and WebP, turned upright by their EXIF orientation."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageOps

from sjedd_video.decode.base import Beat, FrameIndex
from sjedd_video.decode.wire import MAX_PIXELS, MAX_SIDE
from sjedd_video.errors import MediaError
from sjedd_video.types import ImageU8, ReasonCode, StreamFacts

FORMATS = ("JPEG", "PNG", "WEBP")
ORIENTATION_TAG = 0x0112
ROTATION_OF_ORIENTATION = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}


def probe_image(path: Path) -> StreamFacts:
    """The facts of a still image; ``rotation`` is the clockwise turn of its EXIF orientation (mirroring aside).

    Raises:
        MediaError: It cannot be read, or its header claims an absurd size.
    """
    with _open(path) as image:
        width, height = image.size
        if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE) or width * height > MAX_PIXELS:
            raise _too_large(path, f"a picture of {width} x {height}")
        orientation = int(image.getexif().get(ORIENTATION_TAG, 1))
        details = {
            "family": (image.format or "").lower(), "mode": image.mode, "orientation": orientation,
            "animated": bool(getattr(image, "is_animated", False)), "missing_bytes": 0, "video_streams": 0,
        }  # fmt: skip
        return StreamFacts(
            kind="image", container=str(image.format), codec=str(image.format).lower(), width=width, height=height,
            rotation=ROTATION_OF_ORIENTATION.get(orientation, 0), duration_s=None, frames_declared=1,
            average_rate=None, time_base=Fraction(1), start_pts=0, details=details,
        )  # fmt: skip


class ImageDecoder:
    """The one frame of a still image; of an animation the first."""

    name = f"Pillow {PIL.__version__}"

    def __init__(self, path: Path, facts: StreamFacts, index: FrameIndex) -> None:
        self._path = path

    def frames(self, positions: Sequence[int], beat: Beat) -> Iterator[tuple[int, ImageU8 | None]]:
        """See ``Decoder.frames``."""
        for position in positions:
            yield position, _read(self._path)

    def close(self) -> None:
        """Nothing is held open."""


def _read(path: Path) -> ImageU8 | None:
    with _open(path) as image:
        try:
            turned = ImageOps.exif_transpose(image)
            if turned.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip
                return np.repeat((np.asarray(turned) >> 8).astype(np.uint8)[..., None], 3, axis=2)
            return np.asarray(turned.convert("RGB"))
        except (OSError, ValueError, SyntaxError):  # cut or damaged data, which Pillow refuses to fill up
            return None


def _open(path: Path) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return Image.open(path, formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise _too_large(path, "more pixels than Pillow opens") from error
        except (OSError, ValueError, SyntaxError) as error:
            raise MediaError(
                ReasonCode.NOT_READABLE,
                f"The header of {path.name} is damaged.",
                "Copy the file again from its source.",
            ) from error


def _too_large(path: Path, claim: str) -> MediaError:
    return MediaError(
        ReasonCode.IMPLAUSIBLE_HEADER,
        f"The header of {path.name} claims {claim}, beyond the limit of {MAX_PIXELS // 1_000_000} megapixels.",
        "Scale a copy down, and keep the original as the exhibit.",
    )
