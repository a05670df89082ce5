"""What an experiment lacks is said in its place; what data call themselves stays text."""

import gzip
import json
import shutil

import numpy as np
import pytest

from speechdistill.reporting.page.writer import write_page
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.verification.scoring.score_files import write_scores
from speechdistill.verification.trials.trial_list import TrialList
from tests.reporting.page.conftest import ORIGIN, record_of
from tests.reporting.page.parsed import parse

pytestmark = pytest.mark.slow

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;\u202e"


@pytest.fixture
def written(tmp_path):
    def write(exp):
        write_page(exp, tmp_path / "page.html")
        return parse((tmp_path / "page.html").read_text(encoding="utf-8"))

    return write


def change_manifest(path, change):
    with gzip.open(path, "rt") as lines:
        records = [json.loads(line) for line in lines]
    for record in records:
        change(record)
    with gzip.open(path, "wt") as lines:
        lines.writelines(json.dumps(record) + "\n" for record in records)


def test_without_sounds_faces_and_logs(own_experiment, written, tmp_path):
    def move_image(record):
        record["path"] = "/nowhere/at/all.jpg"

    def move_audio(record):
        record["recording"]["sources"][0]["source"] = "/nowhere/at/all.wav"

    change_manifest(tmp_path / "data" / "test" / "images.jsonl.gz", move_image)
    change_manifest(tmp_path / "data" / "test" / "cuts.jsonl.gz", move_audio)
    (own_experiment / "alone" / "train_log.tsv").unlink()
    shutil.rmtree(own_experiment / "distilled" / "embeddings")
    page = written(own_experiment)
    assert "no sound" in page.by_id("errors").text + page.by_id("quality").text
    assert "no image: No such file or directory" in page.by_id("quality").text
    assert "/nowhere" not in page.text and not page.all("audio")
    assert "No training log: alone" in page.by_id("training").text
    assert "No embeddings of distilled" in page.by_id("map").text


def test_without_data(own_experiment, written, tmp_path):
    trials = tmp_path / "trials" / "veri_test2.txt"
    shutil.copytree(tmp_path / "data" / "test" / "trials", trials.parent)
    shutil.rmtree(tmp_path / "data")
    for data in (tmp_path / "data", None):
        record_of(own_experiment, trials, data).save(own_experiment / "results.json")
        page = written(own_experiment)
        assert "Not known of these utterances: sex, quality" in page.by_id("scores").text
        assert "no manifest of the test set" in page.by_id("errors").text
        assert page.by_id("errors").all("bdi")
        assert page.by_id("quality").all("p", "missing") and page.by_id("data").all("p", "missing")
        assert "pass it on" not in page.text


def test_without_quality_and_without_a_face(own_experiment, written, tmp_path):
    """As where a teacher reads texts."""

    def change(record):
        record["supervisions"][0]["text"] = "A man with a hoarse voice."

    (tmp_path / "data" / "test" / "images.jsonl.gz").unlink()
    change_manifest(tmp_path / "data" / "test" / "cuts.jsonl.gz", change)
    for part in ("train", "test"):
        shutil.rmtree(tmp_path / "data" / part / "quality")
    page = written(own_experiment)
    assert "“A man with a hoarse voice.”" in page.by_id("errors").text
    assert not page.by_id("errors").all("img") and page.all("audio")
    assert len(page.by_id("quality").all("p", "missing")) == 2


def test_names_stay_text(tmp_path, written):
    """Systems, speakers, utterances, terms, notes and commands that would be markup."""
    exp = tmp_path / "exp"
    ids = [
        f"{HOSTILE.replace('/', '_').replace(' ', '_')}{s}/v{t}/{t}"
        for s in "ab"
        for t in (1, 2, 3)
    ]
    pairs = [(first, second) for first in range(6) for second in range(first)]
    labels = np.array([int(a // 3 == b // 3) for a, b in pairs])
    trials = TrialList(ids, *np.array(pairs).T, labels)
    trials.save(tmp_path / "list.txt")
    scores = np.random.default_rng(0).normal(size=len(trials))
    systems = {name: exp / name / "scores" for name in ("a", "b")}
    for folder in systems.values():
        write_scores(trials, scores, folder / "list.txt")
        log = f"epoch\t{HOSTILE}\t{HOSTILE}_active\n1\t1\t0.5\n"
        (folder.parent / "train_log.tsv").write_text(log)
    named = dict(zip((HOSTILE, f"b{HOSTILE}"), systems.values(), strict=True))
    ReportRecord(named, [tmp_path / "list.txt"], None, [], 1, 0.0, ORIGIN, [HOSTILE]).save(
        exp / "results.json"
    )
    page = written(exp)
    assert len(page.all("script")) == 1 and not page.all("img")
    assert not any(name.startswith("on") for each in page.all() for name in each.attributes)
    assert page.by_id("results").all("tbody")[0].all("th")[0].text == HOSTILE
    for section in ("errors", "terms", "provenance"):
        assert "<script>alert(1)<" in page.by_id(section).text
    assert any(HOSTILE in chart.attributes["aria-label"] for chart in page.all("svg", "chart"))
