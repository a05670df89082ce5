"""The real run.sh with a teacher of faces and one of texts at once, and with one of the two."""

import json

import numpy as np
import pytest

from tests.recipes.test_run_whole import SMALL

pytestmark = pytest.mark.slow

TEACHERS = ("--teacher", "conf/teacher_face.yaml,conf/teacher_text.yaml")


def test_two_teachers_at_once(run_recipe, corpus, tmp_path):
    options = [*TEACHERS, *SMALL, "--teacher.texts", corpus / "vox1_meta.csv"]
    options += ["--teacher_text.number_of_epochs", "3"]
    hard = ("--feature_margin", "0", "--classifier_margin", "0")
    whole = run_recipe(
        *("--data", corpus, "--distill", "conf/distill_face_text.yaml", *options, *hard)
    )
    assert whole.returncode == 0, whole.stderr
    exp = tmp_path / "exp"
    kinds = {
        name: json.loads((exp / name / "report.json").read_text())["kind"]
        for name in ("teacher_face", "teacher_text")
    }
    assert kinds == {"teacher_face": "face", "teacher_text": "text"}
    epochs = {
        name: json.loads((exp / name / "settings.json").read_text())["overrides"][
            "number_of_epochs"
        ]
        for name in kinds
    }
    assert epochs == {"teacher_face": 2, "teacher_text": 3}
    results = (exp / "RESULTS.md").read_text()
    assert "teacher_face (face," in results and "teacher_text (text," in results
    log = exp / "student_small-distill_face_text" / "train_log.tsv"
    table = np.genfromtxt(log, names=True, delimiter="\t")
    for term in ("face_feature", "face_classifier", "text_feature", "text_classifier"):
        assert (table[term] > 0).all()

    # The same teachers, of which a row takes one.
    one = ("--distill", "conf/distill_feature.yaml", "--stage", "6", "--stop-stage", "6")
    lost = run_recipe(*one, *options)
    assert lost.returncode == 1
    assert "names no teacher: its key `teacher` must be one of teacher_face, teacher_text" in (
        lost.stderr
    )
    found = run_recipe(*one, *options, "--teacher_name", "teacher_text")
    assert found.returncode == 0, found.stderr
