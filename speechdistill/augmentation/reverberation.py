"""Utterances as they sound in a room: recorded or simulated impulse responses."""

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from speechdistill.augmentation.audio_folder import (
    AudioFile,
    audio_paths,
    list_of,
    read_list,
    read_whole,
    write_list,
)
from speechdistill.augmentation.effect import Effect
from speechdistill.base.randomness import generator_for
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.signals.reverberation import reverberated
from speechdistill.signals.shoebox import Shoebox

KIND = "impulse_responses"
# RIRS_NOISES has noises beside its impulse responses.
SIMULATED = "simulated_rirs"
ROOMS_IN_MEMORY = 4096


class Reverberation:
    """Convolution with a random impulse response.

    Arguments
    ---------
    folder: of impulse responses as audio files, or OpenSLR's RIRS_NOISES, whose simulated ones are
        taken; empty to simulate rooms.
    rooms: how many different rooms are simulated.
    seed: of the simulated rooms.
    """

    def __init__(self, folder: str = "", rooms: int = 2000, seed: int = 0) -> None:
        self.folder = Path(folder) if folder else None
        self.rooms = rooms
        self.seed = seed

    def prepare(self, exp: Path) -> None:
        """List the folder's files; a student goes on with those that it began with.

        Raises
        ------
        InputError: no folder, nothing in it, other files than training began with, or more than
            1 % that cannot be read.
        """
        if self.folder is not None:
            paths = audio_paths(impulse_response_folder(self.folder))
            listing = list_of(exp, KIND, self.folder)
            write_list(paths, listing, f"impulse responses of {self.folder}")

    def effect(self, exp: Path, training: PerceivedSet, sample_rate: int) -> Effect:
        """Return what reverberates."""
        if self.folder is None:
            return partial(_in_simulated_room, sample_rate, self.rooms, self.seed)
        return partial(_in_recorded_room, sample_rate, read_list(list_of(exp, KIND, self.folder)))


def impulse_response_folder(folder: Path) -> Path:
    """Return where the impulse responses of a folder are: in RIRS_NOISES, the simulated ones."""
    inside = [folder / SIMULATED, folder / "RIRS_NOISES" / SIMULATED]
    return next((found for found in inside if found.is_dir()), folder)


# A room costs some ten milliseconds, and comes again and again.
@lru_cache(maxsize=ROOMS_IN_MEMORY)
def simulated_response(seed: int, room: int, sample_rate: int) -> np.ndarray:
    """Return the impulse response of one of the rooms that a seed gives."""
    return Shoebox.sample(generator_for(seed, "room", room)).impulse_response(sample_rate)


def _in_simulated_room(
    sample_rate: int,
    rooms: int,
    seed: int,
    signal: np.ndarray,
    person: str,
    generator: np.random.Generator,
) -> np.ndarray:
    room = int(generator.integers(rooms))
    return reverberated(signal, simulated_response(seed, room, sample_rate))


def _in_recorded_room(
    sample_rate: int,
    files: Sequence[AudioFile],
    signal: np.ndarray,
    person: str,
    generator: np.random.Generator,
) -> np.ndarray:
    file = files[int(generator.integers(len(files)))]
    return reverberated(signal, read_whole(file, sample_rate))
