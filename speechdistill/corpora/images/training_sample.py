"""A training set of few images per class, some with a wrong label or degraded; and the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.base.randomness import generator_for
from speechdistill.corpora.colours import in_colours
from speechdistill.corpora.image_manifest import ImageRecord, save_images
from speechdistill.corpora.images.degradation import ImageDegradation
from speechdistill.corpora.upright import open_upright
from speechdistill.storage.files import write_text_whole, written_whole
from speechdistill.storage.places import IMAGES, TRAIN, Stage

LABELS = "truth/labels.tsv"
DEGRADATIONS = "truth/degradations.tsv"


@dataclass(frozen=True)
class TrainingSample:
    """How a training set is sampled.

    Arguments
    ---------
    images_per_class: how many.
    label_noise: share of each class's images that get the label of another class, in [0, 1).
    degraded: share of each class's images that are degraded, in [0, 1].
    seed: of everything here. With one seed, fewer images are among more, and the wrong labels and
        degraded images are of the same ones, whatever else differs.

    Raises
    ------
    InputError: a number is out of its range.
    """

    images_per_class: int
    label_noise: float = 0.0
    degraded: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        if self.images_per_class < 1:
            raise InputError(f"{self.images_per_class} images per class: give 1 or more")
        if not 0 <= self.label_noise < 1 or not 0 <= self.degraded <= 1:
            raise InputError(
                f"label noise {self.label_noise:g}, degraded {self.degraded:g}: give shares, "
                "from 0 to below 1 and from 0 to 1"
            )
        if self.wrong_labels == self.images_per_class:
            raise InputError(
                f"label noise {self.label_noise:g} leaves no right label among "
                f"{self.images_per_class} images of a class: lower --label-noise"
            )

    @property
    def wrong_labels(self) -> int:
        """How many images of each class get a wrong label."""
        return round(self.label_noise * self.images_per_class)


def sample_training_set(pool: Sequence[ImageRecord], output: Path, sample: TrainingSample) -> None:
    """Write ``<output>/train/images.jsonl.gz`` and ``<output>/truth/``.

    Degraded images are written beside the manifest. An image with a wrong label keeps the id that
    its own class gave it. ``truth/labels.tsv`` has id, own class and label of the images whose
    label is wrong, ``truth/degradations.tsv`` id, kind and strength of those that are degraded.

    Arguments
    ---------
    pool: what to sample from.
    output: the folder; ``train`` and ``truth`` in it are replaced.
    sample: how.

    Raises
    ------
    InputError: the pool has too few images of a class.
    """
    chosen = _chosen(pool, sample)
    classes = sorted(chosen)
    images: list[ImageRecord] = []
    labels, degradations = ["id\tclass\tlabel\n"], ["id\tkind\tstrength\n"]
    with written_whole(output / TRAIN) as folder:
        for name, members in chosen.items():
            wrong = _marked(members, sample.wrong_labels, sample.seed, "label noise")
            degraded = _marked(
                members, round(sample.degraded * len(members)), sample.seed, "degraded"
            )
            for image in members:
                rng = generator_for(sample.seed, "image", image.id)
                label = str(rng.choice([other for other in classes if other != name]))
                degradation = ImageDegradation.sample(rng)
                given = image
                if image in wrong:
                    given = replace(given, person=label)
                    labels.append(f"{image.id}\t{name}\t{label}\n")
                if image in degraded:
                    path = Path("images") / f"{image.id}.png"
                    (folder / path).parent.mkdir(parents=True, exist_ok=True)
                    with open_upright(image.path) as picture:
                        clean = picture if picture.mode == "L" else in_colours(picture)
                        degradation.apply(clean, rng).save(folder / path)
                    # The folder is renamed when it is whole.
                    given = replace(given, path=str((output / TRAIN / path).resolve()))
                    degradations.append(
                        f"{image.id}\t{degradation.kind}\t{degradation.strength:.4f}\n"
                    )
                images.append(given)
        save_images(images, folder / IMAGES)
    for table, lines in ((LABELS, labels), (DEGRADATIONS, degradations)):
        write_text_whole(output / table, "".join(lines))


def _chosen(pool: Sequence[ImageRecord], sample: TrainingSample) -> dict[str, list[ImageRecord]]:
    of_class: dict[str, list[ImageRecord]] = {}
    for image in pool:
        of_class.setdefault(image.person, []).append(image)
    chosen = {}
    for name, images in of_class.items():
        if len(images) < sample.images_per_class:
            raise InputError(
                f"{len(images)} images of the class {name} are there to sample from, not "
                f"{sample.images_per_class}: run {Stage.MANIFESTS} with a larger --images-per-class"
            )
        # The name of a random stream: with another, results would be of other images.
        order = generator_for(sample.seed, "draw", name).permutation(len(images))
        chosen[name] = [images[index] for index in order[: sample.images_per_class].tolist()]
    return chosen


def _marked(
    images: Sequence[ImageRecord], count: int, seed: int, purpose: str
) -> list[ImageRecord]:
    """Choose ``count`` images: those that rank lowest in a random order of their own."""
    return sorted(images, key=lambda image: generator_for(seed, purpose, image.id).random())[:count]
