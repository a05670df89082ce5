"""Utterances in simulated rooms and in those of a folder."""

import numpy as np
import pytest
import soundfile

from speechdistill.augmentation.reverberation import Reverberation
from tests.augmentation.sets import RATE, write_noise


def test_simulated_rooms_are_as_many_as_asked_and_come_from_the_seed():
    def heard(rooms, seed):
        effect = Reverberation(rooms=rooms, seed=seed).effect(None, None, RATE)
        click = np.eye(1, 4000, dtype=np.float32)[0]
        return {effect(click, "a", np.random.default_rng(seed)).tobytes() for seed in range(12)}

    assert len(heard(2, 0)) == 2
    assert heard(2, 0) == heard(2, 0)
    assert not heard(2, 0) & heard(2, 1)


def test_rirs_noises_gives_its_simulated_impulse_responses(tmp_path):
    root = tmp_path / "RIRS_NOISES"
    write_noise(root / "pointsource_noises" / "noise-free-sound-0000.wav")
    room = root / "simulated_rirs" / "smallroom" / "Room001" / "Room001-00001.wav"
    room.parent.mkdir(parents=True)
    soundfile.write(room, np.array([0, 0.8, 0, 0.6]), RATE)
    for folder in (root, tmp_path):
        exp = tmp_path / "exp" / folder.name
        reverberation = Reverberation(str(folder))
        reverberation.prepare(exp)
        effect = reverberation.effect(exp, None, RATE)
        click = np.eye(1, 6, dtype=np.float32)[0]
        heard = effect(click, "a", np.random.default_rng(0))
        assert heard == pytest.approx([0.8, 0, 0.6, 0, 0, 0], abs=1e-3)
