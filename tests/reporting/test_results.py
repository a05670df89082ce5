"""RESULTS.md and the DET plot: the right numbers, the same bytes."""

import re

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.reporting.det_plot import FORMS, check_plot, plot_det
from speechdistill.reporting.evaluation import evaluate_list
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.results import results_table, write_results
from speechdistill.reporting.teacher_report import teacher_note
from speechdistill.verification.metrics import eer, min_dcf
from speechdistill.verification.scoring.score_files import write_scores
from speechdistill.verification.trials.trial_list import TrialList


@pytest.fixture
def two_systems(tmp_path):
    """A list over 8 speakers, and the score folders of a poor and of a good system."""
    names = [f"s{speaker}/v{take}/1.wav" for speaker in range(8) for take in range(3)]
    generator = np.random.default_rng(0)
    enrol, test = np.unique(generator.integers(24, size=(2, 800)), axis=1)
    is_other = enrol != test
    labels = (enrol // 3 == test // 3).astype(int)
    trials = TrialList(names, enrol[is_other], test[is_other], labels[is_other])
    trials.save(tmp_path / "list.txt")
    scores, folders = {}, {}
    for name, noise in (("poor", 1.0), ("good", 0.4)):
        folders[name] = tmp_path / name
        scores[name] = np.round(trials.labels + noise * generator.normal(size=len(trials)), 3)
        write_scores(trials, scores[name], folders[name] / "list.txt")
    return tmp_path / "list.txt", folders, trials, scores


def test_the_table_holds_the_metrics_in_percent(two_systems):
    path, folders, trials, scores = two_systems
    table = results_table(evaluate_list(path, folders, seed=1, replicates=50))
    is_target = trials.labels == 1
    for name, found in scores.items():
        row = next(line for line in table.splitlines() if line.startswith(f"| {name}"))
        sides = found[is_target], found[~is_target]
        numbers = [float(number) for number in re.findall(r"\d+\.\d+", row)]
        assert numbers[0] == pytest.approx(100 * eer(*sides), abs=0.006)
        assert numbers[1] <= numbers[0] <= numbers[2]
        assert numbers[3] == pytest.approx(min_dcf(*sides, p_target=0.01), abs=6e-4)
        assert numbers[6] == pytest.approx(min_dcf(*sides, p_target=0.05), abs=6e-4)


def test_scores_of_the_wrong_sign_get_a_hint(two_systems, caplog):
    path, folders, trials, scores = two_systems
    folders["distance"] = folders["good"].with_name("distance")
    write_scores(trials, -scores["good"], folders["distance"] / "list.txt")
    evaluate_list(path, folders, seed=1, replicates=50)
    (line,) = [line for line in caplog.messages if "more than by chance" in line]
    assert line.startswith(f"{path}: the EER of distance is 9")


def test_the_gap_to_a_ceiling(two_systems):
    path, folders, trials, scores = two_systems
    folders["between"] = folders["good"].with_name("between")
    between = (scores["poor"] + scores["good"]) / 2
    write_scores(trials, between, folders["between"] / "list.txt")
    result = evaluate_list(path, folders, seed=1, replicates=50)
    assert "gap" not in results_table(result)
    lines = results_table(result, "good").splitlines()
    is_target = trials.labels == 1
    poor, good, found = (
        eer(each[is_target], each[~is_target]) for each in (scores["poor"], scores["good"], between)
    )
    share = f"closed: {100 * (poor - found) / (poor - good):.0f} % ["
    assert [line for line in lines if line.startswith("between against poor") and share in line]
    assert [line for line in lines if line.endswith("(the ceiling)") and "good against" in line]


def test_results_name_their_origin_and_do_not_change(two_systems, tmp_path):
    path, folders, _, _ = two_systems
    result = evaluate_list(path, folders, seed=1, replicates=50)
    origin = Provenance.of(command="./run.sh --seed 1")
    record = ReportRecord(folders, [path], None, [], 1, 0.01, origin, ["a note"])
    texts = []
    for name in ("one.md", "two.md"):
        plots = {"list.txt": tmp_path / "det_list.png"}
        write_results(tmp_path / name, record, [result], plots)
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1]
    assert "(det_list.png)" in texts[0]
    for part in (
        "./run.sh --seed 1",
        "a note",
        result.facts.sha256,
        "seed: 1",
        "commit: ",
        "torch ",
    ):
        assert part in texts[0]
    assert "-" in re.search(r"against poor: EER (\S+) %", texts[0])[1]


def test_det_plots_are_the_same_bytes(two_systems, tmp_path):
    path, folders, _, _ = two_systems
    result = evaluate_list(path, folders, seed=1, replicates=50)
    curves = {name: system.curve for name, system in result.systems.items()}
    bands = {name: system.band for name, system in result.systems.items()}
    plot_det(curves, "list", tmp_path / "bare.png")
    for form in FORMS:
        one, two = tmp_path / f"one.{form}", tmp_path / f"two.{form.upper()}"
        for plot in (one, two):
            check_plot(plot)
            plot_det(curves, "list", plot, bands)
        assert one.read_bytes() == two.read_bytes()
    with_bands = (tmp_path / "one.png").read_bytes()
    assert with_bands.startswith(b"\x89PNG")
    assert with_bands != (tmp_path / "bare.png").read_bytes()


def test_missing_scores(two_systems):
    path, folders, _, _ = two_systems
    with pytest.raises(InputError, match="no system"):
        evaluate_list(path, {}, seed=1)
    lines = (folders["good"] / "list.txt").read_text().splitlines(keepends=True)
    (folders["good"] / "list.txt").write_text("".join(lines[:-40]))
    with pytest.raises(InputError):
        evaluate_list(path, folders, seed=1)
    kept = evaluate_list(path, folders, seed=1, skipped_limit=0.2, replicates=50)
    assert kept.facts.n_trials < kept.facts.n_listed


def test_the_teachers_note(tmp_path):
    with pytest.raises(InputError, match="stage 3"):
        teacher_note(tmp_path / "report.json")
    (tmp_path / "report.json").write_text("[]")
    with pytest.raises(InputError, match="stage 3"):
        teacher_note(tmp_path / "report.json")
