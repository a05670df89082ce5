"""Chunks: where they come from, how long they are, what goes with them."""

import numpy as np
import pytest
import soundfile
import torch
from lhotse import MonoCut, Recording, SupervisionSegment

from speechdistill.errors import InputError
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.teachers.pairing import TeacherPairing
from speechdistill.training.speech_data import SpeechDataset, collate

RATE = 16000
VIEW = ("same_video", 1)


def make_cut(folder, name, signal, rate=RATE) -> MonoCut:
    path = folder / f"{name.replace('/', '-')}.wav"
    soundfile.write(path, signal, rate, subtype="FLOAT")
    cut = Recording.from_file(path, recording_id=name).to_cut()
    cut.id = name
    speaker, session, _ = name.split("/")
    cut.supervisions = [SupervisionSegment(name, name, 0, cut.duration, speaker=speaker)]
    cut.custom = {"session": session}
    return cut


@pytest.fixture
def ramp(tmp_path):
    """Every sample says where it stands."""
    return make_cut(tmp_path, "a/v/1", np.arange(3 * RATE, dtype=np.float32) / (3 * RATE))


def test_a_chunk_is_a_piece_of_the_utterance(ramp):
    dataset = SpeechDataset([ramp], RATE, chunk_duration=1.0)
    chunk = dataset[0].signals[0] * 3 * RATE
    start = round(chunk[0].item())
    assert 0 <= start <= 2 * RATE
    torch.testing.assert_close(
        chunk, torch.arange(start, start + RATE, dtype=torch.float32), atol=0.1, rtol=0
    )


def test_chunks_depend_on_epoch_and_seed_and_nothing_else(ramp):
    def starts(seed):
        dataset = SpeechDataset([ramp], RATE, chunk_duration=1.0, seed=seed)
        found = []
        for epoch in range(5):
            dataset.epoch = epoch
            assert dataset[0].signals[0, 0] == dataset[0].signals[0, 0]
            found.append(dataset[0].signals[0, 0].item())
        return found

    assert starts(1) == starts(1)
    assert len(set(starts(1))) == 5
    assert starts(1) != starts(2)


def test_a_short_utterance_is_repeated(tmp_path):
    cut = make_cut(tmp_path, "a/v/1", np.linspace(0, 0.5, RATE // 2, dtype=np.float32))
    chunk = SpeechDataset([cut], RATE, chunk_duration=1.25)[0].signals[0]
    assert chunk.shape == (RATE * 5 // 4,)
    torch.testing.assert_close(chunk[: RATE // 2], chunk[RATE // 2 : RATE])


def test_another_rate_is_resampled(tmp_path):
    time = np.arange(8000) / 8000
    cut = make_cut(tmp_path, "a/v/1", 0.5 * np.sin(2 * np.pi * 440 * time), rate=8000)
    signal = SpeechDataset([cut], RATE)[0].signals[0]
    assert signal.shape == (RATE,)
    assert torch.fft.rfft(signal).abs().argmax() == 440


def test_what_goes_with_an_utterance(tmp_path):
    noise = np.random.default_rng(0).normal(size=RATE).astype(np.float32)
    cuts = [make_cut(tmp_path, name, noise) for name in ("a/v/1", "b/v/1")]
    targets = KeyedVectors(["a/v/9"], np.array([[3.0, 4.0]], dtype=np.float32))
    dataset = SpeechDataset(
        cuts,
        RATE,
        chunk_duration=0.5,
        speaker_index={"a": 0},
        quality={"a/v/1": 0.25},
        pairings={VIEW: TeacherPairing(targets, {"a/v/9": 0.5}, "same_video")},
    )
    batch = collate([dataset[0], dataset[1]])
    assert batch.ids == ["a/v/1", "b/v/1"]
    assert batch.speakers.tolist() == [0, -1]
    assert batch.quality.tolist() == [0.25, 1.0]
    assert batch.teachers[VIEW].present.tolist() == [True, False]
    assert batch.teachers[VIEW].embeddings.tolist() == [[[3.0, 4.0]], [[0.0, 0.0]]]
    assert batch.teachers[VIEW].quality.tolist() == [0.5, 0.0]
    doubled = batch.augmented(torch.zeros(3, 8), torch.tensor([1, 0, 1]))
    assert doubled.ids == ["b/v/1", "a/v/1", "b/v/1"]
    assert doubled.teachers[VIEW].present.tolist() == [False, True, False]


def test_audio_that_is_gone_is_named(ramp, tmp_path):
    (tmp_path / "a-v-1.wav").unlink()
    with pytest.raises(InputError, match=r"a-v-1\.wav"):
        SpeechDataset([ramp], RATE)[0]
