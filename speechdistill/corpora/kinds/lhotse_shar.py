"""Shards of Lhotse Shar, made anywhere; their audio is copied out of the tar files."""

import tarfile
from collections.abc import Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.layout import ANY_TRIAL_LISTS
from speechdistill.corpora.listed import ListedUtterances
from speechdistill.corpora.listed_cuts import add_cut, read_cuts

FORM = "a folder with cuts.000000.jsonl.gz and recording.000000.tar, and so on"
AUDIO = (".flac", ".wav", ".ogg", ".opus", ".mp3")


def detect(path: Path) -> bool:
    """Whether a folder has both kinds of shards."""
    return path.is_dir() and any(path.glob("recording.*.tar")) and bool(_manifests(path))


def read(paths: Sequence[Path]) -> Corpus:
    """Read shards of cuts, and where in the tar file beside each the audio of its cuts lies."""
    listed = ListedUtterances()
    tables: list[Path] = []
    trials: list[TestList] = []
    for path in paths:
        manifests = _manifests(path) if path.is_dir() else []
        if not manifests:
            raise InputError(f"no shards in {path}: give {FORM}")
        for manifest in manifests:
            number = manifest.name.split(".")[1]
            shard = path / f"recording.{number}.tar"
            members = _members(shard)
            for where, record in read_cuts(manifest):
                if (place := members.get(str(record.get("id")))) is None:
                    raise InputError(f"{where}: {shard} has no audio of it: make the shards again")
                add_cut(listed, where, record, manifest, (shard, *place))
        tables += manifests
        lists = [path / name for name in ANY_TRIAL_LISTS if (path / name).is_file()]
        trials += [TestList(each) for each in lists[:1]]
    return listed.corpus(tables, paths[0], trials=trials)


def _manifests(path: Path) -> list[Path]:
    return sorted([*path.glob("cuts.*.jsonl.gz"), *path.glob("cuts.*.jsonl")])


def _members(shard: Path) -> dict[str, tuple[int, int, str]]:
    """Return the place of each audio file in a shard by the id of its cut."""
    found: dict[str, tuple[int, int, str]] = {}
    try:
        with tarfile.open(shard, "r:") as members:
            for member in members:
                name, dot, suffix = member.name.rpartition(".")
                if member.isfile() and f"{dot}{suffix}" in AUDIO:
                    found[name] = (member.offset_data, member.size, f"{dot}{suffix}")
    except (OSError, tarfile.TarError) as error:
        raise InputError(f"cannot read {shard} ({error}): make the shards again") from error
    return found
