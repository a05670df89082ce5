"""Sets under every condition: same ids, same noise, same bytes whatever the order and jobs."""

import shutil

import numpy as np
import pytest
import soundfile
from lhotse import CutSet, Recording

from speechdistill.base.errors import InputError
from speechdistill.corpora.conditions import noisy_copies
from speechdistill.corpora.conditions.babble import sample_talkers
from speechdistill.corpora.conditions.catalogue import (
    CONDITIONS,
    CUT_CONDITIONS,
    NOISE_CONDITIONS,
    NOISES,
    available_sets,
)
from speechdistill.corpora.conditions.make import make_conditions
from speechdistill.corpora.manifests import cut_writer, load_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from tests.tiny_corpus import make_corpus


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A tiny corpus with four test utterances, of which one is 1 s long."""
    folder = tmp_path_factory.mktemp("conditions")
    corpus = make_corpus(folder / "corpus")
    short = corpus / "wav/id10001/videoA/00001.wav"
    signal, rate = soundfile.read(short)
    soundfile.write(short, signal[:rate], rate)
    trials = folder / "few.txt"
    trials.write_text(
        "1 id10001/videoA/00001.wav id10001/videoB/00001.wav\n"
        "0 id10002/videoA/00001.wav id10003/videoB/00001.wav\n"
    )
    prepare_corpus(
        PreparationSettings(
            [corpus], folder / "data", folder / "decoded", trials=[trials], dev_speakers=2
        )
    )
    return folder / "data"


@pytest.fixture(scope="module")
def made(prepared):
    make_conditions(prepared, seed=1, jobs=1)
    return prepared


@pytest.mark.slow
def test_a_long_utterance_has_the_ratio_of_the_whole_and_bounded_windows(prepared, tmp_path):
    """130 s, loud in its last third alone: read in three windows of equal length."""
    cuts = load_cuts(prepared / "test")
    signal = np.random.default_rng(1).normal(scale=0.05, size=130 * 16000)
    signal[: 80 * 16000] /= 100
    soundfile.write(tmp_path / "long.wav", signal, 16000)
    long = Recording.from_file(tmp_path / "long.wav", recording_id="a/v/1").to_cut()
    long.id = "a/v/1"
    talkers = list(load_cuts(prepared / "train"))
    utterance = noisy_copies.NoisyUtterance(long, [long, *talkers[::4][:5], *list(cuts)])
    assert noisy_copies.write_noisy_copies(utterance, tmp_path, seed=1) is None
    clean, _ = soundfile.read(tmp_path / "long.wav")
    for condition in NOISE_CONDITIONS:
        heard, _ = soundfile.read(noisy_copies.audio_path(tmp_path, condition, long))
        assert heard.shape == clean.shape
        gain = np.dot(heard, clean) / np.dot(clean, clean)
        added = heard - gain * clean
        ratio = 10 * np.log10(np.mean((gain * clean) ** 2) / np.mean(added**2))
        assert ratio == pytest.approx(condition.level, abs=0.5)


@pytest.mark.parametrize("samples", [1, 2, 30, 401])
def test_a_few_samples_get_their_noise(prepared, tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", np.full(samples, 0.01), 16000)
    cut = Recording.from_file(tmp_path / "a.wav", recording_id="a/v/1").to_cut()
    cut.id = "a/v/1"
    utterance = noisy_copies.NoisyUtterance(cut, list(load_cuts(prepared / "train"))[::3])
    assert noisy_copies.write_noisy_copies(utterance, tmp_path, seed=1) is None
    for condition in NOISE_CONDITIONS:
        heard, _ = soundfile.read(noisy_copies.audio_path(tmp_path, condition, cut))
        assert heard.shape == (samples,) and not np.array_equal(heard, np.full(samples, 0.01))


def test_a_condition_that_is_a_link_is_made_again(made, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(made, data)
    shutil.move(data / "test-cut-1", tmp_path / "elsewhere")
    (data / "test-cut-1").symlink_to(tmp_path / "elsewhere")
    make_conditions(data, seed=2, jobs=1)
    assert (data / "test-cut-1").is_symlink()
    assert len(load_cuts(data / "test-cut-1")) == len(load_cuts(data / "test"))


def audio(data, name):
    return {cut.id: cut.load_audio()[0] for cut in load_cuts(data / name)}


def test_every_condition_has_the_test_cuts(made):
    clean = load_cuts(made / "test")
    assert available_sets(made) == ["test", *(condition.set_name for condition in CONDITIONS)]
    for condition in CONDITIONS:
        cuts = load_cuts(made / condition.set_name)
        assert [cut.id for cut in cuts] == [cut.id for cut in clean]
        speakers = [cut.supervisions[0].speaker for cut in cuts]
        assert speakers == [cut.supervisions[0].speaker for cut in clean]
        assert [cut.session for cut in cuts] == [cut.session for cut in clean]


def test_the_noise_is_the_same_at_all_levels_and_has_the_snr(made):
    clean = audio(made, "test")
    for kind in NOISES:
        noises = {}
        for condition in NOISE_CONDITIONS:
            if condition.kind != kind:
                continue
            for name, signal in audio(made, condition.set_name).items():
                noise = signal - clean[name]
                snr_db = 10 * np.log10(np.mean(clean[name] ** 2) / np.mean(noise**2))
                assert snr_db == pytest.approx(condition.level, abs=0.05)
                noises.setdefault(name, []).append(noise / np.sqrt(np.mean(noise**2)))
        for shapes in noises.values():
            for shape in shapes[1:]:
                assert np.mean(shape * shapes[0]) > 0.99


def test_files_are_16_bit_flac(made):
    path = next((made / "test-white-0/audio").rglob("*.flac"))
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.samplerate) == ("FLAC", "PCM_16", 16000)


def test_short_cuts_are_the_middle_and_longer_ones_stay_whole(made):
    clean = audio(made, "test")
    for condition in CUT_CONDITIONS:
        for name, signal in audio(made, condition.set_name).items():
            whole = clean[name]
            wanted = 16000 * condition.level
            if len(whole) <= wanted:
                np.testing.assert_array_equal(signal, whole)
            else:
                start = (len(whole) - wanted) // 2
                np.testing.assert_array_equal(signal, whole[start : start + wanted])


def test_noise_depends_on_seed_and_id_but_not_on_order_or_jobs(made, tmp_path):
    reversed_data = tmp_path / "data"
    for name in ("test", "dev", "train"):
        with cut_writer(reversed_data / name) as write:
            # Who babbles is sampled from the people as listed: only the test set is turned round.
            cuts = list(load_cuts(made / name))
            for cut in reversed(cuts) if name == "test" else cuts:
                write(cut)
    make_conditions(reversed_data, seed=1, jobs=2)
    for kind in NOISES:
        before, after = (audio(data, f"test-{kind}-5") for data in (made, reversed_data))
        assert before.keys() == after.keys()
        for name, signal in before.items():
            np.testing.assert_array_equal(signal, after[name])
    make_conditions(reversed_data, seed=2, jobs=1)
    after = audio(reversed_data, "test-white-5")
    assert not any(np.array_equal(signal, before[name]) for name, signal in after.items())


def test_it_goes_on_where_it_stopped_and_does_nothing_twice(made, tmp_path, monkeypatch, caplog):
    data = tmp_path / "data"
    for name in ("test", "dev", "train"):
        shutil.copytree(made / name, data / name)
    mixed, calls = noisy_copies.mixed, []

    def stop_at_the_twentieth(*arguments):
        calls.append(arguments)
        if len(calls) == 20:
            raise KeyboardInterrupt
        return mixed(*arguments)

    monkeypatch.setattr(noisy_copies, "mixed", stop_at_the_twentieth)
    with pytest.raises(KeyboardInterrupt):
        make_conditions(data, seed=1, jobs=1)
    assert not list(data.glob("test-*/cuts.jsonl.gz"))
    make_conditions(data, seed=1, jobs=1)
    assert len(calls) == 1 + 12 * len(load_cuts(data / "test"))
    for name in available_sets(data):
        for utterance, signal in audio(data, name).items():
            np.testing.assert_array_equal(signal, audio(made, name)[utterance])
    with caplog.at_level("INFO"):
        make_conditions(data, seed=1, jobs=1)
    assert "up to date" in caplog.text
    assert len(calls) == 1 + 12 * len(load_cuts(data / "test"))


def test_what_cannot_be_read_is_listed_and_limited(made, tmp_path):
    data = tmp_path / "data"
    for name in ("dev", "train"):
        shutil.copytree(made / name, data / name)
    cuts = list(load_cuts(made / "test"))
    soundfile.write(tmp_path / "silent.wav", np.zeros(cuts[0].num_samples), 16000)
    cuts[0].recording.sources[0].source = str(tmp_path / "silent.wav")
    cuts[1].recording.sources[0].source = str(tmp_path / "nothing.wav")
    with cut_writer(data / "test") as write:
        for cut in cuts:
            write(cut)
    with pytest.raises(InputError, match="2 of 4 utterances cannot be used"):
        make_conditions(data, seed=1, jobs=1)
    assert not list(data.glob("test-*/cuts.jsonl.gz"))
    make_conditions(data, seed=1, jobs=1, skipped_limit=0.5)
    lines = (data / "test-babble-0/skipped.tsv").read_text().splitlines()
    assert len(lines) == 2 and "silent" in lines[0] and "unreadable" in lines[1]
    assert len(load_cuts(data / "test-white-5")) == 2
    assert len(load_cuts(data / "test-cut-1")) == 4


def test_nobody_babbles_behind_themselves():
    pool = {name: [f"{name}{take}" for take in range(3)] for name in "abcdefgh"}
    for seed in range(50):
        talkers = sample_talkers(pool, "c", np.random.default_rng(seed))
        people = [talker[0] for talker in talkers]
        assert len(set(people)) == 7 and "c" not in people


def test_people_of_the_test_set_do_not_babble(made, monkeypatch):
    heard = []
    monkeypatch.setattr(
        noisy_copies,
        "babble_of",
        lambda talkers, length, *_: heard.extend(talkers) or np.ones(length),
    )
    shutil.rmtree(made / "test-babble-0")
    make_conditions(made, seed=1, jobs=1)
    tested = {cut.supervisions[0].speaker for cut in load_cuts(made / "test")}
    people = {cut.supervisions[0].speaker for cut in heard}
    assert people and not people & tested
    shutil.rmtree(made / "test-babble-0")
    monkeypatch.undo()
    make_conditions(made, seed=1, jobs=1)


def test_five_people_are_needed(made, tmp_path):
    shutil.copytree(made / "test", tmp_path / "test")
    few = [cut for cut in load_cuts(made / "train") if cut.supervisions[0].speaker < "id10009"]
    for name in ("dev", "train"):
        (tmp_path / name).mkdir()
        CutSet.from_cuts(few).to_file(tmp_path / name / "cuts.jsonl.gz")
    with pytest.raises(InputError, match="babble needs 5"):
        make_conditions(tmp_path, seed=1, jobs=1)


def test_a_folder_that_is_no_condition_stays(made, tmp_path):
    data = tmp_path / "data"
    for name in ("test", "dev", "train"):
        shutil.copytree(made / name, data / name)
    thesis = data / NOISE_CONDITIONS[0].set_name / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years")
    with pytest.raises(InputError, match="is not empty and no test condition"):
        make_conditions(data, seed=1, jobs=1)
    assert thesis.read_text() == "years"
