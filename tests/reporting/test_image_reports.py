"""Errors of image students: bootstrap, means over seeds, tables, the sweep."""

import numpy as np
import pytest
from scipy import stats

from speechdistill.corpora.faces import FaceImage, save_faces
from speechdistill.corpora.images.draw_grid import draw_folder
from speechdistill.errors import InputError
from speechdistill.quality.table import QualityTable
from speechdistill.reporting.accuracy_plot import plot_accuracy
from speechdistill.reporting.degradation_check import degradation_table
from speechdistill.reporting.image_errors import ImageBootstrap
from speechdistill.reporting.image_evaluation import ERROR, ImageEvaluation
from speechdistill.reporting.image_grid import evaluate_image_grid
from speechdistill.reporting.image_grid_report import ImageGridReport
from speechdistill.reporting.image_results import image_results_table
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.sweep import BestEpoch
from speechdistill.students.predictions import PREDICTIONS, Predictions
from speechdistill.verification.replicated import relative_change


def shown_images(sessions=0):
    placed = [(c, n, f"s{n % sessions}" if sessions else "-") for c in "ab" for n in range(100)]
    return [FaceImage(f"{c}/{session}/{n}", "", c, session) for c, n, session in placed]


def predictions(images, error, seed):
    """Every image is wrong with the chance ``error``; the same images for a seed."""
    chances = np.random.default_rng(seed).random(len(images))
    other = {"a": "b", "b": "a"}
    classes = [image.speaker for image in images]
    wrong = [other[c] if chance < error else c for c, chance in zip(classes, chances, strict=True)]
    return Predictions([image.id for image in images], classes, wrong)


def test_the_interval_of_independent_images_is_the_binomial_one():
    images = shown_images()
    made = predictions(images, 0.2, seed=1)
    error = ImageBootstrap(images, replicates=4000).error(made)
    wrong = sum(c != p for c, p in zip(made.classes, made.predicted, strict=True))
    assert error.value == wrong / len(images)
    low, high = stats.binom.interval(0.95, len(images), error.value)
    np.testing.assert_allclose(error.interval(), [low / 200, high / 200], atol=0.011)


def shown_images_of_a_session_vary_together():
    images = shown_images(sessions=5)
    session_is_wrong = {"s0", "s3"}
    classes = [image.speaker for image in images]
    predicted = [
        "ba"[c == "b"] if image.session in session_is_wrong else c
        for c, image in zip(classes, images, strict=True)
    ]
    made = Predictions([image.id for image in images], classes, predicted)
    grouped = ImageBootstrap(images)
    assert len(grouped.sessions) == 10
    alone = [FaceImage(image.id, "", image.speaker, "-") for image in images]
    wide, narrow = (b.error(made).replicates.std() for b in (grouped, ImageBootstrap(alone)))
    assert wide > 3 * narrow


def test_two_students_are_compared_on_the_same_images():
    images = shown_images()
    bootstrap = ImageBootstrap(images)
    worse, better = (bootstrap.error(predictions(images, rate, 1)) for rate in (0.3, 0.2))
    change = relative_change(worse, better)
    assert change.value == pytest.approx((better.value - worse.value) / worse.value)
    assert change.high < 0 and change.p_value < 0.01
    assert relative_change(worse, worse).p_value == 1


def test_an_image_without_prediction():
    images = shown_images()
    with pytest.raises(InputError, match="no prediction for b/-/99"):
        ImageBootstrap(images).error(predictions(images[:-1], 0.1, 1))


@pytest.mark.parametrize("text", ["", "id\tclass\tpredicted\n", "id\tclass\tpredicted\na\tb\n"])
def test_broken_predictions(tmp_path, text):
    (tmp_path / "test.tsv").write_text(text)
    with pytest.raises(InputError, match="broken"):
        Predictions.load(tmp_path / "test.tsv")


@pytest.fixture
def ablation(tmp_path):
    """Two rows by two sizes by three seeds; one student of the second row is missing."""
    images = shown_images()
    save_faces(images, tmp_path / "data" / "test" / "faces.jsonl.gz")
    for row, rate in (("none", 0.3), ("soft", 0.2)):
        for size in (5, 10):
            for seed in (1, 2, 3):
                folder = draw_folder(tmp_path / "cells" / row, "clean", size, seed)
                if (row, size, seed) != ("soft", 10, 3):
                    predictions(images, rate + 0.5 / size, seed).save(folder / PREDICTIONS)
    evaluation = ImageEvaluation.load(tmp_path / "data", seed=0, replicates=200)
    grid = evaluate_image_grid(
        evaluation, tmp_path / "cells", ["none", "soft"], ["clean"], [5, 10], [1, 2, 3], jobs=2
    )
    return tmp_path, evaluation, grid


def test_means_over_seeds_and_sizes(ablation):
    folder, evaluation, grid = ablation
    cells = [draw_folder(folder / "cells" / "none", "clean", 5, seed) for seed in (1, 2, 3)]
    errors = [evaluation.of(cell)[ERROR].value for cell in cells]
    assert grid.mean("clean", "none", [5]).value == pytest.approx(np.mean(errors))
    both = [grid.mean("clean", "none", [size]).value for size in (5, 10)]
    assert grid.mean("clean", "none").value == pytest.approx(np.mean(both))
    assert grid.change("clean", "soft", "none", [5]).high < 0
    assert grid.unfinished == ["clean, 10 images per class, soft: without seed 3"]
    two = evaluate_image_grid(
        evaluation, folder / "cells", ["none", "soft"], ["clean"], [5, 10], [1, 2]
    )
    assert two.mean("clean", "none", [5]).value == pytest.approx(np.mean(errors[:2]))
    assert not two.unfinished


def test_the_report(ablation):
    folder, evaluation, grid = ablation
    about = {"clean": "images as they are"}
    plot_accuracy(grid, about, folder / "plot.png")
    assert (folder / "plot.png").stat().st_size > 5000
    provenance = Provenance("./ablation.sh", 0, "abc", "machine", "software")
    controls = {"soft": "none"}
    report = ImageGridReport(
        grid, evaluation, controls, about, folder / "plot.png", provenance, ["a note"]
    )
    report.write(folder / "RESULTS.md")
    text = (folder / "RESULTS.md").read_text()
    for part in ("without seed 3", "soft against none", "10 per class", "mean", "./ablation.sh"):
        assert part in text
    accuracy = 100 * (1 - grid.mean("clean", "soft", [5]).value)
    assert f"| soft       | {accuracy:.2f} [" in text
    assert "EER" not in report.tables("clean")[0]


def test_a_baseline_that_is_not_finished(ablation):
    folder, evaluation, _ = ablation
    with pytest.raises(InputError, match="no student of hard is finished"):
        evaluate_image_grid(evaluation, folder / "cells", ["hard", "soft"], ["clean"], [5], [1])


def test_single_students(ablation):
    folder, evaluation, _ = ablation
    rows = {row: draw_folder(folder / "cells" / row, "clean", 5, 1) for row in ("none", "soft")}
    found = {row: evaluation.of(path) for row, path in rows.items()}
    table = image_results_table(found)
    assert f"{100 * (1 - found['soft'][ERROR].value):.2f} [" in table and "p = " in table


def test_the_lowest_dev_error(tmp_path):
    (tmp_path / "train_log.tsv").write_text(
        "epoch\tdev_error\ttrain_error\n1\t0.5\t0\n2\t0.25\t0\n3\t0.3\t0\n"
    )
    assert BestEpoch.of(tmp_path, "error").dev == 0.25
    (tmp_path / "train_log.tsv").write_text("epoch\tdev_eer\n1\t0.5\n")
    with pytest.raises(InputError, match="broken"):
        BestEpoch.of(tmp_path, "error")


def test_measures_against_the_truth_of_degradation(tmp_path):
    ids = [f"a/-/{number}" for number in range(6)]
    columns = {"quality": np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.2]), "size": np.ones(6)}
    QualityTable(ids, columns).save(tmp_path / "train" / "quality" / "face.tsv")
    truth = tmp_path / "truth" / "degradations.tsv"
    truth.parent.mkdir()
    truth.write_text("id\tkind\tstrength\n")
    with pytest.raises(InputError, match="--degraded"):
        degradation_table(tmp_path)
    lines = "".join(f"a/-/{number}\tblur\t0.{number}\n" for number in (3, 4, 5))
    truth.write_text(f"id\tkind\tstrength\n{lines}a/-/0\tnoise\t0.5\n")
    table = [line.split("|")[1:-1] for line in degradation_table(tmp_path).splitlines()]
    rows = {line[0].strip(): line[1:] for line in table}
    found = [cell.strip() for cell in rows["quality"]]
    expected = stats.spearmanr([0.8, 0.7, 0.4, 0.3, 0.2], [0, 0, 0.3, 0.4, 0.5]).statistic
    assert found[1] == f"{expected:+.2f}" and float(found[2]) > 0
    assert [cell.strip() for cell in rows["size"]] == ["-"] * 5
    assert [cell.strip() for cell in rows["spoilt images"]] == ["4", "3", "1", "0", "0"]
