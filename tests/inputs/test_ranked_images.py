"""Images of classes as inputs, and their augmentation."""

import numpy as np
import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import save_images
from speechdistill.corpora.images.class_folders import read_class_folders
from speechdistill.inputs.image_augmentation import ImageAugmentation
from speechdistill.inputs.ranked_images import RankedImages, ranked_quality
from speechdistill.quality.compute import compute_quality
from speechdistill.quality.table import QualityTable
from tests.image_classes import make_classes


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    classes, _ = make_classes(folder, images=3)
    images = [image for found in read_class_folders(classes).images.values() for image in found]
    save_images(images, folder / "data" / "train" / "images.jsonl.gz")
    compute_quality(folder / "data" / "train", 1, skipped_limit=0)
    return folder / "data"


def test_images_of_one_size_with_ranks_for_quality(data):
    perceived = RankedImages(24, ["sharpness", "noise_freedom"]).perceive(data, data, "train")
    assert len(perceived) == 12
    assert perceived.items[0].label == "bar" and perceived.items[-1].person == "ring"
    assert perceived.read(0, None).shape == (3, 24, 24)
    measured = QualityTable.load(data / "train/quality/image.tsv").columns
    ranks = [
        [np.mean((values < value) + (values == value) / 2) for value in values]
        for values in (measured["sharpness"], measured["noise_freedom"])
    ]
    expected = np.min(ranks, axis=0) + 1 / 24
    np.testing.assert_allclose(perceived.quality.columns["quality"], expected)


def test_ranks_know_no_scale():
    values = np.array([0.3, 0.1, 0.2])
    for scale in (1.0, 1e-6):
        table = QualityTable(list("abc"), {"quality": scale * values})
        np.testing.assert_allclose(
            ranked_quality(table, ["quality"]).columns["quality"], [1, 1 / 3, 2 / 3]
        )


def test_measures_that_are_not_there(data):
    with pytest.raises(InputError, match=r"no quality measure beauty: .*sharpness"):
        RankedImages(24, ["beauty"]).perceive(data, data, "train")
    with pytest.raises(ValueError, match="quality_measures"):
        RankedImages(24, [])


def test_no_augmentation_is_the_image():
    images = torch.rand(4, 3, 16, 16) * 2 - 1
    torch.testing.assert_close(ImageAugmentation()(images), images, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    "settings", [{"shift": 0.2}, {"rotation": 20}, {"scale": 0.2}, {"contrast": 0.3}]
)
def test_every_image_is_changed_in_its_own_way_and_by_the_seed(settings):
    images = (torch.rand(1, 3, 16, 16) * 2 - 1).expand(6, -1, -1, -1)
    augment = ImageAugmentation(**settings)
    torch.manual_seed(1)
    first = augment(images)
    torch.manual_seed(1)
    assert torch.equal(first, augment(images))
    assert len({image.sum().item() for image in first}) == 6
    assert first.abs().max() <= 1


def test_a_shift_is_a_share_of_the_side():
    image = torch.full((200, 3, 20, 20), -1.0)
    image[:, :, :, 10] = 1.0
    moved = ImageAugmentation(shift=0.2)(image)
    columns = moved[:, 0].mean(dim=1).argmax(dim=1)
    assert columns.min() in (6, 7) and columns.max() in (13, 14)


def test_a_mirror_exchanges_left_and_right_of_half_of_them():
    images = torch.zeros(200, 3, 8, 8)
    images[..., :4] = 1.0
    mirrored = ImageAugmentation(mirror=True)(images)[:, 0, 0, 7] > 0.5
    assert 60 < int(mirrored.sum()) < 140
