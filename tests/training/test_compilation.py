"""A compiled student learns what any other does."""

import functools
import shutil
from unittest import mock

import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.training import encoder_brain
from speechdistill.training.compilation import compiled
from speechdistill.training.train_student import StudentSettings, train_student
from speechdistill.training.training_log import TrainingLog
from tests.conftest import CONF

SMALL = {
    "number_of_epochs": 1,
    "batch_size": 4,
    "sentence_len": 1.0,
    "n_mels": 20,
    "emb_dim": 16,
    "num_workers": 0,
    "precision": "fp32",
}


@pytest.mark.slow
def test_a_compiled_student_learns_the_same(prepared, tmp_path, monkeypatch):
    """Traced as ever, but not made machine code, which takes a minute."""
    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend="aot_eager"))
    watched = mock.Mock(wraps=compiled)
    monkeypatch.setattr(encoder_brain, "compiled", watched)
    monkeypatch.setenv("CXX", "true")
    figures, names = [], []
    for name, overrides in (("plain", {}), ("compiled", {"compile": True})):
        settings = StudentSettings(
            data=prepared / "data",
            student=CONF / "student_small.yaml",
            distill=CONF / "distill_soft.yaml",
            output=tmp_path / name,
            targets=[prepared / "teacher_face" / "targets"],
            overrides=SMALL | overrides,
            seed=1,
        )
        train_student(settings)
        figures.append(TrainingLog(settings.output).column("loss", last_epoch=1)[1])
        weights = torch.load(next((settings.output / "save").glob("CKPT*/embedding_model.ckpt")))
        names.append(list(weights))
    assert figures[1] == pytest.approx(figures[0], rel=1e-3)
    assert names[0] == names[1]
    watched.assert_called_once()


def test_without_a_compiler_it_is_refused(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(InputError, match=r"install g\+\+"):
        compiled(torch.nn.Identity())
