"""A set's cuts as columns: a million in little memory, each made a Lhotse cut when it is read."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from lhotse import MonoCut, Recording
from lhotse.audio import AudioSource
from lhotse.utils import compute_num_samples

from speechdistill.base.errors import InputError
from speechdistill.corpora.audio_sources import goes_to_a_shell
from speechdistill.corpora.cut_records import check_kind, cut_of
from speechdistill.corpora.file_window import FileWindow
from speechdistill.corpora.json_lines import manifest_lines
from speechdistill.corpora.packing import INDEX, PackedAudio
from speechdistill.storage.columns import STRING, gather_columns
from speechdistill.storage.places import CUTS, Stage

TYPES = {
    "id": STRING,
    "speaker": STRING,
    "gender": STRING,
    "session": STRING,
    "start": np.float64,
    "duration": np.float64,
    "path": STRING,
    "sampling_rate": np.int32,
    "num_samples": np.int64,
    "recording_duration": np.float64,
}


@dataclass(frozen=True)
class CutTable:
    """Cuts with one supervision each, by column; about 250 bytes per cut.

    Arguments
    ---------
    columns: by the names of ``TYPES``, each ``(cuts,)``; an unknown gender is empty.
    others: row -> the cut itself, where its audio is more than a part of a mono file as it is
        (another channel, a transform, samples in memory).
    packed: where the audio lies in shards; None where it is in files of its own.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut, dummy_supervision
    >>> cut = dummy_cut(0, duration=1.0, supervisions=[dummy_supervision(0)])
    >>> table = CutTable.of([cut])
    >>> table.columns["duration"].tolist(), table.cut(0).recording == cut.recording
    ([1.0], True)
    """

    columns: Mapping[str, np.ndarray]
    others: Mapping[int, MonoCut]
    packed: PackedAudio | None = None

    def __len__(self) -> int:
        return len(self.columns["id"])

    @classmethod
    def of(cls, cuts: Iterable[MonoCut]) -> "CutTable":
        """Take the columns of cuts."""
        return cls._of_records((cut.to_dict(), cut) for cut in cuts)

    @classmethod
    def load(cls, folder: Path) -> "CutTable":
        """Read ``<folder>/cuts.jsonl.gz``, a line at a time; audio comes from ``shar``, if there.

        Raises
        ------
        InputError: the file is missing, broken or without cuts, or has cuts that are refused
            (:func:`~.cut_records.cut_of`); a shard is missing or cut short.
        """
        path = folder / CUTS
        try:
            records = ((json.loads(line), None) for line in manifest_lines(path))
            table = cls._of_records(records, str(path))
        except InputError:
            raise
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise InputError(f"{path} is broken ({error}): run {Stage.MANIFESTS} again") from error
        if len(table) == 0:
            raise InputError(f"{path} holds no cuts: run {Stage.MANIFESTS} again")
        if (folder / INDEX).exists():
            return replace(table, packed=PackedAudio.load(folder, table.columns["id"]))
        return table

    def select(self, is_kept: np.ndarray) -> "CutTable":
        """Take the cuts where the boolean array ``is_kept`` is true, in order."""
        place = np.cumsum(is_kept) - 1
        return CutTable(
            {name: values[is_kept] for name, values in self.columns.items()},
            {int(place[row]): cut for row, cut in self.others.items() if is_kept[row]},
            self.packed.select(is_kept) if self.packed else None,
        )

    def file(self, row: int) -> str:
        """Return the file that a row's cut is of, packed or not."""
        cut = self.others.get(row)
        return str(cut.recording.sources[0].source if cut else self.columns["path"][row])

    def cut(self, row: int) -> MonoCut:
        """Make the Lhotse cut of a row: its audio, without what is said of it."""
        place = self.packed.place(row) if self.packed else None
        if place is None and row in self.others:
            return self.others[row]
        column = {
            name: values[row] if values.dtype == STRING else values[row].item()
            for name, values in self.columns.items()
        }
        start, samples, duration = (
            column[name] for name in ("start", "num_samples", "recording_duration")
        )
        if place is not None:  # what is packed is the cut alone
            start, duration = 0.0, column["duration"]
            samples = compute_num_samples(duration, column["sampling_rate"])
        source: Any = column["path"] if place is None else FileWindow(*place)
        recording = Recording(
            id=column["id"],
            sources=[AudioSource(type="file", channels=[0], source=source)],
            sampling_rate=column["sampling_rate"],
            num_samples=samples,
            duration=duration,
        )
        return MonoCut(column["id"], start, column["duration"], channel=0, recording=recording)

    @classmethod
    def _of_records(
        cls, records: Iterable[tuple[dict[str, Any], MonoCut | None]], name: str = "cuts"
    ) -> "CutTable":
        others: dict[int, MonoCut] = {}
        columns = gather_columns(_rows(records, others, name), TYPES)
        return cls(columns, others)


def _rows(
    records: Iterable[tuple[dict[str, Any], MonoCut | None]],
    others: dict[int, MonoCut],
    name: str,
) -> Iterator[tuple[Any, ...]]:
    for row, (record, cut) in enumerate(records):
        if cut is None:
            check_kind(record, name)
        recording, spoken = record["recording"], record["supervisions"][0]
        source = recording["sources"][0]
        if not _is_plain(record):
            others[row] = cut_of(record, name) if cut is None else cut
        yield (
            record["id"],
            spoken["speaker"],
            spoken.get("gender") or "",
            (record.get("custom") or {}).get("session", "-"),
            record["start"],
            record["duration"],
            source["source"] if source["type"] == "file" else "",
            recording["sampling_rate"],
            recording["num_samples"],
            recording["duration"],
        )


def _is_plain(record: Mapping[str, Any]) -> bool:
    recording = record["recording"]
    return (
        record["type"] == "MonoCut"
        and record["channel"] == 0
        and not recording.get("transforms")
        and [source["type"] for source in recording["sources"]] == ["file"]
        and recording["sources"][0]["channels"] == [0]
        and not goes_to_a_shell(recording["sources"][0]["source"])
    )
