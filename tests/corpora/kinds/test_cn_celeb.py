"""CN-Celeb1 and 2 as they are distributed."""

import shutil

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.kinds import cn_celeb
from speechdistill.corpora.official_lists import find_list
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.registry import kind_of, read_corpus
from tests.tiny_cn_celeb import make_cn_celeb


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_cn_celeb(tmp_path_factory.mktemp("cn_celeb"))


@pytest.mark.parametrize("part", [".", "CN-Celeb_flac", "CN-Celeb2_flac"])
def test_it_is_found_from_above_and_part_by_part(folder, part):
    assert kind_of(folder / part) == "cn-celeb"


def test_parts_are_those_of_the_lists(folder):
    corpus = read_corpus([folder])
    parts = {name: source.speaker.part for name, source in corpus.speakers.items()}
    assert parts["id00005"] == "dev" and parts["id10001"] == "dev"
    assert parts["id00800"] == "test" and parts["id00999"] == "test"
    assert len(parts) == 13


def test_utterances_have_a_genre_as_session_and_a_sentence_on_the_speakers(folder):
    found = {each.id: each for each in read_corpus([folder]).speakers["id00801"].utterances()}
    assert list(found) == [
        "id00801/interview-01-001",
        "id00801/interview-01-002",
        "id00801/singing-01-001",
        "id00801/singing-01-002",
        "enroll/id00801-enroll",
        "test/id00801-interview-01-002",
        "test/id00801-singing-01-002",
    ]
    song = found["test/id00801-singing-01-002"]
    assert (song.speaker, song.session) == ("id00801", "singing")
    assert found["enroll/id00801-enroll"].session == "id00801-enroll"
    text = "A person who talks in interviews and sings."
    assert {each.text for each in found.values()} == {text}
    broadcast = read_corpus([folder]).speakers["id10000"].utterances()[2]
    assert broadcast.session == "live_broadcast"


def test_trials_come_twice_by_their_enrolment(folder):
    concatenated, averaged = read_corpus([folder]).trials
    assert concatenated.path == averaged.path
    assert concatenated.name == "CNC-Eval-Concat.lst" and averaged.name == "CNC-Eval-Avg.lst"
    assert concatenated.models["id00802-enroll"] == ["enroll/id00802-enroll.wav"]
    assert averaged.models["id00802-enroll"] == [
        "id00802/interview-01-001.wav",
        "id00802/singing-01-001.wav",
    ]


def test_a_genre_that_nobody_knows_is_described_too():
    assert cn_celeb._describe(["radio_play"]) == "A person who is heard in radio play."


def test_either_enrolment_can_be_named_as_a_further_test(folder):
    first = folder / "CN-Celeb_flac"
    corpus = read_corpus([first])
    for name in ("CNC-Eval-Avg", "CNC-Eval-Concat.lst"):
        assert find_list(name, first, corpus).kept_name.startswith(name)
    with pytest.raises(InputError, match=r"no trial list CNC in .* it has CNC-Eval-Avg.lst, CNC"):
        find_list("CNC", first, corpus)


def test_cn_celeb2_alone_has_no_trials(folder, tmp_path):
    settings = PreparationSettings([folder / "CN-Celeb2_flac"], tmp_path / "data", tmp_path)
    with pytest.raises(InputError, match=r"no eval/lists/trials.lst in .*: give a trial list"):
        prepare_corpus(settings)


def test_trials_without_their_corpus_are_no_cn_celeb2(folder, tmp_path):
    copied = shutil.copytree(folder, tmp_path / "copy")
    shutil.rmtree(copied / "CN-Celeb_flac/data")
    with pytest.raises(
        InputError, match=r"_flac has eval/lists/trials\.lst, but not data/.*complete"
    ):
        read_corpus([copied])


def test_names_are_grouped_by_who_speaks(folder):
    names = ["enroll/id1-enroll", "test/id1-singing-01-002", "id1/singing-01-001", "id2"]
    assert read_corpus([folder]).by_speaker(names) == {"id1": set(names[:3]), "id2": {"id2"}}


def test_enrolment_may_be_listed_with_dashes_and_folders():
    names = ["id1-play-01-001.wav", "data/id1/play-01-001.wav", "eval/enroll/id1-enroll.wav"]
    assert [cn_celeb._in_data(name) for name in names] == [
        "id1/play-01-001.wav",
        "id1/play-01-001.wav",
        "enroll/id1-enroll.wav",
    ]


def test_trials_without_enrolment_are_refused(tmp_path):
    lists = make_cn_celeb(tmp_path) / "CN-Celeb_flac/eval/lists"
    (lists / "enroll.map").unlink()
    assert [each.name for each in read_corpus([tmp_path]).trials] == ["CNC-Eval-Concat.lst"]
    (lists / "enroll.lst").unlink()
    with pytest.raises(InputError, match=r"neither enroll.lst nor enroll.map is beside .*trials"):
        read_corpus([tmp_path])


def test_speakers_of_the_list_that_are_not_there_are_said(tmp_path, caplog):
    first = make_cn_celeb(tmp_path) / "CN-Celeb_flac"
    (first / "dev/dev.lst").write_text("id00001\nid00777\n")
    read_corpus([first])
    assert "1 of 2 speakers of" in caplog.text and "(first: id00777)" in caplog.text


def test_what_is_no_cn_celeb_is_told_its_layout(tmp_path):
    with pytest.raises(InputError, match=r"no CN-Celeb in .*: expected data/<speaker>/<genre>"):
        read_corpus([tmp_path], "cn-celeb")
