"""Stage 8 alone: what does not belong together is not shown together."""

import json
import shutil

import pytest

from tests.image_classes import make_classes
from tests.recipes.test_imagetext import SIZES
from tests.recipes.test_imagetext import SMALL as SMALL_IMAGES
from tests.recipes.test_run_errors import error_line
from tests.recipes.test_run_whole import BASELINE, DISTILLED, SMALL

pytestmark = pytest.mark.slow


@pytest.fixture
def refused(run_recipe, tmp_path):
    """Run stage 8 alone; return the line that refuses it, and see that RESULTS.md stays."""

    def report(*options, recipe="voxceleb"):
        results = tmp_path / "exp/RESULTS.md"
        before = results.read_text()
        process = run_recipe("--stage", "8", *options, recipe=recipe)
        assert process.returncode == 1, process.stdout
        assert results.read_text() == before
        return error_line(process)

    return report


def damaged(path):
    """Rename a file or folder away, and return what brings it back."""
    away = path.with_name(f"{path.name}.away")
    path.rename(away)
    return lambda: away.rename(path)


def test_speech(run_recipe, corpus, refused, tmp_path):
    tune = tmp_path / "larger.yaml"
    tune.write_text("distillation: keep\nnumber_of_epochs: 1\naam_margin: 0.4\n")
    options = (*SMALL, "--fine-tune", tune)
    first = run_recipe("--data", corpus, *options)
    assert first.returncode == 0, first.stderr
    exp = tmp_path / "exp"
    assert "`" not in (exp / "RESULTS.md").read_text().split("```")[1]
    again = run_recipe("--stage", "8", *options)
    assert again.returncode == 0, again.stderr

    # A checkpoint that embeddings came from is gone; or the set is another.
    made = json.loads((exp / BASELINE / "embeddings/test/made_from.json").read_text())
    (best,) = made["checkpoints"]
    restore = damaged(exp / BASELINE / "save" / best)
    assert f"{BASELINE}/embeddings/test was not made from the checkpoints" in refused(*options)
    restore()
    quality = exp / "data/test/quality/speech.tsv"
    kept = quality.read_text()
    quality.write_text(kept.replace("\t0", "\t1"))
    assert quality.read_text() != kept
    line = refused(*options)
    assert "data/test as it is now" in line and "run stage 7 again" in line
    quality.write_text(kept)
    # A teacher's report of other checkpoints, or of an older version.
    report = exp / "teacher_face/report.json"
    kept = report.read_text()
    facts = json.loads(kept)
    del facts["made from"]
    report.write_text(json.dumps(facts))
    assert "run stage 3 again" in refused(*options)
    report.write_text(kept)

    # Another teacher than the student's.
    text = ("--teacher", "conf/teacher_text.yaml", "--teacher.texts", corpus / "vox1_meta.csv")
    keys = [word.replace("teacher.", "teacher_text.") for word in SMALL]
    names = [at for at, word in enumerate(keys) if word in ("--teacher_text.image_size",)]
    keys = [word for at, word in enumerate(keys) if at not in (*names, *(at + 1 for at in names))]
    other = run_recipe("--stage", "3", "--stop-stage", "4", *text, *keys, "--fine-tune", tune)
    assert other.returncode == 0, other.stderr
    line = refused(*text, *keys, "--fine-tune", tune)
    assert f"{DISTILLED} learned from teacher_face, which is none of the teachers" in line

    # The baseline is trained on: what was fine-tuned from it is of the student before.
    longer = (*options, "--number_of_epochs", "3")
    run_recipe("--stage", "5", "--stop-stage", "5", *longer)
    run_recipe("--stage", "7", "--stop-stage", "7", *longer)
    assert f"{BASELINE}-larger was fine-tuned from no student as it is now" in refused(*longer)

    # The teacher is trained on, then says what it has learned: stage by stage.
    taught = (*options, "--teacher.number_of_epochs", "3")
    done = run_recipe("--stage", "3", "--stop-stage", "3", *taught)
    assert done.returncode == 0, done.stderr
    assert "run stages 4 to 7 again" in refused(*taught)
    done = run_recipe("--stage", "4", "--stop-stage", "4", *taught)
    assert done.returncode == 0, done.stderr
    assert f"{DISTILLED} learned from other targets" in refused(*taught)


def test_images(run_recipe, refused, tmp_path):
    data, texts = make_classes(tmp_path / "images", images=12, sessions=6)
    options = [
        *("--data", str(data), "--texts", str(texts), *SIZES, *SMALL_IMAGES),
        *("--images-per-class", "4", "--unseen-classes", "2"),
    ]
    first = run_recipe(*options, recipe="imagetext")
    assert first.returncode == 0, first.stderr
    again = run_recipe("--stage", "8", *options, recipe="imagetext")
    assert again.returncode == 0, again.stderr
    student = tmp_path / "exp/student_image-distill_soft"
    # Killed between its embeddings and its predictions.
    restore = damaged(student / "predictions/made_from.json")
    assert "run stage 7 again" in refused(*options, recipe="imagetext")
    restore()
    for made in student.glob("save/CKPT+*"):
        shutil.move(made, tmp_path / made.name)
    assert "checkpoints that" in refused(*options, recipe="imagetext")
