"""Splits by image and session: whole, apart, the same for a seed."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.images.splits import SplitSizes, check_apart, split_images


def images_of(classes=4, images=24, sessions=0):
    names = [f"c{number}" for number in range(classes)]
    return {name: [_image(name, n, sessions) for n in range(images)] for name in names}


def _image(name, number, sessions):
    session = f"s{number % sessions}" if sessions else "-"
    image_id = f"{name}/{session}/{number}"
    return ImageRecord(image_id, f"/{image_id}.png", name, session)


@pytest.mark.parametrize("sessions", [0, 8])
def test_sizes_and_sessions(sessions):
    split = split_images(images_of(sessions=sessions), SplitSizes(6, 3, 9, 2), seed=3)
    parts = {"pool": split.pool, "dev": split.dev, "test": split.test, "unseen": split.unseen}
    check_apart(parts)
    assert len({image.person for image in split.unseen}) == 2
    assert {image.person for image in split.unseen}.isdisjoint(i.person for i in split.test)
    for part, count in ((split.dev, 3), (split.test, 9)):
        per_class = [image.person for image in part]
        assert {per_class.count(name) for name in set(per_class)} == {count}
    if sessions:
        ends = {
            (image.person, image.session): name for name, part in parts.items() for image in part
        }
        for name, part in parts.items():
            assert all(ends[image.person, image.session] == name for image in part)


def test_a_class_is_split_alike_whatever_other_classes_there_are():
    four, five = (split_images(images_of(count), SplitSizes(6, 3, 9), seed=1) for count in (4, 5))
    assert [image for image in five.test if image.person != "c4"] == four.test
    assert split_images(images_of(4), SplitSizes(6, 3, 9), seed=2).test != four.test


@pytest.mark.parametrize(
    ("images", "sizes", "message"),
    [
        (images_of(images=17), SplitSizes(6, 3, 9), "c0 has 17 usable images .* --test-images"),
        (images_of(sessions=2), SplitSizes(6, 3, 9), "in 2 sessions"),
        (images_of(), SplitSizes(6, 3, 9, 3), "lower --unseen-classes"),
        (images_of(), SplitSizes(6, 3, 9, 1), "0, or 2 or more"),
    ],
)
def test_too_few(images, sizes, message):
    with pytest.raises(InputError, match=message):
        split_images(images, sizes, seed=1)


def test_a_leak_is_found():
    image, alike = _image("a", 1, 0), _image("b", 2, 0)
    with pytest.raises(InputError, match="train and test share /a/-/1"):
        check_apart({"train": [image], "dev": [alike], "test": [image]})
    check_apart({"train": [image], "test": [alike]})
