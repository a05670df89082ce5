"""Short utterances of a session, joined into longer ones, as recipes for CN-Celeb do."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from speechdistill.corpora.integrity import AudioHeader, UnusableAudioError, inspect_audio
from speechdistill.corpora.utterances import Utterance
from speechdistill.storage.files import written_whole

Usable = tuple[Utterance, AudioHeader, Path]


def join_short(
    usable: Sequence[Usable], seconds: float, folder: Path
) -> tuple[list[Usable], list[tuple[str, str]]]:
    """Join neighbours of a session and a sample rate until each lasts ``seconds``.

    What is left over at a session's end goes to its last one. An utterance that is joined with
    none stays what it is. Source: WeSpeaker's ``choose_utts_to_combine.py``, from Kaldi's
    ``combine_short_segments.sh``, within a speaker and a genre.

    Arguments
    ---------
    usable: a speaker's utterances in order of id, their headers and the files to read.
    seconds: how long an utterance is at least, if its session lasts so long.
    folder: ``<id of the first>-joined<n>.flac`` of n utterances are written there, 16 bit; one
        that has the time and the length of its sources is not made again.

    Returns
    -------
    The utterances in order of id, and path and reason of those that cannot be read.
    """
    found: list[Usable] = []
    skipped = []
    for group in _groups(usable, seconds):
        try:
            found.append(group[0] if len(group) == 1 else _joined(group, folder))
        except UnusableAudioError as error:
            skipped.append((str(group[0][0].path), str(error)))
    return sorted(found, key=lambda each: each[0].id), skipped


def _groups(usable: Sequence[Usable], seconds: float) -> Iterator[list[Usable]]:
    alike: dict[tuple[str, int], list[Usable]] = {}
    for each in usable:
        alike.setdefault((each[0].session, each[1].sample_rate), []).append(each)
    for members in alike.values():
        groups: list[list[Usable]] = [[]]
        for each in members:
            groups[-1].append(each)
            if sum(map(_duration, groups[-1])) >= seconds:
                groups.append([])
        rest = groups.pop()
        if groups:
            groups[-1].extend(rest)
        else:
            groups = [rest]
        yield from groups


def _duration(each: Usable) -> float:
    utterance, header, _ = each
    return (header.duration if utterance.end is None else utterance.end) - utterance.start


def _joined(group: Sequence[Usable], folder: Path) -> Usable:
    first, rate = group[0][0], group[0][1].sample_rate
    name = f"{first.id}-joined{len(group)}"
    target = folder / f"{name}.flac"
    changed = max(path.stat().st_mtime_ns for _, _, path in group)
    parts = [_samples(each, rate) for each in group]
    whole = AudioHeader(rate, sum(stop - start for start, stop in parts))
    utterance = replace(first, id=name, recording=None, start=0.0, end=None, member=None)
    if not _is_made(target, changed, whole):
        _write(group, parts, target, changed)
    return utterance, whole, target


def _is_made(target: Path, changed: int, whole: AudioHeader) -> bool:
    if not target.exists() or target.stat().st_mtime_ns != changed:
        return False
    return inspect_audio(target) == whole


def _samples(each: Usable, rate: int) -> tuple[int, int]:
    utterance, header, _ = each
    end = header.frames if utterance.end is None else round(utterance.end * rate)
    return round(utterance.start * rate), min(end, header.frames)


def _write(
    group: Sequence[Usable], parts: Sequence[tuple[int, int]], target: Path, changed: int
) -> None:
    with written_whole(target) as partial:
        with soundfile.SoundFile(
            partial, "w", group[0][1].sample_rate, 1, "PCM_16", format="FLAC"
        ) as joined:
            for (_, _, path), (start, stop) in zip(group, parts, strict=True):
                try:
                    samples, _ = soundfile.read(path, start=start, stop=stop, dtype="int16")
                except soundfile.SoundFileError as error:
                    raise UnusableAudioError(f"{path} cannot be decoded whole") from error
                if len(samples) < stop - start:
                    raise UnusableAudioError(f"{path} is cut short")
                joined.write(np.asarray(samples))
        os.utime(partial, ns=(changed, changed))
