"""`speechdistill score` and concatenate_enrolment.py from files on disk, without any recipe."""

import kaldiio
import numpy as np
import pytest
import soundfile

from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.metrics import eer
from speechdistill.verification.scoring import adaptive_snorm
from speechdistill.verification.scoring.score_files import read_scores
from speechdistill.verification.trials.speakers import speaker_means, speakers_of
from speechdistill.verification.trials.trial_list import TrialList
from tests.warm_python import run_local, run_program


def sample(generator, prefix, speakers, takes):
    """Voices that differ in few directions, drowned by what differs between takes."""
    ids = [f"{prefix}{speaker}/v/{take}" for speaker in range(speakers) for take in range(takes)]
    voices = np.repeat(generator.normal(size=(speakers, 10)), takes, axis=0)
    voices[:, 4:] = 0
    noise = generator.normal(size=voices.shape) * np.r_[np.full(4, 0.5), np.full(6, 3)]
    return KeyedVectors(ids, voices + noise + 2)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scoring")
    generator = np.random.default_rng(0)
    sample(generator, "train", 40, 8).save(folder / "train")
    test = sample(generator, "test", 20, 4)
    test.save(folder / "test")
    kaldiio.save_ark(str(folder / "test.ark"), {name: test[name] for name in test.ids})
    pairs = [(first, second) for first in range(len(test)) for second in range(first)]
    lines = [
        f"{test.ids[a]} {test.ids[b]} {'target' if a // 4 == b // 4 else 'nontarget'}\n"
        for a, b in pairs
    ]
    (folder / "trials").write_text("".join(lines))
    return folder


def score(files, *options):
    output = files / "scores.txt"
    fixed = ["--trials", files / "trials", "--output", output]
    done = run_program("speechdistill", "score", *fixed, *options)
    assert done.returncode == 0, done.stderr
    trials = TrialList.load(files / "trials")
    return read_scores(trials, output)


@pytest.mark.slow
def test_learnt_back_ends_are_better(files):
    is_target = TrialList.load(files / "trials").labels == 1

    def error_rate(*options):
        scores = score(files, "--embeddings", files / "test", *options)
        return eer(scores[is_target], scores[~is_target])

    train = ("--training-embeddings", files / "train")
    plain, centred = error_rate(), error_rate(*train, "--subtract-mean")
    lda, plda = error_rate(*train, "--lda", 4), error_rate(*train, "--lda", 4, "--plda")
    assert lda < 0.8 * centred < 0.8 * plain and plda < 0.8 * centred


def test_as_norm_by_speakers_of_another_set(files):
    options = ("--snorm", files / "train", "--top-n", 10, "--block-size", 0.001)
    found = score(files, "--embeddings", files / "test.ark", *options)
    test, train = KeyedVectors.load(files / "test"), KeyedVectors.load(files / "train")
    cohort = speaker_means(train, speakers_of(train.ids))
    assert len(cohort) == 40
    expected = adaptive_snorm(TrialList.load(files / "trials"), test, test, cohort, 10)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_enrolment_by_average(files):
    (files / "models").write_text("m0 test0/v/0 test0/v/1\nm1 test1/v/0.wav\n")
    (files / "model_trials").write_text("m0 test0/v/3 1\nm1 test0/v/3 0\n")
    done = run_program(
        *("speechdistill", "score"),
        *("--trials", files / "model_trials", "--embeddings", files / "test"),
        *("--enrolment", files / "models", "--enrol-by", "average"),
        *("--output", files / "model_scores"),
    )
    assert done.returncode == 0, done.stderr
    test = KeyedVectors.load(files / "test")
    units = [
        test[f"test{name}"] / np.linalg.norm(test[f"test{name}"]) for name in ("0/v/0", "0/v/1")
    ]
    mean, other = sum(units), test["test0/v/3"]
    expected = mean @ other / np.linalg.norm(mean) / np.linalg.norm(other)
    line = (files / "model_scores").read_text().splitlines()[0].split()
    assert line[:2] == ["m0", "test0/v/3"] and float(line[2]) == pytest.approx(expected, abs=1e-6)


def test_concatenated_audio(tmp_path):
    for name, value in (("a", 0.25), ("b", -0.25)):
        soundfile.write(tmp_path / f"{name}.wav", np.full(10, value), 16000)
    (tmp_path / "models").write_text("m a.wav b.wav\n")
    done = run_local(
        "concatenate_enrolment.py",
        *("--enrolment", tmp_path / "models", "--audio", tmp_path, "--output", tmp_path / "out"),
    )
    assert done.returncode == 0, done.stderr
    assert soundfile.read(tmp_path / "out" / "m.wav")[0].tolist() == [0.25] * 10 + [-0.25] * 10


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--plda"], "give --training-embeddings"),
        (["--training-embeddings", "train"], "nothing is to be learnt"),
        (["--enrol-by", "average"], "--enrolment and --enrol-by go together"),
        (["--top-n", "3"], "give --snorm"),
        (["--block-size", "0"], "give more than 0"),
        (["--snorm", "train", "--top-n", "99"], "top-n 99 of a cohort of 40"),
        (["--enrol-embeddings", "nothing"], "there are no embeddings"),
    ],
)
def test_options_that_do_not_fit(files, options, message):
    known = {"train": str(files / "train"), "nothing": str(files / "nothing")}
    done = run_program(
        *("speechdistill", "score"),
        *("--trials", files / "trials", "--embeddings", files / "test"),
        *("--output", files / "none", *(known.get(option, option) for option in options)),
    )
    assert done.returncode == 1 and not (files / "none").exists()
    assert done.stderr.count("\n") == 1 and message in done.stderr
