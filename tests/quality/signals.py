"""Signals of known SNR, room and band."""

import numpy as np
from scipy.signal import butter, sosfilt


def speech_like(seed: int, sample_rate: int = 16000, seconds: float = 4.0) -> np.ndarray:
    """Bursts of low sound, as vowels, and of high, as fricatives, with pauses between them."""
    random = np.random.default_rng(seed)
    samples = round(seconds * sample_rate)
    times = np.arange(samples) / sample_rate
    sound = np.zeros(samples)
    for band, rate, phase in ((900, 1.5, 0.0), ((2200, 3600), 1.5, 2.8)):
        filtered = butter(8, band, "low" if band == 900 else "band", fs=sample_rate, output="sos")
        voice = sosfilt(filtered, random.normal(size=samples))
        talking = np.sin(2 * np.pi * rate * times + phase).clip(0.2) - 0.2
        sound += voice * talking * np.exp(np.sin(2 * np.pi * 4 * times))
    return sound


def noisy(speech: np.ndarray, snr: float, seed: int) -> np.ndarray:
    """Speech in white noise."""
    noise = np.random.default_rng(seed).normal(size=len(speech))
    return speech + noise * np.sqrt(np.mean(speech**2)) * 10 ** (-snr / 20)
