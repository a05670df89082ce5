import pickle
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from lhotse import MonoCut, Recording, SupervisionSegment

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.cut_table import CutTable
from speechdistill.corpora.integrity import AudioHeader
from speechdistill.corpora.json_lines import compressed_lines, member_writer
from speechdistill.corpora.manifests import cut_writer
from speechdistill.storage.places import CUTS
from tests.corpora.media import utterance_of, write_audio


def make_cut(folder: Path, name: str, gender: str | None = "f") -> MonoCut:
    path = write_audio(folder / f"{name.replace('/', '-')}.wav")
    recording = Recording.from_file(path, recording_id=name)
    cut = recording.to_cut()
    cut.id = name
    person, session, _ = name.split("/")
    cut.supervisions = [
        SupervisionSegment(name, name, 0.0, cut.duration, speaker=person, gender=gender)
    ]
    cut.custom = {"session": session}
    return cut


def kinds_of(cut: MonoCut) -> list[MonoCut]:
    return [
        cut,
        cut.truncate(offset=0.25, duration=0.5, preserve_id=True),
        cut.resample(8000),
        cut.perturb_speed(1.1),
        cut.move_to_memory(),
    ]


def test_every_kind_of_cut_reads_the_same_audio(tmp_path):
    cuts = kinds_of(make_cut(tmp_path, "a/v/1"))
    with cut_writer(tmp_path) as write:
        for cut in cuts[:-1]:  # samples in memory are not written
            write(cut)
    for table, count in ((CutTable.of(cuts), 5), (CutTable.load(tmp_path), 4)):
        assert len(table) == count
        assert 0 not in table.others and 1 not in table.others
        for row, cut in enumerate(cuts[:count]):
            np.testing.assert_array_equal(table.cut(row).load_audio(), cut.load_audio())
            assert table.columns["duration"][row] == cut.duration


def test_columns_say_who_speaks_and_where(tmp_path):
    cuts = [make_cut(tmp_path, "a/v/1"), make_cut(tmp_path, "b/w/1", gender=None)]
    table = CutTable.of(cuts)
    assert [list(table.columns[name]) for name in ("id", "speaker", "session", "gender")] == [
        ["a/v/1", "b/w/1"],
        ["a", "b"],
        ["v", "w"],
        ["f", ""],
    ]


def test_cuts_that_are_selected_keep_their_own(tmp_path):
    cuts = kinds_of(make_cut(tmp_path, "a/v/1"))
    table = CutTable.of(cuts).select(np.array([False, True, False, True, True]))
    for row, cut in enumerate((cuts[1], cuts[3], cuts[4])):
        np.testing.assert_array_equal(table.cut(row).load_audio(), cut.load_audio())


def test_missing_empty_and_broken_manifests_are_named(tmp_path):
    with pytest.raises(InputError, match=r"missing .*cuts.jsonl.gz: stage 1 makes it"):
        CutTable.load(tmp_path)
    with member_writer(tmp_path / CUTS):
        pass
    with pytest.raises(InputError, match="holds no cuts"):
        CutTable.load(tmp_path)
    whole = compressed_lines([{"id": str(row)} for row in range(500)])
    for content in (b"not gzip", whole, whole[: len(whole) // 2], _changed(whole)):
        (tmp_path / CUTS).write_bytes(content)
        with pytest.raises(InputError, match=r"cuts.jsonl.gz is broken"):
            CutTable.load(tmp_path)


def test_a_cut_takes_few_bytes_and_few_objects(tmp_path):
    header = AudioHeader(16000, 100_000)
    with member_writer(tmp_path / CUTS) as write:
        for speaker in range(100):
            names = [f"id{speaker:05d}/abcdefghijk/{row:05d}" for row in range(50)]
            paths = [Path(f"/corpora/VoxCeleb2/dev/wav/{name}.wav") for name in names]
            write(
                compressed_lines(
                    cut_record(utterance_of(name, path), header, path, "m", None)
                    for name, path in zip(names, paths, strict=True)
                )
            )
    tracemalloc.start()
    table = CutTable.load(tmp_path)
    now = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert now / len(table) < 300
    assert len(pickle.dumps(table)) / len(table) < 300


def _changed(content: bytes) -> bytes:
    return content[:40] + bytes([content[40] ^ 0xFF]) + content[41:]
