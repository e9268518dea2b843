"""The line at the bottom: what runs, which model judges, and the promise that nothing leaves this computer."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton

from sjedd_gui.case.session import Session
from sjedd_gui.i18n import core_text
from sjedd_video.errors import SjeddError

BAR_WIDTH, BAR_HEIGHT = 110, 14
HASH_SHOWN = 8


class StatusLine(QObject):
    """Fills the status bar of a window."""

    stop_requested = Signal()
    """Stop the file that runs."""
    model_requested = Signal()
    """Tell more of the model."""

    def __init__(self, bar: QStatusBar, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._bar, self._session = bar, session
        self.work = QLabel()
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.progress.setFixedSize(BAR_WIDTH, BAR_HEIGHT)
        self.progress.setAccessibleName(self.tr("Progress of the running file"))
        self.stop = QToolButton(autoRaise=True)
        self.stop.setText(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Stop the file that runs"))
        self.stop.clicked.connect(self.stop_requested)
        self.model = QToolButton(autoRaise=True)
        self.model.setObjectName("model")
        self.model.setAccessibleName(self.tr("The model in use"))
        self.model.setToolTip(self.tr("The model in use, its hash, and the device it runs on"))
        self.model.clicked.connect(self.model_requested)
        promise = QLabel(self.tr("Everything stays on this computer"))
        promise.setObjectName("promise")
        promise.setToolTip(self.tr("The program opens no network connection. Nothing is sent anywhere."))
        for widget in (self.work, self.progress, self.stop, self.model, promise):
            bar.addPermanentWidget(widget)
        session.queue_changed.connect(self.refresh)
        session.item_changed.connect(self.refresh)
        self.refresh()

    def tell(self, text: str, seconds: int = 10) -> None:
        """Show a message for a while."""
        self._bar.showMessage(text, 1000 * seconds)

    def refresh(self) -> None:
        """Show what runs."""
        item = self._session.queue.running
        for widget in (self.work, self.progress, self.stop):
            widget.setVisible(item is not None)
        if item is not None:
            waiting = self._session.queue.unfinished - 1
            text = self.tr("Analysing, {} waiting").format(waiting) if waiting else self.tr("Analysing")
            self.work.setText(self.tr("Stopping …") if item.stopping else text)
            self.stop.setEnabled(not item.stopping)
            self.progress.setValue(round(1000 * item.fraction))

    def show_model(self, name: str) -> None:
        """Tell which model judges; its card is read for that."""
        from sjedd_video.model.bundle import load_bundle

        try:
            bundle = load_bundle(name)
        except SjeddError as error:
            self.model.setText(self.tr("Model: not usable"))
            self.model.setToolTip(f"{core_text(error.message)} {core_text(error.advice)}")
            return
        self.model.setText(self.tr("Model: {name} · {hash}").format(
            name=bundle.card.name, hash=bundle.sha256[:HASH_SHOWN]))  # fmt: skip
        tip = self.tr("SHA-256 {hash}\nClick for its card, the device it runs on, and other models.")
        self.model.setToolTip(tip.format(hash=bundle.sha256))
