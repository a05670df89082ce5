"""Cuts of Lhotse as utterances, read as data: nothing that they name is run or fetched."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError
from speechdistill.corpora.json_lines import compressed_text
from speechdistill.corpora.listed import ListedUtterances, located
from speechdistill.corpora.sentences import GENDERS

SLACK = 1e-3  # seconds by which a cut of a whole recording may miss its end


def read_cuts(manifest: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the cuts of a ``.jsonl`` or ``.jsonl.gz``: where each is, and what it says.

    Raises
    ------
    InputError: the file is broken, or a line is no cut of one channel.
    """
    for number, line in enumerate(compressed_text(manifest), start=1):
        if not line.strip():
            continue
        where = f"{manifest}, line {number}"
        try:
            record = json.loads(line)
            kind = record["type"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{where} is no cut: write a CutSet (cuts.to_file)") from error
        if kind != "MonoCut":
            raise InputError(
                f"{where} is a {kind}: give cuts of one channel, as cuts.trim_to_supervisions() "
                "makes them"
            )
        yield where, record


def add_cut(
    listed: ListedUtterances,
    where: str,
    record: Mapping[str, Any],
    manifest: Path,
    member: tuple[Path, int, int, str] | None = None,
) -> None:
    """Take a cut with its speaker, session (``custom``), gender and text.

    Arguments
    ---------
    listed: takes it.
    where, record: as :func:`read_cuts` gives them.
    manifest: the file.
    member: shard, offset, size and suffix of its audio, where it is packed; else its recording
        names a file.

    Raises
    ------
    InputError: it is not of one speaker, its audio is a command or an address, in memory or of
        another channel or speed, or a name cannot be an id's.
    """
    try:
        speech = [dict(each) for each in record["supervisions"]]
        recording = dict(record["recording"])
        sources = [dict(each) for each in recording["sources"]]
        speakers = {each.get("speaker") for each in speech}
        start, duration = float(record["start"]), float(record["duration"])
        whole = float(recording["duration"])
        name, recording_id = str(record["id"]), str(recording["id"])
        session = dict(record.get("custom") or {}).get("session")
        kinds = [(str(each["type"]), str(each["source"])) for each in sources]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{where} lacks its recording or supervision ({error})") from error
    if len(speakers) != 1 or not all(speakers):
        raise InputError(
            f"{where} has {len(speakers)} speakers: trim the cuts to one (trim_to_supervisions)"
        )
    if not (start >= 0 and 0 < duration < math.inf):
        raise InputError(f"{where} begins at {start} and lasts {duration} s: write the cuts again")
    if recording.get("transforms") or record.get("channel") != 0 or len(sources) != 1:
        raise InputError(
            f"{where} is no part of a mono file as it is: save its audio, and list that"
        )
    is_whole = start <= SLACK and whole - start - duration <= SLACK
    path, place = "", None
    kind, source = kinds[0]
    if member is not None:
        shard, *packed = member
        path, place, is_whole = str(shard), tuple(packed), True
    elif kind == "file":
        path = located(source, manifest)
    elif kind == "shar":
        raise InputError(
            f"{where} has its audio in a shard, recording.*.tar, that is not beside it: put both "
            "into one folder, and give that"
        )
    else:
        raise InputError(
            f"{where} takes its audio from a {kind}: save it to files, and list these "
            "(cuts.save_audios)"
        )
    text = speech[0].get("text")
    listed.add(
        where,
        name,
        path,
        str(speech[0]["speaker"]),
        None if session is None and is_whole else str(session or recording_id),
        GENDERS.get(str(speech[0].get("gender") or "").lower()),
        None if text is None else str(text),
        recording=None if is_whole else recording_id,
        start=0.0 if is_whole else start,
        end=None if is_whole else start + duration,
        member=place,  # type: ignore[arg-type]
    )
