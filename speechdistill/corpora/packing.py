"""A set's audio in shards: Lhotse Shar, with an index that makes every utterance one seek away."""

import hashlib
import logging
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from lhotse import MonoCut
from lhotse.shar import SharWriter
from tqdm import tqdm

from speechdistill.base.errors import InputError
from speechdistill.base.parallel import parallel_map
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.corpora.set_sources import set_content
from speechdistill.storage.columns import STRING, gather_columns
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.made_from import MADE_FROM, is_made_from, write_record
from speechdistill.storage.places import CUTS, Stage

logger = logging.getLogger(__name__)

PACKED = "shar"
INDEX = "shar.tsv"  # not among the shards, where Lhotse takes every file for a part of them
CUTS_PER_SHARD = 1000
CODEC = "flac"
MAKE_AGAIN = "pack the data again (--pack shar)"
TYPES = {"id": STRING, "shard": np.int32, "offset": np.int64, "size": np.int64}
Row = tuple[str, int, int, int]


def pack_set(folder: Path, names: Iterable[str], jobs: int) -> None:
    """Write ``<folder>/shar``: utterances as 16-bit FLAC in tar files, and where each lies in them.

    What lies there is Lhotse's own form (``CutSet.from_shar(in_dir=...)``). ``shar.tsv`` beside it
    has id, number of the shard, offset and size in bytes; the audio counts as packed when it is
    there. Nothing is done where it was made from the same manifest, files and utterances.

    Arguments
    ---------
    folder: of a set with ``cuts.jsonl.gz``.
    names: ids of the utterances that can be read; the others are left out.
    jobs: number of processes.
    """
    require(folder / CUTS, made_by=Stage.MANIFESTS)
    made, record = folder / INDEX, folder / f"{PACKED}.{MADE_FROM}"
    known = set(names)
    sources = {**set_content(folder), "utterances": _digest(known)}
    if made.exists() and is_made_from(record, sources):
        logger.info("%s is up to date: nothing changed since it was made", folder / PACKED)
        return
    cuts = (cut for cut in iterate_cuts(folder) if cut.id in known)
    made.unlink(missing_ok=True)
    with (
        written_whole(made) as index,
        index.open("w", encoding="utf-8") as lines,
        written_whole(folder / PACKED, is_known_ours=_holds_shards(folder / PACKED)) as whole,
    ):
        whole.mkdir()
        shards = parallel_map(partial(_write_shard, whole), _numbered(cuts), jobs)
        total = -(-len(known) // CUTS_PER_SHARD)
        for rows in tqdm(shards, f"{folder.name} {PACKED}", total, unit="shard"):
            lines.writelines("\t".join(map(str, row)) + "\n" for row in rows)
        with written_whole(record) as partial_record:
            write_record(partial_record, sources)


@dataclass(frozen=True)
class PackedAudio:
    """Where a set's packed utterances lie.

    Arguments
    ---------
    folder: of the shards.
    shard, offset, size: ``(utterances,)`` each: number of the shard, and where in its bytes an
        utterance begins and how long it is; a negative shard for one that is not packed.
    """

    folder: Path
    shard: np.ndarray
    offset: np.ndarray
    size: np.ndarray

    @classmethod
    def load(cls, folder: Path, ids: Iterable[str]) -> "PackedAudio":
        """Read the index of a set's shards for some ids, in their order; look at every shard.

        Raises
        ------
        InputError: the index is broken, or a shard is missing or cut short.
        """
        path = require(folder / INDEX, made_by="--pack shar")
        folder = folder / PACKED
        try:
            with path.open(encoding="utf-8", newline="\n") as lines:
                rows = (_parsed(line) for line in lines)
                columns = gather_columns(rows, TYPES)
        except ValueError as error:
            raise InputError(f"{path} is broken ({error}): {MAKE_AGAIN}") from error
        _check_shards(folder, columns["shard"], columns["offset"] + columns["size"])
        row_of = dict(zip(columns["id"].tolist(), range(len(columns["id"])), strict=True))
        rows_of = np.fromiter((row_of.get(name, -1) for name in ids), np.int64)
        found = {name: columns[name][rows_of] for name in ("shard", "offset", "size")}
        found["shard"][rows_of < 0] = -1
        return cls(folder, **found)

    def select(self, is_kept: np.ndarray) -> "PackedAudio":
        """Take the utterances where the boolean array ``is_kept`` is true."""
        parts = (self.shard[is_kept], self.offset[is_kept], self.size[is_kept])
        return PackedAudio(self.folder, *parts)

    def place(self, row: int) -> tuple[Path, int, int] | None:
        """Return an utterance's shard, offset and size; None if it is not packed."""
        if self.shard[row] < 0:
            return None
        path = shard_path(self.folder, int(self.shard[row]))
        return path, int(self.offset[row]), int(self.size[row])


def shard_path(folder: Path, number: int) -> Path:
    """Return where Lhotse puts the audio of a shard.

    Example
    -------
    >>> shard_path(Path("shar"), 7).as_posix()
    'shar/recording.000007.tar'
    """
    return folder / f"recording.{number:06d}.tar"


def _digest(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def _numbered(cuts: Iterator[MonoCut]) -> Iterator[tuple[int, list[MonoCut]]]:
    number = 0
    while block := list(islice(cuts, CUTS_PER_SHARD)):
        yield number, block
        number += 1


def _write_shard(folder: Path, block: tuple[int, list[MonoCut]]) -> list[Row]:
    number, cuts = block
    with SharWriter(
        folder, {"recording": CODEC}, shard_size=CUTS_PER_SHARD, shard_offset=number
    ) as writer:
        for cut in cuts:
            writer.write(cut)
    suffix = f".{CODEC}"
    with tarfile.open(shard_path(folder, number), "r:") as members:
        return [
            (member.name.removesuffix(suffix), number, member.offset_data, member.size)
            for member in members
            if member.name.endswith(suffix)
        ]


def _holds_shards(folder: Path) -> bool:
    """Whether a folder has shards alone, or nothing: it can be replaced.

    That is the proof, for Lhotse takes a file that is the usual proof for a part of the shards.
    """
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return all(re.fullmatch(r"(recording\.\d{6}\.tar|cuts\.\d{6}\.jsonl\.gz)", n) for n in names)


def _parsed(line: str) -> Row:
    name, shard, offset, size = line.split("\t")
    return name, int(shard), int(offset), int(size)


def _check_shards(folder: Path, shard: np.ndarray, end: np.ndarray) -> None:
    needed = np.zeros(shard.max(initial=-1) + 1, dtype=np.int64)
    np.maximum.at(needed, shard, end)
    for number, size in enumerate(needed.tolist()):
        path = shard_path(folder, number)
        if not path.exists():
            raise InputError(f"missing {path}: {MAKE_AGAIN}")
        if path.stat().st_size < size:
            raise InputError(f"{path} is cut short: {MAKE_AGAIN}")
