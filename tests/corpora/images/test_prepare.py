"""Stage 1 of images: what it writes, when it does nothing or stops; and the grid of samples."""

import os
import shutil
from dataclasses import replace

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.images.prepare import ImagePreparation, load_pool, prepare_images
from speechdistill.corpora.images.sample_grid import TrainingCondition, sample_folder, sample_grid
from speechdistill.corpora.images.splits import SplitSizes
from speechdistill.corpora.images.training_sample import TrainingSample
from speechdistill.corpora.set_sources import set_sources
from speechdistill.verification.trials.trial_list import TrialList
from tests.image_classes import make_classes


@pytest.fixture
def settings(tmp_path):
    data, texts = make_classes(tmp_path / "corpus", images=12, sessions=6)
    output = tmp_path / "exp" / "data"
    return ImagePreparation(
        data, texts, output, SplitSizes(4, 2, 4, 2), TrainingSample(3, degraded=0.4), trials=40
    )


def test_everything_is_written_and_then_left_alone(settings):
    prepare_images(settings)
    output = settings.output
    sets = {
        name: load_images(output / name / "images.jsonl.gz") for name in ("train", "dev", "test")
    }
    assert {name: len(found) for name, found in sets.items()} == {"train": 6, "dev": 4, "test": 8}
    pool = {image.id for image in load_pool(output)}
    assert {image.id for image in sets["train"]} <= pool
    assert pool.isdisjoint(image.id for name in ("dev", "test") for image in sets[name])
    unseen = load_images(output / "unseen" / "images.jsonl.gz")
    trials = TrialList.load(output / "unseen/trials/unseen.txt")
    assert set(trials.ids) <= {image.id for image in unseen}
    texts = dict(line.split("\t") for line in (output / "texts.tsv").read_text().splitlines())
    assert texts.keys() == {image.person for image in sets["test"]}

    made = (output / "report.json").stat().st_mtime_ns
    prepare_images(settings)
    assert (output / "report.json").stat().st_mtime_ns == made


def test_a_killed_run_is_taken_up(settings):
    prepare_images(settings)
    before = load_images(settings.output / "train" / "images.jsonl.gz")
    shutil.rmtree(settings.output / "train")
    prepare_images(settings)
    assert load_images(settings.output / "train" / "images.jsonl.gz") == before


def test_other_settings_or_images_need_another_folder(settings):
    prepare_images(settings)
    with pytest.raises(InputError, match="another --exp"):
        prepare_images(replace(settings, sample=TrainingSample(3, label_noise=0.4)))
    next(settings.data.rglob("*.png")).unlink()
    with pytest.raises(InputError, match="another --exp"):
        prepare_images(settings)


def test_images_that_are_unpacked_again_are_the_same(settings):
    prepare_images(settings)
    before = set_sources(settings.output / "train")
    report = (settings.output / "report.json").read_text()
    for path in settings.data.rglob("*.png"):
        os.utime(path, (2e9, 2e9))
    prepare_images(settings)
    assert set_sources(settings.output / "train") == before
    assert (settings.output / "report.json").read_text() != report
    path.write_bytes(path.read_bytes() + b"x")  # still an image
    with pytest.raises(InputError, match="other options, images or texts"):
        prepare_images(settings)


def test_a_folder_of_something_else_is_left_alone(settings):
    settings.output.mkdir(parents=True)
    (settings.output / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="something else"):
        prepare_images(settings)
    assert (settings.output / "mine.txt").exists()


def test_too_many_unreadable_images_are_listed_and_stop(settings):
    broken = sorted(settings.data.rglob("*.png"))[0]
    broken.write_bytes(b"no image")
    with pytest.raises(InputError, match=r"1 of 48 images cannot be used .*skipped.tsv"):
        prepare_images(settings)
    assert str(broken) in (settings.output / "skipped.tsv").read_text()
    prepare_images(replace(settings, skipped_limit=0.1))
    assert str(broken) in (settings.output / "skipped.tsv").read_text()


def test_a_grid_of_samples(settings, tmp_path):
    prepare_images(settings)
    conditions = {"clean": TrainingCondition(), "noisy": TrainingCondition(label_noise=0.3)}
    output = tmp_path / "training_sets"
    folders = sample_grid(settings.output, output, conditions, sizes=[2, 4], seeds=[1, 2])
    assert folders[0] == sample_folder(output, "clean", 2, 1) and len(folders) == 8
    for folder in folders:
        count = int(folder.parent.name)
        assert len(load_images(folder / "train" / "images.jsonl.gz")) == 2 * count
        test = load_images(folder / "test" / "images.jsonl.gz")
        assert test == load_images(settings.output / "test" / "images.jsonl.gz")
    made = (folders[0] / "train/images.jsonl.gz").stat().st_mtime_ns
    assert sample_grid(settings.output, output, conditions, [2, 4], [1, 2, 3])[:8] != folders
    assert (folders[0] / "train/images.jsonl.gz").stat().st_mtime_ns == made
    with pytest.raises(InputError, match="other options"):
        sample_grid(
            settings.output, output, {"noisy": TrainingCondition(label_noise=0.5)}, [4], [1]
        )
