"""What is seen of a corpus before any work: names, levels, links."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.folder_walk import walk
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.layout import find_layout
from speechdistill.corpora.manifests import load_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.survey import Survey, folders_to_walk
from speechdistill.storage.places import IMAGES, SETS
from tests.corpora.media import write_audio, write_image
from tests.tiny_corpus import make_corpus

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return make_corpus(tmp_path_factory.mktemp("corpus") / "corpus")


@pytest.fixture
def corpus(pristine, tmp_path):
    return Path(shutil.copytree(pristine, tmp_path / "corpus"))


@pytest.fixture
def settings(corpus, tmp_path):
    return PreparationSettings(
        [corpus], tmp_path / "data", tmp_path / "decoded", dev_speakers=2, skipped_limit=0.5
    )


def surveyed(corpus: Path) -> Survey:
    folders, survey = folders_to_walk(find_layout([corpus]))
    for folder in folders:
        for found in walk(folder):
            survey.look(found)
    return survey


@pytest.mark.parametrize(
    "odd", [" ", "\u3000", "\xa0", "\x85", "\u2028", "\t", "\n", "\x01", "\x7f", "\udcff"]
)
@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_name_that_no_list_can_hold_is_refused_before_any_work(corpus, settings, odd, level):
    path = corpus / "wav/id10007/videoA/00001.wav"
    target = [path.parents[1], path.parent, path][level]
    target.rename(target.with_name(f"x{odd}y.wav"))
    with pytest.raises(InputError, match=r"^1 name holds .* \(first: '.*x.*y.wav'\)") as caught:
        prepare_corpus(settings)
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).encode()
    assert not settings.output.exists()


def test_odd_names_of_images_and_of_other_people_are_refused_too(corpus, settings, tmp_path):
    image = next((corpus / "unzippedFaces").rglob("*.jpg"))
    image.rename(image.with_name("a frame.jpg"))
    with pytest.raises(InputError, match=r"a frame.jpg"):
        prepare_corpus(settings)
    image.with_name("a frame.jpg").unlink()
    write_image(tmp_path / "faces/A Person/video/1.jpg")
    with pytest.raises(InputError, match=r"A Person"):
        prepare_corpus(
            PreparationSettings(
                [corpus], settings.output, settings.decoded_audio, teacher_faces=tmp_path / "faces"
            )
        )


def test_a_person_may_be_called_with_spaces_in_the_folder_of_faces(corpus, settings):
    table = corpus / "vox1_meta.csv"
    table.write_text(table.read_text().replace("Person_10007", "A. Person"))
    faces = corpus / "unzippedFaces"
    (faces / "Person_10007").rename(faces / "A. Person")
    assert prepare_corpus(settings).sets["train"].speakers_without_face == 0


def test_stage_0_refuses_it_in_one_line(corpus):
    (corpus / "wav/id10007").rename(corpus / "wav/id 10007")
    command = [sys.executable, ROOT / "local/check_data.py", "--data", corpus]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": ROOT}
    )
    assert ended.returncode == 1
    assert "first: " in ended.stderr and len(ended.stderr.splitlines()) == 1


def test_a_corpus_without_sessions_is_whole(corpus, settings):
    """Every utterance is then a session of its own."""
    for wav in sorted((corpus / "wav").rglob("*.wav")):
        wav.rename(wav.parents[1] / f"{wav.parent.name}-{wav.name}")
    trials = corpus / "veri_test2.txt"
    trials.write_text(trials.read_text().replace("A/", "A-").replace("B/", "B-"))
    report = prepare_corpus(settings)
    assert sum(counts.utterances for counts in report.sets.values()) == 36
    cut = load_cuts(settings.output / "train")[0]
    assert cut.id.count("/") == 1 and cut.session == cut.id.split("/")[1]
    assert report.trials["dev.txt"] > 0


@pytest.mark.parametrize(
    ("move", "message"),
    [
        (
            lambda wav: wav.parents[2] / f"{wav.parts[-3]}{wav.parent.name}{wav.name}",
            "in nobody's folder",
        ),
        (lambda wav: wav.parent / "deeper" / wav.name, "1 folders too deep"),
        (lambda wav: wav.parent / "a/b" / wav.name, "2 folders too deep"),
        (lambda wav: wav.with_suffix(".sph"), ".sph is not read"),
    ],
)
def test_audio_where_none_is_looked_for_is_counted_and_refused(corpus, settings, move, message):
    """A few of them are left out and listed; more end the stage before any work."""
    wavs = sorted((corpus / "wav").rglob("*.wav"))
    for wav in wavs[16::6]:
        target = move(wav)
        target.parent.mkdir(parents=True, exist_ok=True)
        wav.rename(target)
    report = prepare_corpus(settings)
    assert sum(report.skipped_audio.values()) == 4
    assert any(message in reason for reason in report.skipped_audio)
    assert (settings.output / "skipped.tsv").read_text().count("\n") == 4
    strict = PreparationSettings([corpus], settings.output, settings.decoded_audio)
    with pytest.raises(InputError, match=rf"^4 of 40 audio .*{message}.*expected wav/<speaker>/"):
        prepare_corpus(strict)


def test_faces_without_sessions_are_refused(corpus, settings):
    for image in sorted((corpus / "unzippedFaces").rglob("*.jpg")):
        image.rename(image.parents[2] / f"{image.parent.name}-{image.name}")
    shutil.rmtree(next((corpus / "unzippedFaces").glob("*/1.6")))
    for scaled in (corpus / "unzippedFaces").glob("*/1.6"):
        shutil.rmtree(scaled)
    with pytest.raises(InputError, match=r"40 of 40 face images .*without a session's folder"):
        prepare_corpus(settings)


def test_links_are_followed_and_those_that_lead_nowhere_are_counted(corpus, settings, tmp_path):
    shutil.move(corpus / "wav/id10008", tmp_path / "elsewhere")
    (corpus / "wav/id10008").symlink_to(tmp_path / "elsewhere")
    (corpus / "wav/gone").symlink_to("nowhere")
    (corpus / "wav/self").symlink_to("self")
    (corpus / "wav/id10009/loop").symlink_to("..")
    (corpus / "wav/id10009/videoA/loop").symlink_to("../../..")
    faces = corpus / "unzippedFaces"
    (faces / "gone").symlink_to("nowhere")
    (faces / "Person_10010/1.6/loop").symlink_to("../../..")
    (faces / "Person_10010/1.6/videoA/9.jpg").symlink_to("nowhere")
    (corpus / "wav/id10009/videoA/00001.wav").unlink()
    (corpus / "wav/id10009/videoA/00001.wav").symlink_to("nowhere")
    report = prepare_corpus(settings)
    assert sum(counts.speakers for counts in report.sets.values()) == 10
    assert report.skipped_audio == {
        "a link to nothing": 2,
        "a link into a loop": 2,
        "unreadable (No such file or directory)": 1,
    }
    assert report.skipped_images == {
        "a link to nothing": 1,
        "a link into a loop": 1,
        "unreadable (No such file or directory)": 1,
    }
    images = [load_images(settings.output / name / IMAGES) for name in SETS]
    assert sum(map(len, images)) == 40


def test_one_person_under_two_names_is_refused(corpus, settings):
    (corpus / "wav/id10099").symlink_to("id10010")
    with pytest.raises(InputError, match=r"two speakers, 'id10010' and 'id10099': remove one link"):
        prepare_corpus(settings)


def test_a_recording_under_two_speakers_is_refused(corpus, settings):
    (corpus / "wav/id10001/videoC").symlink_to("../id10010/videoA")
    with pytest.raises(InputError, match=r"videoC' is a link into the folder of another speaker"):
        prepare_corpus(settings)


def test_what_file_managers_leave_behind_is_passed_over(corpus, settings):
    before = prepare_corpus(settings)
    for name in ("wav/__MACOSX/id10001", "wav/id10001/@eaDir", "wav/.Trash/id1", "wav/id10001/.x"):
        write_audio(corpus / name / "00001.wav")
    for name in ("wav/.DS_Store", "wav/id10001/Thumbs.db", "wav/id10001/videoA/._00001.wav"):
        (corpus / name).write_bytes(b"\0\5\x16\7")
    after = prepare_corpus(settings)
    assert after == before


@pytest.mark.parametrize("kind", ["link", "link to nothing"])
def test_an_output_that_is_a_link_stays_one(corpus, settings, tmp_path, kind):
    if kind == "link":
        (tmp_path / "elsewhere").mkdir()
    settings.output.symlink_to(tmp_path / "elsewhere")
    prepare_corpus(settings)
    assert settings.output.is_symlink() and (tmp_path / "elsewhere/report.txt").exists()


def test_an_output_that_cannot_be_one_is_refused_before_any_work(corpus, settings, monkeypatch):
    monkeypatch.setattr("speechdistill.corpora.prepare.write_set", None)
    settings.output.symlink_to(settings.output.name)
    with pytest.raises(InputError, match=r"data is a link into a loop"):
        prepare_corpus(settings)
    settings.output.unlink()
    settings.output.touch()
    with pytest.raises(InputError, match=r"data is a file: give another"):
        prepare_corpus(settings)


def test_a_corpus_in_a_folder_of_no_utf8_is_refused(corpus, tmp_path):
    corpus.rename(tmp_path / "caf\udce9")
    with pytest.raises(InputError, match=r"is no UTF-8"):
        find_layout([tmp_path / "caf\udce9"])


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_listed_is_named(corpus, settings):
    (corpus / "wav/id10009").chmod(0)
    with pytest.raises(InputError, match=r"cannot list the folder .*id10009 .*make it readable"):
        prepare_corpus(settings)
    (corpus / "wav/id10009").chmod(0o755)


def test_a_corpus_of_empty_folders_has_no_audio(tmp_path):
    (tmp_path / "wav/id1/video").mkdir(parents=True)
    with pytest.raises(InputError, match=r"no audio in .*expected wav/<speaker>/<session>"):
        surveyed(tmp_path).check([tmp_path], 1.0)
