"""All forms of every student that is shipped are compared with it before they appear."""

import json
import shutil
import sys

import pytest

from speechdistill.base.errors import InputError
from speechdistill.commands.main import main
from speechdistill.export import export_student as module
from speechdistill.export.export_student import export_student
from speechdistill.export.int8_cost import int8_cost
from tests.export.conftest import OVERRIDES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", OVERRIDES)
def test_every_form_embeds_as_the_student(trained, prepared, name):
    student = trained(name)
    forms = export_student(student, prepared / "data", student / "export", int8=True)
    loaders = [form.loader for form in forms if form.loader != "sherpa-onnx"]
    assert loaders == ["speechdistill", "SpeechBrain", *("onnxruntime",) * 3]
    for form in forms:
        least = 0.9 if "int8" in form.name else 0.9999
        assert list(form.cosines) == [1, 3, 10] and min(form.cosines.values()) >= least
        assert form.size > 1000 and form.real_time_factor > 0
    report = json.loads((student / "export" / "report.json").read_text())
    assert [form["name"] for form in report["forms"]] == [form.name for form in forms]
    assert "veri_test2" in report["EER of float32 and int8"]
    readme = (student / "export" / "README.md").read_text()
    assert "| waveforms.int8.onnx" in readme and "int8 on veri_test2: EER" in readme


@pytest.mark.parametrize("name", ["onnx", "onnxruntime"])
def test_without_a_package_there_are_the_folders_alone(
    trained, prepared, monkeypatch, caplog, name
):
    student, output = trained(), prepared / "export"
    export_student(student, prepared / "data", output)
    assert (output / "waveforms.onnx").exists() and "no ONNX" not in caplog.text
    monkeypatch.setitem(sys.modules, name, None)
    forms = export_student(student, prepared / "data", output)
    assert [form.name for form in forms] == ["model", "speechbrain"] and not [
        *output.glob("*.onnx")
    ]
    assert f"no ONNX forms: they need {name}: pip install 'speechdistill[onnx]'" in caplog.text
    with pytest.raises(InputError, match=f"^int8 needs {name}: pip install"):
        export_student(student, prepared / "data", output, int8=True)
    assert "model" in {path.name for path in output.iterdir()}


def test_what_int8_costs_is_not_known_of_a_set_that_was_not_embedded(
    trained, prepared, tmp_path, caplog
):
    student = shutil.copytree(trained(), tmp_path / "student")
    ids = student / "embeddings" / "test" / "ids.txt"
    ids.write_text(ids.read_text().replace("id", "xx"))  # of another corpus, given by --data
    assert int8_cost(student, prepared / "data", tmp_path / "none.onnx", 16000) == {}
    assert f"{student} has no embeddings of {prepared / 'data' / 'test'}" in caplog.text


def test_a_student_may_be_the_folder_that_one_is_in(trained, monkeypatch, capsys):
    student = trained()
    monkeypatch.chdir(student)
    monkeypatch.setitem(sys.modules, "onnx", None)  # the folders are enough
    main(["export", "."])
    assert f"more in {student}/export" in capsys.readouterr().out
    assert (student / "export" / "model" / "README.md").read_text().startswith(f"# {student.name}")


def test_what_embeds_otherwise_is_refused(trained, prepared, tmp_path, monkeypatch):
    def export_other(model, output, takes):
        model.encoder.embedding_model.blocks[-1].w.weight.data.neg_()
        return export_onnx(model, output, takes)

    export_onnx = module.export_onnx
    monkeypatch.setattr(module, "export_onnx", export_other)
    with pytest.raises(InputError, match=r"^waveforms\.onnx does not embed as the student: cosine"):
        export_student(trained(), prepared / "data", tmp_path / "export")
    assert not (tmp_path / "export").exists()
