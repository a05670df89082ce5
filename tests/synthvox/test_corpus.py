import csv
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.corpora.layout import find_layout
from speechdistill.corpora.metadata import load_speakers
from speechdistill.synthvox import corpus as corpus_module
from speechdistill.synthvox.corpus import make_corpus
from speechdistill.synthvox.parameters import CorpusParameters
from speechdistill.verification.trials.trial_list import TrialList
from tests.warm_python import run_local

SMALL = CorpusParameters(speakers=6, test_speakers=4, sessions=2, utterances=2, images=1, seed=3)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("synthvox") / "corpus"
    make_corpus(folder, SMALL)
    return folder


def test_layout_is_voxceleb1s(corpus):
    layout = find_layout([corpus])
    speakers = load_speakers(layout.metadata)
    assert list(layout.speaker_folders) == list(speakers) == [f"id{10001 + n}" for n in range(6)]
    assert sorted(layout.face_folders) == sorted(s.face_name for s in speakers.values())
    assert [speaker.part for speaker in speakers.values()] == ["dev"] * 2 + ["test"] * 4
    assert {speaker.gender for speaker in speakers.values()} == {"m", "f"}
    recordings = sorted(corpus.glob("wav/*/*/*.wav"))
    assert len(recordings) == 6 * 2 * 2
    assert {path.parts[-3] for path in recordings} == set(speakers)
    assert all(len(path.parts[-2]) == 11 for path in recordings)
    described = [
        line.split("\t") for line in (corpus / "speaker_text.tsv").read_text().splitlines()
    ]
    assert [name for name, _ in described] == list(speakers)


def test_recordings_and_pictures_have_their_form(corpus):
    for path in corpus.glob("wav/*/*/*.wav"):
        info = soundfile.info(path)
        assert (info.samplerate, info.channels, info.subtype) == (16000, 1, "PCM_16")
        assert 2 < info.duration < 8
    for path in corpus.glob("unzippedFaces/*/1.6/*/*.jpg"):
        with Image.open(path) as image:
            assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (112, 112))


def test_sessions_of_voice_and_face_are_the_same(corpus):
    heard = {path.name for path in corpus.glob("wav/*/*")}
    assert heard == {path.name for path in corpus.glob("unzippedFaces/*/1.6/*")}
    assert len(heard) == 6 * 2


def test_trials_are_balanced_across_sessions_and_within_a_gender(corpus):
    trials = TrialList.load(corpus / "veri_test2.txt")
    gender_of = {s.id: s.gender for s in load_speakers([corpus / "vox1_meta.csv"]).values()}
    assert trials.labels.mean() == pytest.approx(0.5, abs=0.1)
    for enrol, test, label in zip(trials.enrol, trials.test, trials.labels, strict=True):
        one, other = trials.names[enrol], trials.names[test]
        assert (corpus / "wav" / one).is_file()
        assert (corpus / "wav" / other).is_file()
        assert (one.split("/")[0] == other.split("/")[0]) == label
        assert one.split("/")[1] != other.split("/")[1]
        assert gender_of[one.split("/")[0]] == gender_of[other.split("/")[0]]


def test_the_truth_names_everything(corpus):
    utterances = table(corpus / "truth" / "utterances.tsv")
    images = table(corpus / "truth" / "images.tsv")
    people = table(corpus / "truth" / "people.tsv")
    assert {row["id"] for row in utterances} == {
        "/".join(path.with_suffix("").parts[-3:]) for path in corpus.glob("wav/*/*/*.wav")
    }
    assert len(images) == len(list(corpus.glob("unzippedFaces/*/*/*/*.jpg")))
    assert all(-1 < float(row["snr_db"]) < 31 for row in utterances)
    assert all(0 <= float(row["degradation"]) <= 1 for row in images)
    assert [row["id"] for row in people] == [f"id{10001 + number}" for number in range(6)]
    assert len({row["text"] for row in utterances}) == len(utterances)


def test_noisy_recordings_sound_noisy(corpus):
    """The level of the silence at the start follows the true noise level."""
    floors, truths = [], []
    for row in table(corpus / "truth" / "utterances.tsv"):
        samples, rate = soundfile.read(corpus / "wav" / f"{row['id']}.wav")
        start = samples[: rate // 10]
        floors.append(-10 * np.log10(np.mean(start**2) / np.mean(samples**2) + 1e-9))
        truths.append(float(row["snr_db"]))
    assert np.corrcoef(floors, truths)[0, 1] > 0.8


@pytest.mark.slow
def test_several_processes_make_the_same_bytes(corpus, tmp_path):
    make_corpus(tmp_path / "again", SMALL, jobs=2)
    assert digests(tmp_path / "again") == digests(corpus)


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_bytes(corpus, tmp_path, monkeypatch):
    folder = tmp_path / "killed"
    make_person = corpus_module.make_person

    def killed_at_the_third(path, parameters, number):
        if number == 2:
            (path / "wav" / ".partial-1-id10003" / "session").mkdir(parents=True)
            raise KeyboardInterrupt
        make_person(path, parameters, number)

    monkeypatch.setattr(corpus_module, "make_person", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        make_corpus(folder, SMALL)
    assert not (folder / "veri_test2.txt").exists()
    made = []
    monkeypatch.setattr(
        corpus_module, "make_person", lambda *job: (made.append(job[2]), make_person(*job))
    )
    make_corpus(folder, SMALL)
    assert made == [2, 3, 4, 5]
    assert digests(folder) == digests(corpus)


def test_a_complete_corpus_is_left_as_is(corpus, monkeypatch, caplog):
    monkeypatch.setattr(corpus_module, "make_person", None)
    with caplog.at_level("INFO"):
        make_corpus(corpus, SMALL)
    assert "is complete: 6 people, 24 recordings, 12 pictures" in caplog.text


@pytest.mark.slow
def test_more_people_leave_the_first_ones_as_they_are(corpus, tmp_path):
    more = CorpusParameters(**{**vars(SMALL), "speakers": 7})
    make_corpus(tmp_path / "more", more)
    first = {name: digest for name, digest in digests(corpus).items() if name.startswith("wav/")}
    assert first.items() <= digests(tmp_path / "more").items()


def test_another_seed_makes_other_people(corpus, tmp_path):
    make_corpus(tmp_path / "other", CorpusParameters(**{**vars(SMALL), "seed": 4}))
    recordings = {
        digest for name, digest in digests(corpus).items() if name.endswith((".wav", ".jpg"))
    }
    assert not recordings & set(digests(tmp_path / "other").values())


def test_other_parameters_need_another_folder(corpus):
    with pytest.raises(InputError, match="made with seed 3, not 4"):
        make_corpus(corpus, CorpusParameters(**{**vars(SMALL), "seed": 4}))


def test_the_command_ends_with_one_line_on_bad_input(tmp_path):
    process = run_local("make_synthvox.py", "--output", tmp_path / "new", "--speakers", "20")
    assert process.returncode == 1
    assert process.stderr.strip().endswith("give 3 to 18 test speakers")
    assert len(process.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_people_with_faces_alone_leave_the_rest_as_it_is(corpus, tmp_path):
    make_corpus(tmp_path / "more", replace(SMALL, face_people=2))
    before, after = digests(corpus), digests(tmp_path / "more")
    added = after.keys() - before.keys()
    assert len(added) == 2 * 2 and all(name.startswith("teacherFaces/Person_") for name in added)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {f"truth/{name}" for name in ("parameters.json", "people.tsv", "images.tsv")}
