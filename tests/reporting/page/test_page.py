"""The whole page: the numbers of RESULTS.md, in one file that stands alone."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from speechdistill.base.errors import InputError
from speechdistill.quality.table import QualityTable
from speechdistill.reporting.evaluation import changes, evaluate_list
from speechdistill.reporting.page.writer import write_page
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.results import results_table
from speechdistill.reporting.scored_trials import ScoredTrials
from speechdistill.reporting.tables import change_with_p, with_interval
from speechdistill.verification.scoring.score_files import write_scores
from tests.reporting.page.parsed import parse

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def result(experiment):
    record = ReportRecord.load(experiment / "results.json")
    return evaluate_list(record.trials[0], record.systems, record.seed)


def test_results_are_those_of_results_md(page, result):
    (table,) = page.by_id("results").all("table")
    rows = table.all("tbody")[0].all("tr")
    assert len(rows) == len(result.systems)
    for row, (name, found) in zip(rows, result.systems.items(), strict=True):
        cells = [cell.text for cell in row.all() if cell.tag in ("th", "td")]
        assert cells[:4] == [name, *(with_interval(v, m) for m, v in found.metrics.items())]
    change = changes(result.systems["alone"], result.systems["distilled"])["EER"]
    assert cells[4] == change_with_p(change)
    assert change_with_p(change) in page.all("div", "verdict")[0].text
    assert result.facts.sha256 in page.by_id("results").text


def test_the_gap_that_is_closed_is_that_of_results_md(own_experiment):
    record = ReportRecord.load(own_experiment / "results.json")
    trials = record.trials[0]
    files = {name: folder / trials.name for name, folder in record.systems.items()}
    scored = ScoredTrials.load(trials, files, skipped_limit=0)
    between = own_experiment / "between" / "scores"
    write_scores(scored.trials, sum(scored.scores.values()) / 2, between / trials.name)
    systems = {**record.systems, "between": between}
    record = replace(record, systems=systems, ceiling="distilled")
    record.save(own_experiment / "results.json")
    write_page(own_experiment, own_experiment / "report.html")
    page = parse((own_experiment / "report.html").read_text(encoding="utf-8"))
    lines = results_table(evaluate_list(trials, systems, record.seed), "distilled").split("\n")
    for name, verdict in zip(("distilled", "between"), page.all("div", "verdict"), strict=True):
        (line,) = (line for line in lines if line.startswith(f"{name} against alone: EER "))
        stated = line.partition("EER ")[2]
        assert ("(the ceiling)" if name == "distilled" else "of the gap to distilled") in stated
        assert f"The EER changes by {stated}" in verdict.text


def test_det_curves_state_their_miss_rates(page, result):
    section = page.by_id("det")
    for name, found in result.systems.items():
        assert f"{name}: EER {100 * found.curve.eer():.2f} %" in section.text
    (table,) = section.all("table")
    stated = {row.all("th")[0].text: row.all("td") for row in table.all("tbody")[0].all("tr")}
    curve = result.systems["alone"].curve
    assert stated["5 %"][0].text == f"{100 * curve.miss_rate_at(0.05):.2f}"


def test_histograms_count_every_trial(page, result):
    section = page.by_id("scores")
    first = section.all("svg")[0]
    tips = [bar.attributes["data-tip"] for bar in first.all("rect", "bar")]
    counts = Counter()
    for tip in tips:
        number, kind = re.match(r"(\d+) of \d+ ([a-z-]+)\n", tip).groups()
        counts[kind] += int(number)
    targets = result.facts.n_targets
    assert counts == {"targets": targets, "non-targets": result.facts.n_trials - targets}
    names = {figure.all("figcaption")[0].text for figure in section.all("figure")}
    assert any(name.startswith("sex: female") for name in names)
    assert any(name.startswith("quality: below 0.2455 EER") for name in names)


def test_training_and_terms_state_what_was_logged(page):
    training, terms = page.by_id("training").text, page.by_id("terms").text
    assert "alone: 2 epochs, lowest dev EER 18.75 % after epoch 2" in training
    assert "distilled: 2 epochs, lowest dev EER 21.88 % after epoch 2" in training
    assert "after epoch 1: feature 100 %; after epoch 2: feature 62 %" in terms
    assert "sample size of a batch as quality weighs it: feature 3.4" in terms
    (table,) = [t for t in page.by_id("training").all("table") if "train" in t.text][:1]
    cells = [[cell.text for cell in row.all()] for row in table.all("tbody")[0].all("tr")]
    assert cells == [["1", "25", "12.5", "31.25", "25"], ["2", "18.75", "6.25", "21.88", "12.5"]]


def test_the_extremes_of_quality_are_shown(page, experiment):
    table = QualityTable.load(experiment.parent / "data" / "test" / "quality" / "speech.tsv")
    cards = page.by_id("quality").all("div", "card")
    names = [each.all("bdi")[0].text for each in cards]
    assert names[:4] == list(table.ids[:4])  # its qualities rise
    assert names[4:8] == list(table.ids[:-5:-1])
    assert "quality 0.10" in cards[0].text and "snr 0.5 dB" in cards[0].text
    bars = page.by_id("quality").all("svg")[0].all("rect", "bar")
    assert sum(int(bar.attributes["data-tip"].split()[0]) for bar in bars) == len(table)


def test_the_map_has_every_test_utterance_of_both(page):
    for chart in page.by_id("map").all("svg"):
        glyphs = chart.all("path", "glyph")
        assert len(glyphs) == 12
        speakers = {(g.attributes["data-group"], g.attributes["data-tip"][:7]) for g in glyphs}
        assert len(speakers) == 4


def test_provenance_and_data(page):
    text = page.by_id("provenance").text
    for part in ("./run.sh --seed 3", "abc1234", "a machine"):
        assert part in text
    assert "No teacher was reported" in text
    assert "train and test: 0" in page.by_id("data").text


def test_what_the_page_names_is_in_it(page):
    ids = Counter(each.attributes["id"] for each in page.all() if "id" in each.attributes)
    assert set(ids.values()) == {1}
    named = [link.attributes["href"][1:] for link in page.all("a")]
    named += [
        tab.attributes["aria-controls"] for tab in page.all("button") if "role" in tab.attributes
    ]
    buttons = page.all("button", "play")
    named += [button.attributes["data-clip"] for button in buttons]
    assert set(named) <= set(ids)
    assert len(buttons) > 8
    assert {section.attributes["id"] for section in page.all("section")} <= set(named)


def test_nothing_is_loaded_from_elsewhere(page, experiment):
    for each in page.all():
        for name, value in each.attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "srcset", "poster", "data", "action"):
                assert value.startswith(("data:", "#"))
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert not page.all("link") and not page.all("iframe")
    text = page.all("style")[0].text + page.all("script")[0].text
    assert "url(" not in text and "http" not in text and "fetch" not in text
    policy = page.all("meta")[1].attributes["content"]
    assert policy.startswith(
        "default-src 'none'; img-src data:; media-src data:; style-src 'sha256-"
    )
    assert (experiment / "report.html").stat().st_size < 3_000_000


def test_who_does_not_see_is_told(page):
    for chart in page.all("svg"):
        hidden = chart.attributes.get("aria-hidden") == "true"
        assert hidden or (
            chart.attributes["role"] == "img" and len(chart.attributes["aria-label"]) > 20
        )
    assert all(image.attributes["alt"] for image in page.all("img"))
    for chart in page.all("svg", "chart"):
        assert len(chart.all("text", "title")) == 2  # both axes
    levels = [int(each.tag[1]) for each in page.all() if re.fullmatch("h[1-4]", each.tag)]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


def test_two_pages_are_the_same_bytes(experiment, tmp_path, page):
    write_page(experiment, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (experiment / "report.html").read_bytes()


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"missing .*results.json: stage 8 makes it"):
        write_page(tmp_path, tmp_path / "report.html")
    (tmp_path / "results.json").write_text('{"systems": []}')
    with pytest.raises(InputError, match="broken"):
        write_page(tmp_path, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
