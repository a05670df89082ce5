"""Every kind of corpus with its lists and files spoilt: manifests or one line, nothing else."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.prepare_test import TestSettings, prepare_test_set
from speechdistill.corpora.registry import AUTO, corpus_kinds
from speechdistill.quality.compute import compute_quality
from speechdistill.storage.places import SETS, TEST
from tests.corpora.layouts import LAYOUTS, segments, sitw, utterances, voices
from tests.fuzz import MANY
from tests.fuzz.spoiling import Tree, changed, changes
from tests.fuzz.trees import WHOLE, audio, check_sets, fuzzed, state
from tests.tiny_cn_celeb import make_cn_celeb

TESTS_ALONE = ("sitw", "voices", "files")


def short_segments(root: Path, audio_folder: Path) -> Path:
    return segments(root, audio_folder, ((0.01, 0.05), (0.05, -1)))


def short_sitw(root: Path, audio_folder: Path) -> Path:
    folder = sitw(root, audio_folder)
    enrolled = folder / "lists/enroll-assist.lst"
    enrolled.write_text(enrolled.read_text().replace("0.200 1.000", "0.02 0.08"))
    return folder


def files(root: Path, audio_folder: Path) -> Path:
    folder = root / "files"
    deep = "deep/er/still"  # less deep, they could be folders of speakers
    (folder / deep).mkdir(parents=True)
    for number, (name, *_) in enumerate(utterances(audio_folder)):
        place = folder / (deep if number % 2 else "") / f"{name}.wav"
        place.write_bytes(WHOLE)
    (folder / "list.txt").write_text(f"u00.wav {deep}/u07.wav\nu00.wav u14.wav\n")
    return folder


MAKERS = {
    **{kind: (kind, make) for kind, make in LAYOUTS.items()},
    "segments": ("kaldi", short_segments),
    "sitw": ("sitw", short_sitw),
    "voices": ("voices", voices),
    "files": ("files", files),
    "cn-celeb": ("cn-celeb", lambda root, _: make_cn_celeb(root)),
}


def tree_of(folder: Path) -> Tree:
    """Read a corpus; what links lead to is shared, whatever becomes of the links."""
    flac = audio(1600, "FLAC")
    found: Tree = {}
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            content = str(path.readlink()) if path.is_symlink() else path.read_bytes()
            found[str(path.relative_to(folder))] = flac if path.suffix == ".flac" else content
    return found


def write_tree(tree: Tree, root: Path) -> None:
    for name, content in tree.items():
        path = Path(os.fsdecode(os.fsencode(root)), name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.symlink_to(content)
        except (OSError, ValueError):
            continue  # no name of a file, or one of a folder


class Corpora:
    """A corpus of each kind, what is right of it, and a training set that none is of."""

    def __init__(self, root: Path) -> None:
        self.audio = root / "audio"
        self.audio.mkdir()
        for number in range(32):
            # Different, so that it shows if one is taken for another.
            frames = 1600 + 16 * number
            (self.audio / f"u{number:02d}.wav").write_bytes(audio(frames))
        self.trees: dict[str, Tree] = {}
        for name, (_, make) in MAKERS.items():
            made = root / name
            made.mkdir()
            self.trees[name] = tree_of(make(made, self.audio))
        (root / "own").mkdir()
        self.training = root / "trained" / "data"
        trained = LAYOUTS["table"](root / "own", root / "own" / "audio")
        prepare_corpus(PreparationSettings([trained], self.training, root / "x", dev_speakers=2))
        self.told = {
            (name, is_test): self.read(name, self.trees[name], is_test, AUTO)
            for name, (kind, _) in MAKERS.items()
            for is_test in ((True,) if kind in TESTS_ALONE else (False, True))
        }
        assert not [which for which, told in self.told.items() if told is None]

    def read(self, name: str, tree: Tree, is_test: bool, kind: str) -> dict | None:
        """Return who speaks in what, and how many trials there are; None if it is refused."""
        with tempfile.TemporaryDirectory() as folder:
            corpus, data, decoded = (Path(folder, each) for each in (name, "data", "decoded"))
            corpus.mkdir()
            write_tree(tree, corpus)
            before = state(corpus), state(self.audio)
            lists = ["list.txt"] if name == "files" else []
            try:
                if is_test:
                    report = prepare_test_set(
                        TestSettings(
                            *(corpus, data, decoded, self.training / "train", lists, kind),
                            skipped_limit=0.3,
                        )
                    )
                else:
                    report = prepare_corpus(
                        PreparationSettings(
                            *([corpus], data, decoded),
                            **{"dev_speakers": 2, "min_duration": 0.0, "skipped_limit": 0.3},
                            corpus=kind,
                        )
                    )
                sets = [TEST] if is_test else SETS
                for each in sets:
                    compute_quality(data / each, jobs=1, skipped_limit=1.0)
            except InputError as error:
                assert len(str(error).splitlines()) == 1, str(error)
                assert str(error).encode()
                assert not (data / "report.json").exists()
                return None
            else:
                check_sets(report, data, sets)
                told = (data / TEST / "utt2spk").read_bytes()
                return {"told": told, "trials": report.trials, "sets": report.sets}
            finally:
                assert (state(corpus), state(self.audio)) == before


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    return Corpora(tmp_path_factory.mktemp("corpora"))


def read_whatever(corpora: Corpora, name: str, change, is_test: bool, is_named: bool) -> None:
    kind = MAKERS[name][0]
    is_test = is_test or kind in TESTS_ALONE
    tree = changed(corpora.trees[name], *change)
    read = corpora.read(name, tree, is_test, kind if is_named else AUTO)
    harmless, _ = change
    if harmless:
        assert read == corpora.told[name, is_test]


@pytest.mark.slow
@settings(fuzzed, max_examples=30)
@given(st.sampled_from(list(MAKERS)), changes(), st.booleans(), st.booleans())
def test_any_lists_end_in_manifests_or_in_one_line(corpora, name, change, is_test, is_named):
    read_whatever(corpora, name, change, is_test, is_named)


@pytest.mark.slow
@settings(fuzzed, max_examples=max(1, MANY // 20))
@given(st.sampled_from(list(MAKERS)), changes(), st.booleans(), st.booleans())
def test_many_lists_end_in_manifests_or_in_one_line(corpora, name, change, is_test, is_named):
    read_whatever(corpora, name, change, is_test, is_named)


def test_every_kind_is_spoilt():
    """VoxCeleb's is in test_corpus_folders."""
    assert {kind for kind, _ in MAKERS.values()} == set(corpus_kinds()) - {"voxceleb"}
