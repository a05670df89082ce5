import numpy as np
import pytest
import soundfile

from speechdistill.corpora.faces import FaceImage
from speechdistill.corpora.integrity import inspect_audio
from speechdistill.corpora.manifests import cut_writer, iterate_cuts, load_cuts, utterance_cut
from speechdistill.corpora.utterances import Utterance
from speechdistill.errors import InputError
from tests.corpora.media import write_audio


@pytest.fixture
def cut(tmp_path):
    utterance = Utterance("id1/video/00001", write_audio(tmp_path / "id1/video/00001.flac"))
    face = FaceImage("id1/video/1", "/faces/1.jpg", "id1", "video")
    header = inspect_audio(utterance.path)
    return utterance_cut(utterance, header, utterance.path, "f", "A woman.", [face])


def test_a_cut_survives_the_file_and_reads_its_audio(tmp_path, cut):
    with cut_writer(tmp_path / "train") as write:
        write(cut)
    (loaded,) = load_cuts(tmp_path / "train")
    assert loaded == cut
    assert loaded.supervisions[0].speaker == "id1"
    assert loaded.supervisions[0].gender == "f"
    assert loaded.supervisions[0].text == "A woman."
    assert loaded.custom == {"session": "video", "faces": ["/faces/1.jpg"]}
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
    (tmp_path / "cuts.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(InputError, match=r"cuts.jsonl.gz is broken"):
        list(iterate_cuts(tmp_path))
