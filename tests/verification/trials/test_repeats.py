"""Repeats count once and are said; what contradicts itself is refused by its lines."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.verification.scoring.score_files import read_scores
from speechdistill.verification.trials.trial_list import TrialList

LIST = "1 a.wav b.wav\n0 a.wav c.wav\n"


def load(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return TrialList.load(path)


@pytest.mark.parametrize("more", ["1 a.wav b.wav\n", "1 a b.flac\n", "\n1 a.wav b.wav\n1 a b\n"])
def test_a_repeated_trial_counts_once(tmp_path, caplog, more):
    trials = load(tmp_path / "list", LIST + more)
    assert len(trials) == 2 and trials.labels.tolist() == [1, 0]
    assert f"has {trials.repeats} of its" in caplog.text and trials.repeats == more.count("1 a")


@pytest.mark.parametrize("more", ["0 a.wav b.wav\n", "0 a b\n", "0 b.wav a.wav\n"])
def test_a_trial_of_both_labels_is_refused(tmp_path, more):
    with pytest.raises(InputError, match=r"lines 1 and 4 contradict each other") as error:
        load(tmp_path / "list", LIST + "\n" + more)
    assert "\n" not in str(error.value)


def test_swapped_trials_are_two(tmp_path):
    assert len(load(tmp_path / "list", LIST + "1 b.wav a.wav\n")) == 3


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
def test_two_scores_of_a_pair_are_refused(tmp_path, order):
    trials = load(tmp_path / "list", LIST)
    lines = ["a b 0.5\n", "a.wav c 0.25\n", "a.wav b.wav 0.75\n"]
    (tmp_path / "scores").write_text("".join(lines[number] for number in order))
    first, second = sorted([order.index(0) + 1, order.index(2) + 1])
    with pytest.raises(InputError, match=rf"lines {first} and {second} give one pair the scores"):
        read_scores(trials, tmp_path / "scores")


def test_equal_scores_of_a_pair_count_once(tmp_path, caplog):
    caplog.set_level("INFO")
    trials = load(tmp_path / "list", LIST)
    (tmp_path / "scores").write_text("a b 0.5\na c 0.25\na b 0.50\n")
    assert read_scores(trials, tmp_path / "scores").tolist() == [0.5, 0.25]
    assert "repeats the scores of 1 trials" in caplog.text


@pytest.mark.parametrize(
    ("text", "names", "labels"),
    [
        ("a b tgt\na c imp\n", ["a", "b", "c"], [1, 0]),
        ("a b true\na c false\n", ["a", "b", "c"], [1, 0]),
        ("1 u5 target\n2 u5 nontarget\n", ["1", "u5", "2"], [1, 0]),
        ("1 u5 target\n0 u5 nontarget\n", ["1", "u5", "0"], [1, 0]),
        ("1 u5 1\n2 u5 0\n", ["1", "u5", "2"], [1, 0]),
        ("1 u5 1\n0 u5 u6\n", ["u5", "1", "u6"], [1, 0]),
        ("\ufeff1 a b\r\n0 a c\r\n", ["a", "b", "c"], [1, 0]),
    ],
)
def test_labels_of_every_spelling_and_ids_that_look_like_them(tmp_path, text, names, labels):
    trials = load(tmp_path / "list", text)
    assert trials.names == names and trials.labels.tolist() == labels


def test_lists_that_could_mean_two_things(tmp_path):
    with pytest.raises(InputError, match="could both be the label"):
        load(tmp_path / "list", "1 a 1\n0 a 0\n")


def test_scores_after_a_byte_order_mark(tmp_path):
    trials = load(tmp_path / "list", LIST)
    (tmp_path / "scores").write_bytes("a b 0.5\na c 1\n".encode("utf-8-sig"))
    np.testing.assert_array_equal(read_scores(trials, tmp_path / "scores"), [0.5, 1])


def test_the_line_of_a_byte_that_is_no_utf8(tmp_path):
    with pytest.raises(InputError, match=r"list is not text: line 3 is no UTF-8.*iconv"):
        load(tmp_path / "list", LIST.encode() + b"0 a d\xe9\n")
