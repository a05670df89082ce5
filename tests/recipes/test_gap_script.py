"""The real gap.sh, small: every share has its own students, and the report says what was done."""

import json

import pytest

pytestmark = pytest.mark.slow

SMALL = [
    *("--seeds", "1", "--speakers", "8", "--test-speakers", "3", "--sessions", "2"),
    *("--utterances", "2", "--face-people", "0", "--dev-speakers", "2", "--nj", "2"),
    *(
        "--number_of_epochs",
        "1",
        "--valid_interval",
        "1",
        "--batch_size",
        "4",
        "--num_workers",
        "0",
    ),
    *("--sentence_len", "1.0", "--n_mels", "20", "--emb_dim", "16", "--num_workers", "0"),
    *("--teacher_face.number_of_epochs", "1", "--teacher.image_size", "32"),
    *("--teacher.batch_size", "8"),
]


def test_each_share_has_a_student_without_teacher_of_its_own(run_recipe, tmp_path):
    rows = tmp_path / "my rows.txt"
    rows.write_text(
        "none      conf/distill_none.yaml\nhard      conf/distill_feature.yaml --feature_margin 0\n"
    )
    options = ("--settings", "0.1,0.9", "--rows", rows, *SMALL)
    for _ in range(2):  # the second finds all students finished, and nothing stale
        done = run_recipe(*options, recipe="synthvox", script="gap.sh")
        assert done.returncode == 0, done.stderr
    assert "tested in" not in done.stdout
    exp = tmp_path / "exp"
    results = (exp / "RESULTS.md").read_text()
    assert "./recipes/synthvox/gap.sh --batch_size 4" in results
    assert f"--rows '{rows}'" in results and "--settings 0.1,0.9" in results
    made = [
        json.loads((exp / f"shared_{share}/ablation/none/seed1/tested").read_text())
        for share in ("0.1", "0.9")
    ]
    assert made[0]["data"] != made[1]["data"]
