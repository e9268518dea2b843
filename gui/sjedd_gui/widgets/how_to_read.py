"""A small question mark beside a number, and the plain explanation that it opens."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from sjedd_gui.widgets.theme import text_label

WIDTH = 380
translate = QCoreApplication.translate


class Topic(StrEnum):
    """What can be explained."""

    PROBABILITY = "probability"
    INTERVAL = "interval"
    BAND = "band"
    THRESHOLD = "threshold"
    COVERAGE = "coverage"
    LIFT = "lift"
    HEAT_MAP = "heat_map"
    PLACES = "places"
    CURVE = "curve"


class HowTo(QToolButton):
    """Opens the explanation of a topic by click, Space or Enter."""

    def __init__(self, topic: Topic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.topic = topic
        self.setText("?")
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.setAccessibleName(self.tr("How to read this: {}").format(title(topic)))
        self.setToolTip(self.accessibleName())
        self.clicked.connect(self._open)

    def _open(self) -> None:
        note = Explanation(self.topic, self)
        corner = self.mapToGlobal(QPoint(self.width() - note.width(), self.height() + 2))
        screen = self.screen().availableGeometry()
        x = min(max(corner.x(), screen.left()), screen.right() - note.width())
        y = corner.y() if corner.y() + note.height() <= screen.bottom() else corner.y() - note.height() - self.height()
        note.move(x, max(y, screen.top()))
        note.show()
        note.text.setFocus()


class Explanation(QFrame):
    """A note that Escape or a click elsewhere closes."""

    def __init__(self, topic: Topic, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.addWidget(text_label(title(topic), size=1.1, bold=True))
        self.text = text_label(explanation(topic))
        self.text.setAccessibleName(self.text.text())
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column.addWidget(self.text)
        self.setFixedHeight(column.heightForWidth(WIDTH))


def title(topic: Topic) -> str:
    """The topic in words."""
    return {
        Topic.PROBABILITY: translate("HowTo", "Probability"),
        Topic.INTERVAL: translate("HowTo", "95 % interval"),
        Topic.BAND: translate("HowTo", "Support in words"),
        Topic.THRESHOLD: translate("HowTo", "Decision threshold"),
        Topic.COVERAGE: translate("HowTo", "What was looked at"),
        Topic.LIFT: translate("HowTo", "Kinds of change, and lift over the prior"),
        Topic.HEAT_MAP: translate("HowTo", "Heat map"),
        Topic.PLACES: translate("HowTo", "Heat map of altered places"),
        Topic.CURVE: translate("HowTo", "Score over time"),
    }[topic]


def explanation(topic: Topic) -> str:
    """What a number means, and what it does not mean."""
    return {
        Topic.PROBABILITY: translate(
            "HowTo",
            "How strongly the model supports the proposition that the face of this person was altered, from 0 to "
            "100 %. It was adjusted on videos of known origin, so that of files that got 80 % there about eight in ten "
            "had been altered. On other material it means less: filters, heavy compression and small faces can raise "
            "or lower it. It is not the probability that the whole video is forged, and a low value does not mean that "
            "the video is unedited.",
        ),
        Topic.INTERVAL: translate(
            "HowTo",
            "How far the probability moves when other moments of the same clip are taken. A wide interval means that "
            "the answer hangs on the choice of moments. It does not cover what the model never learned, nor whether "
            "the material is unlike what it was measured on.",
        ),
        Topic.BAND: translate(
            "HowTo",
            "The probability in words. Below 50 %: weak support, non-conclusive. From 50 %: moderate, suspicious but "
            "non-conclusive. From 70 %: strong. From 90 %: very strong. Weak support is no evidence that a video is "
            "unedited.",
        ),
        Topic.THRESHOLD: translate(
            "HowTo",
            "From this probability on the model's makers count a face as suspicious. Stretches of time above it are "
            "flagged. The report gives the error rates that were measured at this threshold.",
        ),
        Topic.COVERAGE: translate(
            "HowTo",
            "The program looks at chosen frames, not at all of them, and uses only faces that are large, sharp and "
            "frontal enough. Nothing is said about frames that were not looked at. Choose a range on the timeline to "
            "have it looked at more closely.",
        ),
        Topic.LIFT: translate(
            "HowTo",
            "Even without any evidence the model gives each kind of change a starting value, the prior. A bar to the "
            "right says that the evidence raised it, a bar to the left that it lowered it; the longer, the more. "
            '"Odds × 3" means three times the odds of the prior. Compare the bars of one person with one another: '
            "how suspicious a face is, only the probability says, and it can be high while the bar of the whole face "
            "stands left. Bars describe the kind of alteration; they do not say where in the picture something was "
            "changed. A region stands below every kind of change that it can belong to, with the same bar. What occurs "
            "in the training data only together with identity is no evidence of its own.",
        ),
        Topic.HEAT_MAP: translate(
            "HowTo",
            "Parts of the face were hidden one after the other. Where hiding lowers the score the map is red: the "
            "score hangs on that place. It does not show which pixels were changed.",
        ),
        Topic.PLACES: translate(
            "HowTo",
            "Red: where the model takes the face for altered, the deeper the more likely, not calibrated. It says "
            "where to look and is no proof; a face without red may be altered all the same.",
        ),
        Topic.CURVE: translate(
            "HowTo",
            "Every dot is one examined frame, judged by itself: single frames vary more than the finding. Hollow dots "
            "were of too poor quality and were not used. Where there is no curve, the lane says why: hatched was not "
            "looked at, blank shows no face of this person, crosshatched is of poor quality. The dashed line is the "
            "decision threshold, a bar below the curve a flagged span, a line of dashes and dots a scene cut. Beside "
            "the curve stands the finding of the person with its interval.\n\n"
            "Keys: left and right go from frame to frame, Home and End to the first and last, up and down to other "
            "people, Enter shows the frame, Shift with left or right chooses a range, N and P go to flagged spans, "
            "+ and − zoom, 0 shows everything.",
        ),
    }[topic]
