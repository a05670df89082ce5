"""SpeechBrain's own classes load a folder from disk and embed as the trained student does."""

import socket

import numpy as np
import pytest
import torch
from speechbrain.inference.speaker import EncoderClassifier, SpeakerRecognition

from speechdistill.export.model_folder import save_model_folder
from speechdistill.export.speechbrain_folder import save_speechbrain_folder
from tests.export.conftest import cosines

pytestmark = pytest.mark.slow


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(params=["student_small", "student_kaldi"])
def exported(request, trained, tmp_path):
    student = trained(request.param)
    model = save_model_folder(student, tmp_path / "model")
    save_speechbrain_folder(model, tmp_path / "speechbrain")
    return student, tmp_path / "speechbrain"


def test_speechbrain_embeds_as_the_student(exported, embed_by, voices, no_network):
    student, folder = exported
    encoder = EncoderClassifier.from_hparams(source=str(folder))
    for waveforms in voices:
        found = encoder.encode_batch(torch.from_numpy(waveforms)).squeeze(1).cpu().numpy()
        assert cosines(found, embed_by(student, waveforms)).min() > 0.9999
    one = encoder.encode_batch(torch.from_numpy(waveforms[0])).squeeze(1).cpu().numpy()
    assert cosines(one, embed_by(student, waveforms[:1])).min() > 0.9999


def test_it_verifies(exported, voices, embed_by, no_network):
    student, folder = exported
    recognition = SpeakerRecognition.from_hparams(source=str(folder))
    first, second = (torch.from_numpy(voices[0][row : row + 1]) for row in (0, 1))
    score, _ = recognition.verify_batch(first, second)
    embeddings = embed_by(student, voices[0][:2])
    assert score.item() == pytest.approx(cosines(*np.split(embeddings, 2)).item(), abs=1e-3)


def test_it_says_what_it_needs(exported):
    student, folder = exported
    text = (folder / "hyperparams.yaml").read_text() + (folder / "README.md").read_text()
    assert ("speechdistill" in text) == student.name.startswith("student_kaldi")
