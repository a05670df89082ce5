"""Models of several utterances: their lists, their embeddings, their audio."""

import logging
import os

import numpy as np
import pytest
import soundfile

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.trials.enrolment import (
    average_enrolment,
    concatenated_enrolment,
    read_enrolment,
)
from speechdistill.verification.trials.enrolment_audio import concatenate_audio


def test_lists_by_model_and_by_utterance(tmp_path):
    (tmp_path / "list").write_text("m a.wav b.wav\n\nn.wav c\nm d\n")
    assert read_enrolment(tmp_path / "list") == {"m": ["a.wav", "b.wav", "d"], "n": ["c"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"m a\nn\n", "line 2 is 'n'"), (b"m \xff", "is not text")],
)
def test_what_is_wrong_with_a_list_is_named(tmp_path, content, message):
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_enrolment(tmp_path / "list")
    with pytest.raises(InputError, match="cannot read"):
        read_enrolment(tmp_path / "nothing")


def test_averages_give_every_utterance_the_same_weight():
    vectors = np.random.default_rng(0).normal(size=(4, 3))
    models = {"m": ["a.wav", "b.wav", "c.wav"], "n": ["d"]}
    enrolled = average_enrolment(models, KeyedVectors(["a", "b", "c", "d"], vectors))
    units = [vector / np.sqrt(vector @ vector) for vector in vectors]
    np.testing.assert_allclose(enrolled.embeddings["m"], sum(units[:3]) / 3, rtol=1e-6)
    np.testing.assert_allclose(enrolled.embeddings["n"], units[3], rtol=1e-6)
    assert enrolled.utterances.tolist() == [3, 1]
    louder = vectors * np.array([[2], [1], [9], [5]])
    again = average_enrolment(models, KeyedVectors(["a", "b", "c", "d"], louder))
    np.testing.assert_allclose(again.embeddings.vectors, enrolled.embeddings.vectors, rtol=1e-6)


@pytest.mark.parametrize("enrol", [average_enrolment, concatenated_enrolment])
def test_models_that_lack_something_are_left_out(enrol, caplog):
    embeddings = KeyedVectors(["a", "m"], np.ones((2, 3)))
    models = {"m": ["a"], "n": ["a", "b.wav"], "o": ["c"]}
    with caplog.at_level(logging.WARNING):
        assert list(enrol(models, embeddings).embeddings.ids) == ["m"]
    assert "2 of 3 enrolled models lack embeddings, such as n" in caplog.text
    with pytest.raises(InputError, match="1 of 1 enrolled models"):
        enrol({"o": ["c"]}, embeddings)


def test_broken_utterances_are_refused():
    with pytest.raises(InputError, match="m is zero or not finite"):
        average_enrolment({"m": ["a"]}, KeyedVectors(["a"], np.zeros((1, 3))))


def test_concatenation_takes_the_models_own_embedding():
    embeddings = KeyedVectors(["a", "b", "m"], np.eye(3))
    enrolled = concatenated_enrolment({"m": ["a", "b"], "n": ["b.wav"]}, embeddings)
    assert enrolled.embeddings["m"].tolist() == [0, 0, 1]
    assert enrolled.embeddings["n"].tolist() == [0, 1, 0]
    assert enrolled.utterances.tolist() == [1, 1]


@pytest.fixture
def audio(tmp_path):
    folder = tmp_path / "audio" / "v"
    folder.mkdir(parents=True)
    for name, samples in (("1.wav", [0.25, 0.5]), ("2.flac", [-0.5])):
        soundfile.write(folder / name, np.array(samples), 16000)
    soundfile.write(folder / "slow.wav", np.zeros(4), 8000)
    (folder / "broken.wav").write_bytes(b"RIFF")
    return tmp_path / "audio"


def test_audio_is_joined_in_order(audio, tmp_path):
    models = {"x/m": ["v/2.wav", "v/1.wav"], "n": ["v/1"]}
    assert concatenate_audio(models, audio, tmp_path / "out") == 2
    samples, rate = soundfile.read(tmp_path / "out" / "x" / "m.wav")
    assert rate == 16000 and samples.tolist() == [-0.5, 0.25, 0.5]
    assert not (tmp_path / "out" / "missing").exists()


def test_audio_that_is_not_there(audio, tmp_path):
    models = {"m": ["v/1.wav"], "n": ["v/1.wav", "v/3.wav"]}
    with pytest.raises(InputError, match=r"1 of 2 models lack audio .* n \(v/3.wav\)"):
        concatenate_audio(models, audio, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert concatenate_audio(models, audio, tmp_path / "out", skipped_limit=0.5) == 1
    assert (tmp_path / "out" / "missing").read_text() == "n v/3.wav\n"
    with pytest.raises(InputError, match="sampling rates"):
        concatenate_audio({"m": ["v/1", "v/slow"]}, audio, tmp_path / "out")
    with pytest.raises(InputError, match=r"cannot read .*broken"):
        concatenate_audio({"m": ["v/broken"]}, audio, tmp_path / "out")


SOUND = np.array([0.25, -0.5, 0.125])


@pytest.mark.parametrize(
    ("subtypes", "expected"),
    [
        (["FLOAT"], "FLOAT"),
        (["DOUBLE", "FLOAT"], "DOUBLE"),
        (["PCM_16", "FLOAT"], "FLOAT"),
        (["PCM_32", "FLOAT"], "DOUBLE"),
        (["PCM_24", "PCM_16"], "PCM_24"),
        (["PCM_32", "PCM_24"], "PCM_32"),
        (["PCM_U8"], "PCM_16"),
        (["ULAW", "PCM_16"], "PCM_16"),
    ],
)
def test_audio_of_every_width_is_kept(tmp_path, subtypes, expected):
    whole = []
    for number, subtype in enumerate(subtypes):
        soundfile.write(tmp_path / f"{number}.wav", SOUND / 3, 16000, subtype)
        whole.append(soundfile.read(tmp_path / f"{number}.wav", dtype="float64")[0])
    concatenate_audio(
        {"m": [f"{number}.wav" for number in range(len(subtypes))]}, tmp_path, tmp_path / "out"
    )
    samples, _ = soundfile.read(tmp_path / "out" / "m.wav", dtype="float64")
    np.testing.assert_array_equal(samples, np.concatenate(whole))
    assert np.abs(samples).max() > 0.1
    assert soundfile.info(tmp_path / "out" / "m.wav").subtype == expected


def test_channels(tmp_path, caplog):
    soundfile.write(tmp_path / "one.wav", SOUND, 16000, "FLOAT")
    soundfile.write(tmp_path / "two.wav", np.stack([SOUND, -SOUND], axis=1), 16000, "FLOAT")
    with pytest.raises(InputError, match=r"numbers of channels \[1, 2\]: give one"):
        concatenate_audio({"m": ["one", "two"]}, tmp_path, tmp_path / "out")
    concatenate_audio({"m": ["two"]}, tmp_path, tmp_path / "out")
    assert soundfile.read(tmp_path / "out" / "m.wav")[0].tolist() == SOUND.tolist()
    assert "1 files have several channels" in caplog.text


def test_names_that_no_file_has_and_files_without_samples(tmp_path):
    with pytest.raises(InputError, match="1 of 1 models lack audio"):
        concatenate_audio({"m": ["u" * 300]}, tmp_path, tmp_path / "out")
    soundfile.write(tmp_path / "a.wav", np.zeros(0), 16000)
    with pytest.raises(InputError, match=r"a\.wav has no samples"):
        concatenate_audio({"m": ["a"]}, tmp_path, tmp_path / "out")


def test_samples_that_are_not_finite(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.array([0.5, np.nan]), 16000, "FLOAT")
    with pytest.raises(InputError, match=r"a\.wav has samples that are not finite"):
        concatenate_audio({"m": ["a"]}, tmp_path, tmp_path / "out")


def test_a_file_that_was_cut_short(tmp_path):
    soundfile.write(tmp_path / "a.wav", SOUND, 16000)
    os.truncate(tmp_path / "a.wav", (tmp_path / "a.wav").stat().st_size - 2)
    with pytest.raises(InputError, match=r"a\.wav is cut short: copy it again"):
        concatenate_audio({"m": ["a"]}, tmp_path, tmp_path / "out")


@pytest.mark.parametrize(
    "model",
    ["../../victim", "x/../../victim", "/tmp/victim", "victim/", ".", "m" * 252, "n.wav/m"],
)
def test_a_model_is_written_into_the_folder_alone(audio, tmp_path, model):
    with pytest.raises(InputError, match="is no name of a file in"):
        concatenate_audio({model: ["v/1.wav"], "n": ["v/1.wav"]}, audio, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audio"]


def test_an_utterance_counts_once_in_a_model(tmp_path, caplog):
    (tmp_path / "list").write_bytes("m a.wav a b.flac\r\nm b n\u00a0o\n".encode("utf-8-sig"))
    assert read_enrolment(tmp_path / "list") == {"m": ["a.wav", "b.flac", "n\u00a0o"]}
    assert "repeats 2 utterances of a model: each counts once" in caplog.text


def test_one_broken_utterance_leaves_the_other_models(caplog):
    embeddings = KeyedVectors(["a", "b"], np.array([[1.0, 0], [np.nan, 0]]))
    enrolled = average_enrolment({"m": ["a"], "n": ["a", "b"]}, embeddings)
    assert enrolled.embeddings["m"].tolist() == [1, 0]
    assert np.isnan(enrolled.embeddings["n"]).all()
    assert "1 of 2 enrolled models are broken" in caplog.text


def test_lines_that_are_not_utf8_are_named(tmp_path):
    (tmp_path / "list").write_bytes("m a\nn \xe9\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"list is not text: line 2 is no UTF-8") as error:
        read_enrolment(tmp_path / "list")
    assert "\n" not in str(error.value)
