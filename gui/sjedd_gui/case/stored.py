"""Items of the list as a case keeps them, and back."""

from __future__ import annotations

from sjedd_gui.views.queue import QueueItem, State, finding_words
from sjedd_video.errors import DocumentError
from sjedd_video.listed import StoredItem


def queue_item(stored: StoredItem) -> QueueItem:
    """An item as a case keeps it.

    Raises:
        DocumentError: It is not as this program stores it.
    """
    try:
        state = State(stored.state)
        if state is State.DONE:
            finding_words(stored.tone, stored.probability)
    except ValueError as error:
        raise DocumentError(
            f"The list of files in the case is damaged: {error}.", "Analyse the files again."
        ) from error
    return QueueItem(
        stored.job, stored.path, stored.options, state, fraction=float(state is State.DONE),
        tone=stored.tone, probability=stored.probability, error=stored.error, advice=stored.advice,
        details=stored.details,
    )  # fmt: skip


def stored_item(item: QueueItem) -> StoredItem:
    """An item as a case keeps it: what runs is stored as waiting, since after a crash it is."""
    state = State.QUEUED if item.state is State.RUNNING else item.state
    return StoredItem(
        item.job, item.path, item.options, state.value, item.tone, item.probability, item.error, item.advice,
        item.details,
    )  # fmt: skip
