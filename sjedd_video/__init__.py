"""sjedd-video: where, when and on whose face a video was altered, with the evidence behind the answer."""

__version__ = "0.1.0"
