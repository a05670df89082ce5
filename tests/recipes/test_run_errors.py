"""Bad input to the real run.sh: one clear line, the right exit code, nothing half-written."""

import re
import shutil
from pathlib import Path

import pytest

from speechdistill.models.hyperparameters import Hyperparameters
from tests.conftest import CONF


def error_line(process) -> str:
    """The one line that says what is wrong."""
    lines = [line for line in process.stderr.splitlines() if "error" in line]
    assert len(lines) == 1, process.stderr
    assert "Traceback" not in process.stderr
    return lines[0]


def test_no_data(run_recipe):
    process = run_recipe()
    assert process.returncode == 1
    assert "--data" in error_line(process)


@pytest.mark.parametrize(
    ("typo", "nearest"),
    [
        ("--stge", "--stage"),
        ("--number_of_epoch", "--number_of_epochs"),
        ("--teacher.imge_size", "--teacher.image_size"),
        ("--teacher_face.imge_size", "--teacher.image_size"),
        ("--teacher_text.image_size", "--teacher.image_size"),
        ("--feature_magrin", "--feature_margin"),
        ("--stop_stage", "--stop-stage"),
        ("--teacher.lr_finl", "--teacher.lr_final"),
    ],
)
def test_an_option_nobody_knows(run_recipe, typo, nearest):
    process = run_recipe("--data", "x", typo, "3")
    assert process.returncode == 2
    assert error_line(process).endswith(f"the nearest is {nearest}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--stage"], "needs a value"),
        (["--stage", "12"], "stages are 0 to 9"),
        (["--int8", "yes"], "not yes"),
        (["stage", "1"], "unexpected argument"),
        (["--pack", "zip"], "not as zip"),
        (["--data", "x", "--lr", "[1"], "--lr [1: the value is no YAML list"),
    ],
)
def test_malformed_options(run_recipe, arguments, message):
    process = run_recipe(*arguments)
    assert process.returncode == 2
    assert message in error_line(process)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--batch_size", "-4"], 1, "batch_size is a whole number from 1, not -4"),
        (["--lr", "nan"], 1, "--lr nan: it is a number"),
        (["--teacher.batch_size=0"], 1, "give another with --teacher.batch_size"),
        (["--temperature", "0"], 1, "distill_soft.yaml: temperature is a number above 0, not 0"),
        (["--noise_folder", "/a<lr>"], 1, "<lr> would be a reference"),
        (["--noise_folder", "/no/musan #2"], 1, "there is no folder /no/musan #2: give another"),
        (["--exp", "a <lr>"], 1, "--exp a <lr>: YAMLs would take <...> in it for a key"),
        (["--nj", "0"], 2, "--nj is a whole number from 1"),
        (["--seed", "-1"], 2, "--seed is a whole number from 0"),
        (["--dev-speakers", "0"], 2, "0 is neither a number of speakers nor a share"),
        (["--dev-speakers", "-1"], 2, "-1 is neither a number of speakers nor a share"),
        (["--skipped-limit", "1.1"], 2, "it is a share, from 0 to 1, not 1.1"),
    ],
)
def test_values_that_cannot_be(run_recipe, tmp_path, arguments, code, message):
    process = run_recipe("--data", "x", *arguments)
    assert process.returncode == code
    assert message in error_line(process)
    assert "stage 0" not in process.stdout and not list(tmp_path.iterdir())


def test_files_with_blanks_and_commas_in_their_names(run_recipe, tmp_path):
    folder = tmp_path / "own, files"
    folder.mkdir()
    for kind, name in (("student", "small"), ("teacher", "text"), ("distill", "none")):
        text = Hyperparameters.read(CONF / f"{kind}_{name}.yaml").text
        (folder / f"{kind} 1.yaml").write_text(text)
    files = [("--student", "student"), ("--teacher", "teacher"), ("--distill", "distill")]
    options = [word for option, kind in files for word in (option, folder / f"{kind} 1.yaml")]
    noises = tmp_path / "a #2"
    noises.mkdir()
    process = run_recipe("--data", tmp_path / "no corpus", *options, "--noise_folder", noises)
    assert process.returncode == 1 and "no corpus" in error_line(process)
    assert "--noise_folder has no effect: augment_probability is 0" in process.stderr
    given = (tmp_path / "exp" / "commands.tsv").read_text()
    assert f"--student '{tmp_path}/own, files/student 1.yaml'" in given
    assert f"--noise_folder '{noises}'" in given
    (folder / "teacher 2.yaml").write_text("lr: 1\n")
    (tmp_path / "teacher 1.yaml").write_text((folder / "teacher 1.yaml").read_text())
    several = f"{tmp_path}/teacher 1.yaml,conf/teacher_face.yaml"
    process = run_recipe("--data", tmp_path / "no corpus", "--teacher", several)
    assert process.returncode == 1 and "no corpus" in error_line(process)
    process = run_recipe("--data", "x", "--teacher", folder / "teacher 2.yaml")
    assert process.returncode == 1
    assert "teacher 2.yaml has no key inputs: a teacher needs it" in error_line(process)


@pytest.mark.parametrize("recipe", ["voxceleb", "synthvox", "imagetext"])
def test_options_are_checked_before_any_work(run_recipe, tmp_path, recipe):
    data = () if recipe == "imagetext" else ("--data", tmp_path / "corpus")
    process = run_recipe(*data, "--weight_flor", "1", recipe=recipe)
    assert process.returncode == 2
    assert error_line(process).endswith("the nearest is --weight_floor")
    assert "stage" not in process.stdout and not list(tmp_path.iterdir())


@pytest.mark.parametrize("recipe", ["voxceleb", "synthvox", "cnceleb", "imagetext"])
@pytest.mark.parametrize("inner", ["", "exp"])
def test_a_corpus_does_not_become_an_experiment(run_recipe, tmp_path, recipe, inner):
    """The second run would take it for a speaker."""
    corpus = tmp_path / "corpus"
    (corpus / "ann").mkdir(parents=True)
    options = {"imagetext": ("--texts", "t.tsv"), "synthvox": ("--stage", "1")}.get(recipe, ())
    process = run_recipe("--data", corpus, *options, recipe=recipe, exp=corpus / inner)
    assert process.returncode == 1
    assert ("among the people of" if inner else "is the corpus") in error_line(process)
    assert "stage" not in process.stdout
    assert [path.name for path in corpus.rglob("*")] == ["ann"]
    process = run_recipe("--data", corpus, *options, recipe=recipe, exp=Path("-"))
    assert process.returncode == 2 and "- is no file here" in error_line(process)


@pytest.mark.parametrize("recipe", ["voxceleb", "synthvox", "imagetext"])
def test_help_has_every_option_with_its_default(run_recipe, tmp_path, recipe):
    process = run_recipe("--help", recipe=recipe)
    assert process.returncode == 0 and not process.stderr
    options = [line.split() for line in process.stdout.splitlines() if line.startswith("  --")]
    assert {"--stage", "--stop-stage", "--data", "--exp", "--nj", "--seed"} <= {
        words[0] for words in options
    }
    assert all(len(words) > 1 for words in options)
    last = 8 if recipe == "imagetext" else 9
    assert re.search(rf"--stop-stage +the last one \(default: {last}\)\n", process.stdout)
    stages = [line for line in process.stdout.splitlines() if line.startswith("  stage ")]
    assert len(stages) == {"synthvox": 0, "imagetext": 9, "voxceleb": 10}[recipe]


def test_a_yaml_that_is_not_there(run_recipe):
    process = run_recipe("--data", "x", "--student", "conf/student_smal.yaml")
    assert process.returncode == 1
    assert "student_smal.yaml" in error_line(process)


def test_a_fine_tuning_that_cannot_be(run_recipe, tmp_path):
    process = run_recipe("--data", "x", "--fine-tune", "conf/fine_tun.yaml")
    assert process.returncode == 1
    assert "conf/fine_tune.yaml" in error_line(process)
    (tmp_path / "own.yaml").write_text("distillation: drop\naam_magrin: 0.5\n")
    process = run_recipe("--data", "x", "--fine-tune", tmp_path / "own.yaml")
    assert process.returncode == 1
    assert error_line(process).endswith("has no key aam_magrin; the nearest is aam_margin")


def test_a_folder_without_wav(run_recipe, tmp_path):
    (tmp_path / "empty").mkdir()
    process = run_recipe("--data", tmp_path / "empty", "--stop-stage", "1")
    assert process.returncode == 1
    assert "wav" in error_line(process)
    assert not (tmp_path / "exp" / "data").exists()


def test_no_such_folder(run_recipe, tmp_path):
    process = run_recipe("--data", tmp_path / "nowhere", "--stop-stage", "1")
    assert process.returncode == 1
    assert "nowhere" in error_line(process)


@pytest.mark.parametrize(
    ("stage", "maker"),
    [
        (2, "stage 1"),
        (3, "stage 1"),
        (4, "stage 3"),
        (5, "stage 1"),
        (6, "stage 4"),
        (7, "stage 5"),
        (8, "stage 1"),
        (9, "stage 5"),
    ],
)
@pytest.mark.slow
def test_a_stage_without_its_input_names_the_stage_that_makes_it(run_recipe, stage, maker):
    process = run_recipe("--stage", str(stage), "--stop-stage", str(stage))
    assert process.returncode == 1
    assert maker in error_line(process)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["unreadable", "unknown", "empty", "leak"])
def test_a_faulty_corpus(run_recipe, corpus, tmp_path, fault):
    trials = corpus / "veri_test2.txt"
    if fault == "unreadable":
        shutil.copy(corpus / "vox1_meta.csv", corpus / "wav/id10005/videoA/00001.flac")
        (corpus / "wav/id10005/videoA/00001.wav").unlink()
        expected = "skipped.tsv"
    elif fault == "unknown":
        trials.write_text(trials.read_text() + "0 id10001/videoA/00001.wav id10002/videoZ/1.wav\n")
        expected = "veri_test2.txt"
    elif fault == "empty":
        trials.write_text("")
        expected = "veri_test2.txt"
    else:
        trials.write_text(
            trials.read_text() + "0 id10001/videoA/00001.wav id10009/videoA/00001.wav\n"
        )
        expected = "--drop-trial-speakers"
    process = run_recipe("--data", corpus, "--stop-stage", "1")
    assert process.returncode == 1
    assert expected in error_line(process)
    assert not (tmp_path / "exp/data/train/cuts.jsonl.gz").exists()
    assert not list((tmp_path / "exp").rglob(".partial*"))
    if fault == "unreadable":
        assert "id10005/videoA/00001.flac" in (tmp_path / "exp/data/skipped.tsv").read_text()
