"""Fine-tuning starts where a student is, goes on under its own settings, and can be resumed."""

import dataclasses
import shutil

import numpy as np
import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters, recall_settings
from speechdistill.students.extraction import load_student
from speechdistill.training.fine_tuning import FineTuning
from speechdistill.training.train_student import StudentSettings, train_student
from tests.conftest import CONF
from tests.training.interruption import interrupted_at
from tests.training.test_train_student import SMALL, embed_test

STUDENT = SMALL | {"number_of_epochs": 2, "average_checkpoints": 2}
MARGIN = {"aam_margin": 0.4, "sentence_len": 1.5, "number_of_epochs": 2, "wav_augment": None}
QUICK = MARGIN | {"number_of_epochs": 1}


@pytest.fixture(scope="module")
def trained(prepared, tmp_path_factory):
    """A distilled student, the average of two epochs."""
    settings = StudentSettings(
        data=prepared / "data",
        student=CONF / "student_small.yaml",
        distill=CONF / "distill_soft.yaml",
        output=tmp_path_factory.mktemp("trained") / "student",
        targets=[prepared / "teacher_face" / "targets"],
        overrides=STUDENT | {"feature_margin": 0.1},
        seed=1,
    )
    train_student(settings)
    return settings


def fine_tune(trained, folder, overrides, keeps=True):
    settings = dataclasses.replace(
        trained, output=folder, fine_tuning=FineTuning(trained.output, overrides, keeps)
    )
    train_student(settings)
    return settings


def table(settings):
    return np.genfromtxt(settings.output / "train_log.tsv", names=True, delimiter="\t")


@pytest.mark.slow
def test_at_a_rate_of_zero_it_stays_what_it_was(trained, tmp_path):
    still = {"lr": 0.0, "lr_final": 0.0, "number_of_epochs": 1}
    tuned = fine_tune(trained, tmp_path / "tuned", still)
    (student, checkpoints), (found, _) = load_student(trained.output), load_student(tuned.output)
    assert len(checkpoints) == 2
    for before, after in (
        (student.encoder, found.encoder),
        (student.classifier, found.classifier),
    ):
        for value, again in zip(before.parameters(), after.parameters(), strict=True):
            assert torch.equal(value, again)
    projections = {
        settings.output: [
            torch.load(path)["registered_heads.teacher.projection.weight"]
            for path in settings.output.glob("save/*/objective.ckpt")
        ]
        for settings in (trained, tuned)
    }
    mean = sum(projections[trained.output]) / 2
    torch.testing.assert_close(projections[tuned.output], [mean])


@pytest.mark.slow
def test_it_trains_under_its_own_settings_with_or_without_teacher(trained, tmp_path):
    kept = fine_tune(trained, tmp_path / "kept", QUICK)
    assert (table(kept)["aam_margin"] == 0.4).all() and (table(kept)["feature"] > 0).all()
    made_from = recall_settings(kept.output, "stage 6")
    assert made_from["student overrides"] == STUDENT | QUICK
    assert made_from["distill overrides"] == {"feature_margin": 0.1}
    dropped = fine_tune(trained, tmp_path / "dropped", QUICK, keeps=False)
    assert "feature" not in table(dropped).dtype.names
    assert not np.allclose(embed_test(kept).vectors, embed_test(dropped).vectors)


@pytest.mark.slow
def test_without_teacher_its_classes_stay_what_they_were(trained, tmp_path):
    settings = dataclasses.replace(
        trained,
        distill=CONF / "distill_joint_clusters.yaml",
        output=tmp_path / "clusters",
        overrides=SMALL | {"number_of_epochs": 1, "voice": ""},
    )
    train_student(settings)
    dropped = fine_tune(settings, tmp_path / "dropped", QUICK, keeps=False)
    labels = [(each.output / "labels.tsv").read_text() for each in (settings, dropped)]
    assert "cluster000000" in labels[0] and labels[0] == labels[1]


@pytest.mark.slow
def test_a_killed_one_goes_on_to_the_same_end(trained, tmp_path):
    whole = fine_tune(trained, tmp_path / "whole", MARGIN)
    with interrupted_at(epoch=2, step=2):
        fine_tune(trained, tmp_path / "killed", MARGIN)
    killed = fine_tune(trained, tmp_path / "killed", MARGIN)
    np.testing.assert_array_equal(embed_test(whole).vectors, embed_test(killed).vectors)


@pytest.mark.slow
def test_other_settings_or_another_start_are_refused(trained, tmp_path):
    fine_tune(trained, tmp_path / "tuned", QUICK)
    with pytest.raises(InputError, match="other student overrides"):
        fine_tune(trained, tmp_path / "tuned", QUICK | {"aam_margin": 0.3})
    with pytest.raises(InputError, match="other distill"):
        fine_tune(trained, tmp_path / "tuned", QUICK, keeps=False)
    longer = dataclasses.replace(trained, output=tmp_path / "longer")
    shutil.copytree(trained.output, longer.output)
    train_student(dataclasses.replace(longer, overrides=longer.overrides | {"number_of_epochs": 3}))
    with pytest.raises(InputError, match="other initial student"):
        fine_tune(longer, tmp_path / "tuned", QUICK)


def test_what_cannot_start(trained, tmp_path):
    def start(overrides):
        fine_tune(trained, tmp_path / "tuned", overrides)

    with pytest.raises(InputError, match="no key aam_magrin; the nearest is aam_margin"):
        start({"aam_magrin": 0.5})
    with pytest.raises(InputError, match=r"cannot start from .*size mismatch"):
        start({"emb_dim": 8})
    assert not (tmp_path / "tuned" / "settings.json").exists()
    with pytest.raises(InputError, match="stage 5 or 6 makes it"):
        fine_tune(dataclasses.replace(trained, output=tmp_path / "no"), tmp_path / "tuned", {})
    untrained = dataclasses.replace(trained, output=tmp_path / "untrained")
    shutil.copytree(trained.output, untrained.output)
    shutil.rmtree(untrained.output / "save")
    with pytest.raises(InputError, match="no whole checkpoint in"):
        fine_tune(untrained, tmp_path / "other", {})
    settings = (untrained.output / "settings.json").read_text()
    data = recall_settings(untrained.output, "stage 6")["training data"]
    (untrained.output / "settings.json").write_text(settings.replace(data, "0"))
    with pytest.raises(InputError, match="trained on other data"):
        fine_tune(untrained, tmp_path / "other", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lr: 0.1\n", "distillation: keep or drop"),
        ("distillation: maybe\n", "distillation: keep or drop"),
        ("", "distillation: keep or drop"),
        ("distillation: keep\nlr: !new:float [3]\n", "no YAML of plain values"),
    ],
)
def test_a_yaml_that_says_too_little_or_too_much(tmp_path, text, message):
    (tmp_path / "fine_tune.yaml").write_text(text)
    with pytest.raises(InputError, match=message):
        FineTuning.read(tmp_path / "fine_tune.yaml", tmp_path)


def test_the_recipes_own_fits_every_student_with_a_margin():
    overrides = FineTuning.read(CONF / "fine_tune.yaml", CONF).overrides
    for name in ("small", "ecapa", "resnet"):
        assert overrides.keys() <= set(Hyperparameters.read(CONF / f"student_{name}.yaml").keys)
