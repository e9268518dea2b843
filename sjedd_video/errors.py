"""Exit codes and the error family. The core raises; exactly one place in each front end converts."""

from __future__ import annotations

from enum import IntEnum

from sjedd_video.types import Outcome, Reason, ReasonCode


class ExitCode(IntEnum):
    """Exit codes of the command line, documented in ``docs/errors.md``."""

    OK = 0
    """Every file was judged."""
    USAGE = 2
    """Bad command line or options."""
    NOT_JUDGED = 3
    """At least one file ended as inconclusive, no_face or partial; none failed."""
    UNREADABLE = 4
    """At least one file could not be read."""
    CRASHED = 5
    """A decoder or worker process died on at least one file."""
    TIMED_OUT = 6
    """At least one file made no progress within the limit."""
    MODEL = 7
    """The model bundle is missing, damaged or does not reproduce its golden vectors."""
    OUTPUT = 8
    """A result could not be written."""
    NOTHING_FOUND = 9
    """A scan found no video and no picture."""
    SUPPORT_FOUND = 10
    """At least one file reached the band of ``--fail-on``."""
    INTERNAL = 70
    """A defect of this program; please report it."""
    CANCELLED = 130
    """Stopped by the user (Ctrl-C)."""


class SjeddError(Exception):
    """An error with a message for the user, what to do next, and the exit code it leads to."""

    code: ExitCode = ExitCode.INTERNAL

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class OptionsError(SjeddError):
    """An option is unknown or has an impossible value."""

    code = ExitCode.USAGE


class HierarchyError(SjeddError):
    """A hierarchy file is not valid."""

    code = ExitCode.USAGE


class ModelError(SjeddError):
    """A bundle is missing, damaged, of the wrong kind, or fails its golden vectors."""

    code = ExitCode.MODEL


class OutputError(SjeddError):
    """A result could not be written."""

    code = ExitCode.OUTPUT


class DocumentError(OutputError):
    """A stored result is damaged, was not written by this program, or was written by a newer version of it."""


class Cancelled(SjeddError):
    """The user asked to stop."""

    code = ExitCode.CANCELLED

    def __init__(self) -> None:
        super().__init__("Stopped on request.")


class MediaError(SjeddError):
    """A file cannot be read as media. The pipeline turns it into a result with ``outcome`` and ``reason``."""

    code = ExitCode.UNREADABLE
    outcome = Outcome.UNREADABLE

    def __init__(self, reason: ReasonCode, message: str, advice: str = "") -> None:
        super().__init__(message, advice)
        self.reason = Reason(reason, message)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.reason.code, self.message, self.advice))


class DecoderCrashed(MediaError):
    """The decoding process died (signal or out of memory)."""

    code = ExitCode.CRASHED
    outcome = Outcome.CRASHED


class DecoderStalled(MediaError):
    """The decoding process made no progress within the idle limit."""

    code = ExitCode.TIMED_OUT
    outcome = Outcome.TIMED_OUT


EXIT_OF_OUTCOME: dict[Outcome, ExitCode] = {
    Outcome.JUDGED: ExitCode.OK,
    Outcome.INCONCLUSIVE: ExitCode.NOT_JUDGED,
    Outcome.NO_FACE: ExitCode.NOT_JUDGED,
    Outcome.PARTIAL: ExitCode.NOT_JUDGED,
    Outcome.UNREADABLE: ExitCode.UNREADABLE,
    Outcome.CRASHED: ExitCode.CRASHED,
    Outcome.TIMED_OUT: ExitCode.TIMED_OUT,
    Outcome.CANCELLED: ExitCode.CANCELLED,
}
