"""An embedding is that of stage 7, alone or in a batch, from whichever form of audio."""

import subprocess
import sys

import numpy as np
import pytest
import soundfile
import torch

import speechdistill
from speechdistill.base.errors import InputError
from speechdistill.export.model_folder import save_model_folder
from speechdistill.inference import speaker_embedder
from speechdistill.inference.gallery import Gallery
from speechdistill.students.extraction import load_student
from tests.tiny_student import make_student


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def test_it_is_the_students(student, embedder, recordings):
    signal = soundfile.read(recordings["a.wav"], dtype="float32")[0]
    encoder = load_student(student)[0].encoder.eval()
    with torch.no_grad():
        expected = encoder(torch.from_numpy(signal)[None])[0].numpy()
    assert embedder.dimension == 16 and embedder.sample_rate == 16000
    for speech in (
        recordings["a.wav"],
        str(recordings["a.wav"]),
        signal,
        signal.astype(np.float64),
        torch.from_numpy(signal),
        np.rint(signal * 32768).astype(np.int16),
    ):
        found = embedder.embed(speech)
        assert found.shape == (16,) and found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_alone_and_in_a_batch(embedder):
    """Of many lengths, some of them equal, one longer than a window."""
    generator = np.random.default_rng(0)
    lengths = [16000, 24001, 16000, 800, 61 * 16000, 24001, 16000, 16001]
    signals = [generator.normal(0, 0.1, length).astype(np.float32) for length in lengths]
    together = embedder.embed(signals)
    for signal, found in zip(signals, together, strict=True):
        assert cosine(found, embedder.embed(signal)) > 0.999999
        np.testing.assert_allclose(found, embedder.embed(signal), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(
        embedder.embed(np.stack([signals[0]] * 2))[1], together[0], atol=1e-4
    )


def test_other_rates_sound_alike_and_are_said_once(student, recordings, caplog):
    embedder = speechdistill.load(student, device="cpu")
    paths = [recordings["a.wav"], recordings["b.flac"], recordings["b.flac"]]
    with caplog.at_level("INFO", "speechdistill"):
        a, b, _ = embedder.embed(paths)
    assert caplog.text.count("2 channels at 44100 Hz: mixed down to one and heard at 16000 Hz") == 1
    signal = soundfile.read(recordings["b.flac"])[0][:, 0]
    np.testing.assert_allclose(embedder.embed(signal, 44100), b, rtol=1e-3, atol=1e-4)
    assert embedder.similarity(a, b) > 0.9


def test_hours_are_read_in_windows(embedder, tmp_path, monkeypatch):
    """The embedding of 150 s is the mean of three windows, and no more is read at a time."""
    signal = np.random.default_rng(0).normal(0, 0.1, 150 * 16000)
    soundfile.write(tmp_path / "long.flac", signal, 16000)
    read = []
    of_file = speaker_embedder._read
    monkeypatch.setattr(
        speaker_embedder,
        "_read",
        lambda speech, row, how: read.append(len(out := of_file(speech, row, how))) or out,
    )
    found = embedder.embed(tmp_path / "long.flac")
    assert read == [50 * 16000] * 3
    windows = [embedder.embed(part) for part in np.split(signal.astype(np.float32), 3)]
    assert cosine(found, np.mean(windows, axis=0)) > 0.9999


def test_similarity(embedder):
    vectors = np.random.default_rng(0).normal(size=(3, 16))
    matrix = embedder.similarity(vectors, vectors[:2])
    assert matrix.shape == (3, 2) and matrix[1, 1] == pytest.approx(1)
    assert embedder.similarity(vectors[0], 5 * vectors[1]) == pytest.approx(matrix[0, 1])
    assert embedder.similarity(vectors, vectors[0]).shape == (3,)
    for broken in (np.zeros(16), np.full(16, np.nan)):
        with pytest.raises(InputError, match="zero or not finite"):
            embedder.similarity(broken, vectors[0])
    with pytest.raises(InputError, match=r"makes \(..., 16\)"):
        embedder.similarity(vectors[0], np.ones(3))


def test_nothing_to_embed(embedder):
    assert embedder.embed([]).shape == (0, 16)
    with pytest.raises(InputError, match="give \\(samples,\\) or \\(batch, samples\\)"):
        embedder.embed(np.zeros((1, 2, 3)))


def test_a_batch_is_told_from_channels(embedder):
    with pytest.raises(InputError, match=r"\(16000, 2\) look like \(samples, channels\)"):
        embedder.embed(np.ones((16000, 2), np.float32))
    assert embedder.embed(np.ones((2, 1600), np.float32)).shape == (2, 16)


def test_tensors_of_any_precision(embedder):
    signal = torch.linspace(-0.5, 0.5, 16000)
    expected = embedder.embed(signal)
    for kind in (torch.bfloat16, torch.float16, torch.float64):
        assert cosine(embedder.embed(signal.to(kind).requires_grad_()), expected) > 0.99


def test_a_device_that_is_not_there(student):
    with pytest.raises(InputError, match="there is no device 'gpu' here: give cpu or cuda"):
        speechdistill.load(student, device="gpu")


def test_models_that_are_none(tmp_path):
    (tmp_path / "empty").mkdir()
    for path, message in (("nowhere", "there is no model"), ("empty", "is no model")):
        with pytest.raises(InputError, match=message):
            speechdistill.load(tmp_path / path)


def test_an_export_is_the_student(student, embedder, recordings, tmp_path):
    save_model_folder(student, tmp_path / "export" / "model")
    expected = embedder.embed(recordings["a.wav"])
    for folder in (tmp_path / "export" / "model", tmp_path / "export"):
        exported = speechdistill.load(folder)
        np.testing.assert_allclose(exported.embed(recordings["a.wav"]), expected, rtol=1e-5)
        assert exported.calibration == embedder.calibration and exported.name == "student"
    gallery = Gallery.empty(embedder.reference, "student")
    gallery.check(exported, tmp_path)  # enrolled with the student, used with its export


def test_a_student_is_not_trusted(tmp_path):
    student = make_student(tmp_path / "student")
    settings = student / "settings.json"
    text = settings.read_text()
    settings.write_text(text.replace('"student": "', '"student": "x: !apply:os.getcwd []\\n'))
    with pytest.raises(InputError, match=r"os\.getcwd.*give trust=True"):
        speechdistill.load(student)
    assert speechdistill.load(student, trust=True).dimension == 16


def test_a_calibration_of_other_checkpoints_is_none(tmp_path, caplog):
    student, other = (make_student(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 2)))
    assert speechdistill.load(student).calibration.corpus == "tiny"
    (student / "calibration.json").write_bytes((other / "calibration.json").read_bytes())
    assert speechdistill.load(student).calibration is None
    assert "is of other checkpoints: run stage 7 again" in caplog.text


def test_importing_costs_nothing():
    code = "import sys, speechdistill; assert not {'torch', 'numpy', 'lhotse'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_silence_is_refused(embedder, tmp_path):
    loud = np.zeros(16000, np.float32)
    loud[1000] = 0.5
    for name, samples in (("silent", np.zeros(16000)), ("loud", loud)):
        soundfile.write(tmp_path / f"{name}.wav", samples, 16000)
    with pytest.raises(InputError, match=r"silent\.wav \(it is silent\): give other audio"):
        embedder.embed([tmp_path / "loud.wav", tmp_path / "silent.wav"])
    assert np.isfinite(embedder.embed(tmp_path / "loud.wav")).all()
