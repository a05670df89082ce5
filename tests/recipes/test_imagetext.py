"""The real run.sh and ablation.sh of recipes/imagetext on a tiny folder of images."""

import json
import re
import shutil

import pytest

from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.students.predictions import Predictions
from tests.image_classes import make_classes

SMALL = [
    *("--views", "12", "--batch_size", "4", "--image_size", "16", "--emb_dim", "16", "--nj", "2"),
    *("--teacher.number_of_epochs", "2"),
]
SIZES = ["--dev-images", "2", "--test-images", "4"]
BASELINE, DISTILLED = "student_image-distill_none", "student_image-distill_soft"


@pytest.fixture
def images(tmp_path):
    data, texts = make_classes(tmp_path / "images", images=12, sessions=6)
    return ["--data", str(data), "--texts", str(texts)]


@pytest.mark.slow
def test_the_whole_recipe_in_parts(run_recipe, images, tmp_path):
    options = [
        *(*images, *SIZES, *SMALL, "--images-per-class", "4", "--unseen-classes", "2"),
        *("--degraded", "0.5"),
    ]
    for stages in (["--stop-stage", "5"], ["--stage", "6"]):
        part = run_recipe(*stages, *options, recipe="imagetext")
        assert part.returncode == 0, part.stderr
    exp = tmp_path / "exp"
    results = (exp / "RESULTS.md").read_text()
    for part in (BASELINE, DISTILLED, "accuracy %", "EER %", "./recipes/imagetext/run.sh"):
        assert part in results
    assert re.search(r"8 test images of 2 classes, in 4 sessions; \d+ verification", results)
    page = (exp / "report.html").read_text()
    assert "DET curves" in page and "<img" in page and "<audio" not in page
    for student in (BASELINE, DISTILLED):
        made = Predictions.load(exp / student / "predictions" / "test.tsv")
        assert set(made.predicted) <= set(made.classes)
        right = sum(map(str.__eq__, made.classes, made.predicted))
        assert f"{100 * right / 8:.2f} [" in results
        assert len(KeyedVectors.load(exp / student / "embeddings" / "unseen")) == 24
    assert not list(exp.rglob(".partial*"))

    again = run_recipe(*options, recipe="imagetext")
    assert again.returncode == 0, again.stderr
    assert (exp / "RESULTS.md").read_text() == results
    # Other training images under old students would be reported as theirs.
    other = run_recipe(*options, "--label-noise", "0.25", recipe="imagetext")
    assert other.returncode == 1 and "another --exp" in other.stderr


@pytest.mark.slow
def test_no_teacher_is_trained_where_none_is_asked_for(run_recipe, images, tmp_path):
    """The objective without teacher is the baseline's own, and so are overrides of its keys."""
    alone = ("--distill", "conf/distill_none.yaml", "--label_smoothing", "0.25")
    done = run_recipe(
        *images, *SIZES, *SMALL, "--images-per-class", "4", *alone, recipe="imagetext"
    )
    assert done.returncode == 0, done.stderr
    exp = tmp_path / "exp"
    assert not (exp / "teacher_text").exists() and BASELINE in (exp / "RESULTS.md").read_text()
    settings = json.loads((exp / BASELINE / "settings.json").read_text())
    assert settings["distill overrides"] == {"label_smoothing": 0.25}
    assert settings["student overrides"] == {
        **{"number_of_epochs": 3, "valid_interval": 1},
        **{"batch_size": 4, "image_size": 16, "emb_dim": 16},
    }


@pytest.mark.slow
def test_a_sweep_and_an_ablation_that_goes_on_where_it_stopped(run_recipe, images, tmp_path):
    rows = tmp_path / "rows.txt"
    rows.write_text(
        "none      conf/distill_none.yaml\n"
        "soft      conf/distill_soft.yaml  --weight_floor 1\n"
        "shuffled  conf/distill_soft.yaml  --weight_floor 1 --control shuffled\n"
    )
    options = [
        *(*images, *SIZES, *SMALL, "--rows", str(rows), "--seeds", "1"),
        *("--images-per-class", "3"),
    ]

    def run(*more):
        done = run_recipe(*options, *more, recipe="imagetext", script="ablation.sh")
        assert done.returncode == 0, done.stderr
        return done

    sweep = run("--conditions", "clean", "--sweep", "true")
    exp = tmp_path / "exp"
    assert "| clean 3" in sweep.stdout and (exp / "SWEEP.md").exists()
    assert not list(exp.rglob("predictions"))

    run("--conditions", "clean,label_noise")
    results = (exp / "RESULTS.md").read_text()
    for part in ("## clean", "## label_noise", "3 per class", "soft against shuffled", "p = "):
        assert part in results
    assert len(list(exp.glob("ablation/*/*/3/seed1/tested"))) == 6
    assert (exp / "ablation_accuracy.png").stat().st_size > 10_000

    shutil.rmtree(exp / "ablation/soft/clean/3/seed1")
    again = run("--conditions", "clean,label_noise")
    assert again.stdout.count("tested in") == 1
    assert (exp / "RESULTS.md").read_text() == results


def error_of(process) -> str:
    """The one line that says what is wrong."""
    lines = [line for line in process.stderr.splitlines() if "error" in line]
    assert len(lines) == 1, process.stderr
    assert "Traceback" not in process.stderr
    return lines[0]


@pytest.mark.parametrize(
    ("script", "arguments", "code", "message"),
    [
        ("run.sh", ["--data", "x"], 1, "--texts"),
        ("run.sh", ["--data", "x", "--texts", "y", "--stop-stage", "0"], 1, "no folder x"),
        ("run.sh", ["--images-per-clas", "5"], 2, "--images-per-class"),
        ("run.sh", ["--image_sise", "5"], 2, "--image_size"),
        ("run.sh", ["--images-per-class", "few"], 2, "numbers from 1, not few"),
        ("run.sh", ["--teacher", "nowhere.yaml"], 1, "nowhere.yaml"),
        ("ablation.sh", ["--conditions", "dirty"], 2, "unknown condition dirty"),
        ("ablation.sh", ["--seeds", "0"], 2, "--seeds"),
        ("ablation.sh", ["--rows", "nowhere.txt"], 1, "nowhere.txt"),
    ],
)
def test_bad_options(run_recipe, script, arguments, code, message):
    process = run_recipe(*arguments, recipe="imagetext", script=script)
    assert process.returncode == code
    assert message in error_of(process)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "options", "message"),
    [
        (lambda data: shutil.rmtree(data / "dot"), [], "1 texts of"),
        (lambda data: (data / "dot").rename(data / "star"), [], "(star)"),
        (lambda data: (data / "dot/s0/000.png").write_bytes(b"none"), [], "skipped.tsv"),
        (lambda data: None, ["--images-per-class", "9"], "--images-per-class"),
    ],
)
def test_faulty_images(run_recipe, images, tmp_path, damage, options, message):
    damage(tmp_path / "images" / "classes")
    process = run_recipe(*(*images, *SIZES, *options, "--stop-stage", "1"), recipe="imagetext")
    assert process.returncode == 1
    assert message in error_of(process)
    assert not (tmp_path / "exp" / "data" / "train").exists()
