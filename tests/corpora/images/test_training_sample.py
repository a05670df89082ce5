"""Training sets: nested over sizes, wrong labels and degraded images as the truth says."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.images.class_folders import read_class_folders
from speechdistill.corpora.images.training_sample import TrainingSample, sample_training_set
from tests.image_classes import CLASSES, make_classes


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    data, _ = make_classes(tmp_path_factory.mktemp("pool"), images=20)
    return [image for images in read_class_folders(data).images.values() for image in images]


def sampled(pool, folder, *settings, **more):
    sample_training_set(pool, folder, TrainingSample(*settings, **more))
    return {image.id: image for image in load_images(folder / "train" / "images.jsonl.gz")}


def truth(folder, name):
    rows = (folder / "truth" / f"{name}.tsv").read_text().splitlines()[1:]
    return {row.split("\t")[0]: row.split("\t")[1:] for row in rows}


def test_fewer_images_are_among_more_and_other_seeds_sample_others(pool, tmp_path):
    five, ten = sampled(pool, tmp_path / "5", 5), sampled(pool, tmp_path / "10", 10)
    assert set(five) < set(ten)
    assert Counter(image.person for image in ten.values()) == dict.fromkeys(CLASSES, 10)
    assert set(sampled(pool, tmp_path / "other", 5, seed=2)) != set(five)
    assert sampled(pool, tmp_path / "again", 5) == five
    assert not truth(tmp_path / "5", "labels") and not truth(tmp_path / "5", "degradations")


def test_wrong_labels_are_those_of_the_truth(pool, tmp_path):
    clean = sampled(pool, tmp_path / "clean", 10)
    noisy = sampled(pool, tmp_path / "noisy", 10, label_noise=0.3)
    listed = truth(tmp_path / "noisy", "labels")
    assert noisy.keys() == clean.keys()
    assert len(listed) == 12
    for name, image in noisy.items():
        own, label = listed.get(name, (clean[name].person,) * 2)
        assert (clean[name].person, image.person) == (own, label)
        assert (own != label) == (name in listed)
    assert Counter(own for own, _ in listed.values()) == dict.fromkeys(CLASSES, 3)
    assert all(noisy[name].path == image.path for name, image in clean.items())


def test_degraded_images_are_those_of_the_truth(pool, tmp_path):
    clean = sampled(pool, tmp_path / "clean", 10)
    degraded = sampled(pool, tmp_path / "degraded", 10, degraded=0.5)
    listed = truth(tmp_path / "degraded", "degradations")
    assert len(listed) == 20
    assert len({kind for kind, _ in listed.values()}) > 2
    for name, image in degraded.items():
        before, after = (np.asarray(Image.open(path)) for path in (clean[name].path, image.path))
        assert before.shape == after.shape
        assert np.array_equal(before, after) == (name not in listed)
        assert image.person == clean[name].person
    again = sampled(pool, tmp_path / "again", 10, degraded=0.5)
    name = next(iter(listed))
    assert Path(again[name].path).read_bytes() == Path(degraded[name].path).read_bytes()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ((0,), "give 1 or more"),
        ((5, 1.0), "label noise 1"),
        ((5, 0.0, 1.5), "degraded 1.5"),
        ((2, 0.9), "leaves no right label"),
    ],
)
def test_samples_that_cannot_be(settings, message):
    with pytest.raises(InputError, match=message):
        TrainingSample(*settings)


def test_too_few_to_sample_from(pool, tmp_path):
    with pytest.raises(InputError, match=r"20 images of the class bar .* not 21"):
        sample_training_set(pool, tmp_path, TrainingSample(21))
    assert not (tmp_path / "train").exists()
