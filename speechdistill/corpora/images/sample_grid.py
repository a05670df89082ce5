"""Training sets of several sizes and conditions, each sampled with several seeds."""

import hashlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.images.prepare import load_pool
from speechdistill.corpora.images.training_sample import TrainingSample, sample_training_set
from speechdistill.storage.files import require, write_text_whole
from speechdistill.storage.places import DEV, POOL, TEST, UNSEEN, Stage

logger = logging.getLogger(__name__)

SAMPLE = "sample.json"


@dataclass(frozen=True)
class TrainingCondition:
    """What is wrong with training images: shares as of :class:`TrainingSample`.

    Example
    -------
    >>> TrainingCondition(label_noise=0.3).about
    'share of wrong labels: 0.3'
    """

    label_noise: float = 0.0
    degraded: float = 0.0

    @property
    def about(self) -> str:
        """Say it."""
        shares = {"wrong labels": self.label_noise, "degraded images": self.degraded}
        said = [f"share of {what}: {share:g}" for what, share in shares.items() if share]
        return ", ".join(said) or "right labels, images as they are"


def sample_folder(output: Path, condition: str, images_per_class: int, seed: int) -> Path:
    """Return where a training set lies.

    Example
    -------
    >>> sample_folder(Path("training_sets"), "clean", 10, 1).as_posix()
    'training_sets/clean/10/seed1'
    """
    return output / condition / str(images_per_class) / f"seed{seed}"


def sample_grid(
    data: Path,
    output: Path,
    conditions: Mapping[str, TrainingCondition],
    sizes: Sequence[int],
    seeds: Sequence[int],
) -> list[Path]:
    """Sample a training set for every condition, size and seed; return their folders.

    Each folder has ``train/`` and ``truth/`` of its own and links to the other sets of ``data``.
    Those that are there are left as they are.

    Arguments
    ---------
    data: made by :func:`speechdistill.corpora.images.prepare.prepare_images`.
    output: folder of ``<condition>/<images per class>/seed<N>``.
    conditions: by name.
    sizes: images per class.
    seeds: of the samples.

    Raises
    ------
    InputError: nothing to sample from, too few images, or a folder that was sampled in another way.
    """
    pool = load_pool(data)
    content = hashlib.sha256((data / POOL).read_bytes()).hexdigest()
    linked = [name for name in (DEV, TEST, UNSEEN) if (data / name).is_dir()]
    folders = []
    for (name, condition), size, seed in product(conditions.items(), sizes, seeds):
        sample = TrainingSample(size, condition.label_noise, condition.degraded, seed)
        folder = sample_folder(output, name, size, seed)
        folders.append(folder)
        facts = {**asdict(sample), "pool": content}
        if _is_made(folder, facts):
            continue
        sample_training_set(pool, folder, sample)
        for part in linked:
            _link(require(data / part, made_by=Stage.MANIFESTS), folder / part)
        write_text_whole(folder / SAMPLE, json.dumps(facts, indent=1) + "\n")
    logger.info(
        "training sets in %s: %s, of %s images per class, with seeds %s",
        *(output, ", ".join(conditions), ", ".join(map(str, sizes))),
        ", ".join(map(str, seeds)),
    )
    return folders


def _is_made(folder: Path, facts: Mapping[str, object]) -> bool:
    path = folder / SAMPLE
    if not path.exists():
        return False
    if json.loads(path.read_text()) != facts:
        raise InputError(
            f"{folder} was sampled with other options or images: give another --exp, or remove it "
            "and its students"
        )
    return True


def _link(target: Path, link: Path) -> None:
    if link.is_symlink():  # what else stands there is not of this stage
        link.unlink()
    link.symlink_to(os.path.relpath(target, link.parent))
