import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from lhotse import MonoCut, Recording, SupervisionSegment
from lhotse.audio import AudioSource

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.cut_table import CutTable
from speechdistill.corpora.integrity import AudioHeader, inspect_audio
from speechdistill.corpora.manifests import cut_writer, load_cuts
from tests.corpora.media import utterance_of, write_audio


@pytest.fixture
def cut(tmp_path):
    utterance = utterance_of("id1/video/00001", write_audio(tmp_path / "id1/video/00001.flac"))
    header = inspect_audio(utterance.path)
    return MonoCut.from_dict(cut_record(utterance, header, utterance.path, "f", "A woman."))


@pytest.mark.parametrize(("gender", "text"), [("f", "A woman."), (None, None)])
def test_a_record_is_what_lhotse_writes_of_the_cut(gender, text):
    utterance = utterance_of("id1/video/00001", Path("/wav/id1/video/00001.wav"))
    header = AudioHeader(sample_rate=16000, frames=48123)
    record = cut_record(utterance, header, utterance.path, gender, text)
    recording = Recording(
        id=utterance.id,
        sources=[AudioSource("file", [0], str(utterance.path))],
        sampling_rate=16000,
        num_samples=48123,
        duration=48123 / 16000,
    )
    supervision = SupervisionSegment(
        *(utterance.id, utterance.id, 0.0, recording.duration),
        text=text,
        speaker="id1",
        gender=gender,
    )
    custom = {"session": "video"}
    cut = MonoCut(
        *(utterance.id, 0.0, recording.duration, 0, [supervision], None, recording, custom)
    )
    assert json.dumps(record) == json.dumps(cut.to_dict())
    assert MonoCut.from_dict(record) == cut


def test_a_cut_survives_the_file_and_reads_its_audio(tmp_path, cut):
    with cut_writer(tmp_path / "train") as write:
        write(cut)
    (loaded,) = load_cuts(tmp_path / "train")
    assert loaded == cut
    assert loaded.supervisions[0].speaker == "id1"
    assert loaded.supervisions[0].gender == "f"
    assert loaded.supervisions[0].text == "A woman."
    assert loaded.custom == {"session": "video"}
    expected = soundfile.read(tmp_path / "id1/video/00001.flac", dtype="float32")[0]
    np.testing.assert_array_equal(loaded.load_audio()[0], expected)


def test_a_failed_block_writes_nothing(tmp_path, cut):
    with pytest.raises(RuntimeError), cut_writer(tmp_path / "train") as write:
        write(cut)
        raise RuntimeError
    assert not list((tmp_path / "train").iterdir())


def test_missing_empty_and_broken_manifests_are_named(tmp_path, cut):
    with pytest.raises(InputError, match=r"missing .*cuts.jsonl.gz: stage 1 makes it"):
        load_cuts(tmp_path)
    with cut_writer(tmp_path):
        pass
    with pytest.raises(InputError, match=r"holds no cuts"):
        load_cuts(tmp_path)
    with cut_writer(tmp_path) as write:
        write(cut)
    whole = (tmp_path / "cuts.jsonl.gz").read_bytes()
    for content in (b"not gzip", whole[:-20], whole[:40] + bytes([whole[40] ^ 0xFF]) + whole[41:]):
        (tmp_path / "cuts.jsonl.gz").write_bytes(content)
        for read in (load_cuts, CutTable.load):
            with pytest.raises(InputError, match=r"cuts.jsonl.gz is broken .*run stage 1 again"):
                read(tmp_path)
