"""A prepared tiny corpus with made-up teacher targets, and small YAML settings."""

import gc
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings

import speechdistill
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.quality.compute import compute_quality
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.owners import owners_of
from tests.tiny_corpus import make_corpus
from tests.tiny_student import make_recordings, make_student

settings.register_profile("any machine", deadline=None)
settings.register_profile("fast part", settings.get_profile("any machine"), max_examples=20)
gc.disable()  # until all is imported: see local/command.py

ROOT = Path(__file__).parents[1]
CONF = ROOT / "recipes" / "voxceleb" / "conf"
# What tests start imports them, too; tools/path.sh is not always before pytest.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
)


def pytest_configure(config: pytest.Config) -> None:
    fast_part = config.option.markexpr == "not slow"  # all examples are for the whole suite
    settings.load_profile("fast part" if fast_part else "any machine")


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    # A test that draws draws the same each time, in whatever order.
    torch.default_generator.manual_seed(0)  # torch.manual_seed takes half a millisecond


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """Manifests and quality of a tiny corpus, and targets of a teacher that saw half its people."""
    folder = tmp_path_factory.mktemp("prepared")
    corpus = make_corpus(folder / "corpus")
    prepare_corpus(
        PreparationSettings([corpus], folder / "data", folder / "decoded", dev_speakers=2)
    )
    for name in ("train", "dev", "test"):
        compute_quality(folder / "data" / name, jobs=1, skipped_limit=0)
    generator = np.random.default_rng(0)
    faces = load_images(folder / "data" / "train" / "images.jsonl.gz")
    people = sorted({face.person for face in faces})[::2]
    ids = [face.id for face in faces if face.person in people]
    targets = TeacherTargets(
        KeyedVectors(ids, generator.normal(size=(len(ids), 16))),
        KeyedVectors(people, generator.normal(size=(len(people), 16))),
        {person: person for person in people},
        scale=30.0,
        quality=QualityTable(ids, {"quality": generator.random(len(ids))}),
        owners=owners_of(ids),
    )
    targets.save(folder / "teacher_face" / "targets")
    return folder


@pytest.fixture(scope="session")
def student(tmp_path_factory):
    """The folder of a student as training leaves it."""
    return make_student(tmp_path_factory.mktemp("students") / "student")


@pytest.fixture(scope="session")
def embedder(student):
    return speechdistill.load(student)


@pytest.fixture(scope="session")
def recordings(tmp_path_factory) -> dict[str, Path]:
    return make_recordings(tmp_path_factory.mktemp("recordings"))
