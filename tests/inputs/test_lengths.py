"""Utterances of a few samples, and of hours."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from lhotse import Recording, SupervisionSegment

from speechdistill.corpora.cut_audio import SHORTEST_SECONDS
from speechdistill.inputs.equal_shapes import equal_shape_batches
from speechdistill.inputs.utterances import Utterances
from speechdistill.inputs.window import Window
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.quality.compute import measure_cut
from speechdistill.quality.table import QualityTable
from speechdistill.students.extraction import embed
from speechdistill.students.student import build_student, student_of

RATE = 16000
CONF = Path(__file__).parents[2] / "recipes/voxceleb/conf"


def cut_of(path, signal, rate=RATE):
    soundfile.write(path, signal, rate, subtype="FLOAT")
    cut = Recording.from_file(path, recording_id=path.stem).to_cut()
    cut.id = path.stem
    cut.supervisions = [SupervisionSegment(cut.id, cut.id, 0, cut.duration, speaker="a")]
    return cut


def perceived(cuts):
    quality = QualityTable([cut.id for cut in cuts], {"quality": np.ones(len(cuts))})
    return Utterances(RATE, 1.0).perceive_cuts(cuts, quality)


def noise(samples, seed=0):
    return np.random.default_rng(seed).normal(scale=0.1, size=samples).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
@pytest.mark.parametrize("samples", [1, 2, 3, 7, 200, 401, 799])
def test_a_few_samples_are_repeated_to_the_least_that_encoders_take(tmp_path, rate, samples):
    signal = noise(samples)
    cut = cut_of(tmp_path / "a.wav", signal, rate)
    found = perceived([cut])
    whole, chunk = found.read(0, None), found.read(0, np.random.default_rng(0))
    assert whole.shape == (round(SHORTEST_SECONDS * RATE),) and chunk.shape == (RATE,)
    assert torch.equal(whole, chunk[: len(whole)])
    assert found.durations.tolist() == [SHORTEST_SECONDS]
    if rate == RATE:
        np.testing.assert_array_equal(whole, np.resize(signal, len(whole)))
    assert 0 <= measure_cut(cut).quality <= 1


@pytest.mark.parametrize("student", ["small", "ecapa", "resnet", "xvector"])
def test_every_student_embeds_the_shortest(tmp_path, student):
    yaml = Hyperparameters.read(CONF / f"student_{student}.yaml")
    encoder = student_of(build_student(yaml, {}, tmp_path, seed=1, people=5)).encoder
    cuts = [cut_of(tmp_path / f"{n}.wav", noise(n)) for n in (1, 150, 401, 1599, 1600, 1601)]
    assert np.isfinite(embed(encoder, perceived(cuts), "cpu", 0)).all()


class Mean(torch.nn.Module):
    """What hears every sample alike, and remembers the longest input."""

    longest = 0

    def forward(self, signals):
        self.longest = max(self.longest, signals.shape[1])
        return torch.stack([signals.mean(1), signals.square().mean(1)], 1)


@pytest.mark.parametrize(("rate", "seconds"), [(RATE, 60.0), (RATE, 150.01), (8000, 61)])
def test_a_long_utterance_is_embedded_in_windows_and_their_mean_is_its_embedding(
    tmp_path, rate, seconds
):
    long, short = noise(int(seconds * rate)), noise(5 * RATE, seed=1)
    found = perceived([cut_of(tmp_path / "l.wav", long, rate), cut_of(tmp_path / "s.wav", short)])
    encoder = Mean()
    vectors = embed(encoder, found, "cpu", 0)
    assert encoder.longest <= 60 * RATE + 1
    windows, counts = found.in_windows()
    assert counts.tolist() == [-(-int(seconds) // 60) if seconds > 60 else 1, 1]
    assert np.array_equal(vectors[1], Mean()(torch.from_numpy(short)[None])[0])
    whole = found.read(0, None)
    parts = [windows.read(row, None) for row in range(counts[0])]
    assert sum(map(len, parts)) == len(whole)
    np.testing.assert_allclose(vectors[0], Mean()(whole[None])[0], rtol=0.01, atol=1e-5)
    if rate == RATE:
        assert torch.equal(torch.cat(parts), whole)
        assert torch.equal(
            found.read(0, Window(0.25, 0.5)), whole[len(whole) // 4 : len(whole) // 2]
        )


def test_up_to_60_s_nothing_changes_bit_by_bit(tmp_path):
    cuts = [cut_of(tmp_path / f"{n}.wav", noise(n)) for n in (RATE, 60 * RATE)]
    found = perceived(cuts)
    assert found.in_windows()[0] is found
    assert equal_shape_batches(found) == [[0], [1]]
    encoder = Mean()
    vectors = embed(encoder, found, "cpu", 0)
    for row, cut in enumerate(cuts):
        alone = encoder(torch.from_numpy(cut.load_audio()))[0]
        assert np.array_equal(vectors[row], alone)


def test_validation_hears_the_first_minute(tmp_path):
    signal = noise(130 * RATE)
    steps = perceived([cut_of(tmp_path / "a.wav", signal)]).in_steps(0.25)
    assert steps.durations.tolist() == [60.0]
    np.testing.assert_array_equal(steps.read(0, None), signal[: 60 * RATE])


def test_quality_of_a_long_recording_is_that_of_its_windows(tmp_path):
    times = np.arange(150 * RATE) / RATE
    bursts = np.sin(2 * np.pi * 200 * times) * (np.sin(times) > 0) + noise(len(times)) / 100
    cut = cut_of(tmp_path / "a.wav", 0.3 * bursts)
    whole, minute = measure_cut(cut), measure_cut(cut.truncate(duration=50.0))
    assert whole.net_duration == pytest.approx(3 * minute.net_duration, rel=0.1)
    assert whole.quality == pytest.approx(minute.quality, abs=0.05)
