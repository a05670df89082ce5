"""ONNX models embed as the trained student does, at any length, alone and in a batch."""

import numpy as np
import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.export.int8 import quantise
from speechdistill.export.model_folder import save_model_folder
from speechdistill.export.onnx_encoder import OnnxEncoder, open_session
from speechdistill.export.onnx_model import Takes, export_onnx, sherpa_metadata
from speechdistill.export.sherpa_encoder import SherpaEncoder
from tests.export.conftest import cosines

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["student_small", "student_kaldi"])
def exported(request, trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("onnx")
    student = trained(request.param)
    model = save_model_folder(student, folder / "model")
    for takes in Takes:
        export_onnx(model, folder / f"{takes.value}.onnx", takes)
    return student, model, folder


def encoder_of(exported, takes):
    _, model, folder = exported
    path = folder / f"{takes.value}.onnx"
    features = model.encoder.compute_features
    return OnnxEncoder(path, features if takes is Takes.FEATURES else None)


@pytest.mark.parametrize("takes", Takes)
def test_it_embeds_as_the_student(exported, takes, embed_by, voices):
    encoder = encoder_of(exported, takes)
    for waveforms in voices:
        expected = embed_by(exported[0], waveforms)
        with torch.inference_mode():
            batch = encoder(torch.from_numpy(waveforms)).numpy()
            alone = encoder(torch.from_numpy(waveforms[1:])).numpy()
        assert cosines(batch, expected).min() > 0.9999
        assert cosines(alone, expected[1:]).min() > 0.9999
        np.testing.assert_allclose(batch, expected, atol=1e-3 * np.abs(expected).max())


def test_int8_is_near_and_smaller(exported, tmp_path, embed_by, voices):
    student, _, folder = exported
    whole = folder / "waveforms.onnx"
    quantise(whole, tmp_path / "int8.onnx")
    found = OnnxEncoder(tmp_path / "int8.onnx")(torch.from_numpy(voices[1])).numpy()
    nearness = cosines(found, embed_by(student, voices[1])).min()
    assert 0.99 < nearness < 1 - 1e-7
    assert (tmp_path / "int8.onnx").stat().st_size < whole.stat().st_size


def test_its_metadata_say_what_it_hears(exported):
    student, model, folder = exported
    said = open_session(folder / "features.onnx").get_modelmeta().custom_metadata_map
    assert said["output_dim"] == "16" and said["sample_rate"] == "16000"
    is_kaldi = student.name.startswith("student_kaldi")
    assert said["framework"] == ("wespeaker" if is_kaldi else "")
    assert sherpa_metadata(model).items() <= said.items()
    whole = open_session(folder / "waveforms.onnx").get_modelmeta().custom_metadata_map
    assert "framework" not in whole and whole["takes"] == "waveforms"


def test_sherpa_onnx_embeds_as_the_student(exported, embed_by, voices):
    pytest.importorskip("sherpa_onnx")
    student, model, folder = exported
    if not sherpa_metadata(model)["framework"]:
        pytest.skip("sherpa-onnx does not compute its features")
    encoder = SherpaEncoder(folder / "features.onnx", model.sample_rate)
    for waveforms in voices:
        found = encoder(torch.from_numpy(waveforms)).numpy()
        assert cosines(found, embed_by(student, waveforms)).min() > 0.9999


def test_what_is_no_model_is_one_line(tmp_path):
    (tmp_path / "a.onnx").write_text("no model")
    with pytest.raises(InputError, match=r"cannot load .*a\.onnx"):
        OnnxEncoder(tmp_path / "a.onnx")
