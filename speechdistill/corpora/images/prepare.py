"""From class-named folders of images and a table of texts to manifests."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError
from speechdistill.corpora.fingerprint import fingerprint
from speechdistill.corpora.image_manifest import ImageRecord, load_images, save_images
from speechdistill.corpora.images.class_folders import ClassImages, read_class_folders
from speechdistill.corpora.images.splits import Split, SplitSizes, split_images
from speechdistill.corpora.images.texts import load_class_texts
from speechdistill.corpora.images.training_sample import TrainingSample, sample_training_set
from speechdistill.corpora.skipped import SkippedItems, check_skipped
from speechdistill.storage.files import written_whole
from speechdistill.storage.folder_marks import damaged_files
from speechdistill.storage.made_from import recorded
from speechdistill.storage.places import (
    DEV,
    IMAGES,
    POOL,
    REPORT,
    SKIPPED,
    TEST,
    TRAIN,
    UNSEEN,
    trial_list,
)
from speechdistill.verification.trials.trial_sampling import sample_trials

logger = logging.getLogger(__name__)

TEXTS = "texts.tsv"


@dataclass(frozen=True)
class ImagePreparation:
    """What :func:`prepare_images` needs to know.

    Arguments
    ---------
    data: folder ``<class>/**/<image>``.
    texts: lines ``class<TAB>text``.
    output: folder to write.
    sizes: of the sets.
    sample: of the training images.
    seed: of the split and of the trials.
    trials: how many to sample among the unseen classes.
    jobs: number of processes.
    skipped_limit: share of images that may be left out.
    """

    data: Path
    texts: Path
    output: Path
    sizes: SplitSizes
    sample: TrainingSample
    seed: int = 1
    trials: int = 10_000
    jobs: int = 1
    skipped_limit: float = 0.01


def prepare_images(settings: ImagePreparation) -> None:
    """Check images and texts, and write everything that later stages read of them.

    Below ``output``: ``{train,dev,test}/images.jsonl.gz``, where a class takes the place of a
    person; ``pool.jsonl.gz``, what training images are sampled from; ``truth/``, as
    :func:`sample_training_set` writes it; ``texts.tsv`` of the classes of training; where there are
    unseen classes ``unseen/`` with ``trials/unseen.txt``; ``skipped.tsv`` and ``report.json``. The
    folder appears when it is whole; if it is there, nothing is done.

    Raises
    ------
    InputError: images and texts do not fit, too many images are unusable (``skipped.tsv`` lists
        them), there are too few, or ``output`` was made with other settings or images: students
        of these may be there, which new manifests would not make new.
    """
    if not settings.data.is_dir():
        raise InputError(f"no folder {settings.data}: give <class>/<image>.jpg with --data")
    texts_file = [settings.texts] if settings.texts.is_file() else []
    current = fingerprint(_kept(settings), texts_file, [settings.data])
    made = _made(settings.output)
    if made and made["fingerprint"] == current and _is_whole(settings.output):
        logger.info("%s is up to date: nothing changed since it was made", settings.output)
        return
    found = read_class_folders(settings.data, settings.jobs)
    # Names and bytes: images that were copied or unpacked again are the same ones.
    content = fingerprint({**_kept(settings), "images": found.content}, texts_file, [])
    if made and made.get("content") != content:
        raise InputError(
            f"{settings.output} was made with other options, images or texts: give another --exp, "
            f"or remove {settings.output.parent}"
        )
    texts = load_class_texts(settings.texts, found.images)
    _check_skipped(found, settings)
    split = split_images(found.images, settings.sizes, settings.seed)
    with written_whole(settings.output, besides=[SKIPPED]) as folder:
        save_images(split.pool, folder / POOL)
        for name, images in ((DEV, split.dev), (TEST, split.test)):
            save_images(images, folder / name / IMAGES)
        if split.unseen:
            save_images(split.unseen, folder / UNSEEN / IMAGES)
            _write_trials(split.unseen, trial_list(folder / UNSEEN), settings)
        classes = sorted({image.person for image in split.pool})
        (folder / TEXTS).write_text("".join(f"{name}\t{texts[name]}\n" for name in classes))
        SkippedItems(found.skipped).save(folder / SKIPPED)
        report = {"fingerprint": current, "content": content, "classes": len(classes)}
        report |= _counts(split)
        (folder / REPORT).write_text(json.dumps(report, indent=2) + "\n")
    # Where the folder stands: degraded images are named by their place.
    sample_training_set(split.pool, settings.output, settings.sample)
    logger.info(
        "%d classes: %d images to sample from, %d of them for training, %d dev, %d test; %d of %d "
        "unseen classes; %d skipped",
        *(len(classes), len(split.pool), len(classes) * settings.sample.images_per_class),
        *(len(split.dev), len(split.test), len(split.unseen), settings.sizes.unseen_classes),
        len(found.skipped),
    )


def load_pool(data: Path) -> list[ImageRecord]:
    """Load what training images are sampled from.

    Raises
    ------
    InputError: there is none.
    """
    return load_images(data / POOL)


def _kept(settings: ImagePreparation) -> dict[str, object]:
    # The number of processes changes nothing that is written.
    return {
        name: value for name, value in asdict(settings).items() if name not in ("output", "jobs")
    }


def _made(output: Path) -> dict[str, Any] | None:
    """Return the report of what stands at ``output``; None if nothing was made yet."""
    if not output.exists() or [path.name for path in output.iterdir()] == [SKIPPED]:
        return None
    report = recorded(output / REPORT)
    if not isinstance(report, dict) or "fingerprint" not in report:
        raise InputError(f"{output} holds something else than manifests: give another --exp")
    return report


def _is_whole(output: Path) -> bool:
    return (output / TRAIN / IMAGES).exists() and not any(damaged_files(output))


def _check_skipped(found: ClassImages, settings: ImagePreparation) -> None:
    total = len(found.skipped) + sum(map(len, found.images.values()))
    listing = settings.output / SKIPPED
    try:
        check_skipped(len(found.skipped), total, settings.skipped_limit, "images", listing)
    except InputError:
        # The folder is not made, but the user needs the list to put the files right.
        SkippedItems(found.skipped).save(listing)
        raise


def _write_trials(images: Sequence[ImageRecord], path: Path, settings: ImagePreparation) -> None:
    trials = sample_trials(
        [image.id for image in images],
        [image.person for image in images],
        [image.session for image in images],
        [image.gender for image in images],
        settings.trials,
        settings.seed,
    )
    trials.save(path)


def _counts(split: Split) -> dict[str, int]:
    return {name: len(getattr(split, name)) for name in ("pool", DEV, TEST, UNSEEN)}
