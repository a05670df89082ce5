"""The real run.sh where nobody has labelled the speakers."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import CONF
from tests.recipes.test_run_errors import error_line
from tests.recipes.test_run_whole import SMALL
from tests.warm_python import run_local

pytestmark = pytest.mark.slow

ONE_EPOCH = [*SMALL, "--number_of_epochs", "1", "--teacher.number_of_epochs", "1"]
UNLABELLED = ["--labels", "video", "--distill", "conf/distill_unlabelled.yaml"]
CLUSTERS = ["--recluster", "conf/distill_joint_clusters.yaml", "--ceiling", "true"]
FLOOR, CEILING, POSTERIOR, JOINT = (
    f"student_small-{name}"
    for name in ("distill_none", "speaker_labels", "distill_unlabelled", "distill_joint_clusters")
)


@pytest.fixture
def stages(run_recipe, corpus, tmp_path):
    """Run some stages, which end well or else say in one line why not: return that."""

    def run(first, last, *options, exp=tmp_path / "exp"):
        numbers = ("--stage", str(first), "--stop-stage", str(last))
        process = run_recipe(*numbers, "--data", corpus, *ONE_EPOCH, *options, exp=exp)
        if process.returncode:
            return error_line(process)
        assert not re.search("error|Traceback", process.stderr), process.stderr
        return ""

    return run


def made_in(*folders: Path) -> dict[Path, int]:
    files = [path for folder in folders for path in folder.glob("**/CKPT+*/*")]
    assert files
    return {path: path.stat().st_mtime_ns for path in files}


def classes_of(student: Path) -> dict[str, str]:
    lines = (student / "labels.tsv").read_text().splitlines()
    return dict(line.split("\t") for line in lines)


def facts_of(student: Path) -> dict:
    return json.loads((student / "labels.json").read_text())


def settings_of(student: Path) -> dict:
    return json.loads((student / "settings.json").read_text())


def test_without_labels_and_with_some(stages, tmp_path):
    assert stages(0, 8, *UNLABELLED, *CLUSTERS) == ""
    exp = tmp_path / "exp"
    _four_students(exp)
    _report(exp)
    before = made_in(exp)
    assert stages(3, 6, *UNLABELLED, *CLUSTERS) == ""
    assert made_in(exp) == before
    _labels_of_a_file(stages, exp, tmp_path)
    _some_speakers_and_clusters_as_classes(stages, exp, tmp_path)
    _the_voice_is_trained_on(stages, exp)


def _four_students(exp):
    for student in (FLOOR, POSTERIOR, JOINT):
        classes = classes_of(exp / student)
        speakers = {video.split("/")[0] for video in classes}
        assert len(speakers) == 4 and len(classes) == 8
        form = r"cluster\d{6}" if student == JOINT else r"video\d{6}"
        assert all(re.fullmatch(form, name) for name in classes.values())
        facts = facts_of(exp / student)
        assert facts["labelled speakers"] == 0 and facts["videos"] == 8
        assert (
            facts["classes"] == len(set(classes.values())) == settings_of(exp / student)["people"]
        )
    assert "purity" in facts_of(exp / JOINT)
    # The ceiling knows the speakers, whatever the others were told.
    assert not (exp / CEILING / "labels.json").exists()
    assert settings_of(exp / CEILING)["people"] == 4
    # What students were made from: the teacher says what clusters are, the student before hears.
    taught = [
        bool(settings_of(exp / name)["targets"]) for name in (FLOOR, CEILING, POSTERIOR, JOINT)
    ]
    assert taught == [False, False, True, True]
    assert list(settings_of(exp / JOINT)["voice"]) == [f"../{POSTERIOR}"]


def _report(exp):
    results, page = ((exp / name).read_text() for name in ("RESULTS.md", "report.html"))
    for student in (POSTERIOR, JOINT):
        assert re.search(
            rf"^{student} against {FLOOR}: .*of the gap to {CEILING} closed: ",
            results,
            re.MULTILINE,
        )
        assert student in page
    assert f"- {FLOOR}: labels video: labelled speakers 0, videos 8, classes 8\n" in results
    note = rf"- {JOINT}: labels teacher: labelled speakers 0, videos 8, classes \d, purity \d\.\d\d"
    assert re.search(note, results)
    assert f"- {CEILING}: labels" not in results


def _labels_of_a_file(stages, exp, tmp_path):
    """What it says belongs to a student, where it lies does not."""
    other = _with_teacher_of(exp, tmp_path / "file")
    videos = sorted(classes_of(exp / FLOOR))
    own, moved = tmp_path / "own.tsv", tmp_path / "moved.tsv"
    own.write_text(f"{videos[0]}\tann\r\n{videos[2]}\tann\r\nid10001/videoA\tann\r\n")
    options = ("--distill", "conf/distill_none.yaml", "--labels")
    assert stages(5, 5, *options, own, exp=other) == ""
    log = (other / "log/stage5.log").read_text()
    assert "names 1 videos that are not in the training set, such as id10001/videoA" in log
    classes = classes_of(other / FLOOR)
    assert [video for video, name in classes.items() if name == "ann"] == [videos[0], videos[2]]
    assert facts_of(other / FLOOR)["lone"] == 6
    before = made_in(other / FLOOR)
    own.rename(moved)
    assert "labels: no file" in stages(5, 5, *options, own, exp=other)
    assert stages(5, 5, *options, moved, exp=other) == ""
    moved.write_text(f"{videos[0]}\tann\n{videos[3]}\tann\n")
    assert "was made with other distill overrides (labels)" in stages(
        5, 5, *options, moved, exp=other
    )
    assert made_in(other / FLOOR) == before and classes_of(other / FLOOR) == classes


def _some_speakers_and_clusters_as_classes(stages, exp, tmp_path):
    """The rest of whom are clusters, by a teacher that teaches nothing else."""
    other = _with_teacher_of(exp, tmp_path / "teacher")
    options = ("--distill", "conf/distill_none.yaml", "--labels", "teacher")
    assert stages(3, 5, *options, "--labelled_speakers", "0.5", exp=other) == ""
    classes = classes_of(other / FLOOR)
    labelled = {
        video.split("/")[0] for video, name in classes.items() if name == video[: len(name)]
    }
    assert facts_of(other / FLOOR)["labelled speakers"] == len(labelled) == 2
    others = [name for video, name in classes.items() if video.split("/")[0] not in labelled]
    assert len(others) == 4 and all(name.startswith("cluster") for name in others)
    assert list(settings_of(other / FLOOR)["targets"]) == ["teacher_face"]


def _with_teacher_of(exp: Path, other: Path) -> Path:
    for name in ("data", "teacher_face"):
        shutil.copytree(exp / name, other / name)
    return other


def _the_voice_is_trained_on(stages, exp):
    """Classes that it had a part in are of the voice before: neither gone on with nor shown."""
    longer = ("--number_of_epochs", "2")
    before = made_in(exp / JOINT)
    assert stages(6, 6, *UNLABELLED, *longer) == ""
    line = stages(7, 8, *UNLABELLED, *CLUSTERS)
    assert f"the classes of {exp / JOINT} were made with {exp / POSTERIOR} as it was before" in line
    line = stages(6, 6, *UNLABELLED, *CLUSTERS, *longer)
    assert f"{JOINT} was made with other voice (../{POSTERIOR})" in line
    assert made_in(exp / JOINT) == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--labels", "vidoe"], "labels: no file vidoe: give speaker, video, teacher or a file"),
        (["--labels", "broken.tsv"], "broken.tsv, line 1: not `speaker/session<TAB>label`: a/x"),
        (["--labels", "teacher"], "needs one, whose vectors it clusters: give --teacher"),
        (["--labels", "video", "--labelled_speakers", "-0.5"], "labelled_speakers is a number"),
        (["--labelled_speakers", "0.5"], "say with --labels video or teacher what"),
        (["--labels", "video", "--cluster_distance", "-1"], "cluster_distance is auto or"),
        (["--labels", "video", "--vector_weights", "q"], "vector_weights is quality or none"),
    ],
)
def test_what_students_cannot_know_is_refused_before_any_work(
    tmp_path, monkeypatch, options, message
):
    monkeypatch.chdir(tmp_path)
    Path("broken.tsv").write_text("a/x\n")
    assert message in _checked(*options).stderr


def test_a_voice_that_is_none(tmp_path):
    teacher = ("--teacher", CONF / "teacher_face.yaml")
    given = ("--labels", "teacher", "--voice", "/no/such")
    process = _checked(*given, more=teacher, exp=tmp_path)
    assert process.returncode == 1
    assert "--voice /no/such: /no/such is no trained student" in process.stderr
    process = _checked("--labels", "video", "--voice", "/no/such", exp=tmp_path)
    assert process.returncode == 0 and "--voice has no effect" in process.stderr
    # The YAML names one, that this run does not make.
    joint = {"more": teacher, "distill": "distill_joint_clusters", "exp": tmp_path}
    assert f"{tmp_path / POSTERIOR} is no trained student" in _checked(**joint).stderr
    (tmp_path / POSTERIOR).mkdir()
    (tmp_path / POSTERIOR / "settings.json").write_text("{}")
    assert _checked(**joint).returncode == 0


def _checked(*overrides, more=(), distill="distill_soft", exp="exp"):
    yamls = ("--student", CONF / "student_small.yaml", "--distill", CONF / f"{distill}.yaml")
    options = ("--exp", exp, *yamls, *more, "--trains", "--recipe-overrides", *overrides)
    return run_local("check_options.py", *map(str, options))


@pytest.mark.parametrize("recipe", ["voxceleb", "synthvox"])
def test_labels_that_are_missing_are_told_before_there_is_a_corpus(run_recipe, tmp_path, recipe):
    process = run_recipe("--data", tmp_path / "corpus", "--labels", "no.tsv", recipe=recipe)
    assert process.returncode == 1 and "labels: no file no.tsv" in error_line(process)
    assert "stage" not in process.stdout and not list(tmp_path.iterdir())
