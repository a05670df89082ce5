"""The commit that RESULTS.md names, and the machine."""

import subprocess

from speechdistill.reporting.provenance import Provenance, commit


def git(folder, *arguments):
    author = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"]
    command = ["git", "-C", str(folder), *author, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_changed_file_makes_the_commit_dirty(tmp_path):
    git(tmp_path, "init", "--quiet")
    code = tmp_path / "code.py"
    code.write_text("1\n")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "--quiet", "--no-verify", "--message", "Start")
    git(tmp_path, "tag", "v1")
    head = git(tmp_path, "rev-parse", "HEAD")
    assert len(commit(tmp_path)) >= 7 and head.startswith(commit(tmp_path))
    (tmp_path / "untracked.txt").write_text("results\n")
    assert head.startswith(commit(tmp_path))
    code.write_text("2\n")
    assert commit(tmp_path).endswith("-dirty")


def test_no_checkout_is_said(tmp_path):
    assert commit(tmp_path) == "unknown: not a git checkout"


def test_the_machine_is_described_without_its_paths():
    provenance = Provenance.of("./run.sh")
    assert "cores" in provenance.machine and "GiB" in provenance.machine
    assert "GPU" in provenance.machine or provenance.machine.count(",") >= 3
    assert "speechbrain 1" in provenance.software and "lhotse" in provenance.software
    assert provenance == Provenance.of("./run.sh")
    assert "/" not in provenance.software


def test_a_name_does_not_end_the_command():
    command = "./run.sh --data $'a\\n```'"
    lines = Provenance(command, "abc1234", "a laptop", "Python").markdown([]).splitlines()
    assert lines[:3] == ["````sh", command, "````"]
