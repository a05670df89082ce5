"""Score files: written, and matched with their trials in whichever order they come."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.verification.scoring.score_files import read_scores, score_lines, write_scores
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.words import Words


def make_trials(count):
    generator = np.random.default_rng(0)
    return TrialList(
        [f"s{number % 5}/v/{number}.wav" for number in range(50)],
        generator.integers(50, size=count),
        generator.integers(50, size=count),
        generator.integers(2, size=count),
    )


def test_score_files_round_trip(tmp_path):
    trials = TrialList(
        ["a/1.wav", "a/2.wav", "b/1.wav"], np.array([0, 0]), np.array([1, 2]), np.array([1, 0])
    )
    scores = np.array([0.25, -0.5], dtype=np.float32)
    write_scores(trials, scores, tmp_path / "scores.txt")
    first = (tmp_path / "scores.txt").read_text().splitlines()[0].split()
    assert first[:2] == ["a/1.wav", "a/2.wav"] and float(first[2]) == 0.25
    back = read_scores(trials, tmp_path / "scores.txt")
    np.testing.assert_allclose(back, scores)
    with pytest.raises(InputError, match=r"nothing\.txt"):
        read_scores(trials, tmp_path / "nothing.txt")
    (tmp_path / "scores.txt").write_text("a/1.wav a/2.wav high\n")
    with pytest.raises(InputError, match=r"scores\.txt"):
        read_scores(trials, tmp_path / "scores.txt")


def test_scores_match_their_trials_in_any_order_and_by_id(tmp_path):
    trials = make_trials(count=500)
    scores = trials.enrol + trials.test / 100
    lines = [
        f"{trials.ids[enrol]} {trials.names[test]} {score}\n"
        for enrol, test, score in zip(trials.enrol, trials.test, scores, strict=True)
    ]
    shuffled = np.random.default_rng(1).permutation(lines)
    (tmp_path / "scores.txt").write_text("".join(shuffled))
    np.testing.assert_allclose(read_scores(trials, tmp_path / "scores.txt"), scores)

    gone = lines[7].split()[:2]
    kept = [line for line in shuffled if line.split()[:2] != gone]
    (tmp_path / "scores.txt").write_text("".join(kept))
    found = read_scores(trials, tmp_path / "scores.txt")
    is_gone = np.array([line.split()[:2] == gone for line in lines])
    np.testing.assert_array_equal(np.isnan(found), is_gone)
    np.testing.assert_allclose(found[~is_gone], scores[~is_gone])


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "is empty"),
        ("a/1.wav a/2.wav 1\na/1.wav b/1.wav nan\n", "line 2"),
        ("a/1.wav a/2.wav 1\na/1.wav b/1.wav\n", "line 2"),
        ("a/1.wav a/2.wav 1\na/1.wav b/1.wav high\n", "line 2"),
        ("1 a/1.wav a/2.wav\n", "scores 1 a/1.wav, which"),
        ("a/1.wav a/2.wav 1\na/1.wav c/1.wav 1\n", "a/1.wav c/1.wav, which"),
        ("a/2.wav b/1.wav 1\n", "a/2.wav b/1.wav, which"),
    ],
)
def test_what_is_wrong_with_a_score_file_is_named(tmp_path, lines, message):
    trials = TrialList(
        ["a/1.wav", "a/2.wav", "b/1.wav"], np.array([0, 0]), np.array([1, 2]), np.array([1, 0])
    )
    (tmp_path / "scores.txt").write_text(lines)
    with pytest.raises(InputError, match=message):
        read_scores(trials, tmp_path / "scores.txt")


def test_float32_scores_are_read_back_as_they_were(tmp_path):
    enrol, test = np.divmod(np.arange(70_000), 300)
    trials = TrialList([f"{number}.wav" for number in range(300)], enrol, test, enrol % 2)
    scores = np.random.default_rng(1).normal(size=70_000).astype(np.float32)
    scores[:3] = 1e-30, -123456.78, 0
    write_scores(trials, scores, tmp_path / "scores.txt")
    back = read_scores(trials, tmp_path / "scores.txt")
    np.testing.assert_array_equal(back.astype(np.float32), scores)


def test_a_fourth_word_is_ignored(tmp_path):
    trials = TrialList(["a", "b"], np.array([0, 1]), np.array([1, 1]), np.array([0, 1]))
    (tmp_path / "scores").write_text("b b 2.5 target\na b -1 nontarget\n")
    assert read_scores(trials, tmp_path / "scores").tolist() == [-1, 2.5]


@pytest.mark.parametrize("gap", [" ", "\t", "  "])
def test_lines_have_one_space(gap):
    text = np.frombuffer(f"é.wav{gap}b".encode(), np.uint8)
    names = Words(text, np.array([[0, 6 + len(gap)]]), np.array([[6, 7 + len(gap)]]))
    assert score_lines(names, np.array([0.1])).decode() == "é.wav b 0.1\n"


@pytest.mark.parametrize("number", ["1_0", "\u0661", "0x1", "1d3", "0,5", "nan", "1e400"])
def test_what_is_no_number_is_refused(tmp_path, number):
    trials = TrialList(["a", "b"], np.array([0, 1]), np.array([1, 1]), np.array([0, 1]))
    (tmp_path / "scores.txt").write_text(f"a b {number}\n")
    with pytest.raises(InputError, match=r"scores\.txt, line 1 is 'a b .*with a finite score"):
        read_scores(trials, tmp_path / "scores.txt")


def test_a_label_in_the_place_of_the_score_is_refused(tmp_path):
    """``enrol test label score``: the labels would give an EER of 0."""
    trials = TrialList(["a", "b"], np.array([0, 1]), np.array([1, 1]), np.array([0, 1]))
    path = tmp_path / "scores.txt"
    path.write_text("a b 0.25 nontarget\nb b 0.5 target\n")
    assert read_scores(trials, path).tolist() == [0.25, 0.5]
    path.write_text("a b 0 nontarget\nb b 1 0.5\n")
    with pytest.raises(InputError, match=r"line 2: the fourth word is a number, '0\.5'"):
        read_scores(trials, path)
