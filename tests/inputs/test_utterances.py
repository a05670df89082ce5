"""Utterances: whole or in chunks; where chunks come from, and how long they are."""

import numpy as np
import pytest
import soundfile
import torch
from lhotse import MonoCut, Recording, SupervisionSegment

from speechdistill.base.errors import InputError
from speechdistill.corpora.manifests import cut_writer
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.inputs.utterances import Utterances, readable_cuts
from speechdistill.quality.table import QualityTable

RATE = 16000


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


def perceived(cuts, chunk_duration=1.0):
    quality = QualityTable([cut.id for cut in cuts], {"quality": np.ones(len(cuts))})
    return Utterances(RATE, chunk_duration).perceive_cuts(cuts, quality)


def test_a_chunk_is_a_piece_of_the_utterance(ramp):
    chunk = perceived([ramp]).read(0, np.random.default_rng(0)) * 3 * RATE
    start = round(chunk[0].item())
    assert 0 <= start <= 2 * RATE
    torch.testing.assert_close(
        chunk, torch.arange(start, start + RATE, dtype=torch.float32), atol=0.1, rtol=0
    )


def test_a_short_utterance_is_repeated_to_a_chunk_and_is_itself_as_a_whole(tmp_path):
    cut = make_cut(tmp_path, "a/v/1", np.linspace(0, 0.5, RATE // 2, dtype=np.float32))
    utterances = perceived([cut], chunk_duration=1.25)
    chunk = utterances.read(0, np.random.default_rng(0))
    assert chunk.shape == (RATE * 5 // 4,)
    torch.testing.assert_close(chunk[: RATE // 2], chunk[RATE // 2 : RATE])
    assert torch.equal(utterances.read(0, None), chunk[: RATE // 2])
    assert utterances.durations == [0.5]


def test_another_rate_is_resampled(tmp_path):
    time = np.arange(8000) / 8000
    cut = make_cut(tmp_path, "a/v/1", 0.5 * np.sin(2 * np.pi * 440 * time), rate=8000)
    signal = perceived([cut]).read(0, None)
    assert signal.shape == (RATE,)
    assert torch.fft.rfft(signal).abs().argmax() == 440


def test_audio_that_is_gone_is_named(ramp, tmp_path):
    (tmp_path / "a-v-1.wav").unlink()
    with pytest.raises(InputError, match=r"a-v-1\.wav"):
        perceived([ramp]).read(0, None)


def test_a_condition_has_the_utterances_that_are_readable_in_the_test_set(ramp, tmp_path):
    other = make_cut(tmp_path, "b/v/1", np.zeros(RATE, dtype=np.float32))
    for name in ("test", "test-cut-1"):
        with cut_writer(tmp_path / name) as write:
            write(ramp)
            write(other)
    quality = QualityTable([ramp.id], {"quality": np.ones(1)})
    quality.save(tmp_path / "test" / "quality" / "speech.tsv")
    with pytest.raises(InputError, match=r"speech\.tsv lacks 1 of 2 .*wav: run stage 2 again"):
        readable_cuts(tmp_path / "test-cut-1")
    unreadable = other.recording.sources[0].source
    SkippedItems([(unreadable, "missing")]).save(tmp_path / "test" / "quality" / "skipped.tsv")
    cuts, found = readable_cuts(tmp_path / "test-cut-1")
    assert list(cuts.columns["id"]) == list(found.ids) == [ramp.id]
    with pytest.raises(InputError, match=r"make_conditions\.py makes it"):
        readable_cuts(tmp_path / "test-white-5")
