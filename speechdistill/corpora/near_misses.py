"""What a folder lacks of a layout that it nearly has, and what to do about it."""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from speechdistill.corpora.columns_of_table import header_of
from speechdistill.corpora.layout import (
    AUDIO_FOLDERS,
    AUDIO_SUFFIXES,
    visible_files,
    visible_folders,
)

ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
MANIFESTS = (".jsonl", ".jsonl.gz")
# vox1_dev_wav_partaa, cn-celeb2_v2.tar.gzaa
PART_OF_ARCHIVE = re.compile(r"(?P<whole>.+?)(_part|(?<=\.(?:zip|tar))\.?|(?<=\.gz)\.?)[a-z]{2}")
OTHER_SOUND = (".aiff", ".aif", ".sph", ".mp4", ".m4v", ".wma", ".pcm", ".raw", ".au", ".webm")
MOST = 30  # folders of a level that are looked into: a corpus may have thousands of speakers
SHOWN, DEEPEST = 3, 8


def remedy(path: Path, kind_at: Callable[[Path], str | None]) -> str | None:
    """Return what to do about a folder or file of no known layout; None if that cannot be told.

    Arguments
    ---------
    path: it is there.
    kind_at: gives the kind whose layout another folder has, if there is exactly one.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "wav.scp").touch()
    >>> remedy(folder, lambda path: None)
    'wav.scp needs an utt2spk beside it, lines `utterance speaker`: add it'
    """
    if not path.is_dir():
        return next(_of_file(path), None)
    looks = chain(
        *(_of_lists(path), _below(path, kind_at), _of_tables(path)),
        *(_of_manifests(path), _of_packed(path), _of_sound(path)),
    )
    return next(looks, None)


def _of_file(path: Path) -> Iterator[str]:
    if path.name.lower().endswith(MANIFESTS):
        yield f"if it is a CutSet of Lhotse, call it cuts-{path.name}"
    elif path.suffix.lower() in ARCHIVES:
        yield "unpack it, and give the folder"
    elif path.suffix == ".scp":
        yield "give the folder that it is in"
    elif path.suffix.lower() in (".csv", ".tsv"):
        yield _of_header(path)


def _of_lists(path: Path) -> Iterator[str]:
    """Kaldi's, Common Voice's, those of SITW and VOiCES."""

    def has(name: str) -> bool:
        return (path / name).exists()

    if has("wav.scp") and not has("utt2spk"):
        if has("spk2utt"):
            yield "wav.scp needs an utt2spk: make it of spk2utt (utils/spk2utt_to_utt2spk.pl)"
        yield "wav.scp needs an utt2spk beside it, lines `utterance speaker`: add it"
    if has("utt2spk") and not has("wav.scp"):
        seen = ", as feats.scp has no audio" if has("feats.scp") else ""
        yield f"utt2spk needs a wav.scp beside it, lines `utterance path`: add it{seen}"
    if has("clips"):
        if has("validated.tsv"):
            yield "validated.tsv needs the columns client_id and path: take that of Common Voice"
        yield "clips/ needs a validated.tsv beside it, which lists them: take that of Common Voice"
    if has("audio") and (has("lists") or has("keys")):
        lacking = [n for n in ("lists/enroll-core.lst", "keys/core-core.lst") if not has(n)]
        yield f"if it is of SITW, it needs {' and '.join(lacking)}: add it"
    for name in AUDIO_FOLDERS:
        if has(name.upper()) and not has(name):
            yield f"call {name.upper()}/ {name}/"
    for part in ("dev", "eval"):
        if has(f"sid_{part}"):
            yield f"sid_{part}/ needs sid_{part}_lists_and_keys/ beside it: add it"


def _of_tables(path: Path) -> Iterator[str]:
    for entry in visible_files(path, (".csv", ".tsv")):
        if not entry.name.startswith("vox"):
            yield f"{entry.name}: {_of_header(path / entry.name)}"
    for entry in visible_files(path, (".txt",)):
        if {"path", "speaker"} <= set(header_of(path / entry.name)):
            yield f"call {entry.name} .csv"
    for entry in visible_files(path, (".xlsx", ".xls", ".ods")):
        yield f"save {entry.name} as .csv"


def _of_header(table: Path) -> str:
    names = ", ".join(name[:40] for name in header_of(table)[:8])
    return (
        f"its first line ({names}) should name columns, of which path and speaker are two: rename "
        "them, or add the line"
    )


def _of_manifests(path: Path) -> Iterator[str]:
    names = [entry.name for entry in visible_files(path, MANIFESTS)]
    parts = [
        next((name for name in names if part in name), None)
        for part in ("recordings", "supervisions")
    ]
    if all(parts):
        recordings, supervisions = parts
        yield (
            f"make cuts of {recordings} and {supervisions} (lhotse cut simple -r {recordings} "
            f"-s {supervisions} cuts.jsonl.gz)"
        )
    for name in names:
        yield f"if {name} is a CutSet of Lhotse, call it cuts-{name}"
    for entry in visible_files(path, (".yaml", ".yaml.gz", ".json")):
        if "cuts" in entry.name:
            yield f"write {entry.name} as lines (lhotse copy {entry.name} cuts.jsonl.gz)"


def _below(path: Path, kind_at: Callable[[Path], str | None]) -> Iterator[str]:
    first = visible_folders(path)[:MOST]
    second = [below for folder in first for below in visible_folders(folder)[:MOST]]
    for level in (first, second):
        found = {folder: kind for folder in level if (kind := kind_at(folder)) is not None}
        found = {folder: kind for folder, kind in found.items() if kind != "files"}
        # That of folders may be a speaker's: of a part of a corpus there are few.
        if found and (set(found.values()) != {"folders"} or len(found) <= SHOWN):
            names = [f"{folder.relative_to(path)}/ ({kind})" for folder, kind in found.items()]
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            which = "one of them" if len(names) > 1 else "that"
            yield f"it is above {', '.join(names[:SHOWN])}{more}: give {which}"


def _of_packed(path: Path) -> Iterator[str]:
    for name in sorted(entry.name for entry in path.iterdir() if entry.is_file()):
        if name.lower().endswith(ARCHIVES):
            yield f"unpack {name}"
        elif match := PART_OF_ARCHIVE.fullmatch(name):
            whole = match["whole"]
            whole += "" if whole.endswith(ARCHIVES) else ".zip"
            yield f"join its parts (cat {name[:-1]}* > {whole}), and unpack"


def _of_sound(path: Path) -> Iterator[str]:
    level = [path]
    for depth in range(DEEPEST):
        for folder in level:
            for entry in visible_files(folder, (*AUDIO_SUFFIXES, *OTHER_SOUND)):
                place = (folder / entry.name).relative_to(path)
                if entry.name.lower().endswith(OTHER_SOUND):
                    yield f"{place} is of a form that is not read: convert such files to .wav"
                elif depth > 2:
                    yield (
                        f"{place} lies deeper than <speaker>/<session>/<utterance>: give the "
                        "folder of the speakers' folders, or list the files in a table"
                    )
        level = [below for folder in level for below in visible_folders(folder)[:MOST]][:MOST]
