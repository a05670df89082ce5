#!/usr/bin/env python3
"""What augmentation costs per utterance: ours, and SpeechBrain's AddNoise and AddReverb beside it.

All are run in turn in one process on the same waveforms, folders and number of threads; figures are
medians over rounds, ratios medians over the ratios of a round. Reading the utterance itself is the
unit to which the others compare.

    .venv/bin/python tools/benchmarks/augmentation.py
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import lhotse
import numpy as np
import soundfile
import speechbrain as sb
import torch
from lhotse import MonoCut, Recording, SupervisionSegment
from lhotse.augmentation import FastRandomRIRGenerator
from speechbrain.augment.time_domain import AddNoise, AddReverb

from speechdistill.augmentation.babble import Babble
from speechdistill.augmentation.noise import GENERATED, Noise
from speechdistill.augmentation.reverberation import Reverberation, simulated_response
from speechdistill.augmentation.speed import with_other_speeds
from speechdistill.inputs.utterances import Utterances
from speechdistill.quality.table import QualityTable
from speechdistill.signals.shoebox import Shoebox

RATE = 16000
SPEAKERS, SPEAKER_SECONDS = 40, 8
NOISES, ROOMS = 20, 50


def write(path: Path, samples: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.1 * samples, RATE)
    return path


def utterance(path: Path, speaker: int) -> MonoCut:
    cut = Recording.from_file(path, recording_id=f"{speaker}/v/1").to_cut()
    cut.id = f"{speaker}/v/1"
    spoken = SupervisionSegment(cut.id, cut.id, 0, cut.duration, speaker=str(speaker))
    cut.supervisions = [spoken]
    return cut


def annotation(paths: list[Path], output: Path) -> str:
    """Write what SpeechBrain reads noises and impulse responses from."""
    rows = [f"{path.stem},{soundfile.info(path).duration},{path},wav,\n" for path in paths]
    output.write_text("ID,duration,wav,wav_format,wav_opts\n" + "".join(rows))
    return str(output)


def compared_augmentations(
    folder: Path, batch: int, chunk: float, noise_duration: float
) -> dict[str, Callable[[int], None]]:
    """Return, by name, what treats the utterances of one round."""
    rng = np.random.default_rng(0)
    noises = [
        write(folder / "noise" / f"{n}.wav", rng.standard_normal(round(noise_duration * RATE)))
        for n in range(NOISES)
    ]
    rooms = [
        write(folder / "rooms" / f"{n}.wav", simulated_response(0, n, RATE)) for n in range(ROOMS)
    ]
    cuts = [
        utterance(write(folder / f"{n}.wav", rng.standard_normal(SPEAKER_SECONDS * RATE)), n)
        for n in range(SPEAKERS)
    ]
    quality = QualityTable([cut.id for cut in cuts], {"quality": np.ones(len(cuts))})
    utterances = Utterances(RATE, chunk)
    plain = utterances.perceive_cuts(cuts, quality)
    speeds = with_other_speeds(utterances, cuts, quality)
    kinds = {
        "noise of a folder": Noise(str(folder / "noise")),
        "generated noise": Noise(),
        "babble": Babble(),
        "reverberation of a folder": Reverberation(str(folder / "rooms")),
        "simulated reverberation": Reverberation(rooms=ROOMS),
    }
    signals = torch.randn(batch, round(chunk * RATE)).mul_(0.1)

    def apply(kind) -> Callable[[int], None]:
        kind.prepare(folder / "exp")
        effect = kind.effect(folder / "exp", plain, RATE)

        def treat(seed: int) -> None:
            generator = np.random.default_rng(seed)
            for signal in signals:
                effect(signal.numpy(), "0", generator)

        return treat

    def read(perceived, offset: int) -> Callable[[int], None]:
        def treat(seed: int) -> None:
            generator = np.random.default_rng(seed)
            for row in generator.integers(len(cuts), size=batch):
                perceived.read(offset + int(row), generator)

        return treat

    add_noise = AddNoise(annotation(noises, folder / "noise.csv"), snr_low=0, snr_high=15)
    add_reverb = AddReverb(annotation(rooms, folder / "rooms.csv"))
    treatments = {
        "reading an utterance": read(plain, 0),
        "reading at another speed": read(speeds, len(cuts)),
        **{name: apply(kind) for name, kind in kinds.items()},
        "SpeechBrain AddNoise": lambda seed: add_noise(signals, torch.ones(batch)),
        "SpeechBrain AddReverb": lambda seed: add_reverb(signals),
    }
    for make in GENERATED:
        treatments[f"  {make.__name__}"] = _repeated(make, batch, round(chunk * RATE))
    return treatments


def _repeated(make, batch: int, length: int) -> Callable[[int], None]:
    def treat(seed: int) -> None:
        generator = np.random.default_rng(seed)
        for _ in range(batch):
            make(length, RATE, generator)

    return treat


def seconds_of(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--chunk-duration", type=float, default=3.0)
    # By default as long as MUSAN's files are on average.
    parser.add_argument("--noise-duration", type=float, default=195, help="of a file, in seconds")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        treatments = compared_augmentations(
            Path(folder),
            arguments.batch_size,
            arguments.chunk_duration,
            arguments.noise_duration,
        )
        for treat in treatments.values():
            treat(0)
        rounds = np.array(
            [
                [seconds_of(lambda: treat(seed)) for treat in treatments.values()]  # noqa: B023
                for seed in range(1, arguments.rounds + 1)
            ]
        )
    milliseconds = 1000 * np.median(rounds, axis=0) / arguments.batch_size
    unit = np.median(rounds / rounds[:, :1], axis=0)
    for name, cost, ratio in zip(treatments, milliseconds, unit, strict=True):
        print(f"{name:28} {cost:8.3f} ms per utterance, {ratio:6.2f} times reading it")
    for ours, theirs in (
        ("noise of a folder", "SpeechBrain AddNoise"),
        ("reverberation of a folder", "SpeechBrain AddReverb"),
    ):
        columns = [list(treatments).index(name) for name in (ours, theirs)]
        ratio = np.median(rounds[:, columns[0]] / rounds[:, columns[1]])
        print(f"{ours} takes {ratio:.3f} times what {theirs} takes")
    rooms = [Shoebox.sample(np.random.default_rng(seed)) for seed in range(20)]
    ours = np.median([seconds_of(lambda: room.impulse_response(RATE)) for room in rooms])  # noqa: B023
    generator = FastRandomRIRGenerator(sr=RATE)
    theirs = np.median([seconds_of(generator) for _ in range(3)])
    print(
        f"a simulated room {1000 * ours:.1f} ms, lhotse's FastRandomRIRGenerator "
        f"{1000 * theirs:.0f} ms ({sb.__version__=}, {lhotse.__version__=}, {torch.__version__=})"
    )


if __name__ == "__main__":
    main()
