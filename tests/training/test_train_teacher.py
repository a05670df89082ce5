"""A face teacher learns from the corpus's people and from others, and leaves targets."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.quality.compute import compute_quality
from speechdistill.training.teacher_targets import write_targets
from speechdistill.training.train_teacher import TeacherSettings, train_teacher
from tests.conftest import CONF
from tests.tiny_corpus import make_corpus
from tests.training.interruption import interrupted_at, newest_parts

SMALL = {"number_of_epochs": 1, "image_size": 32, "batch_size": 8, "num_workers": 0}


@pytest.fixture
def data(tmp_path):
    """A prepared corpus, and three people more for the teacher."""
    generator = np.random.default_rng(0)
    for person in range(3):
        folder = tmp_path / "faces" / f"Person_{person}" / "a_video"
        folder.mkdir(parents=True)
        for frame in range(4):
            pixels = generator.integers(0, 255, (40, 40, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"{frame}.jpg")
    prepare_corpus(
        PreparationSettings(
            [make_corpus(tmp_path / "corpus")],
            tmp_path / "data",
            tmp_path / "decoded",
            dev_speakers=2,
            teacher_faces=tmp_path / "faces",
        )
    )
    for name in ("train", "dev", "test", "teacher"):
        compute_quality(tmp_path / "data" / name, jobs=1, skipped_limit=0)
    return tmp_path / "data"


@pytest.mark.slow
def test_other_people_train_the_teacher_and_are_no_class_of_its_targets(data, tmp_path):
    teacher, yaml = tmp_path / "teacher", tmp_path / "teacher_sub_centres.yaml"
    ours = "speechdistill.identity.SubCentreClassifier\n    sub_centres: 2"
    text = Hyperparameters.read(CONF / "teacher_face.yaml").text
    yaml.write_text(text.replace("speechbrain.lobes.models.ECAPA_TDNN.Classifier", ours))
    train_teacher(TeacherSettings(data, yaml, teacher, SMALL, 1))
    settings = json.loads((teacher / "settings.json").read_text())
    assert sum(name.startswith("Person_") for name in settings["labels"]) == 3
    assert len(settings["labels"]) == 7
    report = json.loads((teacher / "report.json").read_text())
    assert report["dev"]["people"] == 2 and report["test"]["people"] == 4

    write_targets(data, teacher)
    targets = TeacherTargets.load(teacher / "targets")
    training = {face.person for face in load_images(data / "train" / "images.jsonl.gz")}
    assert set(targets.class_weights.ids) == training and len(training) == 4
    assert not any(name.startswith("Person_") for name in targets.embeddings.ids)
    centres = torch.load(next(teacher.glob("save/*/classifier.ckpt")))["weight"].cpu().numpy()
    for row, label in enumerate(settings["labels"]):
        if label in training:
            own = [centre / np.linalg.norm(centre) for centre in centres[2 * row : 2 * row + 2]]
            found = targets.class_weights[label] / np.linalg.norm(targets.class_weights[label])
            assert any(np.allclose(found, centre, atol=1e-5) for centre in own)

    # Without them it is another teacher.
    shutil.rmtree(data / "teacher")
    train_teacher(TeacherSettings(data, CONF / "teacher_face.yaml", tmp_path / "other", SMALL, 1))
    assert len(json.loads((tmp_path / "other/settings.json").read_text())["labels"]) == 4


@pytest.mark.slow
def test_a_teacher_goes_on_from_within_an_epoch(data, tmp_path, caplog):
    often = SMALL | {"number_of_epochs": 2, "ckpt_interval_minutes": 1e-9}
    whole, stopped = (
        TeacherSettings(data, CONF / "teacher_face.yaml", tmp_path / name, often, 1)
        for name in ("whole", "stopped")
    )
    train_teacher(whole)
    with interrupted_at(epoch=2, step=3):
        train_teacher(stopped)
    with caplog.at_level("INFO"):
        train_teacher(stopped)
    assert "going on after epoch 1, step 2" in caplog.text
    assert newest_parts(whole.output) == newest_parts(stopped.output)
    reports = [json.loads((each.output / "report.json").read_text()) for each in (whole, stopped)]
    for settings, report in zip((whole, stopped), reports, strict=True):
        (name,) = report.pop("made from")["checkpoints"]
        assert (settings.output / "save" / name).is_dir()
    assert reports[0] == reports[1]
