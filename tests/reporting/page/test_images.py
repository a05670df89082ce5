"""The page of students that classify images."""

import numpy as np

from speechdistill.corpora.image_manifest import load_images
from speechdistill.reporting.image_measure import ImageMeasure
from speechdistill.reporting.page.writer import write_page
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.tables import with_interval
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.students.predictions import PREDICTIONS, Predictions
from tests.reporting.page.conftest import ORIGIN
from tests.reporting.page.parsed import parse


def test_accuracy_wrong_images_and_no_trials(prepared, tmp_path):
    """The faces of a tiny corpus, taken for images of so many classes."""
    data = prepared / "data"
    images = load_images(data / "test" / "images.jsonl.gz")
    ids, classes = [each.id for each in images], [each.person for each in images]
    generator = np.random.default_rng(0)
    systems = {}
    for name, wrong in (("alone", 5), ("distilled", 2)):
        predicted = ["<b>other</b>"] * wrong + classes[wrong:]
        systems[name] = tmp_path / "exp" / name
        Predictions(ids, classes, predicted).save(systems[name] / PREDICTIONS)
        vectors = generator.normal(size=(len(ids), 4))
        KeyedVectors(ids, vectors).save(systems[name] / "embeddings" / "test")
    record = ReportRecord(systems, [], data, [], 1, 0.0, ORIGIN)
    record.save(tmp_path / "exp" / "results.json")
    write_page(tmp_path / "exp", tmp_path / "page.html")
    page = parse((tmp_path / "page.html").read_text(encoding="utf-8"))
    measure = ImageMeasure.load(data, seed=1)
    rows = page.by_id("results").all("tbody")[0].all("tr")
    for row, folder in zip(rows, systems.values(), strict=True):
        found = measure.evaluate(folder)["error"]
        assert row.all("td")[0].text == with_interval(found, "error")
    errors = page.by_id("errors")
    assert f"5 of {len(ids)} images wrong" in errors.text
    assert f"{classes[0]} taken for <b>other</b>" in errors.text
    assert not errors.all("b") and len(errors.all("img")) == 7
    assert "wrong by 2 of 2 students" in errors.text and "wrong by 1 of 2 students" in errors.text
    sections = {each.attributes["id"] for each in page.all("section")}
    assert sections == {
        *("results", "errors", "map", "training", "terms"),
        *("quality", "data", "provenance"),
    }
    assert "classes" in page.by_id("map").text
