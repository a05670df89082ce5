"""A tiny corpus in VoxCeleb1's layout."""

from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

SAMPLE_RATE = 16000


def make_corpus(folder: Path, first: int = 10001) -> Path:
    """Ten people, each with two videos of two utterances and two images; trials over four.

    Their ids count up from ``first``.
    """
    generator = np.random.default_rng(0)
    rows = ["VoxCeleb1 ID\tVGGFace1 ID\tGender\tNationality\tSet"]
    names = [f"id{first + number}" for number in range(10)]
    for number, name in enumerate(names):
        person, gender = f"Person_{first + number}", "mf"[number % 2]
        rows.append(f"{name}\t{person}\t{gender}\tNowhere\t{'test' if number < 4 else 'dev'}")
        for session in ("videoA", "videoB"):
            wav = folder / "wav" / name / session
            images = folder / "unzippedFaces" / person / "1.6" / session
            wav.mkdir(parents=True)
            images.mkdir(parents=True)
            for take in (1, 2):
                soundfile.write(wav / f"{take:05d}.wav", voice(number, generator), SAMPLE_RATE)
                pixels = generator.integers(0, 255, (40, 40, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(images / f"{25 * take:07d}.jpg")
    (folder / "vox1_meta.csv").write_text("\n".join(rows) + "\n")
    trials = [
        f"{int(a == b)} {names[a]}/videoA/{take:05d}.wav {names[b]}/videoB/00001.wav"
        for a in range(4)
        for b in range(4)
        for take in (1, 2)
    ]
    (folder / "veri_test2.txt").write_text("\n".join(trials) + "\n")
    return folder


def voice(number: int, generator: np.random.Generator) -> np.ndarray:
    """Harmonics of a person's own pitch in noise, 2 s: something a network can tell apart."""
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    pitch = 90 + 20 * number
    tone = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 12))
    return 0.05 * tone + 0.02 * generator.normal(size=len(time))
