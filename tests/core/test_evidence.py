"""Hashes before and after, content credentials without a network, and an environment that names nobody."""

from __future__ import annotations

import getpass
import hashlib
import io
import json
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from sjedd_video.errors import Cancelled
from sjedd_video.evidence import (
    BLOCK_BYTES,
    begin_evidence,
    content_credentials,
    describe_credentials,
    environment,
    finish_evidence,
    hash_file,
)
from sjedd_video.progress import CancelToken
from sjedd_video.types import ReasonCode
from synthetic import Clip, coded_image, corrupted, make_clip

CAPTURE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


def test_hash_is_that_of_the_whole_file_and_progress_reaches_its_size(tmp_path: Path) -> None:
    data = os.urandom(2 * BLOCK_BYTES + 17)
    (tmp_path / "exhibit.bin").write_bytes(data)
    seen: list[tuple[str, int, int | None]] = []
    result = hash_file(tmp_path / "exhibit.bin", lambda *step: seen.append(step))
    assert result == (hashlib.sha256(data).hexdigest(), len(data))
    assert seen[-1] == ("evidence", len(data), len(data))
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert len(seen) >= 3


def test_hashing_can_be_cancelled(tmp_path: Path) -> None:
    (tmp_path / "exhibit.bin").write_bytes(bytes(5 * BLOCK_BYTES))
    cancel = CancelToken()
    seen: list[int] = []

    def stop_after_two(stage: str, done: int, total: int | None) -> None:
        seen.append(done)
        if len(seen) == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        hash_file(tmp_path / "exhibit.bin", stop_after_two, cancel)
    assert len(seen) == 2


def test_unchanged_file_has_equal_hashes_and_no_reason(tmp_path: Path) -> None:
    path = tmp_path / "exhibit.txt"
    path.write_bytes(b"evidence")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    evidence, reason = finish_evidence(begin_evidence(path), None)
    assert reason is None
    assert evidence.sha256_before == evidence.sha256_after == hashlib.sha256(b"evidence").hexdigest()
    assert evidence.size == 8
    assert evidence.modified == "2023-11-14T22:13:20.000000+00:00"


def test_changed_content_is_found_even_with_the_old_time_and_size(tmp_path: Path) -> None:
    path = tmp_path / "exhibit.txt"
    path.write_bytes(b"evidence")
    before = begin_evidence(path)
    stamp = path.stat()
    path.write_bytes(b"evidenCe")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    evidence, reason = finish_evidence(before, None)
    assert reason is not None
    assert reason.code is ReasonCode.FILE_CHANGED
    assert "SHA-256" in reason.detail
    assert "size" not in reason.detail
    assert evidence.sha256_after != evidence.sha256_before


def test_touched_and_vanished_files_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "exhibit.txt"
    path.write_bytes(b"evidence")
    before = begin_evidence(path)
    os.utime(path, (1, 1))
    _, reason = finish_evidence(before, None)
    assert reason is not None
    assert "modification time" in reason.detail
    path.unlink()
    evidence, reason = finish_evidence(before, None)
    assert reason is not None
    assert reason.code is ReasonCode.FILE_CHANGED
    assert evidence.sha256_after is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    # Somebody must write, or a failure of this test is a hang.
    writer = os.open(pipe, os.O_RDWR)
    os.write(writer, b"x")
    evidence = begin_evidence(pipe, cancel=_Expired())
    os.close(writer)
    assert (evidence.sha256_before, evidence.size) == ("", 0)


class _Expired(CancelToken):
    """Stops at once."""

    def raise_if_cancelled(self) -> None:
        raise Cancelled


@pytest.mark.parametrize("moment", [OverflowError, ValueError, OSError])
def test_an_impossible_time_does_not_cost_the_hash(
    moment: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        @staticmethod
        def fromtimestamp(*_: object) -> None:
            raise moment

    path = tmp_path / "exhibit.txt"
    path.write_bytes(b"evidence")
    os.utime(path, (1, 1))
    monkeypatch.setattr("sjedd_video.evidence.datetime", Clock)
    evidence, reason = finish_evidence(begin_evidence(path), None)
    assert evidence.sha256_before == hashlib.sha256(b"evidence").hexdigest()
    assert (evidence.modified, reason) == ("1.000000 s since 1970", None)


@pytest.mark.parametrize(
    "manifest",
    [{"assertions": [{"label": "c2pa.actions", "data": ["x"]}]}, {"assertions": None}, {"claim_generator_info": ["x"]},
     {"assertions": [{"label": "c2pa.actions", "data": {"actions": None}}]}, ["x"]],
)  # fmt: skip
def test_a_manifest_of_any_shape_does_not_end_the_analysis(
    manifest: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    c2pa = pytest.importorskip("c2pa")
    untrusted = json.dumps({"active_manifest": "a", "manifests": {"a": manifest}})
    reader = SimpleNamespace(json=lambda: untrusted)
    monkeypatch.setattr(c2pa.Reader, "try_create", lambda *_, **__: reader)
    assert content_credentials(tmp_path / "exhibit.mp4") == "not checked: the credentials cannot be parsed"


@pytest.mark.parametrize("name", ["missing.mp4", "."])
def test_evidence_of_what_cannot_be_read_is_empty_not_an_error(name: str, tmp_path: Path) -> None:
    evidence, reason = finish_evidence(begin_evidence(tmp_path / name), None)
    assert (evidence.sha256_before, evidence.size, evidence.sha256_after, reason) == ("", 0, None, None)
    assert evidence.content_credentials.startswith("not checked")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip signed by a throw-away authority."""
    import c2pa

    folder = tmp_path_factory.mktemp("signed")
    source = make_clip(Clip("camera", frames=10), folder)
    chain, key = _certificates()
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None)
    actions = [{"action": "c2pa.created", "digitalSourceType": CAPTURE}]
    manifest = {
        "claim_generator_info": [{"name": "Test Camera App", "version": "1"}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": actions}}],
    }
    target = folder / "signed.mp4"
    with source.open("rb") as reading, target.open("w+b") as writing:
        c2pa.Builder(manifest).sign(c2pa.Signer.from_info(info), "video/mp4", reading, writing)
    return target


def _certificates() -> tuple[bytes, bytes]:
    """A certificate chain and private key (PEM) that fit the rules of C2PA."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(text: str) -> x509.Name:
        return x509.Name([
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, text), x509.NameAttribute(NameOID.COMMON_NAME, text)
        ])  # fmt: skip

    def usage(*, signs: bool) -> x509.KeyUsage:
        return x509.KeyUsage(
            digital_signature=signs, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=not signs, crl_sign=not signs, encipher_only=False, decipher_only=False,
        )  # fmt: skip

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def start(subject: str, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder(name("Test Root"), name(subject), public, x509.random_serial_number())
        return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))

    root = start("Test Root", root_key.public_key())
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    root = root.add_extension(usage(signs=False), critical=True)
    leaf = start("Test Camera Maker", key.public_key())
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    leaf = leaf.add_extension(usage(signs=True), critical=True)
    leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    leaf = leaf.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    leaf = leaf.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
    chain = b"".join(
        builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) for builder in (leaf, root)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return chain, private


def test_signed_file_is_valid_and_says_by_whom_and_how(signed: Path) -> None:
    words = content_credentials(signed)
    assert words.startswith("valid: made by Test Camera App, signed in the name of Test Camera Maker")
    assert "created (digitalCapture)" in words
    assert "not checked against a list" in words


def test_signed_file_with_changed_pictures_is_invalid(signed: Path, tmp_path: Path) -> None:
    words = content_credentials(corrupted(signed, tmp_path / "tampered.mp4", 0.5, count=4))
    assert words.startswith("invalid (assertion.bmffHash.mismatch)")


def test_file_without_credentials(tmp_path: Path) -> None:
    clip = make_clip(Clip("plain", frames=2), tmp_path)
    assert content_credentials(clip) == "none found"
    assert content_credentials(clip.rename(tmp_path / "plain.mkv")).startswith(
        "not checked: content credentials are not"
    )


def test_damaged_file_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "junk.mp4").write_bytes(b"junk" * 100)
    assert content_credentials(tmp_path / "junk.mp4").startswith("not checked")


def test_words_of_credentials_are_safe_to_print() -> None:
    store = {
        "active_manifest": "a", "validation_state": "Invalid",
        "manifests": {"a": {"claim_generator_info": [{"name": "\x1b[31mred\n" + "x" * 5000}], "signature_info": None}},
        "validation_status": [{"code": "claimSignature.mismatch"}],
    }  # fmt: skip
    words = describe_credentials(store)
    assert words.isprintable()
    assert len(words) < 400
    assert words.startswith("invalid (claimSignature.mismatch)")


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A manifest server on this machine, and the requests it got."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}/manifest.c2pa", requests
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_remote_credentials_are_never_fetched(server: tuple[str, list[str]], tmp_path: Path) -> None:
    import c2pa

    url, requests = server
    path = tmp_path / "remote.jpg"
    path.write_bytes(_jpeg_with_provenance(url))
    assert "which is not contacted" in content_credentials(path)
    assert requests == []
    with pytest.raises(c2pa.C2paError):  # the same file with the library's defaults: this server is really asked
        c2pa.Reader(str(path))
    assert requests == ["/manifest.c2pa"]


def _jpeg_with_provenance(url: str) -> bytes:
    packet = (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{url}"/></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    )
    buffer = io.BytesIO()
    Image.fromarray(coded_image(1, 64, 48)).save(buffer, "JPEG", xmp=packet.encode())
    return buffer.getvalue()


def test_environment_tells_what_matters_and_names_nobody() -> None:
    facts = environment()
    assert {"sjedd-video", "system", "python", "numpy", "av", "pillow", "processors"} <= facts.keys()
    assert all(facts.values())
    text = " ".join(facts.values())
    assert socket.gethostname() not in text.split()
    assert getpass.getuser() not in text.split()
    assert str(Path.home()) not in text
