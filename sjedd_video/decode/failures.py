"""The failures of opening and decoding a file as typed errors with a reason, a message and advice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sjedd_video.decode import wire
from sjedd_video.decode.process import ChildDied, ChildStalled
from sjedd_video.errors import DecoderCrashed, DecoderStalled, MediaError
from sjedd_video.types import ReasonCode


def check_file(path: Path) -> None:
    """Raise MediaError unless ``path`` is a regular file that can be read and is not empty."""
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise MediaError(ReasonCode.NOT_FOUND, f"{path} does not exist.", "Check the name.") from error
    except (OSError, ValueError) as error:
        raise MediaError(ReasonCode.NOT_READABLE, f"{path} cannot be read: {error}.") from error
    if path.is_dir():
        raise MediaError(ReasonCode.NOT_READABLE, f"{path} is a folder.", "Give a file, or use `sjedd-video scan`.")
    if not path.is_file():
        raise MediaError(ReasonCode.NOT_READABLE, f"{path} is not a regular file.", "Copy it to a file first.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise MediaError(
            ReasonCode.NOT_READABLE, f"{path} cannot be read: {error.strerror}.", "Check the permissions of the file."
        ) from error
    if status.st_size == 0:
        raise MediaError(ReasonCode.EMPTY_FILE, f"{path} is empty.", "Copy the file again from its source.")


def reported(untrusted: dict[str, Any]) -> MediaError:
    """The error that the child reports.

    Raises:
        ChildDied: The report itself is malformed.
    """
    try:
        code = ReasonCode(wire.text(untrusted["code"]))
        return MediaError(code, wire.text(untrusted["message"], 1000), wire.text(untrusted["advice"], 1000))
    except (KeyError, ValueError) as error:
        raise ChildDied("sent a malformed answer") from error


def gave_up(path: Path, error: ChildDied | ChildStalled) -> MediaError:
    """The error when no decoder is left to take over."""
    if isinstance(error, ChildStalled):
        return DecoderStalled(
            ReasonCode.DECODER_STALLED,
            f"Decoding {path.name} {error}.",
            "The file may be damaged; on a slow disk or network allow a longer idle time.",
        )
    if error.out_of_memory:
        return DecoderCrashed(
            ReasonCode.OUT_OF_MEMORY,
            f"Decoding {path.name} needs more memory than allowed: the process {error}.",
            "Allow more memory, or scale a copy down.",
        )
    return DecoderCrashed(
        ReasonCode.DECODER_CRASHED,
        f"The process that decoded {path.name} {error}.",
        "The file is probably damaged. It harmed nothing else; other files are not affected.",
    )
