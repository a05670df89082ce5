"""Packed audio is the same audio, for us and for Lhotse."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from lhotse import CutSet

from speechdistill.base.errors import InputError
from speechdistill.corpora import packing
from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.cut_table import CutTable
from speechdistill.corpora.integrity import inspect_audio
from speechdistill.corpora.json_lines import compressed_lines, member_writer
from speechdistill.corpora.packing import INDEX, PACKED, pack_set, shard_path
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.inputs.utterances import Utterances
from speechdistill.quality.table import QualityTable
from speechdistill.storage.places import CUTS, SKIPPED
from tests.corpora.media import utterance_of


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Seven utterances over the whole range of samples, of which the last cannot be read."""
    monkeypatch.setattr(packing, "CUTS_PER_SHARD", 3)
    random = np.random.default_rng(0)
    records = []
    for row, suffix in enumerate([".wav", ".flac", ".wav", ".wav", ".flac", ".wav", ".wav"]):
        name = f"id{row // 2}/v{row}/{row:05d}"
        path = tmp_path / "corpus" / f"{name}{suffix}"
        path.parent.mkdir(parents=True)
        samples = random.integers(-32768, 32768, 8000 + 1001 * row).astype(np.int16)
        soundfile.write(path, samples, 8000 if row == 2 else 16000)
        header = inspect_audio(path)
        records.append(cut_record(utterance_of(name, path), header, path, "f", None))
    with member_writer(tmp_path / "train" / CUTS) as write:
        write(compressed_lines(records))
    ids = [record["id"] for record in records[:-1]]
    table = QualityTable(ids, {"quality": np.ones(len(ids))})
    table.save(tmp_path / "train" / "quality" / "speech.tsv")
    SkippedItems([(str(path), "unreadable")]).save(tmp_path / "train" / "quality" / SKIPPED)
    return tmp_path


def perceive(data: Path):
    return Utterances(sample_rate=16000, chunk_duration=0.3).perceive(data, data, "train")


def read_all(data: Path) -> list[np.ndarray]:
    perceived = perceive(data)
    return [
        perceived.read(row, generator).numpy()
        for row in range(len(perceived))
        for generator in (None, np.random.default_rng(row), np.random.default_rng(100 + row))
    ]


def pack(data: Path, jobs: int = 1) -> Path:
    pack_set(data / "train", perceive(data).quality.ids, jobs)
    return data / "train" / PACKED


@pytest.mark.parametrize("jobs", [1, 2])
def test_packed_and_unpacked_inputs_are_bit_equal(data, jobs):
    unpacked = read_all(data)
    pack(data, jobs)
    for path in (data / "corpus").rglob("*.*"):
        path.unlink()
    packed = read_all(data)
    assert len(packed) == len(unpacked) == 18
    for one, other in zip(unpacked, packed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_lhotse_reads_what_is_packed(data):
    cuts = CutSet.from_jsonl_lazy(data / "train" / CUTS)
    expected = {cut.id: cut.load_audio() for cut in cuts}
    found = {cut.id: cut for cut in CutSet.from_shar(in_dir=str(pack(data)))}
    assert list(found) == list(expected)[:-1]
    for name, cut in found.items():
        np.testing.assert_array_equal(cut.load_audio(), expected[name])
        assert cut.supervisions[0].speaker == name.split("/")[0]


def test_an_utterance_that_is_not_packed_is_read_from_its_file(data):
    pack(data)
    table = CutTable.load(data / "train")
    assert table.packed.place(0)[0] == shard_path(data / "train" / PACKED, 0)
    assert table.packed.place(6) is None
    last = list(CutSet.from_jsonl_lazy(data / "train" / CUTS))[6]
    np.testing.assert_array_equal(table.cut(6).load_audio(), last.load_audio())


def test_reading_leaves_no_file_open(data):
    pack(data)
    perceived = perceive(data)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for row in range(60):
        perceived.read(row % len(perceived), np.random.default_rng(row))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2


def test_shards_that_are_missing_or_cut_short_are_named(data):
    shard = shard_path(pack(data), 1)
    content = shard.read_bytes()
    shard.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"recording\.000001\.tar is cut short"):
        perceive(data)
    shard.unlink()
    with pytest.raises(InputError, match=r"missing .*recording\.000001\.tar"):
        perceive(data)


def test_a_damaged_shard_is_named_when_it_is_read(data):
    shard = shard_path(pack(data), 1)
    shard.write_bytes(bytes(shard.stat().st_size))
    with pytest.raises(InputError, match=r"cannot read .*recording\.000001\.tar at byte"):
        perceive(data).read(3, None)


@pytest.mark.parametrize("content", ["id0/v0/00000\t0\n", "a\tb\tc\td\n"])
def test_a_broken_index_is_named(data, content):
    pack(data)
    (data / "train" / INDEX).write_text(content)
    with pytest.raises(InputError, match=r"shar\.tsv is broken"):
        perceive(data)


def test_audio_is_not_packed_before_all_is(data, monkeypatch):
    def fail(folder, block):
        raise RuntimeError

    monkeypatch.setattr(packing, "_write_shard", fail)
    with pytest.raises(RuntimeError):
        pack(data)
    assert {path.name for path in (data / "train").iterdir()} == {"quality", CUTS}


def test_what_is_up_to_date_is_not_packed_again(data):
    pack(data)
    made = (data / "train" / INDEX).stat().st_mtime_ns
    pack(data)
    assert (data / "train" / INDEX).stat().st_mtime_ns == made
