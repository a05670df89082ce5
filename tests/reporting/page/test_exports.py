"""What students were exported in, on the page."""

from collections.abc import Mapping
from pathlib import Path

from speechdistill.reporting.export_record import ExportedForm, ExportRecord
from speechdistill.reporting.page.export_section import export_section
from speechdistill.storage.made_from import content_of
from tests.reporting.page.parsed import Element, parse

FORMS = [
    ExportedForm("model", "speechdistill", 1_234_567, {1: 1.0, 3: 0.99995, 10: 1.0}, 0.0123),
    ExportedForm("waveforms.onnx", "<onnxruntime>", 2_000_000, {1: 1.0}, 0.0045),
]


def exported(folder: Path, int8_costs: Mapping[str, str] | None = None) -> Path:
    (folder / "export").mkdir(parents=True)
    (folder / "settings.json").write_text('{"student": "lr: 0.1"}')
    made_from = {"settings": content_of(folder / "settings.json"), "checkpoints": {}}
    record = ExportRecord(folder.name, FORMS, int8_costs or {}, "a laptop", made_from)
    record.save(folder / "export")
    return folder


def shown(*students: Path) -> Element:
    return parse(export_section({each.name: each for each in students}).html())


def test_sizes_and_times_of_every_form(tmp_path):
    page = shown(tmp_path / "another", exported(tmp_path / "best", {"list": "1.00 % to 2.00 %"}))
    rows = [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in page.all("tr")]
    assert rows[1] == ["model", "speechdistill", "1.23", "0.0123", "0.9999500"]
    assert rows[2] == ["waveforms.onnx", "<onnxruntime>", "2.00", "0.0045", "1.0000000"]
    assert "What best was exported in" in page.text and "a laptop" in page.text
    assert "8-bit weights on list: EER 1.00 % to 2.00 %." in page.text
    assert "another" not in page.text


def test_an_export_of_another_state_is_not_shown(tmp_path):
    student = exported(tmp_path / "best")
    (student / "settings.json").write_text('{"student": "lr: 0.2"}')
    assert "best is not as it was exported: run stage 9 again." in shown(student).text
    assert not shown(student).all("table")


def test_no_export_and_a_broken_one(tmp_path):
    assert "Nothing is exported: stage 9 does it." in shown(tmp_path).text
    student = exported(tmp_path / "best")
    for broken in ("{", "[]", '{"forms": 1}', '{"name": "a", "forms": [{}]}'):
        (student / "export/report.json").write_text(broken)
        assert "The export of best is broken: run stage 9 again." in shown(student).text
        assert str(tmp_path) not in shown(student).text
