"""What a folder lacks of a layout that it nearly has: each has a remedy of its own, in one line."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.registry import corpus_kinds, kind_of
from tests.corpora.layouts import LAYOUTS, sitw, utterances, voices
from tests.corpora.media import write_audio
from tests.tiny_cn_celeb import make_cn_celeb


@pytest.fixture(scope="module")
def audio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audio")
    assert len(list(utterances(folder))) == 32
    return folder


def told(path: Path) -> str:
    """What is to be done about it, after what is in it."""
    with pytest.raises(InputError, match=r"has no known layout \(") as line:
        kind_of(path)
    (text,) = str(line.value).splitlines()
    assert len(text) < 500 + len(str(path))
    return text.partition("): ")[2]


def renamed(old: str, new: str) -> Callable[[Path], None]:
    def rename(data: Path) -> None:
        (data / old).rename(data / new)

    return rename


def removed(*names: str) -> Callable[[Path], None]:
    def remove(data: Path) -> None:
        for name in names:
            path = data / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return remove


def with_columns(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        (data / file).write_text((data / file).read_text().replace(old, new, 1))

    return change


NEAR = [
    ("kaldi", removed("utt2spk"), "wav.scp needs an utt2spk beside it, lines `utterance speaker`"),
    ("kaldi", renamed("utt2spk", "spk2utt"), "make it of spk2utt (utils/spk2utt_to_utt2spk.pl)"),
    ("kaldi", removed("wav.scp"), "utt2spk needs a wav.scp beside it, lines `utterance path`: add"),
    ("kaldi", renamed("wav.scp", "feats.scp"), "as feats.scp has no audio"),
    ("table", with_columns("own.csv", "Path,sp", "file,sp"), "own.csv: its first line (id, file, "),
    ("table", with_columns("own.csv", "id,", "# of mine\n"), "first line (# of mine) should name"),
    ("table", renamed("own.csv", "own.txt"), "call own.txt .csv"),
    ("table", renamed("own.csv", "own.xlsx"), "save own.xlsx as .csv"),
    ("lhotse-cuts", renamed("cuts.jsonl", "my_cuts.jsonl"), "call it cuts-my_cuts.jsonl"),
    ("lhotse-cuts", renamed("cuts.jsonl", "cuts.yaml"), "(lhotse copy cuts.yaml cuts.jsonl.gz)"),
    ("common-voice", renamed("validated.tsv", "train.tsv"), "clips/ needs a validated.tsv beside"),
    (
        "common-voice",
        with_columns("validated.tsv", "client_id", "who"),
        "the columns client_id and",
    ),
    ("sitw", removed("keys"), "needs keys/core-core.lst: add it"),
    ("voices", removed("sid_dev_lists_and_keys"), "sid_dev/ needs sid_dev_lists_and_keys/ beside"),
]


@pytest.mark.parametrize(("kind", "spoil", "remedy"), NEAR)
def test_what_lacks_one_thing_is_told_which(kind, spoil, remedy, audio, tmp_path):
    data = (LAYOUTS | {"sitw": sitw, "voices": voices})[kind](tmp_path, audio)
    spoil(data)
    assert remedy in told(data)


def test_recordings_and_supervisions_make_cuts(tmp_path):
    for name in ("vox_recordings.jsonl.gz", "vox_supervisions.jsonl.gz"):
        (tmp_path / name).touch()
    assert "-r vox_recordings.jsonl.gz -s vox_supervisions.jsonl.gz cuts.jsonl" in told(tmp_path)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("vox1_dev_wav.zip", "unpack vox1_dev_wav.zip"),
        ("cv-corpus-17.0-en.tar.gz", "unpack cv-corpus-17.0-en.tar.gz"),
        ("vox1_dev_wav_partaa", "(cat vox1_dev_wav_parta* > vox1_dev_wav.zip)"),
        ("cn-celeb2_v2.tar.gzaa", "(cat cn-celeb2_v2.tar.gza* > cn-celeb2_v2.tar.gz)"),
        ("id1/v/1.aiff", "id1/v/1.aiff is of a form that is not read: convert"),
        ("dev/mp4/id1/v/1.mp4", "dev/mp4/id1/v/1.mp4 is of a form that is not read: convert"),
        ("WAV/id1/v/1.wav", "call WAV/ wav/"),
    ],
)
def test_what_is_packed_of_another_form_or_elsewhere(name, remedy, tmp_path):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    assert remedy in told(tmp_path)


def test_audio_that_lies_deeper_than_sessions(tmp_path):
    for who in range(4):
        (tmp_path / f"id{who}/v/w").mkdir(parents=True)
        (tmp_path / f"id{who}/v/w/1.wav").touch()
    assert told(tmp_path).startswith("id0/v/w/1.wav lies deeper than <speaker>/<session>/<utter")


@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("above", [1, 2])
def test_a_folder_above_a_corpus_names_it(kind, above, audio, tmp_path):
    place = tmp_path / "all" / "of it" if above == 2 else tmp_path / "all"
    place.mkdir(parents=True)
    data = LAYOUTS[kind](place, audio)
    if kind == "folders":
        data = data.rename(data.with_name("train-clean"))
        name = f"{data.relative_to(tmp_path / 'all')}/ (folders)"
    else:
        name = f"{data.relative_to(tmp_path / 'all')}/ ({kind})"
    assert told(tmp_path / "all").endswith(f"it is above {name}: give that")


def test_parts_of_a_corpus_are_no_speakers(tmp_path):
    for file in ("train/anna/1.wav", "test-clean/bert/1.wav"):
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).touch()
    assert told(tmp_path).endswith("test-clean/ (folders), train/ (folders): give one of them")
    assert kind_of(tmp_path, "folders") == "folders"
    (tmp_path / "anna").mkdir()  # who else is there may be a speaker
    (tmp_path / "anna/1.wav").touch()
    assert kind_of(tmp_path) == "folders"


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("all.zip", "unpack it, and give the folder"),
        ("wav.scp", "give the folder that it is in"),
        ("own.csv", "its first line (file, who) should name columns, of which path and speaker"),
        ("train.jsonl.gz", "if it is a CutSet of Lhotse, call it cuts-train.jsonl.gz"),
    ],
)
def test_a_file_of_no_corpus(name, remedy, tmp_path):
    (tmp_path / name).write_text("file,who\n")
    assert remedy in told(tmp_path / name)


def test_the_audio_of_a_corpus_is_not_taken_for_all_of_it(tmp_path):
    """Its lists would be passed over, and trials be sampled in their place."""
    write_audio(tmp_path / "vox/wav/id1/v/1.wav")
    assert kind_of(tmp_path / "vox/wav") == "folders"  # there is no more of it
    (tmp_path / "vox/veri_test2.txt").touch()
    cn = make_cn_celeb(tmp_path) / "CN-Celeb_flac"
    for part, whole, kind in (("vox/wav", "vox", "voxceleb"), (cn / "data", cn, "cn-celeb")):
        with pytest.raises(InputError) as line:
            kind_of(tmp_path / part)
        assert str(line.value) == (
            f"{tmp_path / part} is a part of {tmp_path / whole} ({kind}), whose lists are beside "
            "it: give that, or say --corpus folders"
        )
        assert kind_of(tmp_path / part, "folders") == "folders"


def test_what_is_like_nothing_is_told_all_kinds(tmp_path):
    (tmp_path / "notes.md").touch()
    assert all(name in told(tmp_path) for name in corpus_kinds())
