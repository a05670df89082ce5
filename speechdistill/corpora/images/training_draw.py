"""A training set of few images per class, some with a wrong label or spoilt; and the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.base.randomness import generator_for
from speechdistill.corpora.faces import FACES, FaceImage, save_faces
from speechdistill.corpora.images.degradation import ImageDegradation
from speechdistill.storage.files import written_whole

LABELS = "truth/labels.tsv"
DEGRADATIONS = "truth/degradations.tsv"


@dataclass(frozen=True)
class TrainingDraw:
    """How a training set is drawn.

    Arguments
    ---------
    images_per_class: how many.
    label_noise: share of each class's images that get the label of another class, in [0, 1).
    degraded: share of each class's images that are spoilt, in [0, 1].
    seed: of everything here. With one seed, fewer images are among more, and the wrong labels and
        spoilt images are of the same ones, whatever else differs.

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


def draw_training_set(pool: Sequence[FaceImage], output: Path, draw: TrainingDraw) -> None:
    """Write ``<output>/train/faces.jsonl.gz`` and ``<output>/truth/``.

    Spoilt images are written beside the manifest. An image with a wrong label keeps the id that
    its own class gave it. ``truth/labels.tsv`` has id, own class and label of the images whose
    label is wrong, ``truth/degradations.tsv`` id, kind and strength of those that are spoilt.

    Arguments
    ---------
    pool: what to draw from.
    output: the folder; ``train`` and ``truth`` in it are replaced.
    draw: how.

    Raises
    ------
    InputError: the pool has too few images of a class.
    """
    chosen = _chosen(pool, draw)
    classes = sorted(chosen)
    images: list[FaceImage] = []
    labels, degradations = ["id\tclass\tlabel\n"], ["id\tkind\tstrength\n"]
    with written_whole(output / "train") as folder:
        for name, members in chosen.items():
            wrong = _marked(members, draw.wrong_labels, draw.seed, "label noise")
            spoilt = _marked(members, round(draw.degraded * len(members)), draw.seed, "degraded")
            for image in members:
                rng = generator_for(draw.seed, "image", image.id)
                label = str(rng.choice([other for other in classes if other != name]))
                degradation = ImageDegradation.draw(rng)
                given = image
                if image in wrong:
                    given = replace(given, speaker=label)
                    labels.append(f"{image.id}\t{name}\t{label}\n")
                if image in spoilt:
                    path = Path("images") / f"{image.id}.png"
                    (folder / path).parent.mkdir(parents=True, exist_ok=True)
                    with Image.open(image.path) as picture:
                        mode = "L" if picture.mode == "L" else "RGB"
                        degradation.apply(picture.convert(mode), rng).save(folder / path)
                    # The folder is renamed when it is whole.
                    given = replace(given, path=str((output / "train" / path).resolve()))
                    degradations.append(
                        f"{image.id}\t{degradation.kind}\t{degradation.strength:.4f}\n"
                    )
                images.append(given)
        save_faces(images, folder / FACES)
    for table, lines in ((LABELS, labels), (DEGRADATIONS, degradations)):
        with written_whole(output / table) as partial:
            partial.write_text("".join(lines), encoding="utf-8")


def _chosen(pool: Sequence[FaceImage], draw: TrainingDraw) -> dict[str, list[FaceImage]]:
    of_class: dict[str, list[FaceImage]] = {}
    for image in pool:
        of_class.setdefault(image.speaker, []).append(image)
    chosen = {}
    for name, images in of_class.items():
        if len(images) < draw.images_per_class:
            raise InputError(
                f"{len(images)} images of the class {name} are there to be drawn, not "
                f"{draw.images_per_class}: run stage 1 with a larger --images-per-class"
            )
        order = generator_for(draw.seed, "draw", name).permutation(len(images))
        chosen[name] = [images[index] for index in order[: draw.images_per_class].tolist()]
    return chosen


def _marked(images: Sequence[FaceImage], count: int, seed: int, purpose: str) -> list[FaceImage]:
    """Choose ``count`` images: those that rank lowest in a random order of their own."""
    return sorted(images, key=lambda image: generator_for(seed, purpose, image.id).random())[:count]
