"""Two processes train as one does."""

import dataclasses
import subprocess
from pathlib import Path

import numpy as np
import pytest

from speechdistill.training.train_student import StudentSettings, train_student
from tests.conftest import CONF
from tests.distributed.conftest import TORCHRUN

ROOT = Path(__file__).parents[2]
OVERRIDES = {
    "number_of_epochs": 3,
    "valid_interval": 1,
    "batch_size": 8,
    "sentence_len": 0.5,
    "n_mels": 20,
    "emb_dim": 16,
    "num_workers": 0,
    "precision": "fp32",
    # Adam's first steps have the size of the learning rate even where a gradient is all rounding.
    "lr": 1e-4,
}


@pytest.mark.slow
def test_two_processes_train_as_one_does(prepared, tmp_path):
    student = tmp_path / "student.yaml"
    text = (CONF / "student_small.yaml").read_text()
    # What the augmentation samples for a batch depends on who of the processes holds it.
    student.write_text(text.replace("augment_prob: 0.7", "augment_prob: 0.0"))
    settings = StudentSettings(
        data=prepared / "data",
        student=student,
        distill=CONF / "distill_soft.yaml",
        output=tmp_path / "alone",
        targets=[prepared / "teacher_face" / "targets"],
        overrides=OVERRIDES,
        seed=1,
    )
    train_student(settings)
    together = dataclasses.replace(settings, output=tmp_path / "together")
    options = {
        "--data": together.data,
        "--student": together.student,
        "--distill": together.distill,
        "--targets": together.targets[0],
        "--output": together.output,
        "--seed": together.seed,
    } | {f"--{key}": value for key, value in OVERRIDES.items()}
    words = [str(word) for option in options.items() for word in option]
    subprocess.run([*TORCHRUN, str(ROOT / "local" / "train_student.py"), *words], check=True)
    alone, both = [
        np.genfromtxt(folder / "train_log.tsv", names=True, delimiter="\t")
        for folder in (settings.output, together.output)
    ]
    assert alone.dtype.names == both.dtype.names
    assert alone["loss"][-1] < 0.9 * alone["loss"][0]
    for name in alone.dtype.names:
        # An EER moves by whole trials: rounding can turn the order of two scores.
        one_trial = 0.05 if name.endswith("_eer") else 0.0
        np.testing.assert_allclose(both[name], alone[name], rtol=1e-4, atol=one_trial, err_msg=name)
