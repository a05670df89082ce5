"""Images into the teacher: sizes, ranges, what augmentation keeps, files that are broken."""

import numpy as np
import pytest
import torch
from PIL import Image

from speechdistill.corpora.faces import FaceImage
from speechdistill.errors import InputError
from speechdistill.teachers.face_augmentation import FaceAugmentation
from speechdistill.teachers.face_data import FaceDataset, collate_faces
from speechdistill.teachers.face_network import ResidualFaceNetwork


def make_face(folder, name, pixels) -> FaceImage:
    path = folder / f"{name.replace('/', '-')}.png"
    Image.fromarray(pixels).save(path)
    speaker, session, _ = name.split("/")
    return FaceImage(name, str(path), speaker, session)


def test_images_of_any_size_and_mode_become_one_batch(tmp_path):
    colour = np.zeros((30, 50, 3), dtype=np.uint8)
    colour[..., 0] = 255
    grey = np.full((80, 80), 255, dtype=np.uint8)
    faces = [make_face(tmp_path, "a/v/1", colour), make_face(tmp_path, "b/v/1", grey)]
    dataset = FaceDataset(faces, image_size=32, speaker_index={"b": 4})
    batch = collate_faces([dataset[0], dataset[1]])
    assert batch.images.shape == (2, 3, 32, 32)
    assert batch.images[0].mean(dim=(1, 2)).tolist() == [1, -1, -1]
    assert batch.images[1].min() == 1
    assert batch.speakers.tolist() == [-1, 4]


def test_a_broken_image_is_named(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"no image")
    face = FaceImage("a/v/1", str(tmp_path / "x.jpg"), "a", "v")
    with pytest.raises(InputError, match=r"x\.jpg"):
        FaceDataset([face], image_size=32)[0]


def test_augmentation_without_amounts_only_mirrors():
    images = torch.rand(16, 3, 8, 8) * 2 - 1
    augmented = FaceAugmentation(shift=0, brightness=0, contrast=0)(images)
    is_same = [torch.allclose(a, b, atol=1e-5) for a, b in zip(images, augmented, strict=True)]
    is_mirrored = [
        torch.allclose(a.flip(-1), b, atol=1e-5) for a, b in zip(images, augmented, strict=True)
    ]
    assert all(np.logical_xor(is_same, is_mirrored))
    assert any(is_same) and any(is_mirrored)


def test_augmentation_stays_in_range_and_changes_images():
    images = torch.rand(8, 3, 16, 16) * 2 - 1
    augmented = FaceAugmentation(shift=0.1, brightness=0.9, contrast=0.9)(images)
    assert augmented.abs().max() <= 1
    assert not torch.allclose(augmented, images)


def test_some_images_turn_grey_and_keep_their_brightness():
    images = torch.rand(200, 3, 4, 4) * 2 - 1
    augmented = FaceAugmentation(shift=0, brightness=0, contrast=0, grey=0.3)(images)
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
