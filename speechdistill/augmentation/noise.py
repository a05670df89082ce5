"""Noise behind an utterance: from a folder, or generated."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from speechdistill.augmentation.audio_folder import (
    AudioFile,
    audio_paths,
    list_of,
    read_chunk,
    read_list,
    write_list,
)
from speechdistill.augmentation.effect import Effect
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.signals.mixing import at_random_ratio
from speechdistill.signals.noise import (
    NoiseMaker,
    modulated_noise,
    octave_noise,
    pink_noise,
    white_noise,
)

logger = logging.getLogger(__name__)

MUSIC, NOISE, SPEECH = MUSAN = ("music", "noise", "speech")
GENERATED: tuple[NoiseMaker, ...] = (
    white_noise,
    pink_noise,
    modulated_noise,
    octave_noise,
)


@dataclass(frozen=True)
class NoiseLevel:
    """How loud, and how many sounds at once.

    Arguments
    ---------
    snr_db: lowest and highest signal-to-noise ratio, in dB.
    sounds: fewest and most sounds at once.
    """

    snr_db: Sequence[float]
    sounds: Sequence[int] = (1, 1)


class Noise:
    """Noise at a random signal-to-noise ratio, uniform in dB.

    Of a folder in MUSAN's layout, or of one that holds such, ``music``, ``noise`` and ``speech``
    are equally likely, at the levels of Kaldi's speaker recipes (D. Snyder, G. Chen, D. Povey,
    "MUSAN: A Music, Speech, and Noise Corpus", arXiv 1510.08484); all files of any other folder are
    noise. Without a folder, white, pink, swelling or octave-wide noise is generated.

    Arguments
    ---------
    folder: of audio files; empty for none.
    noise_snr_db, music_snr_db, speech_snr_db: lowest and highest ratio of each, in dB.
    speakers: fewest and most people of MUSAN's ``speech`` who talk at once.
    """

    def __init__(
        self,
        folder: str = "",
        noise_snr_db: Sequence[float] = (0, 15),
        music_snr_db: Sequence[float] = (5, 15),
        speech_snr_db: Sequence[float] = (13, 20),
        speakers: Sequence[int] = (3, 7),
    ) -> None:
        self.folder = Path(folder) if folder else None
        self.levels = {
            MUSIC: NoiseLevel(music_snr_db),
            NOISE: NoiseLevel(noise_snr_db),
            SPEECH: NoiseLevel(speech_snr_db, speakers),
        }

    def prepare(self, exp: Path) -> None:
        """List the folder's files; a student goes on with those that it began with.

        Raises
        ------
        InputError: no folder, nothing in it, other files than training began with, or more than
            1 % that cannot be read.
        """
        if self.folder is not None:
            listing = list_of(exp, NOISE, self.folder)
            write_list(audio_paths(self.folder), listing, f"noises of {self.folder}")
            for kind, files in by_kind(read_list(listing), self.folder).items():
                hours = sum(file.samples / file.sample_rate for file in files) / 3600
                logger.info("%s: %d files, %.1f h of %s", self.folder, len(files), hours, kind)

    def effect(self, exp: Path, training: PerceivedSet, sample_rate: int) -> Effect:
        """Return what adds a noise."""
        if self.folder is None:
            return partial(_add_generated, sample_rate, self.levels[NOISE].snr_db)
        files = read_list(list_of(exp, NOISE, self.folder))
        return partial(_add_recorded, sample_rate, by_kind(files, self.folder), self.levels)


def by_kind(files: Sequence[AudioFile], folder: Path) -> dict[str, list[AudioFile]]:
    """Sort MUSAN's files into music, noise and speech; files of another folder are all noise.

    MUSAN may be the folder itself or right below it. Where there is more beside it, what is what
    is not known: all is noise then, and a warning says so.

    Example
    -------
    >>> files = [AudioFile(f"/musan/{kind}/1.wav", 16000, 16000) for kind in ("music", "speech")]
    >>> [*by_kind(files, Path("/musan")), *by_kind(files, Path("/musan/music"))]
    ['music', 'speech', 'noise']
    """
    root = folder.absolute()
    parts_of = [
        (*path.relative_to(root).parts, "") if path.is_relative_to(root) else ("", "")
        for path in (Path(file.path) for file in files)
    ]
    for level in (0, 1):
        kinds = [parts[level].lower() for parts in parts_of]
        if set(kinds) <= set(MUSAN):
            return {
                kind: [file for file, its in zip(files, kinds, strict=True) if its == kind]
                for kind in sorted(set(kinds))
            }
    seen = {part for parts in parts_of for part in map(str.lower, parts[:2])} & set(MUSAN)
    if len(seen) > 1:
        logger.warning(
            "%s has folders %s as MUSAN has, and others: all files are taken for noise; give "
            "MUSAN's own folder to have its levels for each kind",
            *(folder, ", ".join(sorted(seen))),
        )
    return {NOISE: list(files)}


def _add_generated(
    sample_rate: int,
    snr_db: Sequence[float],
    signal: np.ndarray,
    person: str,
    generator: np.random.Generator,
) -> np.ndarray:
    make = GENERATED[generator.integers(len(GENERATED))]
    noise = make(len(signal), sample_rate, generator)
    return at_random_ratio(signal, noise, snr_db, generator)


def _add_recorded(
    sample_rate: int,
    files: Mapping[str, Sequence[AudioFile]],
    levels: Mapping[str, NoiseLevel],
    signal: np.ndarray,
    person: str,
    generator: np.random.Generator,
) -> np.ndarray:
    kind = list(files)[generator.integers(len(files))]
    fewest, most = levels[kind].sounds
    count = generator.integers(fewest, most + 1)
    noise = np.zeros(len(signal), dtype=np.float32)
    for _ in range(count):
        file = files[kind][int(generator.integers(len(files[kind])))]
        noise += read_chunk(file, len(signal), sample_rate, generator)
    return at_random_ratio(signal, noise, levels[kind].snr_db, generator)
