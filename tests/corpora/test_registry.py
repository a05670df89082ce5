"""Of which kind a corpus is."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.registry import corpus_kinds, kind_of, read_corpus
from tests.corpora.media import write_audio


def test_every_kind_says_what_it_expects():
    for kind in corpus_kinds().values():
        assert kind.FORM and kind.read.__doc__ and kind.detect.__doc__


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("wav/id1/v/1.wav", "voxceleb"),
        ("dev/aac/id1/v/1.m4a", "voxceleb"),
        ("id1/1.wav", "folders"),
        ("id1/v/1.flac", "folders"),
    ],
)
def test_a_plain_layout_is_found(tmp_path, file, kind):
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).touch()
    assert kind_of(tmp_path) == kind


def test_audio_astray_beside_folders_of_speakers_is_not_guessed(tmp_path):
    for file in ("id1/v/1.wav", "astray.wav"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    with pytest.raises(InputError, match=r"could be of 2 kinds: .*--corpus files or folders"):
        kind_of(tmp_path)


def test_what_is_no_corpus_is_told_what_one_is(tmp_path):
    with pytest.raises(InputError, match=r"has no known layout \(it is empty\): say with --corpus"):
        kind_of(tmp_path)
    for name in ("z", "notes.md", "a\nb", "x" * 200):
        (tmp_path / name).touch()
    (tmp_path / "lists").mkdir()
    with pytest.raises(InputError, match=r"it has a.*b, lists/, notes.md and 2 more") as line:
        kind_of(tmp_path)
    told = str(line.value).removeprefix(str(tmp_path))
    assert all(name in told for name in corpus_kinds()) and len(told) < 350
    with pytest.raises(InputError, match=r"no known layout \(it is a file \.md\)"):
        kind_of(tmp_path / "notes.md")
    with pytest.raises(InputError, match=r"no wav\.scp in .*: expected wav\.scp, utt2spk"):
        read_corpus([tmp_path], "kaldi")  # as that line says
    with pytest.raises(InputError, match=r"no folder .*nothing: give a corpus with --data"):
        kind_of(tmp_path / "nothing")
    with pytest.raises(InputError, match=r"called voxcleb, the nearest is voxceleb"):
        kind_of(tmp_path, "voxcleb")


def test_corpora_of_two_kinds_are_joined(tmp_path):
    write_audio(tmp_path / "vox/wav/id1/v/1.wav")
    write_audio(tmp_path / "own/anna/1.wav")
    corpus = read_corpus([tmp_path / "own", tmp_path / "vox"])
    assert list(corpus.speakers) == ["anna", "id1"]
    names = ["id1/v/1", "anna/1", "bert/1"]
    assert corpus.by_speaker(names) == {"id1": {"id1/v/1"}, "anna": {"anna/1"}}
    write_audio(tmp_path / "own/id1/1.wav")
    with pytest.raises(InputError, match=r"1 speakers of --data are in two corpora \(id1\)"):
        read_corpus([tmp_path / "own", tmp_path / "vox"])
