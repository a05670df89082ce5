"""Audio and image files of noise, for tests."""

from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from speechdistill.corpora.utterances import Utterance

RATE = 16000


def write_audio(path: Path, seconds: float = 1.2, seed: int = 0, channels: int = 1) -> Path:
    """Write noise in bursts, as WAV or FLAC."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    samples = round(seconds * RATE)
    bursts = 0.5 + 0.5 * np.sin(np.arange(samples) / 800)
    signal = 0.1 * random.normal(size=(samples, channels)) * bursts[:, None]
    soundfile.write(path, signal, RATE)
    return path


def write_image(path: Path, seed: int = 0, side: int = 32) -> Path:
    """Write coloured noise, as PNG or JPEG by the name's suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, size=(side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def utterance_of(name: str, path: Path) -> Utterance:
    """An utterance with an id of VoxCeleb's form: speaker, session and stem."""
    return Utterance(name, path, *name.split("/")[:2])
