"""Utterances in memory, and folders of audio."""

import numpy as np
import soundfile
import torch

from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.quality.table import QualityTable

RATE = 16000


def voices(people: int, utterances: int = 2, samples: int = RATE) -> PerceivedSet:
    """Each person's utterances are a sine of their own frequency, 100 Hz apart."""
    items = [
        InputItem(f"{person:02d}/v/{take}", f"{person:02d}", "v", f"{person:02d}")
        for person in range(people)
        for take in range(utterances)
    ]
    times = np.arange(samples) / RATE

    def read(row, generator):
        frequency = 100 * (1 + row // utterances)
        return torch.from_numpy(np.sin(2 * np.pi * frequency * times).astype(np.float32))

    quality = QualityTable([item.id for item in items], {"quality": np.ones(len(items))})
    return PerceivedSet(items, read, quality)


def write_noise(path, seconds: float = 3.0, rate: int = RATE, channels: int = 1, seed: int = 0):
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).uniform(-0.5, 0.5, (round(seconds * rate), channels))
    soundfile.write(path, noise, rate)
    return path


def snr_db(signal: np.ndarray, noisy: np.ndarray) -> float:
    signal, noisy = signal.astype(np.float64), noisy.astype(np.float64)
    return 10 * np.log10(np.sum(signal**2) / np.sum((noisy - signal) ** 2))
