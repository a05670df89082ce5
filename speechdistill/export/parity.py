"""Whether an exported model embeds real voices as the trained student does."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch

from speechdistill.base.errors import InputError
from speechdistill.inputs.utterances import Utterances, readable_cuts

SECONDS = (1, 3, 10)
PEOPLE = 4
LEAST_COSINE = 0.9999
Embed = Callable[[torch.Tensor], torch.Tensor]


def voices_of(folder: Path, sample_rate: int) -> dict[int, torch.Tensor]:
    """Return waveforms of the first few speakers of a set, by their length in seconds.

    Of each speaker the utterances are joined, and repeated if there are less than 10 s.

    Arguments
    ---------
    folder: of the set, with its manifest and speech quality.
    sample_rate: in Hz.

    Returns
    -------
    seconds -> ``(people, samples)``, for 1, 3 and 10 s.

    Raises
    ------
    InputError: no manifest, or no utterance that can be read.
    """
    longest = max(SECONDS) * sample_rate
    perceived = Utterances(sample_rate, max(SECONDS)).perceive_table(*readable_cuts(folder))
    perceived, _ = perceived.in_windows()
    voices: dict[str, torch.Tensor] = {}
    for row, item in enumerate(perceived.items):
        voice = voices.get(item.person, torch.empty(0))
        if item.person not in voices and len(voices) == PEOPLE:
            break
        if len(voice) < longest:
            voices[item.person] = torch.cat([voice, perceived.read(row, None)])
    if not voices:
        raise InputError(f"{folder} has no utterance that can be read: give another set")
    waveforms = np.stack([np.resize(voice.numpy(), longest) for voice in voices.values()])
    return {seconds: torch.from_numpy(waveforms[:, : seconds * sample_rate]) for seconds in SECONDS}


def least_cosines(
    student: Embed, exported: Embed, voices: Mapping[int, torch.Tensor]
) -> dict[int, float]:
    """Return the least cosine between what two models give, for each length: alone and in a batch.

    Example
    -------
    >>> voices = {1: torch.eye(2)}
    >>> found = least_cosines(lambda x: x, lambda x: 2 * x + torch.tensor([0.0, 0.2]), voices)
    >>> round(found[1], 4)
    0.995
    """
    found = {}
    for seconds, waveforms in voices.items():
        expected = student(waveforms).double()
        alone = torch.cat([exported(waveform[None]) for waveform in waveforms]).double()
        batch = exported(waveforms).double()
        cosines = [torch.cosine_similarity(expected, each) for each in (alone, batch)]
        found[seconds] = float(torch.cat(cosines).min())
    return found


def check_parity(name: str, cosines: Mapping[int, float]) -> None:
    """Refuse an export that embeds otherwise than the student: below 0.9999 at any length.

    Raises
    ------
    InputError: it does.

    Example
    -------
    >>> check_parity("waveforms.onnx", {1: 1.0, 3: 0.99})
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: waveforms.onnx does not embed as the student: cosine \
0.990000 at 3 s: its network cannot be exported so
    """
    for seconds, cosine in cosines.items():
        if not cosine >= LEAST_COSINE:
            raise InputError(
                f"{name} does not embed as the student: cosine {cosine:.6f} at {seconds} s: its "
                "network cannot be exported so"
            )
