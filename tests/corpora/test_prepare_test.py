"""Further test sets: keys, official lists, lists without labels, and what may not be tested."""

from dataclasses import replace

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.manifests import load_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.prepare_test import TestSettings, prepare_test_set
from speechdistill.verification.trials.enrolment import read_enrolment
from tests.corpora.layouts import LAYOUTS, sitw, utterances, voices
from tests.corpora.media import write_audio
from tests.tiny_cn_celeb import make_cn_celeb
from tests.tiny_corpus import make_corpus


@pytest.fixture(scope="module")
def audio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audio")
    assert len(list(utterances(folder))) == 32
    return folder


@pytest.fixture(scope="module")
def vox(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vox")
    corpus = make_corpus(folder / "corpus")
    prepare_corpus(
        PreparationSettings([corpus], folder / "data", folder / "decoded", dev_speakers=2)
    )
    return folder


@pytest.fixture
def settings(vox, tmp_path):
    return TestSettings(
        tmp_path / "nothing", tmp_path / "out", tmp_path / "decoded", vox / "data/train"
    )


def test_sitw_models_are_enrolled_with_files_or_parts_of_them(settings, audio, tmp_path):
    report = prepare_test_set(replace(settings, data=sitw(tmp_path, audio)))
    assert report.trials == {"core-core.lst": 12, "assist-core.lst": 6}
    test = tmp_path / "out/test"
    assert read_enrolment(test / "enrolment/core-core.txt") == {
        "11": ["audio/u00"],
        "22": ["audio/u28"],
    }
    assert read_enrolment(test / "enrolment/assist-core.txt") == {"11": ["audio/u00-0.2-1"]}
    cuts = {cut.id: cut for cut in load_cuts(test)}
    part = cuts["audio/u00-0.2-1"]
    assert (part.start, part.duration, part.recording.id) == (0.2, 0.8, "audio/u00")
    told = dict(line.split() for line in (test / "utt2spk").open())
    assert {told[name] for name in ("audio/u00", "audio/u07", "11")} == {"11"}
    assert {told[name] for name in ("audio/u28", "audio/u03", "22")} == {"22"}


@pytest.mark.parametrize("name", ["dev-enroll.lst", "dev-trial-keys.lst"])
def test_a_list_that_voices_lacks_is_named(settings, audio, tmp_path, name):
    folder = voices(tmp_path, audio)
    (folder / "sid_dev_lists_and_keys" / name).unlink()
    with pytest.raises(InputError, match=f"there is no .*{name}: VOiCES has sid_dev/ and"):
        prepare_test_set(replace(settings, data=folder))


def test_voices_models_are_called_by_the_names_of_files(settings, audio, tmp_path):
    report = prepare_test_set(replace(settings, data=voices(tmp_path, audio)))
    assert report.trials == {"dev-trial-keys.lst": 12}
    enrolled = read_enrolment(tmp_path / "out/test/enrolment/dev-trial-keys.txt")
    assert enrolled["Lab41-u00"] == ["sid_dev/sp0000/Lab41-u00"]
    told = dict(line.split() for line in (tmp_path / "out/test/utt2spk").open())
    assert told["Lab41-u00"] == told["sid_dev/sp0000/Lab41-u07"] == "sp0000"


def test_voxceleb_lists_are_found_by_their_usual_names(settings, tmp_path):
    corpus = make_corpus(tmp_path / "corpus", first=20001)
    (corpus / "lists").mkdir()
    lines = (corpus / "veri_test2.txt").read_text()
    (corpus / "lists/list_test_hard2.txt").write_text(lines)
    (corpus / "veri_test.txt").write_text(lines)
    found = replace(settings, data=corpus, lists=("O", "H", "O-original"))
    trials = prepare_test_set(found).trials
    assert list(trials) == ["veri_test2.txt", "list_test_hard2.txt", "veri_test.txt"]
    with pytest.raises(InputError, match=r"no trial list E in .*expected list_test_all2.txt or"):
        prepare_test_set(replace(found, lists=("E",)))
    with pytest.raises(InputError, match=r"no trial list mine.txt .*it has veri_test2.txt"):
        prepare_test_set(replace(found, lists=("mine.txt",)))


def test_a_list_without_labels_is_prepared_too(settings, audio, tmp_path):
    data = LAYOUTS["kaldi"](tmp_path, audio)
    (data / "voxsrc.txt").write_text("u00.wav u07.wav\nu00.wav u28.wav\n")
    report = prepare_test_set(replace(settings, data=data, lists=("voxsrc.txt",)))
    assert report.trials == {"voxsrc.txt": 2} and report.sets["test"].utterances == 3


def test_files_of_nobody_are_tested_by_a_list_alone(settings, audio, tmp_path):
    (tmp_path / "list.txt").write_text("u00.wav u07.wav\nu00.wav u28.wav\n")
    flat = replace(settings, data=audio, lists=(str(tmp_path / "list.txt"),))
    assert prepare_test_set(flat).sets["test"].speakers == 3
    with pytest.raises(InputError, match=r"no target trial exists among 32 utterances"):
        prepare_test_set(replace(flat, lists=()))


def test_it_says_why_there_is_nothing_to_test(settings, audio, tmp_path):
    data = LAYOUTS["kaldi"](tmp_path, audio)
    (data / "other.txt").write_text("1 id1/v/1.wav id1/w/2.wav\n0 id1/v/1.wav id2/x/1.wav\n")
    with pytest.raises(
        InputError, match=r"names, such as id1/v/1, is in .*/kaldi, which has others such as u00: "
    ):
        prepare_test_set(replace(settings, data=data, lists=("other.txt",)))
    scp, tested = data / "wav.scp", (data / "trials").read_text()
    lines = scp.read_text().splitlines(keepends=True)
    gone = [line.replace("/u", "/gone/u") if line[:3] in tested else line for line in lines]
    scp.write_text("".join(gone))
    with pytest.raises(InputError, match=r"none of 8 audio files .*u00.wav: unreadable \(No such"):
        prepare_test_set(replace(settings, data=data))


def test_lists_of_one_file_are_not_guessed(settings, tmp_path):
    data = make_cn_celeb(tmp_path / "CN-Celeb")
    with pytest.raises(InputError, match=r"is 2 lists, .*Concat.lst or CNC-Eval-Avg.lst"):
        prepare_test_set(replace(settings, data=data, lists=("trials.lst",)))


def test_without_a_list_trials_are_sampled_among_all(settings, audio, tmp_path):
    data = LAYOUTS["folders"](tmp_path, audio)
    report = prepare_test_set(replace(settings, data=data))
    assert report.sets["test"].speakers == 8 and "are sampled among 8" in report.notes[0]
    again = prepare_test_set(replace(settings, data=data))
    assert again == report


def test_what_was_trained_on_is_not_tested(settings, vox):
    with pytest.raises(
        InputError, match=r"\d+ utterances of .*/corpus/wav are in the training set"
    ):
        prepare_test_set(replace(settings, data=vox / "corpus/wav", corpus="folders"))
    report = prepare_test_set(replace(settings, data=vox / "corpus"))
    assert report.trials == {"veri_test2.txt": 32} and not report.notes


@pytest.mark.parametrize("kind", ["lhotse-shar", "common-voice"])
def test_what_was_decoded_is_known_again(settings, audio, tmp_path, kind):
    """Each set has decoded files of its own."""
    data = LAYOUTS[kind](tmp_path, audio)
    prepare_corpus(PreparationSettings([data], tmp_path / "data", tmp_path / "own", dev_speakers=2))
    if kind == "lhotse-shar":
        (data / "trials").unlink()  # which name none of the training speakers
    again = replace(settings, data=data, training=tmp_path / "data/train")
    with pytest.raises(InputError, match=r"16 utterances of .* are in the training set \(first: u"):
        prepare_test_set(again)


def test_a_name_that_somebody_in_training_has_is_said(settings, vox, tmp_path):
    trained = sorted(cut.supervisions[0].speaker for cut in load_cuts(vox / "data/train"))[0]
    for who in (trained, "x"):
        for take in range(2):
            write_audio(tmp_path / "own" / who / f"{take}.wav", seed=take)
    report = prepare_test_set(replace(settings, data=tmp_path / "own"))
    assert any(f"1 speakers have the name of a training speaker ({trained})" in note
               for note in report.notes)  # fmt: skip
