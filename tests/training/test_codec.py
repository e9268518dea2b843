"""Codec augmentation: what comes back is the same picture, worse with a higher rate factor, and reproducible."""

from __future__ import annotations

import io

import numpy as np
import pytest
from skimage.data import astronaut

from sjedd_training.data.codec import Shot
from sjedd_training.data.perturb import Transmission

PICTURE = np.ascontiguousarray(astronaut()[20:211, 120:301])


def distance(a, b):
    return float(np.abs(a.astype(int) - b).mean())


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("frames", [1, 3])
def test_a_higher_rate_factor_harms_more_and_nothing_moves(codec, frames):
    fine, coarse = (Shot(codec, crf, frames, (1.5, -1.0)).send(PICTURE) for crf in (20, 38))
    assert fine.shape == PICTURE.shape
    assert fine.dtype == np.uint8
    assert distance(fine, PICTURE) < distance(coarse, PICTURE) < 12
    shifted = np.roll(PICTURE, 2, axis=1)
    assert distance(fine, PICTURE) < 0.5 * distance(fine, shifted)


def test_the_same_shot_gives_the_same_picture():
    shot = Shot.draw(np.random.default_rng(4))
    np.testing.assert_array_equal(shot.send(PICTURE), shot.send(PICTURE))


def test_a_transmission_treats_two_pictures_alike():
    for seed in range(12):
        sent = Transmission.draw(np.random.default_rng(seed))
        np.testing.assert_array_equal(sent.send(PICTURE), sent.send(PICTURE.copy()))


def test_transmissions_use_every_step():
    drawn = [Transmission.draw(np.random.default_rng(seed)) for seed in range(200)]
    assert {sent.shot.codec for sent in drawn if sent.shot} == {"h264", "hevc"}
    assert any(sent.colour == 0.0 for sent in drawn)
    assert any(sent.quality for sent in drawn)


def test_jpeg_takes_red_for_red():
    from PIL import Image

    from sjedd_training.data.perturb import jpeg

    red = np.zeros((64, 64, 3), np.uint8)
    red[:, ::2] = (250, 20, 20)
    file = io.BytesIO()
    Image.fromarray(red).save(file, "jpeg", quality=50, subsampling=2)
    assert distance(jpeg(red, 50), np.asarray(Image.open(file))) < 3
