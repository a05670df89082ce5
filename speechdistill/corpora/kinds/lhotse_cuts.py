"""A CutSet of Lhotse, made anywhere, whose audio lies in files."""

from collections.abc import Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.layout import ANY_TRIAL_LISTS, visible_files
from speechdistill.corpora.listed import ListedUtterances
from speechdistill.corpora.listed_cuts import add_cut, read_cuts

FORM = "cuts.jsonl.gz, or a folder with such files called cuts*.jsonl.gz"
SUFFIXES = (".jsonl", ".jsonl.gz")


def detect(path: Path) -> bool:
    """Whether it is called cuts*.jsonl.gz, or is a folder with such files and without shards."""
    return bool(_manifests(path)) and not (path.is_dir() and any(path.glob("*.tar")))


def read(paths: Sequence[Path]) -> Corpus:
    """Read CutSets; ``trials`` is beside them."""
    listed = ListedUtterances()
    manifests: list[Path] = []
    trials: list[TestList] = []
    for path in paths:
        found = _manifests(path)
        if not found:
            raise InputError(f"no cuts in {path}: give {FORM}")
        for manifest in found:
            for where, record in read_cuts(manifest):
                add_cut(listed, where, record, manifest)
        manifests += found
        folder = found[0].parent
        lists = [folder / name for name in ANY_TRIAL_LISTS if (folder / name).is_file()]
        trials += [TestList(each) for each in lists[:1]]
    return listed.corpus(manifests, paths[0], trials=trials)


def _manifests(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.name.startswith("cuts") and path.name.endswith(SUFFIXES) else []
    if not path.is_dir():
        return []
    entries = visible_files(path, SUFFIXES)
    return [path / entry.name for entry in entries if entry.name.startswith("cuts")]
