"""A student learns, goes on where it was stopped, and refuses what is wrong."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.students.extraction import extract_embeddings
from speechdistill.training.student_brain import StudentBrain
from speechdistill.training.train_student import StudentSettings, train_student
from tests.conftest import CONF
from tests.owners import owners_of
from tests.training.interruption import interrupted_at, newest_parts

SMALL = {
    "number_of_epochs": 3,
    "valid_interval": 1,
    "batch_size": 4,
    "sentence_len": 1.0,
    "n_mels": 20,
    "emb_dim": 16,
    "num_workers": 0,
}
ALL_OF_THE_LOSS = {
    "sub_centres": 2,
    "inter_top_k": 2,
    "aam_margin_epochs": [0, 2],
    "aam_margin_rise": "linear",
}


def student_settings(prepared, output, overrides):
    return StudentSettings(
        data=prepared / "data",
        student=CONF / "student_small.yaml",
        distill=CONF / "distill_soft.yaml",
        output=output,
        targets=[prepared / "teacher_face" / "targets"],
        overrides=overrides,
        seed=1,
    )


@pytest.fixture
def settings(prepared, tmp_path):
    return student_settings(prepared, tmp_path / "student", SMALL)


@pytest.fixture(scope="module")
def one_epoch(prepared, tmp_path_factory):
    """The settings of a student that is trained, to compare others with."""
    output = tmp_path_factory.mktemp("one_epoch") / "student"
    settings = student_settings(prepared, output, SMALL | {"number_of_epochs": 1})
    train_student(settings)
    return settings


def embed_test(settings):
    extract_embeddings(settings.output, {settings.data / "test": settings.output / "embeddings"})
    return KeyedVectors.load(settings.output / "embeddings")


def epoch_losses(settings):
    lines = (settings.output / "train_log.txt").read_text().splitlines()
    return [float(line.split("train loss: ")[1].split(",")[0].split(" ")[0]) for line in lines]


@pytest.mark.slow
def test_it_learns_logs_every_part_and_can_be_embedded(settings, capfd):
    train_student(settings)
    assert re.search(r"epoch=3, loss=[\d.]+, dev_eer=\d+\.\d\d %", capfd.readouterr().err)
    losses = epoch_losses(settings)
    assert len(losses) == 3
    assert losses[-1] < losses[0]
    log = (settings.output / "train_log.txt").read_text()
    for part in (
        "identity",
        "feature",
        "feature_active",
        "classifier",
        "feature_effective_sample_size",
    ):
        assert f"train {part}:" in log
    table = np.genfromtxt(settings.output / "train_log.tsv", names=True, delimiter="\t")
    assert table["epoch"].tolist() == [1, 2, 3]
    assert all(0 <= value <= 1 for value in [*table["dev_eer"], *table["train_eer"]])
    assert (table["feature_gradient"] > 0).all()
    vectors = embed_test(settings)
    assert vectors.vectors.shape[1] == 16
    assert np.isfinite(vectors.vectors).all()


@pytest.mark.slow
def test_validation_may_come_every_other_epoch_and_comes_last(settings):
    overrides = SMALL | {"valid_interval": 2}
    train_student(dataclasses.replace(settings, overrides=overrides))
    table = np.genfromtxt(settings.output / "train_log.tsv", names=True, delimiter="\t")
    assert table["epoch"].tolist() == [2, 3]
    every = dataclasses.replace(settings, output=settings.output.with_name("every"))
    train_student(every)
    complete = np.genfromtxt(every.output / "train_log.tsv", names=True, delimiter="\t")
    np.testing.assert_array_equal(table["loss"], complete["loss"][1:])
    np.testing.assert_array_equal(table["lr"], complete["lr"][1:])


@pytest.mark.slow
def test_a_student_that_gets_no_better_is_finished_early(settings, monkeypatch, caplog):
    settings = dataclasses.replace(
        settings,
        distill=CONF / "distill_none.yaml",
        overrides=SMALL | {"number_of_epochs": 5, "patience": 1},
    )
    monkeypatch.setattr(StudentBrain, "_errors", lambda self: {"dev": 0.25, "train": 0.1})
    with caplog.at_level("INFO"):
        for _ in range(2):
            train_student(settings)
            table = np.genfromtxt(settings.output / "train_log.tsv", names=True, delimiter="\t")
            assert table["epoch"].tolist() == [1, 2]
            assert "stopped after epoch 2: no lower dev_eer than that of epoch 1" in caplog.text
            caplog.clear()
    assert np.isfinite(embed_test(settings).vectors).all()


@pytest.mark.parametrize("control", ["shuffled", "random"])
def test_a_control_takes_the_teachers_place(one_epoch, tmp_path, control):
    overrides = one_epoch.overrides | {"control": control}
    other = dataclasses.replace(one_epoch, output=tmp_path / "student", overrides=overrides)
    train_student(other)
    assert not np.allclose(embed_test(one_epoch).vectors, embed_test(other).vectors)


def test_an_unknown_control_is_refused(settings):
    settings = dataclasses.replace(settings, overrides=SMALL | {"control": "shufled"})
    with pytest.raises(InputError, match=r"control is one of .*, not shufled"):
        train_student(settings)


@pytest.mark.parametrize(
    "sampler",
    ["QualityWeighted\n    floor: 0.1\n", "PersonBalanced\n    items_per_person: 2"],
)
def test_a_yaml_says_how_batches_are_sampled(settings, tmp_path, sampler):
    distill = tmp_path / "distill_sampled.yaml"
    distill.write_text(
        Hyperparameters.read(settings.distill).text
        + f"sampler: !name:speechdistill.sampling.{sampler}"
    )
    settings = dataclasses.replace(
        settings, distill=distill, overrides=SMALL | {"number_of_epochs": 1}
    )
    train_student(settings)
    assert np.isfinite(embed_test(settings).vectors).all()


def test_a_sampler_that_does_not_fit_is_refused(settings, tmp_path):
    distill = tmp_path / "distill_sampled.yaml"
    sampler = "sampler: !name:speechdistill.sampling.QualityWeighted {flor: 0.1}\n"
    distill.write_text(Hyperparameters.read(settings.distill).text + sampler)
    with pytest.raises(InputError, match=r"cannot make the sampler: .* 'flor'"):
        train_student(dataclasses.replace(settings, distill=distill))


def test_other_targets_and_other_qualities_are_refused(one_epoch, tmp_path):
    targets = tmp_path / "teacher_face" / "targets"
    shutil.copytree(one_epoch.targets[0], targets)
    (targets / "made_from.json").write_text('{"checkpoints": "of a teacher that was trained on"}')
    message = r"student was made with other targets \(teacher_face\): give another --exp"
    with pytest.raises(InputError, match=message):
        train_student(dataclasses.replace(one_epoch, targets=[targets]))
    data = tmp_path / "data"
    shutil.copytree(one_epoch.data, data)
    table = data / "train" / "quality" / "speech.tsv"
    quality = QualityTable.load(table)
    columns = {name: np.asarray(values) for name, values in quality.columns.items()}
    QualityTable(quality.ids, columns | {"quality": columns["quality"] / 2}).save(table)
    with pytest.raises(InputError, match="made with other training data"):
        train_student(dataclasses.replace(one_epoch, data=data))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("distill", "options"), [("distill_none", ALL_OF_THE_LOSS), ("distill_soft", {})]
)
def test_a_run_that_was_stopped_ends_like_one_that_was_not(settings, distill, options):
    settings = dataclasses.replace(
        settings, distill=CONF / f"{distill}.yaml", overrides=SMALL | options
    )
    train_student(settings)
    stopped = dataclasses.replace(settings, output=settings.output.with_name("stopped"))
    with interrupted_at(epoch=2, step=2):
        train_student(stopped)
    half_written = stopped.output / "save" / "CKPT+9999-01-01+00-00-00+00"
    half_written.mkdir()
    (half_written / ".unfinished").touch()
    (half_written / "CKPT.yaml").write_text("end-of-epoch: true\nunixtime: 253370764800\n")
    train_student(stopped)
    assert not half_written.exists()
    np.testing.assert_array_equal(embed_test(settings).vectors, embed_test(stopped).vectors)
    logs = [(folder / "train_log.tsv").read_text() for folder in (settings.output, stopped.output)]
    assert logs[0] == logs[1]
    margins = np.genfromtxt(logs[0].splitlines(), names=True, delimiter="\t")["aam_margin"]
    assert (0 < margins[0] < 0.1 < margins[1] < 0.2) if options else (margins == 0.2).all()


@pytest.mark.slow
def test_a_run_goes_on_from_within_an_epoch(settings, caplog):
    keeping = SMALL | {"ckpt_interval_minutes": 1e-9}
    settings = dataclasses.replace(settings, overrides=keeping)
    train_student(settings)
    stopped = dataclasses.replace(settings, output=settings.output.with_name("stopped"))
    with interrupted_at(epoch=2, step=3):
        train_student(stopped)
    extract_embeddings(stopped.output, {stopped.data / "test": stopped.output / "embeddings"})
    with caplog.at_level("INFO"):
        train_student(stopped)
    assert "going on after epoch 1, step 2" in caplog.text
    logs = [(run.output / "train_log.tsv").read_text() for run in (settings, stopped)]
    assert logs[0] == logs[1]
    assert newest_parts(settings.output) == newest_parts(stopped.output)


def test_the_seed_matters(one_epoch, tmp_path):
    other = dataclasses.replace(one_epoch, output=tmp_path / "student", seed=2)
    train_student(other)
    assert not np.allclose(embed_test(one_epoch).vectors, embed_test(other).vectors)


def test_a_loss_that_is_not_finite_stops_the_run_and_names_the_batch(settings, monkeypatch):
    monkeypatch.setattr(
        StudentBrain,
        "compute_objectives",
        lambda self, predictions, batch, stage: torch.tensor(float("nan"), requires_grad=True),
    )
    with pytest.raises(InputError, match=r"the loss is nan at epoch 1, step 1"):
        train_student(settings)
    names = (settings.output / "nonfinite_batch.txt").read_text().split()
    assert len(names) == 4
    batch = torch.load(settings.output / "nonfinite_batch.pt")
    assert batch["ids"] == names
    assert batch["inputs"].shape == (4, 16000) and batch["labels"].shape == (4,)
    assert not list(settings.output.rglob("CKPT*"))


def test_a_folder_of_other_settings_is_refused(one_epoch):
    with pytest.raises(InputError, match="other seed"):
        train_student(dataclasses.replace(one_epoch, seed=2))
    with pytest.raises(InputError, match=r"other student overrides \(lr\)"):
        train_student(dataclasses.replace(one_epoch, overrides=SMALL | {"lr": 0.1}))


def test_a_teacher_is_wanted_where_there_are_constraints(settings, tmp_path):
    with pytest.raises(InputError, match="needs a teacher"):
        train_student(dataclasses.replace(settings, targets=[]))
    with pytest.raises(InputError, match="stage 4 makes it"):
        train_student(dataclasses.replace(settings, targets=[tmp_path / "none"]))


def test_a_teacher_of_other_people_is_refused(settings, tmp_path, prepared):
    strangers = tmp_path / "targets"
    for kind in ("embeddings", "class_weights"):
        vectors = KeyedVectors.load(prepared / "teacher_face" / "targets" / kind)
        ids = [f"x{name}" for name in vectors.ids]
        KeyedVectors(ids, np.array(vectors.vectors)).save(strangers / kind)
    (strangers / "targets.json").write_text(
        json.dumps({"scale": 30.0, "label_of": {name: name for name in ids}})
    )
    ids = KeyedVectors.load(strangers / "embeddings").ids
    QualityTable(ids, {"quality": np.ones(len(ids))}).save(strangers / "quality.tsv")
    owners_of(ids).save(strangers / "owners.tsv")
    with pytest.raises(InputError, match="not in training"):
        train_student(dataclasses.replace(settings, targets=[strangers]))


def test_an_untrained_student_cannot_be_embedded(settings, tmp_path):
    with pytest.raises(InputError, match="stage 5 or 6"):
        extract_embeddings(tmp_path / "nothing", {settings.data / "test": tmp_path / "embeddings"})


def test_without_options_the_identity_loss_is_speechbrains(one_epoch, tmp_path):
    text = one_epoch.student.read_text()
    loss = text.index("compute_cost:")
    text = (
        text[:loss]
        + "compute_cost: !new:speechbrain.nnet.losses.LogSoftmaxWrapper\n"
        + "    loss_fn: !new:speechbrain.nnet.losses.AdditiveAngularMargin\n"
        + "        margin: 0.2\n        scale: 30\n\n"
        + text[text.index("opt_class:") :]
    ).replace("    sub_centres: !ref <sub_centres>\n", "")
    ours = "speechdistill.identity.SubCentreClassifier"
    text = text.replace(ours, "speechbrain.lobes.models.ECAPA_TDNN.Classifier")
    assert "speechdistill.identity" not in text
    (tmp_path / "plain.yaml").write_text(text)
    plain = dataclasses.replace(
        one_epoch, student=tmp_path / "plain.yaml", output=tmp_path / "plain"
    )
    train_student(plain)
    np.testing.assert_array_equal(embed_test(one_epoch).vectors, embed_test(plain).vectors)
