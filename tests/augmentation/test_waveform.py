"""Augmentation in training: which kinds, what they depend on, and speeds as speakers."""

import numpy as np
import pytest
import soundfile
import torch
from lhotse import Recording, SupervisionSegment
from torch.utils.data import DataLoader

from speechdistill.augmentation.augmented_utterances import AugmentedUtterances
from speechdistill.augmentation.babble import Babble
from speechdistill.augmentation.noise import Noise
from speechdistill.augmentation.reverberation import Reverberation
from speechdistill.augmentation.speed import with_other_speeds
from speechdistill.augmentation.waveform import WaveformAugmentation
from speechdistill.corpora.cut_table import CutTable
from speechdistill.corpora.manifests import cut_writer
from speechdistill.inputs.utterances import Utterances
from speechdistill.quality.table import QualityTable
from speechdistill.training.inputs_data import InputDataset, whole_batch
from tests.augmentation.sets import RATE, voices, write_noise


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A training set of five people: tones, 200 Hz apart, and what stage 2 says of them."""
    folder = tmp_path_factory.mktemp("data")
    times, ids = np.arange(2 * RATE) / RATE, []
    with cut_writer(folder / "train") as write:
        for person in range(5):
            for take in range(2):
                name = f"{person}/v/{take}"
                path = folder / f"{person}{take}.wav"
                soundfile.write(path, 0.5 * np.sin(2 * np.pi * 200 * (1 + person) * times), RATE)
                cut = Recording.from_file(path, recording_id=name).to_cut()
                cut.id = name
                cut.supervisions = [SupervisionSegment(name, name, 0, 2, speaker=str(person))]
                cut.custom = {"session": "v"}
                write(cut)
                ids.append(name)
    quality = QualityTable(ids, {"quality": np.linspace(0.1, 1, len(ids))})
    quality.save(folder / "train" / "quality" / "speech.tsv")
    return folder


def perceive(folder, exp, **options):
    kinds = [Noise(), Babble(), Reverberation(rooms=3)]
    augmentation = WaveformAugmentation(kinds, **options)
    inputs = AugmentedUtterances(Utterances(RATE, 0.5), augmentation)
    inputs.prepare(folder, exp, ["train"])
    return inputs.perceive(folder, exp, "train")


def test_what_is_heard_depends_on_seed_epoch_and_item_not_on_workers(folder, tmp_path):
    perceived = perceive(folder, tmp_path, speed_perturbation=True)

    def epoch(number, workers, order):
        dataset = InputDataset(perceived, seed=1)
        dataset.epoch = number
        loader = DataLoader(
            dataset, batch_size=4, sampler=order, num_workers=workers, collate_fn=whole_batch
        )
        return {
            name: waveform
            for batch in loader
            for name, waveform in zip(batch.ids, batch.inputs, strict=True)
        }

    rows = list(range(len(perceived)))
    alone, shared = epoch(1, 0, rows), epoch(1, 2, rows[::-1])
    assert alone.keys() == shared.keys() == {item.id for item in perceived.items}
    assert [name for name in alone if not torch.equal(alone[name], shared[name])] == []
    another = epoch(2, 0, rows)
    assert not any(torch.equal(waveform, another[name]) for name, waveform in alone.items())


def test_without_a_generator_utterances_are_as_they_are(folder, tmp_path):
    plain = Utterances(RATE, 0.5).perceive(folder, tmp_path, "train")
    augmented = perceive(folder, tmp_path, probability=1.0)
    for row in range(len(plain)):
        assert torch.equal(plain.read(row, None), augmented.read(row, None))


def test_a_probability_of_0_samples_nothing_and_prepares_nothing(folder, tmp_path):
    plain = Utterances(RATE, 0.5).perceive(folder, tmp_path, "train")
    kinds = [Noise(str(tmp_path / "nowhere"))]
    silent = AugmentedUtterances(Utterances(RATE, 0.5), WaveformAugmentation(kinds, 0))
    silent.prepare(folder, tmp_path, ["train"])
    mute = silent.perceive(folder, tmp_path, "train")
    for row in range(len(plain)):
        generators = np.random.default_rng(row), np.random.default_rng(row)
        assert torch.equal(plain.read(row, generators[0]), mute.read(row, generators[1]))
        assert generators[0].random() == generators[1].random()


def test_kinds_are_sampled_evenly_as_often_as_asked():
    class Marker:
        def __init__(self, mark):
            self.mark = mark

        def prepare(self, exp):
            pass

        def effect(self, exp, training, sample_rate):
            return lambda signal, person, generator: signal + self.mark

    augmentation = WaveformAugmentation([Marker(1), Marker(2)], probability=0.6)
    effect = augmentation.effect(None, voices(1), RATE)
    generator = np.random.default_rng(0)
    marks = [int(effect(np.zeros(1), "a", generator)[0]) for _ in range(2000)]
    shares = np.bincount(marks) / len(marks)
    assert shares == pytest.approx([0.4, 0.3, 0.3], abs=0.04)


@pytest.mark.parametrize("kinds, probability", [([], 0.5), ([Noise()], 1.5), ([Noise()], -0.1)])
def test_a_probability_that_cannot_be_is_refused(kinds, probability):
    with pytest.raises(ValueError, match="probability"):
        WaveformAugmentation(kinds, probability)


def test_speeds_are_speakers_of_their_own_and_the_same_person(folder, tmp_path):
    perceived = perceive(folder, tmp_path, speed_perturbation=True)
    assert len(perceived) == 30
    assert len({item.id for item in perceived.items}) == 30
    assert sorted({item.label for item in perceived.items if item.person == "3"}) == [
        "3",
        "3_sp0.9",
        "3_sp1.1",
    ]
    assert len({item.label for item in perceived.items}) == 15
    scores = perceived.quality.scores
    assert scores["3/v/1_sp0.9"] == scores["3/v/1_sp1.1"] == scores["3/v/1"] < 1


def test_speed_moves_pitch_and_length_and_chunks_are_as_long_as_ever(folder, tmp_path):
    perceived = perceive(folder, tmp_path, speed_perturbation=True, probability=0)
    for row, item in enumerate(perceived.items):
        speed = float(item.id.rpartition("_sp")[2]) if "_sp" in item.id else 1.0
        whole = perceived.read(row, None)
        assert len(whole) == pytest.approx(perceived.durations[row] * RATE, abs=1)
        pitch = torch.fft.rfft(whole).abs().argmax() * RATE / len(whole)
        assert pitch == pytest.approx(200 * (1 + int(item.person)) * speed, abs=1)
        chunk = perceived.read(row, np.random.default_rng(0))
        assert chunk.shape == (RATE // 2,)
        pitch = torch.fft.rfft(chunk).abs().argmax() * 2
        assert pitch == pytest.approx(200 * (1 + int(item.person)) * speed, abs=2)


def test_babble_behind_another_speed_leaves_out_its_own_person(folder, tmp_path):
    augmentation = WaveformAugmentation(
        [Babble(talkers=[4, 4], snr_db=[0, 0])], probability=1.0, speed_perturbation=True
    )
    inputs = AugmentedUtterances(Utterances(RATE, 1.0), augmentation)
    perceived = inputs.perceive(folder, tmp_path, "train")
    row = [item.id for item in perceived.items].index("2/v/0_sp1.1")
    spectrum = torch.fft.rfft(perceived.read(row, np.random.default_rng(0))).abs()
    heard = torch.nonzero(spectrum > 0.1 * spectrum.max()).flatten()
    assert {round(pitch.item(), -1) for pitch in heard} == {200, 400, 660, 800, 1000}


def test_folders_are_listed_in_the_students_folder(folder, tmp_path):
    write_noise(tmp_path / "noises" / "a.wav")
    write_noise(tmp_path / "rooms" / "b.wav", seconds=0.1)
    kinds = [Noise(str(tmp_path / "noises")), Reverberation(str(tmp_path / "rooms"))]
    inputs = AugmentedUtterances(Utterances(RATE, 0.5), WaveformAugmentation(kinds, 1.0))
    inputs.prepare(folder, tmp_path / "exp", ["train"])
    listed = sorted(path.name for path in (tmp_path / "exp" / "augmentation").iterdir())
    assert [name.partition("-")[0] for name in listed] == ["impulse_responses", "noise"]
    perceived = inputs.perceive(folder, tmp_path / "exp", "train")
    assert perceived.read(0, np.random.default_rng(0)).shape == (RATE // 2,)


def test_cuts_at_other_speeds_are_made_as_they_are_asked_for(folder, monkeypatch):
    inputs = Utterances(RATE, 0.5)
    cut = Recording.from_file(folder / "00.wav", recording_id="0/v/0").to_cut()
    cut.supervisions = [SupervisionSegment("x", "x", 0, 2, speaker="0")]
    asked = []
    make = CutTable.cut
    monkeypatch.setattr(CutTable, "cut", lambda self, row: asked.append(row) or make(self, row))
    quality = QualityTable([cut.id], {"quality": np.ones(1)})
    perceived = with_other_speeds(inputs, CutTable.of([cut]), quality)
    assert asked == []
    perceived.read(2, None)
    assert asked == [0]
