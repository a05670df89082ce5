"""YAMLs built like those of SpeechBrain's VoxCeleb recipe train as they are."""

import csv
import re
from pathlib import Path

import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.students.extraction import extract_embeddings, load_student
from speechdistill.training.train_student import StudentSettings, train_student
from tests.augmentation.sets import write_noise
from tests.conftest import CONF

RECIPE = Path(__file__).with_name("speechbrain_recipe.yaml")
CYCLIC = """lr_annealing: !new:speechbrain.nnet.schedulers.CyclicLRScheduler
    base_lr: !ref <base_lr>
    max_lr: !ref <lr>
    step_size: 6
"""
COSINE_CLASSIFIER = """classifier: !new:speechbrain.lobes.models.ECAPA_TDNN.Classifier
    input_size: !ref <emb_dim>
    out_neurons: !ref <out_n_neurons>
"""
MARGIN = """compute_cost: !new:speechbrain.nnet.losses.LogSoftmaxWrapper
    loss_fn: !new:speechbrain.nnet.losses.AdditiveAngularMargin
        margin: 0.2
        scale: 30
"""


@pytest.fixture
def settings(prepared, tmp_path):
    return StudentSettings(
        data=prepared / "data",
        student=RECIPE,
        distill=CONF / "distill_none.yaml",
        output=tmp_path / "student",
        targets=[],
        overrides={},
        seed=1,
    )


@pytest.fixture
def folders(tmp_path):
    for number in range(3):
        write_noise(tmp_path / "noises" / f"{number}.wav", 0.2 + number / 2, seed=number)
        write_noise(tmp_path / "rooms" / f"{number}.wav", 0.05, seed=10 + number)
    return {
        "data_folder_noise": str(tmp_path / "noises"),
        "data_folder_rir": str(tmp_path / "rooms"),
    }


def changed(settings, **values):
    return StudentSettings(**(vars(settings) | values))


def with_margin(folder):
    """The form of the ECAPA and ResNet recipes: a margin loss and a cyclic learning rate."""
    text = RECIPE.read_text()
    for key, block in {
        "lr_annealing": CYCLIC,
        "classifier": COSINE_CLASSIFIER,
        "compute_cost": MARGIN,
    }.items():
        text = re.sub(rf"^{key}:.*\n(    .*\n)*", block, text, flags=re.MULTILINE)
    text += "        lr_annealing: !ref <lr_annealing>\n"
    path = folder / "margin.yaml"
    path.write_text(text)
    return path


@pytest.mark.slow
def test_without_folders_noise_and_rooms_are_switched_off_with_a_line_each(settings, caplog):
    train_student(settings)
    off = [line.getMessage() for line in caplog.records if "switched off" in line.getMessage()]
    assert [line.split(":")[0] for line in off] == ["prepare_noise_data", "prepare_rir_data"]
    student, checkpoints = load_student(settings.output)
    assert checkpoints[0].meta["epoch"] in (1, 2)
    assert list(student.augment.augmenter.augmentations) == ["DropFreq2"]
    waveforms, rows = student.augment(torch.randn(2, 8000))
    assert waveforms.shape == (4, 8000)
    assert rows.tolist() == [0, 1, 0, 1]
    extract_embeddings(settings.output, {settings.data / "test": settings.output / "test"})


@pytest.mark.slow
def test_with_folders_a_run_that_goes_on_ends_as_one_that_never_stopped(
    settings, folders, tmp_path, caplog
):
    settings = changed(settings, student=with_margin(tmp_path))

    def train(name, *epochs):
        output = tmp_path / name
        for number in epochs:
            overrides = folders | {"number_of_epochs": number}
            train_student(changed(settings, output=output, overrides=overrides))
        return (output / "train_log.tsv").read_text()

    assert train("whole", 3) == train("stopped", 1, 3)
    assert "switched off" not in caplog.text


@pytest.mark.slow
def test_annotations_list_what_is_there_and_leave_it_as_it_is(settings, folders, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.wav")}
    train_student(changed(settings, overrides=folders | {"number_of_epochs": 1}))
    for name, folder in (("noise", "noises"), ("rir", "rooms")):
        with (settings.output / f"{name}.csv").open() as lines:
            rows = list(csv.DictReader(lines))
        assert [row["wav"] for row in rows] == [
            str(path) for path in sorted((tmp_path / folder).iterdir())
        ]
        assert {row["wav_format"] for row in rows} == {"wav"}
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("rate, channels", [(8000, 1), (16000, 2)])
def test_noises_that_speechbrain_would_misread_stop_the_run(
    settings, folders, tmp_path, rate, channels
):
    write_noise(tmp_path / "noises" / "other.wav", rate=rate, channels=channels)
    with pytest.raises(InputError, match=r"1 of 4 files of .*noises cannot be used"):
        train_student(changed(settings, overrides=folders))


@pytest.mark.slow
def test_long_noises_are_warned_of(settings, folders, tmp_path, caplog):
    write_noise(tmp_path / "noises" / "long.wav", seconds=61)
    train_student(changed(settings, overrides=folders | {"number_of_epochs": 1}))
    assert "SpeechBrain reads whole files" in caplog.text
    assert "has 61 s" in caplog.text
