"""The window's side of the frame source: starts its process, asks for frames, and survives its death."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from PySide6.QtGui import QImage

from sjedd_gui.player.media import FLAG, SLOTS, STAMP_BYTES, Media, unpack_media
from sjedd_gui.work.environment import own_environment
from sjedd_video.decode import ring, wire
from sjedd_video.decode.process import CALM
from sjedd_video.parent import child_command
from sjedd_video.types import Crop, FloatArray, ImageU8

START_MS = 60_000
STALL_MS = 15_000
"""Longest silence of a process that has something to do; it gives a sign of life twice a second."""
EXIT_MS = 3_000
LOG_TAIL = 4_000


class Picture(NamedTuple):
    """An answer: the frame at ``position``, and its picture or None when it is damaged."""

    position: int
    image: QImage | None


class FrameSource(QObject):
    """Shows single frames of one file at a time. No decoding in the window's process, and no thread.

    ``failed`` ends the process; ``open`` starts another one.
    """

    opened = Signal(object)
    """``Media``."""
    frame = Signal(object)
    """``Picture`` of the size asked for. While requests follow each other quickly, only some are answered; the
    latest always is."""
    full = Signal(object)
    """``Picture`` at full resolution."""
    crop = Signal(int, object)
    """Position, and the aligned crop, RGB ``(S, S, 3) uint8``, or None when the frame is damaged."""
    failed = Signal(str, str, str)
    """Message, advice, technical details."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.media: Media | None = None
        self._path = Path()
        self._process: QProcess | None = None
        self._memory = -1
        self._slots: ring.Ring | None = None
        self._header: dict[str, Any] | None = None
        self._number = 0
        self._awaited: dict[str, int] = {}
        self._watchdog = QTimer(self, singleShot=True)
        self._watchdog.timeout.connect(self._stalled)

    @property
    def busy(self) -> bool:
        """Whether the answer to the latest request for a frame is still to come, or the file is being opened."""
        return "open" in self._awaited or "frame" in self._awaited

    @property
    def process_id(self) -> int:
        """Process id of the child, 0 when there is none."""
        return 0 if self._process is None else self._process.processId()

    def open(self, path: Path) -> None:
        """Open a file; ``opened`` or ``failed`` follows. What was open before is closed."""
        self.close()
        self._path = path
        self._start()
        self._awaited = {"open": 0}
        self._write({"type": "open", "path": os.fspath(path)})
        self._watchdog.start(START_MS)

    def request(self, position: int, size: tuple[int, int], direction: int = 0) -> None:
        """Ask for the frame at ``position`` in ``size``; it replaces the request before.

        Args:
            position: Which frame.
            size: Width and height of the picture in pixels.
            direction: 1 or -1 if the frame after or before it is likely to be asked for next, else 0.
        """
        self._ask("frame", position, size=size, direction=direction)

    def request_full(self, position: int) -> None:
        """Ask for the frame at ``position`` at full resolution."""
        self._ask("full", position)

    def request_crop(self, position: int, landmarks: FloatArray, crop: Crop) -> None:
        """Ask for a face of the frame at ``position``, aligned as the model sees it."""
        self._ask("crop", position, landmarks=np.asarray(landmarks, float).tolist(), crop=list(crop))

    def close(self) -> None:
        """End the process, wait until it is gone, and release the memory. No signal is sent any more."""
        self._watchdog.stop()
        self._awaited.clear()
        process, self._process, self._header, self.media = self._process, None, None, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(EXIT_MS)
            process.deleteLater()
        if self._slots is not None:
            self._slots.close()
            self._slots = None
        if self._memory >= 0:
            os.close(self._memory)
            self._memory = -1

    def _start(self) -> None:
        process = self._process = QProcess(self)
        process.setProcessEnvironment(own_environment(CALM))
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._not_started)
        self._memory = ring.create_memory()
        program, *arguments = child_command(FLAG, "sjedd_gui.player.child", str(self._memory), self._memory_name)
        if self._memory >= 0:
            os.set_inheritable(self._memory, True)  # for the moment of the start only, so that no other child gets it
        process.start(program, arguments)
        if self._memory >= 0:
            os.set_inheritable(self._memory, False)

    @property
    def _memory_name(self) -> str:
        return f"sjedd-player-{os.getpid()}-{id(self._process):x}"

    def _ask(self, kind: str, position: int, **values: Any) -> None:
        if self.media is None:
            return
        self._number += 1
        if not self._awaited:
            self._watchdog.start(STALL_MS)
        self._awaited[kind] = self._number
        self._write({"type": kind, "id": self._number, "position": int(position), **values})

    def _write(self, message: dict[str, Any]) -> None:
        if self._process is not None:
            self._process.write(wire.encode(message))

    def _read(self) -> None:
        process = self._process
        while process is not None and process is self._process:
            if self._header is not None:
                if process.bytesAvailable() < self._header["payload"]:
                    return
                header, self._header = self._header, None
                self._take(header, bytes(process.read(header["payload"]).data()))
            elif process.canReadLine():
                self._take_line(bytes(process.readLine().data()))
            else:
                return

    def _take_line(self, line: bytes) -> None:
        try:
            message = wire.decode(line)
            if "payload" in message:
                wire.whole(message["payload"], 1, STAMP_BYTES * wire.MAX_FRAMES)
                self._header = message
                return
        except ValueError:
            self._broke_protocol()
            return
        self._take(message, b"")

    def _take(self, message: dict[str, Any], payload: bytes) -> None:
        """Deal with a message of the child, which is not trusted."""
        self._watchdog.start(STALL_MS)
        try:
            kind = message["type"]
            if kind == "opened":
                self._take_media(unpack_media(message, payload))
            elif kind in {"frame", "full", "crop"}:
                self._take_picture(kind, message)
            elif kind == "failed":
                self._fail(wire.text(message["message"], 1000), wire.text(message["advice"], 1000))
            elif kind == "memory":
                self._fail(self.tr("Decoding this file needs more memory than is allowed."), self._advice())
            elif kind == "defect":
                text = self.tr("The process that shows the frames failed.")
                self._fail(text, self._advice(), wire.text(message["details"]))
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            self._broke_protocol()

    def _take_media(self, media: Media) -> None:
        width, height = media.full
        self._slots = ring.Ring(self._memory, self._memory_name, SLOTS, width * height * 4, create=False)
        self.media = media
        self._settle("open", 0)
        self.opened.emit(media)

    def _take_picture(self, kind: str, message: dict[str, Any]) -> None:
        if self.media is None:
            raise ValueError("a picture of nothing")
        position = wire.whole(message["position"], 0, len(self.media) - 1)
        content = self._content(kind, message)
        self._settle(kind, message["id"])
        if kind == "crop":
            self.crop.emit(position, content)
        else:
            (self.frame if kind == "frame" else self.full).emit(Picture(position, cast("QImage | None", content)))

    def _content(self, kind: str, message: dict[str, Any]) -> QImage | ImageU8 | None:
        """The picture that a message announces, copied, because its slot is free from now on; None if damaged."""
        if message["slot"] == -1:
            return None
        assert self._slots is not None
        slot, height, width = (wire.whole(message[name], 0, wire.MAX_SIDE) for name in ("slot", "height", "width"))
        pixels = self._slots.view(slot, height, width, 3 if kind == "crop" else 4)
        content = pixels.copy() if kind == "crop" else _image(pixels)
        self._write({"type": "taken"})
        return content

    def _settle(self, kind: str, number: int) -> None:
        if self._awaited.get(kind) == number:
            del self._awaited[kind]
        if not self._awaited:
            self._watchdog.stop()

    def _advice(self) -> str:
        return self.tr("The window and the analysis are not affected. Try again; the file may be damaged.")

    def _fail(self, message: str, advice: str, details: str = "") -> None:
        self.close()
        self.failed.emit(message, advice, details)

    def _stalled(self) -> None:
        text = self.tr("Reading the frames of this file makes no progress, so it was stopped.")
        self._fail(text, self._advice())

    def _broke_protocol(self) -> None:
        self._fail(self.tr("The process that shows the frames sent an answer that makes no sense."), self._advice())

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()  # its last words may say why
        if self._process is None:
            return
        crash = status is QProcess.ExitStatus.CrashExit
        text = (
            self.tr("The process that shows the frames crashed (signal {}).")
            if crash
            else self.tr("The process that shows the frames ended (code {}).")
        )
        details = bytes(self._process.readAllStandardError().data()[-LOG_TAIL:]).decode(errors="replace").strip()
        self._fail(text.format(code), self._advice(), details)

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            details = self._process.errorString()
            # not from inside start(): the caller has not said yet what it wants
            QTimer.singleShot(0, self, lambda: self._fail(
                self.tr("The process that shows the frames could not be started."),
                self.tr("Close other programs, or install the program again."), details))  # fmt: skip


def _image(pixels: ImageU8) -> QImage:
    """A picture of its own memory from BGRA ``(H, W, 4) uint8``."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
