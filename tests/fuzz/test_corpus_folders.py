"""Whatever lies in a corpus folder: manifests or one line that names the remedy, nothing else."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.corpora.metadata import load_speakers, load_text
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.quality.compute import compute_quality
from speechdistill.storage.places import SETS
from tests.fuzz import MANY
from tests.fuzz.trees import CONTENTS, ODD, WHOLE, check_sets, fuzzed, state

FEW = 30
PEOPLE = [f"p{number}" for number in range(7)]


SUFFIXES = [".wav", ".WAV", ".flac", ".ogg", ".mp3", ".jpg", ".sph", ".txt", "", ".wav.part"]
STARTS = ["x", "x", "x", "._x", "id 1", *ODD]
NAMES = st.one_of(
    st.builds("{}{}".format, st.sampled_from(STARTS), st.sampled_from(SUFFIXES)),
    st.sampled_from(["0.wav", "1.wav", "new", "p1", "v1", "1.6"]),
)
TARGETS = [".", "..", "../..", "nowhere", "itself", "/dev/null", "../p1"]


@st.composite
def additions(draw) -> list[tuple[str, str, object]]:
    """What is put into a whole corpus: files, folders and links at any level."""
    places = ["", *(f"{top}/{person}" for top in ("wav", "unzippedFaces") for person in PEOPLE[:3])]
    places += [f"{place}/v0" for place in places[1:]] + ["wav", "unzippedFaces", "wav/new/v/deep"]
    found = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["file", "file", "file", "folder", "link"]))
        what: object = None
        if kind == "file":
            what = draw(st.sampled_from(CONTENTS))
        elif kind == "link":
            what = draw(st.sampled_from(TARGETS))
        found.append((f"{draw(st.sampled_from(places))}/{draw(NAMES)}", kind, what))
    return found


def make_tree(root: Path, changes) -> None:
    for person in PEOPLE:
        for session in ("v0", "v1"):
            for take in range(2):
                path = root / "wav" / person / session / f"{take}.wav"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(WHOLE)
            image = root / "unzippedFaces" / person / session / "0.jpg"
            image.parent.mkdir(parents=True, exist_ok=True)
            image.write_bytes(b"an image")
    (root / "veri_test2.txt").write_text("1 p0/v0/0.wav p0/v1/0.wav\n0 p0/v0/0.wav p1/v0/0.wav\n")
    for name, kind, what in changes:
        path = root / name.lstrip("/")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink() or path.is_file():
                path.unlink()
            if kind == "file":
                path.write_bytes(what)
            elif kind == "folder":
                path.mkdir(exist_ok=True)
            else:
                path.symlink_to(path.name if what == "itself" else what)
        except OSError:
            continue  # two additions that do not go together


def prepare_whatever(changes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, data = Path(folder, "corpus"), Path(folder, "data")
        make_tree(root, changes)
        before = state(root)
        try:
            report = prepare_corpus(
                PreparationSettings(
                    *([root], data, Path(folder, "decoded")),
                    dev_speakers=2,
                    min_duration=0.0,
                    skipped_limit=0.3,
                )
            )
            for name in SETS:
                compute_quality(data / name, jobs=1, skipped_limit=1.0)
        except InputError as error:
            assert len(str(error).splitlines()) == 1, str(error)
            assert str(error).encode()
            assert not (data / "report.json").exists()
        else:
            check_sets(report, data, SETS)
        assert state(root) == before


@pytest.mark.slow
@settings(fuzzed, max_examples=FEW)
@given(changes=additions())
def test_any_folder_ends_in_manifests_or_in_one_line(changes):
    prepare_whatever(changes)


@pytest.mark.slow
@settings(fuzzed, max_examples=max(1, MANY // 20))  # each takes 80 ms
@given(changes=additions())
def test_many_folders_end_in_manifests_or_in_one_line(changes):
    prepare_whatever(changes)


FIELDS = st.one_of(
    st.sampled_from(["id1", "id2", "m", "f", "dev", "test", "", "A, B", '"', *ODD]),
    st.text(st.characters(codec="utf-8"), max_size=4),
)
HEADER = b"VoxCeleb1 ID\tVGGFace1 ID\tGender\tNationality\tSet\n"


@st.composite
def tables(draw) -> bytes:
    """Rows that may be right, of any fields or of any bytes."""
    separator = draw(st.sampled_from(["\t", ",", "\t,"]))
    rows = draw(st.lists(st.lists(FIELDS, max_size=6), max_size=4))
    end = draw(st.sampled_from(["\n", "\r\n", "\r", "\u2028"]))
    text = end.join(separator.join(row) for row in rows)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16"]))
    start = draw(st.sampled_from([b"", HEADER, b"\xef\xbb\xbf" + HEADER]))
    return start + text.encode(encoding, "replace") + draw(st.binary(max_size=2))


def read_whatever(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.tsv")
        path.write_bytes(content)
        for read in (lambda: load_speakers([path]), lambda: load_text(path)):
            try:
                found = read()
            except InputError as error:
                assert "\n" not in str(error)
            else:
                assert all(name for name in found)
        assert path.read_bytes() == content


@settings(fuzzed, max_examples=5 * FEW)
@given(content=tables())
def test_any_table_is_read_or_refused_in_one_line(content):
    read_whatever(content)


@pytest.mark.slow
@settings(fuzzed, max_examples=max(1, MANY // 2))
@given(content=tables())
def test_many_tables_are_read_or_refused_in_one_line(content):
    read_whatever(content)
