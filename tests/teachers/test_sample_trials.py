"""local/sample_trials.py: what a teacher's frozen vectors tell apart, without training anything."""

from speechdistill.inputs.items import InputItem, save_items
from speechdistill.verification.trials.trial_list import TrialList
from tests.warm_python import run_local


def test_one_person_across_videos_and_two_of_one_gender(tmp_path):
    items = [
        InputItem(f"{person}/{video}/{frame}", person, video, person, person[0])
        for person in ("f1", "f2", "m1", "m2")
        for video in ("v", "w")
        for frame in (1, 2)
    ]
    save_items(items, tmp_path / "items.tsv")
    drawn = run_local(
        "sample_trials.py",
        "--inputs",
        tmp_path,
        "--trials",
        30,
        "--output",
        tmp_path / "trials.txt",
    )
    assert drawn.returncode == 0, drawn.stderr
    trials = TrialList.load(tmp_path / "trials.txt")
    assert len(trials) == 30 and trials.labels.sum() == 15
    for label, first, second in zip(trials.labels, trials.enrol, trials.test, strict=True):
        (one, video, _), (other, another, _) = (
            trials.names[row].split("/") for row in (first, second)
        )
        assert (one == other and video != another) if label else (one != other)
        assert one[0] == other[0]


def test_without_items(tmp_path):
    lost = run_local(
        "sample_trials.py", "--inputs", tmp_path / "lost", "--output", tmp_path / "trials.txt"
    )
    assert lost.returncode == 1 and "stage 3" in lost.stderr
    (tmp_path / "items.tsv").write_text("")
    empty = run_local("sample_trials.py", "--inputs", tmp_path, "--output", tmp_path / "trials.txt")
    assert empty.returncode == 1 and "is empty" in empty.stderr
