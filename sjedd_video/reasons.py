"""What each reason code means, and what to do next."""

from __future__ import annotations

from sjedd_video.types import ReasonCode
from sjedd_video.words import Phrases

R = ReasonCode

REASON_TEXT = Phrases({
    R.TOO_FEW_FACES: "Too few faces of sufficient quality",
    R.FACES_TOO_SMALL: "Faces are too small in the picture",
    R.BLURRED: "Faces are blurred",
    R.PROFILE_VIEW: "Faces are turned too far to the side",
    R.CUT_OFF: "Faces are cut off by the edge of the picture",
    R.BAD_EXPOSURE: "Faces are too dark or too bright",
    R.HEAVY_COMPRESSION: "The picture is heavily compressed around faces",
    R.LOW_COVERAGE: "Too small a share of the material could be used",
    R.WIDE_INTERVAL: "The answer depends too much on which moments are looked at",
    R.UNSTABLE_RECOMPRESSED: "The answer changes when the faces are compressed once more",
    R.UNSTABLE_RESCALED: "The answer changes when the faces are made smaller and larger again",
    R.UNSTABLE_MIRRORED: "The answer changes when the faces are mirrored",
    R.NO_FACE_FOUND: "No face was found",
    R.SINGLE_IMAGE: "A single picture shows one moment only",
    R.TRUNCATED: "The file ends before its header says",
    R.FRAMES_MISSING: "Some of the chosen frames could not be decoded",
    R.DECODER_FALLBACK: "The first choice of decoder could not read the file; another one did",
    R.EMPTY_FILE: "The file is empty",
    R.NOT_FOUND: "The file was not found",
    R.NOT_READABLE: "The file may not be read",
    R.NOT_MEDIA: "The file is neither a video nor a picture",
    R.NO_VIDEO_STREAM: "The file has no picture, only other streams",
    R.IMPLAUSIBLE_HEADER: "The header of the file makes impossible claims",
    R.UNSUPPORTED_CODEC: "The file is encoded in a way that this program cannot decode",
    R.NOTHING_DECODED: "No frame could be decoded",
    R.EMPTY_RANGE: "The chosen time range contains no frame",
    R.DECODER_CRASHED: "The decoder crashed on this file",
    R.DECODER_STALLED: "The decoder made no progress and was stopped",
    R.WORKER_CRASHED: "The process that analysed this file ended unexpectedly",
    R.WORKER_STALLED: "The process that analysed this file made no progress and was stopped",
    R.OUT_OF_MEMORY: "There was not enough memory",
    R.FILE_CHANGED: "The file changed while it was analysed",
})  # fmt: skip
"""Why, as a sentence without its full stop, so that the measured fact can follow in brackets."""

_LARGER = "Look for a longer, sharper or earlier version in which the faces are larger and turned to the camera."
_ORIGINAL = "Ask for the original file: every messenger and every upload compresses a video again."
_AGAIN = "Get the file again from its source; what is here is damaged or incomplete."
_DECODER = "Get the file again, or convert a copy with another program and analyse that; keep the original."
_RESOURCES = "Close other programs, analyse the file by itself, or sample fewer frames."

NEXT_STEP = Phrases({
    R.TOO_FEW_FACES: "Sample more frames, or look for a longer version of the video.",
    R.FACES_TOO_SMALL: _LARGER,
    R.BLURRED: _LARGER,
    R.PROFILE_VIEW: _LARGER,
    R.CUT_OFF: "Choose a time range in which the whole face is in the picture.",
    R.BAD_EXPOSURE: _LARGER,
    R.HEAVY_COMPRESSION: _ORIGINAL,
    R.LOW_COVERAGE: "Sample more frames, or choose the time range in which the person is seen well.",
    R.WIDE_INTERVAL: "Sample more frames, or analyse the time ranges with high and low scores separately.",
    R.UNSTABLE_RECOMPRESSED: _ORIGINAL,
    R.UNSTABLE_RESCALED: _ORIGINAL,
    R.UNSTABLE_MIRRORED: _ORIGINAL,
    R.NO_FACE_FOUND: "Check the frames yourself; if there is a face, sample more frames or choose its time range.",
    R.SINGLE_IMAGE: "If the picture comes from a video, analyse the video.",
    R.TRUNCATED: _AGAIN,
    R.FRAMES_MISSING: _AGAIN,
    R.DECODER_FALLBACK: "Nothing needs to be done; the decoder that was used is named in the report.",
    R.EMPTY_FILE: _AGAIN,
    R.NOT_FOUND: "Check the path; the file may have been moved or renamed.",
    R.NOT_READABLE: "Check the permissions of the file, and that its disk is connected.",
    R.NOT_MEDIA: "Check that this is the right file.",
    R.NO_VIDEO_STREAM: "Check that this is the right file; sound alone cannot be judged.",
    R.IMPLAUSIBLE_HEADER: _AGAIN,
    R.UNSUPPORTED_CODEC: "Convert a copy with another program and analyse that; keep the original.",
    R.NOTHING_DECODED: _DECODER,
    R.EMPTY_RANGE: "Choose a time range inside the file.",
    R.DECODER_CRASHED: _DECODER,
    R.DECODER_STALLED: _DECODER,
    R.WORKER_CRASHED: _RESOURCES,
    R.WORKER_STALLED: _RESOURCES,
    R.OUT_OF_MEMORY: _RESOURCES,
    R.FILE_CHANGED: "Work on a copy that nobody writes to, and analyse it again.",
})  # fmt: skip
"""What to do next, as a full sentence."""
