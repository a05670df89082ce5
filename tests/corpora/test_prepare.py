import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora import prepare as prepare_module
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.manifests import load_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.report import CorpusReport
from speechdistill.storage.files import written_whole
from speechdistill.storage.places import SETS
from speechdistill.verification.trials.trial_list import TrialList
from tests.corpora.media import write_audio
from tests.tiny_corpus import make_corpus

MINIVOX = Path(__file__).parents[3] / "shared" / "minivox"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return make_corpus(tmp_path_factory.mktemp("corpus") / "corpus")


@pytest.fixture
def corpus(pristine, tmp_path):
    return Path(shutil.copytree(pristine, tmp_path / "corpus"))


@pytest.fixture
def settings(corpus, tmp_path):
    return PreparationSettings(
        [corpus], tmp_path / "data", tmp_path / "decoded", dev_speakers=2, skipped_limit=0
    )


def audio(corpus, utterance):
    return corpus / "wav" / f"{utterance}.wav"


def skipped_lines(settings):
    return (settings.output / "skipped.tsv").read_text().splitlines()


def test_sets_hold_what_they_should(corpus, settings):
    (corpus / "speaker_text.tsv").write_text("id10001\tA man.\nid10001/videoB/00002\tHello.\n")
    report = prepare_corpus(settings)
    cuts = {name: load_cuts(settings.output / name) for name in SETS}
    speakers = {name: {cut.supervisions[0].speaker for cut in cuts[name]} for name in SETS}
    assert speakers["test"] == {f"id{number}" for number in range(10001, 10005)}
    assert len(speakers["dev"]) == 2 and len(speakers["train"]) == 4
    assert len(set.union(*speakers.values())) == 10

    # Of the test speakers only what the trials name.
    trials = TrialList.load(settings.output / "test/trials/veri_test2.txt")
    assert {cut.id for cut in cuts["test"]} == set(trials.ids)
    assert len(cuts["train"]) == 16

    by_id = {cut.id: cut for cut in cuts["test"]}
    cut = by_id["id10002/videoB/00001"]
    assert cut.supervisions[0].gender == "f" and cut.supervisions[0].text is None
    assert cut.recording.sources[0].source == str(audio(corpus, cut.id))
    images = load_images(settings.output / "test/images.jsonl.gz")
    faces = [Path(image.path) for image in images if image.person == "id10002"]
    assert [face.relative_to(corpus).parts[3:] for face in faces] == [
        ("videoA", "0000025.jpg"),
        ("videoA", "0000050.jpg"),
        ("videoB", "0000025.jpg"),
        ("videoB", "0000050.jpg"),
    ]
    assert by_id["id10001/videoA/00001"].supervisions[0].text == "A man."

    dev = TrialList.load(settings.output / "dev/trials/dev.txt")
    train = TrialList.load(settings.output / "train/trials/train.txt")
    assert set(dev.ids) <= {cut.id for cut in cuts["dev"]}
    assert set(train.ids) <= {cut.id for cut in cuts["train"]}
    assert len({name.split("/")[0] for name in train.ids}) == report.sets["dev"].speakers

    assert report == CorpusReport.load(settings.output)
    assert (
        report.sets["train"].images
        == 16
        == len(load_images(settings.output / "train/images.jsonl.gz"))
    )
    assert report.sets["test"].seconds == pytest.approx(24)
    assert report.shared_speakers == {"train and dev": 0, "train and test": 0, "dev and test": 0}
    assert report.trials == {"veri_test2.txt": 32, "dev.txt": len(dev), "train.txt": len(train)}
    assert (settings.output / "report.txt").read_text() == report.text()


def test_the_result_depends_on_the_seed_and_not_on_the_number_of_processes(settings, tmp_path):
    def contents(folder, **changes):
        changed = replace(settings, output=tmp_path / folder, **changes)
        prepare_corpus(changed)
        lists = [path.read_text() for path in sorted(changed.output.glob("*/trials/*"))]
        return lists, [load_cuts(changed.output / name).to_eager().data for name in SETS]

    first = contents("first", jobs=1)
    assert contents("second", jobs=3) == first
    assert contents("third", seed=5) != first


def test_a_rerun_does_nothing_until_something_changes(corpus, settings, monkeypatch, caplog):
    caplog.set_level("INFO")
    report = prepare_corpus(settings)
    made = (settings.output / "report.json").stat().st_mtime_ns
    assert prepare_corpus(replace(settings, jobs=2)) == report
    assert (settings.output / "report.json").stat().st_mtime_ns == made
    assert "up to date" in caplog.text
    write_audio(audio(corpus, "id10009/videoC/00001"))
    assert prepare_corpus(settings) != report
    assert prepare_corpus(replace(settings, seed=7)).fingerprint != report.fingerprint


@pytest.mark.parametrize(
    "name",
    [
        "train/cuts.jsonl.gz",
        "test/images.jsonl.gz",
        "dev/trials/dev.txt",
        "test/trials/veri_test2.txt",
    ],
)
def test_what_was_cut_short_is_made_again(settings, name):
    prepare_corpus(settings)
    path = settings.output / name
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1])
    prepare_corpus(settings)
    assert path.read_bytes() == whole


def test_what_later_stages_add_and_remove_makes_no_manifest_new(settings):
    prepare_corpus(settings)
    made = (settings.output / "report.json").stat().st_mtime_ns
    with written_whole(settings.output / "train/shar.tsv") as path:
        path.write_text("a\t0\t0\t9\n")
    path = settings.output / "train/shar.tsv"
    path.unlink()
    prepare_corpus(settings)
    assert (settings.output / "report.json").stat().st_mtime_ns == made


def test_a_folder_of_another_form_is_refused(settings):
    prepare_corpus(settings)
    images = settings.output / "train/images.jsonl.gz"
    images.rename(images.with_name("faces.jsonl.gz"))  # as an older version called it
    with pytest.raises(InputError, match=r"faces.jsonl.gz, which speechdistill did not write"):
        prepare_corpus(settings)
    assert images.with_name("faces.jsonl.gz").exists()


def test_a_run_that_dies_leaves_nothing_and_keeps_what_was(corpus, settings, monkeypatch):
    def die(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(prepare_module, "sample_set_trials", die)
        with pytest.raises(KeyboardInterrupt):
            prepare_corpus(settings)
        assert not list(settings.output.parent.glob("*data*"))
        assert not settings.output.exists()
    report = prepare_corpus(settings)
    with monkeypatch.context() as patched:
        patched.setattr(prepare_module, "sample_set_trials", die)
        with pytest.raises(KeyboardInterrupt):
            prepare_corpus(replace(settings, seed=9))
    assert CorpusReport.load(settings.output) == report


def test_only_a_folder_of_manifests_is_replaced(settings):
    settings.output.mkdir()
    (settings.output / "thesis.tex").touch()
    with pytest.raises(InputError, match=r"holds something else than manifests"):
        prepare_corpus(settings)
    assert (settings.output / "thesis.tex").exists()


def test_unusable_audio_is_listed_and_above_the_limit_an_error(corpus, settings):
    flac = audio(corpus, "id10009/videoA/00001").with_suffix(".flac")
    write_audio(flac, seconds=2)
    flac.write_bytes(flac.read_bytes()[:-1])
    audio(corpus, "id10009/videoA/00001").unlink()
    write_audio(audio(corpus, "id10010/videoA/00001"), seconds=0.5)
    with pytest.raises(InputError, match=r"^2 of 36 audio files .*skipped.tsv.*--skipped-limit"):
        prepare_corpus(settings)
    assert [path.name for path in settings.output.iterdir()] == ["skipped.tsv"]
    expected = {f"{flac}\tcut short", f"{audio(corpus, 'id10010/videoA/00001')}\tshorter than 1 s"}
    assert set(skipped_lines(settings)) == expected

    report = prepare_corpus(replace(settings, skipped_limit=0.1))
    assert report.skipped_audio == {"cut short": 1, "shorter than 1 s": 1}
    assert set(skipped_lines(settings)) == expected


def test_a_short_test_utterance_stays_in_the_trials(corpus, settings):
    write_audio(audio(corpus, "id10001/videoA/00001"), seconds=0.5)
    assert prepare_corpus(settings).trials["veri_test2.txt"] == 32


def test_a_trial_of_an_unknown_file_is_listed_and_above_the_limit_an_error(corpus, settings):
    audio(corpus, "id10002/videoA/00002").unlink()
    with pytest.raises(InputError, match=r"4 of 32 trials .*first: id10002/videoA/00002.wav"):
        prepare_corpus(settings)
    (line,) = skipped_lines(settings)
    assert line.startswith("id10002/videoA/00002.wav\tnamed by veri_test2.txt")
    report = prepare_corpus(replace(settings, skipped_limit=0.2))
    assert report.trials["veri_test2.txt"] == 28
    assert report.dropped_trials == {"veri_test2.txt": 4}


@pytest.mark.parametrize(
    "rename", [lambda name: f"wav/{name}", lambda name: name[:-4].replace("/", "-")]
)
def test_a_list_that_names_utterances_otherwise_is_told_how_they_are_called(
    corpus, settings, rename
):
    path = corpus / "veri_test2.txt"
    rows = [line.split() for line in path.read_text().splitlines()]
    path.write_text("".join(f"{label} {rename(a)} {rename(b)}\n" for label, a, b in rows))
    with pytest.raises(InputError) as line:
        prepare_corpus(settings)
    first = rename("id10001/videoA/00001.wav").removesuffix(".wav")
    assert str(line.value) == (
        f"no utterance that {path} names, such as {first}, is in {corpus}, which has others such "
        "as id10001/videoA/00001: give the list that belongs to it, or write its names so"
    )


def test_a_trial_speaker_of_the_training_part_stops_the_run_or_is_dropped(corpus, settings):
    trials = corpus / "hard.txt"
    trials.write_text("1 id10005/videoA/00001.wav id10005/videoB/00001.wav\n"
                      "0 id10005/videoA/00001.wav id10006/videoB/00001.wav\n")  # fmt: skip
    with pytest.raises(InputError, match=r"2 trial speakers are in the training set .*id10005"):
        prepare_corpus(replace(settings, trials=[trials]))
    assert not settings.output.exists()
    both = [trials, corpus / "veri_test2.txt"]
    report = prepare_corpus(replace(settings, trials=both, drop_trial_speakers=True))
    assert report.sets["test"].speakers == 6
    assert report.sets["train"].speakers + report.sets["dev"].speakers == 4
    assert report.trials.keys() == {"hard.txt", "veri_test2.txt", "dev.txt", "train.txt"}


def test_a_person_without_face_is_kept_and_counted(corpus, settings):
    shutil.rmtree(corpus / "unzippedFaces" / "Person_10001")
    report = prepare_corpus(settings)
    assert report.sets["test"].speakers_without_face == 1
    cuts = [cut for cut in load_cuts(settings.output / "test") if cut.id.startswith("id10001")]
    assert cuts
    images = load_images(settings.output / "test/images.jsonl.gz")
    assert images and all(image.person != "id10001" for image in images)


def test_an_empty_image_is_listed(corpus, settings):
    (image, *_) = sorted((corpus / "unzippedFaces").rglob("*.jpg"))
    image.write_bytes(b"")
    with pytest.raises(InputError, match=r"1 of 40 face images"):
        prepare_corpus(settings)
    assert skipped_lines(settings) == [f"{image}\tempty file"]


def test_without_metadata_those_not_tested_train_and_faces_go_by_id(corpus, settings):
    (corpus / "vox1_meta.csv").unlink()
    faces = corpus / "unzippedFaces"
    for number in range(10001, 10011):
        (faces / f"Person_{number}").rename(faces / f"id{number}")
    report = prepare_corpus(settings)
    assert {name: report.sets[name].speakers for name in SETS} == {"train": 4, "dev": 2, "test": 4}
    assert report.sets["train"].speakers_without_face == 0
    assert load_cuts(settings.output / "train")[0].supervisions[0].gender is None


def test_two_corpora_are_joined(corpus, settings, tmp_path):
    second = tmp_path / "vox2"
    (second / "dev").mkdir(parents=True)
    for speaker in ("id10009", "id10010"):
        shutil.move(corpus / "wav" / speaker, second / "dev/wav" / speaker.replace("id1", "id0"))
    table = "VoxCeleb2 ID ,Gender ,Set \nid00009\t,m\t,dev\nid00010\t,f\t,test\n"
    (second / "vox2_meta.csv").write_text(table)
    report = prepare_corpus(replace(settings, data=[corpus, second]))
    assert report.sets["train"].speakers + report.sets["dev"].speakers == 5
    assert report.unused_speakers == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_m4a_is_decoded_beside_the_output(corpus, settings, ffmpeg, jobs):
    for wav in sorted((corpus / "wav").rglob("*.wav")):
        wav.rename(wav.with_suffix(".m4a"))
    (corpus / "wav").rename(corpus / "aac")
    report = prepare_corpus(replace(settings, jobs=jobs))
    assert sum(counts.decoded_utterances for counts in report.sets.values()) == 36
    source = load_cuts(settings.output / "test")[0].recording.sources[0].source
    assert source == str(settings.decoded_audio / "id10001/videoA/00001.flac")
    ffmpeg.unlink()
    assert prepare_corpus(replace(settings, seed=4)).sets["test"] == report.sets["test"]
    shutil.rmtree(settings.decoded_audio)
    with pytest.raises(InputError, match=r"00001.m4a needs ffmpeg"):
        prepare_corpus(replace(settings, seed=4, jobs=jobs))


def test_a_corpus_without_trials_says_what_to_give(corpus, settings):
    (corpus / "veri_test2.txt").unlink()
    with pytest.raises(InputError, match=r"no veri_test2.txt or veri_test.txt .*--trials"):
        prepare_corpus(settings)


def test_an_empty_trial_list_is_named(corpus, settings):
    (corpus / "veri_test2.txt").write_text("\n")
    with pytest.raises(InputError, match=r"veri_test2.txt is empty"):
        prepare_corpus(settings)


def test_an_output_that_cannot_be_made_is_an_error(corpus, settings):
    with pytest.raises(InputError, match=r"cannot make the folder"):
        prepare_corpus(replace(settings, output=corpus / "vox1_meta.csv" / "data" / "x"))


@pytest.mark.slow
@pytest.mark.skipif(not MINIVOX.is_dir(), reason=f"{MINIVOX} is not here")
def test_a_real_corpus(tmp_path):
    report = prepare_corpus(
        PreparationSettings([MINIVOX], tmp_path / "data", tmp_path / "decoded", jobs=2)
    )
    assert sum(counts.utterances for counts in report.sets.values()) == 1680
    assert {name: report.sets[name].speakers for name in SETS} == {
        "train": 116,
        "dev": 13,
        "test": 45,
    }
    assert report.trials["veri_test2.txt"] == 5820
    copied = (tmp_path / "data/test/trials/veri_test2.txt").read_bytes()
    assert copied == (MINIVOX / "veri_test2.txt").read_bytes()


def test_voxceleb2_alone_is_tested_on_trials_of_its_own_test_speakers(corpus, settings):
    (corpus / "veri_test2.txt").unlink()
    rows = (corpus / "vox1_meta.csv").read_text().splitlines()[1:]
    parts = [row.split("\t") for row in rows]
    lines = [f"{who} ,{gender} ,{part}" for who, _, gender, _, part in parts]
    (corpus / "vox1_meta.csv").unlink()
    (corpus / "vox2_meta.csv").write_text("\n".join(["VoxCeleb2 ID ,Gender ,Set ", *lines]) + "\n")
    report = prepare_corpus(settings)
    assert report.sets["test"].speakers == 4 and report.sets["train"].speakers == 4
    assert "are sampled among 4 test speakers" in report.notes[0]
