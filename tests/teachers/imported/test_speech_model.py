"""Trained speech models as teachers: their own embeddings, of every utterance, offline."""

import json
import os

import numpy as np
import pytest
import torch
from speechbrain.inference.classifiers import EncoderClassifier
from speechbrain.utils.fetching import LocalStrategy

from speechdistill.base.errors import InputError
from speechdistill.corpora.manifests import cut_writer, load_cuts
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.students.extraction import extract_embeddings
from speechdistill.teachers.imported.speech_model import SpeechModel
from speechdistill.training.train_student import StudentSettings, train_student
from tests.conftest import CONF


@pytest.mark.slow
def test_a_student_gives_the_embeddings_of_its_best_checkpoint(data, tmp_path):
    student = tmp_path / "student"
    overrides = {"number_of_epochs": 1, "batch_size": 4, "sentence_len": 1.0, "num_workers": 0}
    overrides |= {"n_mels": 20, "emb_dim": 16}
    none = CONF / "distill_none.yaml"
    train_student(
        StudentSettings(data, CONF / "student_small.yaml", none, student, [], overrides, seed=1)
    )
    source = SpeechModel(str(student))
    encoded = source.encode({name: data / name for name in ("train", "dev")})
    extract_embeddings(student, {data / "train": tmp_path / "train"})
    own = KeyedVectors.load(tmp_path / "train")
    assert [item.id for item in encoded["train"].items] == list(own.ids)
    np.testing.assert_allclose(encoded["train"].vectors, own.vectors, rtol=1e-5)
    assert encoded["train"].vectors.shape[1] == 16 and len(encoded["dev"].items) == 8
    assert any(path.name == "embedding_model.ckpt" for path in source.files)


def test_a_pretrained_model_gives_what_its_classifier_class_gives(data, pretrained, tmp_path):
    encoded = SpeechModel(str(pretrained)).encode({"dev": data / "dev"})["dev"]
    model = EncoderClassifier.from_hparams(
        source=str(pretrained),
        overrides={"pretrained_path": str(pretrained)},
        local_strategy=LocalStrategy.NO_LINK,
    )
    cuts = load_cuts(data / "dev")
    quality = QualityTable.load(data / "dev" / "quality" / "speech.tsv").scores
    assert [item.id for item in encoded.items] == [cut.id for cut in cuts]
    for cut, item, vector, q in zip(
        cuts, encoded.items, encoded.vectors, encoded.quality, strict=True
    ):
        signal = torch.from_numpy(cut.load_audio())
        alone = model.encode_batch(signal)[0, 0].cpu().numpy()
        np.testing.assert_allclose(vector, alone, rtol=1e-3, atol=1e-4 * np.abs(alone).max())
        assert item.label == item.person == cut.supervisions[0].speaker
        assert item.session == cut.custom["session"] and q == quality[cut.id]
    assert {path.name for path in pretrained.iterdir()} == {
        "hyperparams.yaml",
        "embedding_model.ckpt",
        "classifier.ckpt",
    }


def test_a_set_of_faces_alone_stays_empty(pretrained, tmp_path):
    with cut_writer(tmp_path / "teacher"):
        pass
    encoded = SpeechModel(str(pretrained)).encode({"teacher": tmp_path / "teacher"})["teacher"]
    assert len(encoded.items) == len(encoded.vectors) == len(encoded.quality) == 0


def test_a_folder_without_a_model(data, tmp_path):
    with pytest.raises(InputError, match=r"no model in .*: give the folder of a trained student"):
        SpeechModel(str(tmp_path)).encode({"dev": data / "dev"})


@pytest.mark.parametrize("missing", ["embedding_model.ckpt", "hyperparams.yaml"])
def test_nothing_is_fetched_for_what_is_missing(data, pretrained, missing):
    if missing == "hyperparams.yaml":
        # Parameters that the YAML looks for on the hub, by another key than the usual one.
        yaml = (pretrained / missing).read_text().replace("pretrained_path", "hub")
        (pretrained / missing).write_text(yaml)
    else:
        (pretrained / missing).unlink()
    with pytest.raises(InputError, match=r"cannot load .*pretrained as a SpeechBrain") as error:
        SpeechModel(str(pretrained)).encode({"dev": data / "dev"})
    assert "\n" not in str(error.value)


def test_a_folder_of_something_else_than_a_student(data, tmp_path):
    (tmp_path / "settings.json").write_text('{"teacher": "", "seed": 1}')
    with pytest.raises(InputError, match=r"settings\.json has no student"):
        SpeechModel(str(tmp_path)).encode({"dev": data / "dev"})


def test_somebody_elses_model_runs_no_code(data, pretrained, tmp_path):
    yaml = pretrained / "hyperparams.yaml"
    ran = tmp_path / "ran"
    code = f"__it: !apply:os.mkdir [{ran}]\n"
    yaml.write_text(yaml.read_text() + code)
    with pytest.raises(InputError, match=r"names !apply:os\.mkdir.* give --teacher\.trust true"):
        SpeechModel(str(pretrained)).encode({"dev": data / "dev"})
    assert not ran.exists()
    SpeechModel(str(pretrained), trust=True).encode({"dev": data / "dev"})
    assert ran.exists()


def test_somebody_elses_student_runs_no_code(data, tmp_path):
    ran = tmp_path / "ran"
    settings = {
        "student": f"__it: !apply:os.mkdir [{ran}]\n",
        "student overrides": {},
        "seed": 1,
        "people": 2,
    }
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    with pytest.raises(InputError, match=r"names !apply:os\.mkdir.* give --teacher\.trust true"):
        SpeechModel(str(tmp_path)).encode({"dev": data / "dev"})
    assert not ran.exists()
    (tmp_path / "settings.json").write_text(json.dumps({**settings, "seed": "x"}))
    with pytest.raises(InputError, match=r"settings\.json is broken: seed is 'x'"):
        SpeechModel(str(tmp_path)).encode({"dev": data / "dev"})


class Touch:
    """What unpickles as a call."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_parameters_are_tensors_alone(data, pretrained, tmp_path):
    torch.save({"weight": Touch(tmp_path / "ran")}, pretrained / "embedding_model.ckpt")
    with pytest.raises(InputError, match=r"cannot load .*UnpicklingError"):
        SpeechModel(str(pretrained)).encode({"dev": data / "dev"})
    assert not (tmp_path / "ran").exists()
