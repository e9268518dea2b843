"""Engines that fail on purpose, by import path inside the worker process; ``DARK`` pictures set them off."""

from __future__ import annotations

import os
import signal
import time

import numpy as np

from fakes import FakeDetector, FakeScorer, model_facts
from sjedd_video.engines import Engines

DARK = 40


class _Faulty(FakeDetector):
    def detect(self, images):
        if any(image.mean() < DARK for image in images):
            self.fail()
        return super().detect(images)

    def fail(self):
        raise NotImplementedError


class _OnProcessor(FakeScorer):
    """A scorer that says it runs on the processor, so that the worker's memory is limited."""

    def facts(self, detector_name, detector_sha256):
        from dataclasses import replace

        return replace(model_facts(), provider="CPUExecutionProvider")


class Segfaulting(_Faulty):
    """The worker process dies in native code."""

    @classmethod
    def load(cls, options):
        return Engines(cls(), FakeScorer(0.9))

    def fail(self):
        os.kill(os.getpid(), signal.SIGSEGV)


class Hungry(Segfaulting):
    """Allocates without end."""

    @classmethod
    def load(cls, options):
        return Engines(cls(), _OnProcessor(0.9))

    def fail(self):
        hoard = []
        while True:
            hoard.append(bytearray(64 << 20))


class Busy(Segfaulting):
    """Works without end."""

    def fail(self):
        while True:
            pass


class ModelTooLarge:
    """A model that does not fit into memory, not even for one face."""

    @staticmethod
    def load(options):
        return Engines(FakeDetector(), FakeScorer(0.9, errors=[MemoryError()] * 1000))


class NoRoomToLoad:
    """A model that does not fit into memory at all."""

    @staticmethod
    def load(options):
        raise MemoryError


class DarkIsAltered:
    """Good engines: faces in dark pictures get strong support, others weak."""

    @staticmethod
    def load(options):
        class Scorer(FakeScorer):
            def probability(self, crops):
                return np.array([0.9 if crop.mean() < DARK else 0.05 for crop in crops])

        return Engines(FakeDetector(), Scorer())


class SegfaultingDecoders:
    """Good engines, and decoders that die after a few frames."""

    @staticmethod
    def load(options):
        from sjedd_video.decode import sandbox

        sandbox.DECODERS.update(dict.fromkeys(sandbox.DECODERS, "faulty_decoders:Segfaulting"))
        return Engines(FakeDetector(), FakeScorer(0.9))


class JumpingClock:
    """Good engines in a process whose clock jumps by days at every look."""

    @staticmethod
    def load(options):
        clock, jumps = time.time, iter(range(1, 10_000_000))
        time.time = lambda: clock() + (-1) ** next(jumps) * 86_400 * 3
        return Engines(FakeDetector(), FakeScorer(0.9))
