"""A finished experiment on a tiny corpus: scores, embeddings and logs as training leaves them."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from speechdistill.corpora.cut_table import CutTable
from speechdistill.quality.table import QualityTable
from speechdistill.reporting.page.writer import write_page
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.score_files import write_scores
from speechdistill.verification.trials.trial_list import TrialList
from tests.reporting.page.parsed import Element, parse

LOGS = {
    "alone": "epoch\tdev_eer\ttrain_eer\tloss\n1\t0.25\t0.125\t8\n2\t0.1875\t0.0625\t4.5\n",
    "distilled": (
        "epoch\tdev_eer\ttrain_eer\tloss\tidentity\tfeature\tfeature_active\t"
        "feature_effective_sample_size\tidentity_gradient\tfeature_gradient\n"
        "1\t0.3125\t0.25\t9\t7\t0.75\t1\t3.5\t0.5\t0.05\n"
        "2\t0.21875\t0.125\t6\t5\t0.375\t0.625\t3.25\t0.25\t0.02\n"
    ),
}
ORIGIN = Provenance("./run.sh --seed 3", "abc1234", "a machine", "Python")


def make_experiment(folder: Path, prepared: Path) -> Path:
    """Two students with embeddings of the test set, one better than the other; ``data`` beside."""
    data = folder.parent / "data"
    shutil.copytree(prepared / "data", data)
    path = data / "test" / "trials" / "veri_test2.txt"
    trials = TrialList.load(path)
    ids = CutTable.load(data / "test").columns["id"].tolist()
    qualities = {"quality": np.linspace(0.1, 0.9, len(ids)), "snr_db": np.arange(len(ids)) + 0.5}
    QualityTable(ids, qualities).save(data / "test" / "quality" / "speech.tsv")
    generator = np.random.default_rng(0)
    voices = {name.split("/")[0]: generator.normal(size=8) for name in ids}
    for name, noise in (("alone", 2.0), ("distilled", 0.5)):
        vectors = np.stack(
            [voices[i.split("/")[0]] + noise * generator.normal(size=8) for i in ids]
        )
        KeyedVectors(ids, vectors).save(folder / name / "embeddings" / "test")
        (folder / name / "train_log.tsv").write_text(LOGS[name])
        unit = dict(zip(ids, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), strict=True))
        pairs = zip(trials.enrol, trials.test, strict=True)
        scores = np.array([unit[trials.ids[a]] @ unit[trials.ids[b]] for a, b in pairs])
        write_scores(trials, scores, folder / name / "scores" / path.name)
    record_of(folder, path, data).save(folder / "results.json")
    return folder


def record_of(folder: Path, trials: Path, data: Path | None, **others) -> ReportRecord:
    systems = {name: folder / name / "scores" for name in LOGS}
    fields = {"teacher_reports": [], "seed": 3, "skipped_limit": 0.01, "provenance": ORIGIN}
    return ReportRecord(systems, [trials], data, **fields | others)


@pytest.fixture(scope="module")
def experiment(tmp_path_factory, prepared) -> Path:
    return make_experiment(tmp_path_factory.mktemp("page") / "exp", prepared)


@pytest.fixture(scope="module")
def page(experiment) -> Element:
    write_page(experiment, experiment / "report.html")
    return parse((experiment / "report.html").read_text(encoding="utf-8"))


@pytest.fixture
def own_experiment(tmp_path, prepared) -> Path:
    """One that a test may change, its data too."""
    return make_experiment(tmp_path / "exp", prepared)
