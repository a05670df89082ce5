"""Images into the teacher: sizes, ranges, what augmentation keeps, files that are broken."""

import numpy as np
import pytest
import torch
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.inputs.image_augmentation import ImageAugmentation
from speechdistill.inputs.image_files import read_image
from speechdistill.teachers.face_network import ResidualFaceNetwork


def test_an_image_of_any_size_and_mode_has_one_size_three_channels_and_one_range(tmp_path):
    colour = np.zeros((30, 50, 3), dtype=np.uint8)
    colour[..., 0] = 255
    Image.fromarray(colour).save(tmp_path / "colour.png")
    Image.fromarray(np.full((80, 80), 255, dtype=np.uint8)).save(tmp_path / "grey.png")
    pixels = read_image(tmp_path / "colour.png", 32)
    assert pixels.shape == (3, 32, 32)
    assert pixels.mean(dim=(1, 2)).tolist() == [1, -1, -1]
    grey = read_image(tmp_path / "grey.png", 32)
    assert grey.shape == (3, 32, 32) and grey.min() == 1


def test_a_broken_image_is_named(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"no image")
    with pytest.raises(InputError, match=r"x\.jpg"):
        read_image(tmp_path / "x.jpg", 32)


def test_augmentation_without_amounts_only_mirrors():
    images = torch.rand(16, 3, 8, 8) * 2 - 1
    augmented = ImageAugmentation(mirror=True)(images)
    is_same = [torch.allclose(a, b, atol=1e-5) for a, b in zip(images, augmented, strict=True)]
    is_mirrored = [
        torch.allclose(a.flip(-1), b, atol=1e-5) for a, b in zip(images, augmented, strict=True)
    ]
    assert all(np.logical_xor(is_same, is_mirrored))
    assert any(is_same) and any(is_mirrored)


def test_augmentation_stays_in_range_and_changes_images():
    images = torch.rand(8, 3, 16, 16) * 2 - 1
    augmented = ImageAugmentation(shift=0.1, brightness=0.9, contrast=0.9, mirror=True)(images)
    assert augmented.abs().max() <= 1
    assert not torch.allclose(augmented, images)


def test_some_images_turn_grey_and_keep_their_brightness():
    images = torch.rand(200, 3, 4, 4) * 2 - 1
    augmented = ImageAugmentation(grey=0.3, mirror=True)(images)
    is_grey = (augmented.std(dim=1) < 1e-6).flatten(1).all(dim=1)
    assert 0.15 < is_grey.float().mean() < 0.45
    luminance = 0.299 * images[:, 0] + 0.587 * images[:, 1] + 0.114 * images[:, 2]
    for image, grey in zip(luminance[is_grey], augmented[is_grey, 0], strict=True):
        assert torch.allclose(image, grey, atol=1e-5) or torch.allclose(
            image.flip(-1), grey, atol=1e-5
        )


@pytest.mark.parametrize("size", [32, 64, 112])
def test_network_takes_any_size(size):
    network = ResidualFaceNetwork(channels=[8, 16, 16], blocks=2, embedding_dimension=12)
    assert network(torch.zeros(2, 3, size, size)).shape == (2, 12)
