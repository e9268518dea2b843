"""Below the picture: the slider over all frames, the buttons, the speed, and the field for a time code."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from sjedd_gui.player.media import Media
from sjedd_gui.player.playback import SPEEDS
from sjedd_gui.player.timecode import BadTimeCode, exact_time_code, parse_time_code
from sjedd_gui.widgets.player_actions import PlayerActions
from sjedd_gui.widgets.player_icons import SIDE, player_icon
from sjedd_gui.widgets.theme import text_label

BUTTONS = ("previous-span", "previous", "play", "next", "next-span")


class PlayerControls(QWidget):
    """Shows where the player is, and asks it to be elsewhere. It knows nothing of decoding."""

    position_wanted = Signal(int)
    """The slider was moved to this frame."""
    seconds_wanted = Signal(float)
    """A time code was entered."""
    speed_wanted = Signal(float)

    def __init__(self, actions: PlayerActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._media: Media | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Frame"))
        self.slider.valueChanged.connect(self.position_wanted)
        self.buttons = {name: self._button(name, actions) for name in BUTTONS}
        self._rate = 0.0
        self._make_speed()
        self._make_field()
        self.place = text_label()
        self.place.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.place.setWordWrap(False)
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.place.setAccessibleName(self.tr("Time code, time stamp and number of the frame"))
        self.words = text_label(size=0.9)
        self.words.setMinimumHeight(self.words.fontMetrics().height())
        self._lay_out()

    def open(self, media: Media | None) -> None:
        """Fit the controls to a file; None for no file."""
        self._media = media
        self.slider.blockSignals(True)
        self.slider.setRange(0, 0 if media is None else len(media) - 1)
        self.slider.setValue(0)
        self.slider.blockSignals(False)
        self.tell("")
        self.field.clear()
        self.place.clear()
        moving = media is not None and not media.still
        for part in (self.slider, self.field, self.speed, *self.buttons.values()):
            part.setEnabled(moving)

    def show_wanted(self, position: int) -> None:
        """Set the slider to the frame that is asked for."""
        self.slider.blockSignals(True)
        self.slider.setValue(position)
        self.slider.blockSignals(False)

    def show_place(self, position: int) -> None:
        """Name the frame that is on screen."""
        assert self._media is not None
        time = self._media.time(position)
        text = self.tr("{time}   time stamp {pts}   frame {number} of {count}")
        self.place.setText(
            text.format(time=exact_time_code(time.seconds), pts=time.pts, number=position + 1, count=len(self._media))
        )
        self.place.setAccessibleDescription(self.place.text())

    def show_rate(self, rate: float) -> None:
        """Show how fast it plays; 0 for standing still."""
        self._rate = rate
        self._show_icons()
        button = self.buttons["play"]
        button.setAccessibleName(self.tr("Pause") if rate else self.tr("Play"))
        if rate:
            words = self.tr("Playing at {} × without sound.") if rate > 0 else self.tr("Playing backwards at {} ×.")
            self.tell(words.format(f"{abs(rate):g}"))
        else:
            self.tell("")

    def tell(self, words: str) -> None:
        """Show a sentence below the controls; an empty one takes it away."""
        self.words.setText(words)

    def ask_for_time(self) -> None:
        """Put the cursor into the field for a time code."""
        if self.field.isEnabled():
            self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.field.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the space bar press the button that has the focus instead of starting the video."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            own = watched is self.field or event.key() == Qt.Key.Key_Space
            if own and event.key() != Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_icons()

    def _show_icons(self) -> None:
        for name, button in self.buttons.items():
            sign = "pause" if name == "play" and self._rate else name
            button.setIcon(player_icon(sign, self.palette()))

    def _button(self, name: str, actions: PlayerActions) -> QToolButton:
        button = QToolButton()
        button.setIcon(player_icon(name, self.palette()))
        button.setIconSize(QSize(SIDE, SIDE))
        button.setToolTip(actions.tip(name))
        button.setAccessibleName(actions[name].text().replace("&", ""))
        button.setMinimumSize(34, 30)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAutoRepeat(name in {"next", "previous"})
        button.clicked.connect(actions[name].trigger)
        button.installEventFilter(self)
        return button

    def _make_speed(self) -> None:
        self.speed = QComboBox()
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g} ×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setToolTip(self.tr("Speed of playing. There is no sound at any speed."))
        self.speed.setAccessibleDescription(self.speed.toolTip())
        self.speed.installEventFilter(self)
        self.speed.currentIndexChanged.connect(lambda: self.speed_wanted.emit(self.speed.currentData()))

    def _make_field(self) -> None:
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Go to 00:01:15.240"))
        self.field.setAccessibleName(self.tr("Go to time code"))
        self.field.setToolTip(self.tr("A time in seconds (75), minutes (1:15) or hours (00:01:15.240), then Enter."))
        self.field.setMaximumWidth(self.field.fontMetrics().horizontalAdvance("Go to 00:01:15.240 MM"))
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._enter)
        self.field.textEdited.connect(lambda: self.tell(""))

    def _enter(self) -> None:
        """Go to the time code in the field, or say what is wrong with it."""
        assert self._media is not None
        text = self.field.text()
        try:
            seconds = parse_time_code(text)
        except BadTimeCode as error:
            self.tell(self._error(error, text))
            return
        start, end = self._media.start_s, self._media.end_s
        if not start - 0.0005 <= seconds <= end:
            words = self.tr("{time} is outside the video, which runs from {start} to {end}.")
            times = {
                name: exact_time_code(value) for name, value in (("time", seconds), ("start", start), ("end", end))
            }
            self.tell(words.format(**times))
            return
        self.tell("")
        self.seconds_wanted.emit(seconds)

    def _error(self, error: BadTimeCode, text: str) -> str:
        words = {
            "form": self.tr("“{}” is no time code. Write seconds (75), 1:15 or 00:01:15.240."),
            "seconds": self.tr("In “{}” the seconds reach 60. Write 1:15 for 75 seconds, or just 75."),
            "minutes": self.tr("In “{}” the minutes reach 60. Write 1:05:00 for 65 minutes, or 65:00."),
        }
        return words[error.word].format(text.strip())

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.speed)
        row.addStretch(1)
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.slider)
        column.addLayout(row)
        column.addWidget(self.place)
        column.addWidget(self.words)
