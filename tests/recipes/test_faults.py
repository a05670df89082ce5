"""What real runs meet: files that vanish, a disk that fills up, a folder that nobody may write."""

import os
import shutil
import subprocess

import pytest

from tests.recipes.conftest import ROOT
from tests.recipes.test_run_errors import error_line
from tests.recipes.test_run_whole import SMALL

pytestmark = pytest.mark.slow

NO_TEACHER = ("--distill", "conf/distill_none.yaml")
MOUNT_OWN = ("unshare", "--mount", "--map-root-user")
can_mount = shutil.which("unshare") and subprocess.run([*MOUNT_OWN, "true"]).returncode == 0

# A disk of $1 grows to $2 and $3 and is closed then; after each, the same command.
DISKS = """
mount -t tmpfs -o size=$1 tmpfs disk
for change in size=$1 size=$2 size=$3 ro; do
  mount -o remount,$change disk
  "${@:4}" > "$change.out" 2> "$change.err"
  echo $? > "$change.exit"
  find disk -name '.partial*' > "$change.left"
done
"""


def test_files_that_vanish_after_stage_1_are_counted_skips(run_recipe, corpus, tmp_path):
    """One is gone, one is no audio, one is empty: over 1 % of so few, so the limit is raised."""
    stages = ("--stage", "2", "--stop-stage", "2", "--data", corpus)
    assert run_recipe("--data", corpus, "--stop-stage", "1").returncode == 0
    sets = {
        line.split("/")[0]: part
        for part in ("train", "dev")
        for trial in (tmp_path / "exp/data" / part / "trials" / f"{part}.txt").open()
        for line in trial.split()[1:]
    }
    training, dev = ([name for name in sets if sets[name] == part] for part in ("train", "dev"))
    gone = corpus / "wav" / training[0] / "videoA/00001.wav"
    gone.unlink()
    (corpus / "wav" / dev[0] / "videoA/00001.wav").write_bytes(gone.name.encode())
    (corpus / "wav/id10001/videoA/00001.wav").write_bytes(b"")
    refused = run_recipe(*stages)
    assert refused.returncode == 1
    assert "raise --skipped-limit" in error_line(refused)
    quality = tmp_path / "exp/data/train/quality"
    assert (quality / "skipped.tsv").read_text() == f"{gone}\tmissing\n"
    assert not (quality / "speech.tsv").exists()

    allow = ("--skipped-limit", "0.2")
    assert run_recipe(*stages, *allow).returncode == 0
    trained = run_recipe("--stage", "5", "--stop-stage", "7", *SMALL, *NO_TEACHER)
    assert trained.returncode == 0, trained.stderr
    for part in ("train", "dev"):
        assert f"{part}.txt name utterances that cannot be read" in trained.stderr
    last = ("--stage", "8", *NO_TEACHER)
    refused = run_recipe(*last)
    assert refused.returncode == 1
    assert "raise --skipped-limit" in error_line(refused)
    assert run_recipe(*last, *allow).returncode == 0
    scores = tmp_path / "exp/student_small-distill_none/scores"
    assert (scores / "veri_test2.missing").read_text().endswith("\nid10001/videoA/00001.wav\n")
    assert (
        "28 trials (7 targets) of 4 speakers, 4 more left out"
        in (tmp_path / "exp/RESULTS.md").read_text()
    )


def test_what_is_gone_when_it_is_needed_is_named(run_recipe, corpus):
    assert run_recipe("--data", corpus, "--stop-stage", "2").returncode == 0
    images = next((corpus / "unzippedFaces").glob("*10007"))
    shutil.rmtree(images)
    process = run_recipe("--stage", "3", "--stop-stage", "3", *SMALL)
    assert process.returncode == 1
    assert f"cannot read {images}" in error_line(process)
    for session in (corpus / "wav/id10007").iterdir():
        for recording in session.iterdir():
            recording.write_bytes(recording.read_bytes()[:20_000])
    process = run_recipe("--stage", "5", "--stop-stage", "5", *SMALL)
    assert process.returncode == 1
    assert f"cannot read {corpus / 'wav/id10007'}" in error_line(process)


@pytest.mark.skipif(not can_mount, reason="needs unshare and user namespaces")
def test_a_disk_that_fills_up_and_one_that_is_closed(corpus, tmp_path):
    (tmp_path / "disk").mkdir()
    run = [ROOT / "recipes/voxceleb/run.sh", "--exp", "disk/exp", "--data", corpus]
    subprocess.run(
        [*MOUNT_OWN, "bash", "-c", DISKS, "-", "16k", "4m", "64m"]
        + [str(word) for word in [*run, *SMALL, "--stop-stage", "3"]],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    ends = {
        name: subprocess.CompletedProcess(
            run,
            int((tmp_path / f"{name}.exit").read_text()),
            (tmp_path / f"{name}.out").read_text(),
            (tmp_path / f"{name}.err").read_text(),
        )
        for name in ("size=16k", "size=4m", "size=64m", "ro")
    }
    for name, stage in (("size=16k", "stage 1"), ("size=4m", "stage 3")):
        assert ends[name].returncode == 1
        assert ends[name].stdout.splitlines()[-1].startswith(stage)
        line = error_line(ends[name])
        assert "cannot write disk/exp/" in line and "no space left on device" in line
    assert ends["size=64m"].returncode == 0, ends["size=64m"].stderr
    assert "verification of" in ends["size=64m"].stderr
    assert ends["ro"].returncode == 1
    assert "cannot write to disk/exp: give another --exp" in ends["ro"].stderr
    assert not any((tmp_path / f"{name}.left").read_text() for name in ends)
