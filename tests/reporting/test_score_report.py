"""Reports on score files: figures, calibration, groups, speakers; and the command."""

import logging
import re

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.reporting.evaluation import METRICS, evaluate_llrs, evaluate_system
from speechdistill.reporting.score_report import (
    ScoreReport,
    bootstrap_of,
    calibrated,
    comparison_table,
    system_table,
)
from speechdistill.reporting.scored_trials import ScoredTrials
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.metrics import DetectionCost, act_dcf, cllr, eer, min_cllr, min_dcf
from speechdistill.verification.scoring.score_files import write_scores
from speechdistill.verification.trials.breakdown import TrialGroup
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts
from tests.warm_python import run_local, run_program

COSTS = [DetectionCost(0.01), DetectionCost(0.2, c_miss=2)]


def make_scored(prefix, seed, trials=1500, speakers=10):
    """Two systems on a list of their own; short utterances score lower, and say less."""
    generator = np.random.default_rng(seed)
    names = [f"{prefix}{speaker}/v{take}/1.wav" for speaker in range(speakers) for take in range(4)]
    durations = generator.uniform(1, 9, len(names))
    enrol = generator.integers(len(names), size=trials)
    same = enrol // 4 * 4 + generator.integers(4, size=trials)
    test = np.where(
        generator.random(trials) < 0.3, same, generator.integers(len(names), size=trials)
    )
    keep = enrol != test
    enrol, test = enrol[keep], test[keep]
    labels = (enrol // 4 == test // 4).astype(int)
    shorter = np.minimum(durations[enrol], durations[test])
    noise = generator.normal(size=(2, len(labels)))
    clear = 0.5 * labels + 0.04 * shorter
    systems = {
        "noisy": clear + 0.35 * noise[0] / shorter**0.3,
        "clear": clear + 0.25 * noise[1] / shorter**0.3,
    }
    facts = dict(zip((name[:-4] for name in names), durations.astype(str), strict=True))
    trial_list = TrialList(names, enrol, test, labels)
    return ScoredTrials(trial_list, systems, len(labels)), facts


@pytest.fixture(scope="module")
def scored():
    return make_scored("e", seed=1)[0]


@pytest.fixture(scope="module")
def report(scored):
    bootstrap = bootstrap_of(scored.trials, 100, 0)
    return ScoreReport(
        scored.trials.labels, scored.scores, COSTS, bootstrap, {"clear"}, with_hull=True
    )


def sides(scores, labels):
    return scores[labels == 1], scores[labels == 0]


def test_every_figure_is_that_of_its_metric(scored, report):
    results = report.evaluate()
    for name, scores in scored.scores.items():
        pair = sides(scores, scored.trials.labels)
        expected = {
            "EER": eer(*pair),
            "minDCF p=0.01": min_dcf(*pair),
            "minDCF p=0.2 costs 2:1": min_dcf(*pair, 0.2, 2),
            "EER on the hull": eer(*pair, convex_hull=True),
            "minCllr": min_cllr(*pair),
        }
        if name == "clear":
            expected |= {
                "Cllr": cllr(*pair),
                "actDCF p=0.01": act_dcf(*pair),
                "actDCF p=0.2 costs 2:1": act_dcf(*pair, 0.2, 2),
            }
        found = {metric: value.value for metric, value in results[name].metrics.items()}
        assert found == pytest.approx(expected)
    table = system_table(results)
    assert f"{100 * results['clear'].metrics['EER'].value:.2f} [" in table
    assert table.splitlines()[2].count("| - ") == 3  # no Cllr and actDCF of scores of any scale


def test_without_a_bootstrap_there_are_the_same_values_and_no_intervals(scored, report):
    labels, scores = scored.trials.labels, scored.scores["clear"]
    with_intervals = report.evaluate()["clear"].metrics
    alone = evaluate_system(scores, labels, METRICS, None)
    assert alone.band is None and "[" not in system_table({"clear": alone})
    for found in (alone.metrics, evaluate_llrs(scores, labels, COSTS, None)):
        for metric, value in found.items():
            if metric in with_intervals:
                assert value.value == pytest.approx(with_intervals[metric].value)
    assert comparison_table({"a": alone, "b": alone}) == ""


def test_systems_are_compared_with_the_first_in_what_both_have(report):
    table = comparison_table(report.evaluate())
    assert table.count("clear against noisy") == 3
    assert "Cllr" not in table
    eer_line = next(line for line in table.splitlines() if "| EER " in line)
    assert "| -" in eer_line and "p = " in eer_line


def test_groups_have_their_own_figures_and_counts(scored, report):
    labels = scored.trials.labels
    is_first = np.arange(len(labels)) < 700
    groups = [TrialGroup("first", is_first), TrialGroup("different people", labels == 0)]
    lines = report.breakdown_table(groups, "part").splitlines()
    pair = sides(scored.scores["noisy"][is_first], labels[is_first])
    assert f"{100 * eer(*pair):.2f} [" in lines[2]
    assert [int(cell) for cell in lines[2].split("|")[2:4]] == [len(side) for side in pair]
    assert [cell.strip() for cell in lines[4].split("|")[4:-1]] == ["-"] * 4


def test_calibration_with_durations_helps_other_speakers(scored, caplog):
    development, facts = make_scored("d", seed=2, trials=4000)
    evaluation, others = make_scored("e", seed=1, trials=4000)
    facts = UtteranceFacts({"duration": facts | others})
    with caplog.at_level(logging.INFO):
        plain = calibrated(evaluation, development, facts, [])
        aided = calibrated(evaluation, development, facts, ["log:duration"])
    assert "lower log:duration" in caplog.text
    labels = evaluation.trials.labels
    for name in ("noisy", "clear"):
        raw, pair = sides(evaluation.scores[name], labels), sides(plain[name], labels)
        assert eer(*pair) == pytest.approx(eer(*raw))
        assert cllr(*pair) < min_cllr(*pair) + 0.03
        assert cllr(*sides(aided[name], labels)) < cllr(*pair)


def test_what_stands_in_the_way_of_calibration_is_named(scored):
    development, _ = make_scored("d", seed=2)
    with pytest.raises(InputError, match="nothing says the duration"):
        calibrated(scored, development, UtteranceFacts({}), ["duration"])
    labels = development.trials.labels
    perfect = ScoredTrials(development.trials, {"clear": labels + 0.0}, len(labels))
    with pytest.raises(InputError, match=r"clear on .*: .* decided rightly"):
        calibrated(scored, perfect, UtteranceFacts({}), [])


def test_a_system_without_information_is_named(scored):
    labels = scored.trials.labels
    report = ScoreReport(labels, {"constant": np.ones(len(labels))}, COSTS, None)
    with pytest.raises(InputError, match=r"constant: all \d+ scores are equal"):
        report.evaluate()


def test_speakers_come_from_names_or_a_file_or_there_are_no_intervals(scored, tmp_path, caplog):
    trials = scored.trials
    flat = TrialList(
        [name.replace("/", "-") for name in trials.names], trials.enrol, trials.test, trials.labels
    )
    assert bootstrap_of(trials, 0, 0) is None and not caplog.text
    assert bootstrap_of(trials, 10, 0).n_speakers == 10
    assert bootstrap_of(flat, 10, 0) is None and "give --speakers" in caplog.text
    utt2spk = tmp_path / "utt2spk"
    utt2spk.write_text("".join(f"{name} {name.split('-')[0]}\n" for name in flat.ids))
    assert bootstrap_of(flat, 10, 0, utt2spk).n_speakers == 10
    utt2spk.write_text("".join(f"{name} everybody\n" for name in flat.ids))
    with pytest.raises(InputError, match="contradict"):
        bootstrap_of(flat, 10, 0, utt2spk)


@pytest.fixture
def files(tmp_path):
    facts = {}
    for name, seed in (("dev", 2), ("eval", 1)):
        scored, durations = make_scored(name[0], seed)
        facts |= durations
        # A list has a pair once.
        pairs = [scored.trials.enrol, scored.trials.test]
        _, rows = np.unique(pairs, axis=1, return_index=True)
        is_kept = np.isin(np.arange(len(scored.trials)), rows)
        trials = scored.trials.subset(is_kept)
        trials.save(tmp_path / f"{name}.txt")
        for system, scores in scored.scores.items():
            write_scores(trials, scores[is_kept], tmp_path / f"{name}_{system}.txt")
    (tmp_path / "utt2dur").write_text("".join(f"{name} {text}\n" for name, text in facts.items()))
    return tmp_path


def run(folder, *arguments):
    return run_program("speechdistill", "evaluate", *arguments, cwd=folder)


def test_the_command_needs_trials_and_scores_alone(files):
    found = run(files, "--trials", "eval.txt", "--scores", "eval_clear.txt")
    assert found.returncode == 0, found.stderr
    assert "| eval_clear |" in found.stdout and "95 % intervals" in found.stdout
    assert "more than by chance" not in found.stdout + found.stderr


def test_scores_of_the_wrong_sign_get_a_hint(files):
    lines = [line.split() for line in (files / "eval_clear.txt").read_text().splitlines()]
    text = "".join(f"{enrol} {test} {-float(score)}\n" for enrol, test, score in lines)
    (files / "distances.txt").write_text(text)
    found = run(files, "--trials", "eval.txt", "--scores", "distances.txt", "--replicates", "0")
    assert found.returncode == 0, found.stderr
    hint = r"eval\.txt: the EER of distances is \d+\.\d %, more than by chance: swap the labels"
    assert re.search(hint, found.stderr) and "Note: the EER of distances" in found.stdout


@pytest.mark.slow
def test_the_command_with_everything(files):
    alone = run(files, "--trials", "eval.txt", "--scores", "eval_clear.txt", "--replicates", "0")
    assert alone.returncode == 0, alone.stderr
    everything = run(
        files,
        *("--trials", "eval.txt", "--scores", "noisy=eval_noisy.txt"),
        *("--scores", "clear=eval_clear.txt", "--p-target", "0.05", "--convex-hull"),
        *("--calibrate-on", "dev.txt", "dev_noisy.txt", "dev_clear.txt"),
        *("--utterances", "duration=utt2dur", "--quality-measures", "log:duration"),
        *("--breakdown", "session", "duration:3,6", "--replicates", "50"),
        *("--calibrated-scores", "llrs", "--det-plot", "det.png"),
    )
    assert everything.returncode == 0, everything.stderr
    assert "clear: llr = " in everything.stderr
    for part in ("| noisy calibrated ", "| EER on the hull %", "clear against noisy", "| 3 to 6 "):
        assert part in everything.stdout
    eer_alone = alone.stdout.split("| eval_clear |")[1].split("|")[0].strip()
    assert f"| {eer_alone} [" in everything.stdout
    assert (files / "det.png").stat().st_size > 10_000
    again = run(
        files, "--trials", "eval.txt", "--scores", "llrs/clear.txt", "--llrs", "--replicates", "0"
    )
    assert again.returncode == 0 and "| Cllr " in again.stdout


@pytest.mark.slow
def test_measures_of_embeddings_enter_calibration(files):
    generator = np.random.default_rng(0)
    ids = [line.split()[0] for line in (files / "utt2dur").read_text().splitlines()]
    KeyedVectors(ids, generator.normal(size=(len(ids), 8))).save(files / "embeddings")
    others = [f"t{speaker}/{take}" for speaker in range(12) for take in range(3)]
    KeyedVectors(others, generator.normal(size=(36, 8))).save(files / "training")
    measured = run_local(
        "measure_embeddings.py",
        *("--embeddings", "embeddings", "--cohort", "training", "--top-n", "5"),
        *("--output", "measures.tsv"),
        cwd=files,
    )
    assert measured.returncode == 0, measured.stderr
    found = run(
        files,
        *("--trials", "eval.txt", "--scores", "eval_clear.txt", "--replicates", "0"),
        *("--calibrate-on", "dev.txt", "dev_clear.txt", "--utterances", "measures.tsv"),
        *("--quality-measures", "log:magnitude", "cohort_mean", "cohort_deviation"),
    )
    assert found.returncode == 0, found.stderr
    assert "lower log:magnitude" in found.stderr and "higher cohort_deviation" in found.stderr
    assert "| eval_clear calibrated |" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scores", "nothing.txt"], "nothing.txt"),
        (["--scores", "eval_clear.txt", "--scores", "eval_clear.txt"], "two systems have one name"),
        (["--scores", "eval_clear.txt", "--quality-measures", "duration"], "--calibrate-on"),
        (["--scores", "eval_clear.txt", "--calibrate-on", "dev.txt"], "0 score files for 1 system"),
    ],
)
@pytest.mark.slow
def test_bad_input_is_one_line(files, arguments, message):
    failed = run(files, "--trials", "eval.txt", *arguments)
    assert failed.returncode == 1 and failed.stdout == ""
    assert failed.stderr.count("\n") == 1 and message in failed.stderr
