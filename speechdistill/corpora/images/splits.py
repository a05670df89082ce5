"""Which images train, which select the model, which test; and that none does two of these."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.base.randomness import generator_for
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.images.class_folders import NO_SESSION


@dataclass(frozen=True)
class SplitSizes:
    """How many images go where.

    Arguments
    ---------
    train: images of each class that training wants, at most; what is left is the pool they are
        sampled from.
    dev, test: images of each class that select the checkpoint, and that test it.
    unseen_classes: classes that are in none of these, for verification trials.
    """

    train: int
    dev: int
    test: int
    unseen_classes: int = 0


@dataclass(frozen=True)
class Split:
    """Images by what they are for: a pool to sample training images from, dev, test, unseen."""

    pool: list[ImageRecord]
    dev: list[ImageRecord]
    test: list[ImageRecord]
    unseen: list[ImageRecord]


def split_images(
    images_of: Mapping[str, Sequence[ImageRecord]], sizes: SplitSizes, seed: int
) -> Split:
    """Split the images of every class; those of one session go to one set.

    Images of a session (a folder within the class's) may be near copies of each other: the same
    light, the same background. What a class gets depends on the seed and the class alone.

    Arguments
    ---------
    images_of: class -> images.
    sizes: of the sets.
    seed: of the choice.

    Raises
    ------
    InputError: a class has too few images or sessions, or too few classes are left.

    Example
    -------
    >>> images = {
    ...     name: [ImageRecord(f"{name}/-/{n}", f"{name}{n}.png", name, "-") for n in range(9)]
    ...     for name in "abcd"
    ... }
    >>> split = split_images(images, SplitSizes(train=4, dev=2, test=3, unseen_classes=2), seed=1)
    >>> len(split.pool), len(split.dev), len(split.test), len(split.unseen)
    (8, 4, 6, 18)
    """
    names = sorted(images_of)
    seen = len(names) - sizes.unseen_classes
    if seen < 2:
        raise InputError(
            f"{sizes.unseen_classes} unseen classes of {len(names)} leave {seen}: lower "
            "--unseen-classes, two must be left"
        )
    if sizes.unseen_classes == 1:
        raise InputError("1 unseen class has no other to be told from: give 0, or 2 or more")
    chosen = generator_for(seed, "unseen classes").permutation(len(names))[: sizes.unseen_classes]
    unseen = {names[index] for index in chosen.tolist()}
    split = Split([], [], [], [])
    for name in names:
        if name in unseen:
            split.unseen.extend(images_of[name])
            continue
        groups = _shuffled_sessions(images_of[name], generator_for(seed, "split", name))
        test, groups = _take(groups, sizes.test)
        dev, groups = _take(groups, sizes.dev)
        pool = [image for group in groups for image in group]
        for part, wanted in ((test, sizes.test), (dev, sizes.dev), (pool, sizes.train)):
            if len(part) < wanted:
                raise InputError(
                    f"the class {name} has {len(images_of[name])} usable images in "
                    f"{len(groups_of(images_of[name]))} sessions, too few for {sizes.train} to "
                    f"train, {sizes.dev} dev and {sizes.test} test images: add some, or lower "
                    "--images-per-class, --dev-images or --test-images"
                )
        split.test.extend(test[: sizes.test])
        split.dev.extend(dev[: sizes.dev])
        split.pool.extend(pool)
    check_apart({"pool": split.pool, "dev": split.dev, "test": split.test, "unseen": split.unseen})
    return split


def groups_of(images: Iterable[ImageRecord]) -> list[list[ImageRecord]]:
    """Group images by class and session; one of no session is alone."""
    groups: dict[tuple[str, ...], list[ImageRecord]] = {}
    for image in images:
        alone = image.session == NO_SESSION
        key = (image.id,) if alone else (image.person, image.session)
        groups.setdefault(key, []).append(image)
    return list(groups.values())


def check_apart(sets: Mapping[str, Sequence[ImageRecord]]) -> None:
    """Raise an InputError if two sets share an image, a file or a session of a class.

    Example
    -------
    >>> check_apart({"dev": [ImageRecord("a/v/1", "1.png", "a", "v")],
    ...              "test": [ImageRecord("a/v/2", "2.png", "a", "v")]})
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: a leak: dev and test share a/v
    """
    keys = {
        name: {image.id for image in images}
        | {image.path for image in images}
        | {f"{image.person}/{image.session}" for image in images if image.session != NO_SESSION}
        for name, images in sets.items()
    }
    names = list(keys)
    for at, first in enumerate(names):
        for second in names[at + 1 :]:
            if shared := keys[first] & keys[second]:
                raise InputError(f"a leak: {first} and {second} share {min(shared)}")


def _shuffled_sessions(
    images: Sequence[ImageRecord], rng: np.random.Generator
) -> list[list[ImageRecord]]:
    groups = groups_of(images)
    return [groups[index] for index in rng.permutation(len(groups)).tolist()]


def _take(
    groups: list[list[ImageRecord]], count: int
) -> tuple[list[ImageRecord], list[list[ImageRecord]]]:
    """Take groups from the front until they have ``count`` images; return these and the rest."""
    taken: list[ImageRecord] = []
    used = 0
    while len(taken) < count and used < len(groups):
        taken += groups[used]
        used += 1
    return taken, groups[used:]
