"""Errors of image students: bootstrap, means over seeds, tables, the sweep."""

import numpy as np
import pytest
from scipy import stats

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord, save_images
from speechdistill.corpora.images.sample_grid import sample_folder
from speechdistill.experiments.grid import Grid
from speechdistill.quality.table import QualityTable
from speechdistill.reporting.degradation_check import degradation_table
from speechdistill.reporting.grid_report import write_grid_report
from speechdistill.reporting.grid_result import evaluate_grid
from speechdistill.reporting.image_measure import ImageBootstrap, ImageMeasure
from speechdistill.reporting.image_results import image_results_table
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.sweep import sweep_table
from speechdistill.reporting.tables import ERROR
from speechdistill.students.predictions import PREDICTIONS, Predictions
from speechdistill.verification.intervals.replicated import relative_change


def shown_images(sessions=0):
    placed = [(c, n, f"s{n % sessions}" if sessions else "-") for c in "ab" for n in range(100)]
    return [ImageRecord(f"{c}/{session}/{n}", "", c, session) for c, n, session in placed]


def predictions(images, error, seed):
    """Every image is wrong with the chance ``error``; the same images for a seed."""
    chances = np.random.default_rng(seed).random(len(images))
    other = {"a": "b", "b": "a"}
    classes = [image.person for image in images]
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


def test_images_of_a_session_vary_together():
    images = shown_images(sessions=5)
    session_is_wrong = {"s0", "s3"}
    classes = [image.person for image in images]
    predicted = [
        "ba"[c == "b"] if image.session in session_is_wrong else c
        for c, image in zip(classes, images, strict=True)
    ]
    made = Predictions([image.id for image in images], classes, predicted)
    grouped = ImageBootstrap(images)
    assert len(grouped.sessions) == 10
    alone = [ImageRecord(image.id, "", image.person, "-") for image in images]
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


SETS = ["clean/5", "clean/10"]


@pytest.fixture
def ablation(tmp_path):
    """Two rows by two sizes by three seeds; one student of the second row is missing."""
    images = shown_images()
    save_images(images, tmp_path / "data" / "test" / "images.jsonl.gz")
    for row, rate in (("none", 0.3), ("soft", 0.2)):
        for size in (5, 10):
            for seed in (1, 2, 3):
                folder = sample_folder(tmp_path / "cells" / row, "clean", size, seed)
                if (row, size, seed) != ("soft", 10, 3):
                    predictions(images, rate + 0.5 / size, seed).save(folder / PREDICTIONS)
    about = {"clean": "images as they are"}
    measure = ImageMeasure.load(tmp_path / "data", 0, 200, about, [5, 10])
    grid = Grid(tmp_path / "cells", ["none", "soft"], [1, 2, 3], SETS)
    return measure, grid, evaluate_grid(grid, measure, jobs=2)


def test_means_over_seeds_and_sizes(ablation):
    measure, grid, result = ablation
    cells = [grid.folder / "none" / "clean/5" / f"seed{seed}" for seed in (1, 2, 3)]
    errors = [measure.evaluate(cell)[ERROR].value for cell in cells]
    assert result.mean("none", ["clean/5"]).value == pytest.approx(np.mean(errors))
    both = [result.mean("none", [name]).value for name in SETS]
    assert result.mean("none", SETS).value == pytest.approx(np.mean(both))
    assert result.change("soft", "none", ["clean/5"]).high < 0
    assert result.missing == ["soft, clean/10: 2 of 3 students; without seed 3"]
    two = evaluate_grid(Grid(grid.folder, grid.rows, [1, 2], SETS), measure)
    assert two.mean("none", ["clean/5"]).value == pytest.approx(np.mean(errors[:2]))
    assert not two.missing


def test_the_report(ablation, tmp_path):
    measure, _, result = ablation
    provenance = Provenance("./ablation.sh", "abc", "machine", "software")
    path = tmp_path / "RESULTS.md"
    write_grid_report(path, [(measure, result)], {"soft": "none"}, provenance, ["a note"])
    assert (tmp_path / measure.plot_name).stat().st_size > 5000
    text = path.read_text()
    for part in ("without seed 3", "soft against none", "10 per class", "mean", "./ablation.sh"):
        assert part in text
    accuracy = 100 * (1 - result.mean("soft", ["clean/5"]).value)
    assert f"| soft       | {accuracy:.2f} [" in text
    assert "EER" not in "".join(measure.tables(result, {}))


def test_a_row_without_students_is_shown_without_figures(ablation):
    measure, grid, _ = ablation
    result = evaluate_grid(Grid(grid.folder, ["none", "absent"], [1], SETS), measure)
    assert result.mean("absent", SETS) is None
    assert result.change("absent", "none", SETS) is None
    assert "| absent     | - " in measure.tables(result, {})[1]


def test_single_students(ablation):
    measure, grid, _ = ablation
    rows = {row: grid.folder / row / "clean/5/seed1" for row in grid.rows}
    found = {row: measure.evaluate(path) for row, path in rows.items()}
    table = image_results_table(found)
    assert f"{100 * (1 - found['soft'][ERROR].value):.2f} [" in table and "p = " in table


def test_a_sweep_has_a_column_for_each_training_set(ablation):
    _, grid, _ = ablation
    for row, _, seed, folder in grid.students():
        folder.mkdir(parents=True, exist_ok=True)
        error = {"none": 0.3, "soft": 0.2}[row] + 0.01 * seed
        (folder / "train_log.tsv").write_text(
            f"epoch\tdev_error\ttrain_error\n1\t0.5\t0\n2\t{error}\t0\n3\t0.4\t0\n"
        )
    header, _, best, worst = sweep_table(grid, ImageMeasure.dev).splitlines()
    assert [cell.strip() for cell in header.split("|")[1:-1]] == [
        "dev error %", "clean 5", "clean 10", "mean"
    ]  # fmt: skip
    assert best.startswith("| soft") and "22.00 +- 1.00" in best and "32.00" in worst


def test_measures_against_the_truth_of_degradation(tmp_path):
    ids = [f"a/-/{number}" for number in range(6)]
    columns = {"quality": np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.2]), "size": np.ones(6)}
    QualityTable(ids, columns).save(tmp_path / "train" / "quality" / "image.tsv")
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
    assert [cell.strip() for cell in rows["degraded images"]] == ["4", "3", "1", "0", "0"]
