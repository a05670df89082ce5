"""Further test sets on the page: one table of all, and each list with its own sounds."""

import shutil
from dataclasses import replace

import pytest

from speechdistill.base.errors import InputError
from speechdistill.reporting.evaluation import evaluate_list
from speechdistill.reporting.page.writer import write_page
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.tables import with_interval
from tests.reporting.page.parsed import parse

pytestmark = pytest.mark.slow


@pytest.fixture
def tested(own_experiment):
    """Its own test set again, one whose key contradicts who speaks, and one without labels."""
    record = ReportRecord.load(own_experiment / "results.json")
    own = record.data / "test/trials/veri_test2.txt"
    tests = {name: own_experiment / "tests" / name for name in ("again", "mixed", "challenge")}
    for name, place in tests.items():
        shutil.copytree(record.data / "test", place / "test")
        shutil.copy(record.data / "report.json", place)
        trials = place / "test/trials/veri_test2.txt"
        lines = own.read_text().splitlines()
        if name == "mixed":
            lines[0] = f"{1 - int(lines[0][0])}{lines[0][1:]}"
        if name == "challenge":
            lines = [line.split(" ", 1)[1] for line in lines]
        trials.write_text("".join(f"{line}\n" for line in lines))
        for folder in record.systems.values():
            (folder / name).mkdir()
            shutil.copy(folder / own.name, folder / name)
    replace(record, tests=tests, trained_on="VoxCeleb2").save(own_experiment / "results.json")
    return own_experiment


def test_all_tests_are_in_one_table_and_each_is_shown(tested, tmp_path):
    write_page(tested, tmp_path / "page.html")
    page = parse((tmp_path / "page.html").read_text(encoding="utf-8"))
    record = ReportRecord.load(tested / "results.json")
    overview, *others = page.by_id("results").all("table")
    names = ["veri_test2.txt", "again: veri_test2.txt", "mixed: veri_test2.txt"]
    assert [head.text for head in overview.all("thead")[0].all("th")] == [
        *("trained on", "EER % of"),
        *names,
    ]
    assert len(others) == 3
    own = evaluate_list(record.trials[0], record.systems, record.seed)
    for row in overview.all("tbody")[0].all("tr"):
        trained_on, system, first, again, mixed = (cell.text for cell in row.all())
        assert trained_on == "VoxCeleb2"
        assert first == again == with_interval(own.systems[system].metrics["EER"])
        assert "[" in first and "[" not in mixed  # labels that contradict allow no interval
    for section in ("results", "scores", "errors"):
        titles = [title.text for title in page.by_id(section).all("h3")]
        assert [title for title in titles if title in names] == names
    assert "says of some what contradicts who they are" in page.by_id("results").text
    assert len(page.by_id("det").all("figure")) == 3
    rows = [row.all("th")[0].text for row in page.by_id("data").all("tbody")[0].all("tr")]
    assert rows == ["train", "dev", "test", *(f"further test {name}" for name in record.tests)]
    errors = page.by_id("errors")
    assert len(errors.all("div", "tabs")) == 3 and len(errors.all("button", "play")) > 8


def test_a_further_test_that_is_gone_is_said(tested, tmp_path):
    shutil.rmtree(tested / "tests/again")
    with pytest.raises(InputError, match=r"missing .*/tests/again/test/trials: stage 1 makes it"):
        write_page(tested, tmp_path / "page.html")
