"""Trial lists: read, written, sampled; what is wrong with one is named."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.verification.trials.trial_files import UNLABELLED, read_trials
from speechdistill.verification.trials.trial_list import TrialList, utterance_id
from speechdistill.verification.trials.trial_sampling import sample_trials


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".m4a", ""])
def test_ids_are_names_without_extension(suffix):
    assert utterance_id(f"id1/a.b_c/00001{suffix}") == "id1/a.b_c/00001"


def test_round_trip(tmp_path):
    text = "1 a/v/1.wav a/w/1.wav\n0 a/v/1.wav b/v/1.wav\n"
    path = tmp_path / "list.txt"
    path.write_text(text)
    trials = TrialList.load(path)
    assert (trials.labels.tolist(), trials.enrol.tolist(), trials.test.tolist()) == (
        [1, 0],
        [0, 0],
        [1, 2],
    )
    assert trials.speakers.tolist() == [0, 0, 1]
    trials.save(tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_text() == text


@pytest.mark.parametrize("block_bytes", [1, 1 << 22])
@pytest.mark.parametrize(
    "text",
    [
        "1 a.wav b.wav\n0 a.wav c\n",
        "a.wav b.wav target\na.wav c nontarget\n",
        "a.wav\tb.wav\t1\n\n a.wav   c 0",
        "a.wav b.wav\r\na.wav c\r\n",
    ],
)
def test_every_form_of_a_list(tmp_path, text, block_bytes):
    path = tmp_path / "list"
    path.write_bytes(text.encode())
    blocks = list(read_trials(path, block_bytes))
    assert [name for block in blocks for name in block.enrol.strings()] == ["a.wav", "a.wav"]
    assert [name for block in blocks for name in block.test.strings()] == ["b.wav", "c"]
    labels = np.concatenate([block.labels for block in blocks]).tolist()
    is_labelled = len(text.splitlines()[0].split()) == 3
    assert labels == ([1, 0] if is_labelled else [UNLABELLED, UNLABELLED])
    trials = TrialList.load(path, labelled=False)
    assert trials.names == ["a.wav", "b.wav", "c"] and trials.labels.tolist() == labels
    assert trials.is_labelled == is_labelled


def test_lists_without_labels(tmp_path):
    (tmp_path / "list").write_text("a b\na c\n")
    with pytest.raises(InputError, match="has no labels"):
        TrialList.load(tmp_path / "list")
    trials = TrialList.load(tmp_path / "list", labelled=False)
    trials.save(tmp_path / "again")
    assert (tmp_path / "again").read_text() == "a b\na c\n"
    assert len(trials.subset(np.array([True, False]))) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b target\na c imposter\n", "line 2: the label is imposter"),
        ("a b c\n", "line 1 is 'a b c'"),
        ("a b\n1 a c\n", "line 2"),
        ("1 a b\na c\n", "line 2"),
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("1 a b\n0 a\n", "line 2"),
        ("1 a b\n2 a c\n", "line 2: the label is 2"),
        ("1 a b\n0 a b c\n", "line 2"),
        ("1 a b\n1 a c\n", "no non-target trials"),
        ("0 a b\n", "no target trials"),
    ],
)
def test_what_is_wrong_with_a_list_is_named(tmp_path, text, message):
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as error:
        TrialList.load(path)
    assert str(path) in str(error.value)


def test_a_list_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        TrialList.load(tmp_path / "nothing.txt")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not text"):
        TrialList.load(tmp_path / "binary.txt")


@st.composite
def people(draw):
    """Speakers with a gender and one to three sessions of one to four utterances."""
    rows = []
    for speaker in range(draw(st.integers(2, 8))):
        gender = draw(st.sampled_from(["m", "f", None]))
        for session in range(draw(st.integers(1, 3))):
            for take in range(draw(st.integers(1, 4))):
                rows.append((f"{speaker}/{session}/{take}", str(speaker), str(session), gender))
    return rows


@given(people(), st.integers(2, 60), st.integers(0, 3))
def test_properties_of_sampled_trials(rows, n_trials, seed):
    ids, speakers, sessions, genders = (list(column) for column in zip(*rows, strict=True))
    of = {row[0]: row[1:] for row in rows}
    if max(Counter(speakers).values()) < 2:
        with pytest.raises(InputError):
            sample_trials(ids, speakers, sessions, genders, n_trials, seed)
        return
    trials = sample_trials(ids, speakers, sessions, genders, n_trials, seed)
    again = sample_trials(ids, speakers, sessions, genders, n_trials, seed)
    np.testing.assert_array_equal(trials.enrol, again.enrol)
    pairs = [
        (trials.names[a], trials.names[b]) for a, b in zip(trials.enrol, trials.test, strict=True)
    ]
    assert len({frozenset(pair) for pair in pairs}) == len(pairs) <= n_trials
    gender_of = dict(zip(speakers, genders, strict=True))
    people_of_gender = Counter(gender_of.values())
    for (first, second), label in zip(pairs, trials.labels, strict=True):
        assert first != second
        (speaker_a, session_a, gender_a), (speaker_b, session_b, gender_b) = of[first], of[second]
        assert label == (speaker_a == speaker_b)
        if label and len({of[name][1] for name in ids if of[name][0] == speaker_a}) > 1:
            assert session_a != session_b
        if not label and gender_a and gender_b and people_of_gender[gender_a] > 1:
            assert gender_a == gender_b


def test_trials_are_spread_over_the_speakers():
    ids = [f"{s}/{v}/{u}" for s in range(20) for v in range(3) for u in range(4)]
    speakers = [name.split("/")[0] for name in ids]
    sessions = [name.split("/")[1] for name in ids]
    trials = sample_trials(ids, speakers, sessions, [None] * len(ids), 400, seed=0)
    assert (trials.labels == 1).sum() == (trials.labels == 0).sum() == 200
    owners = np.array(trials.speakers)
    of_targets = Counter(owners[trials.enrol[trials.labels == 1]].tolist())
    assert set(of_targets.values()) == {10}
    sides = np.r_[trials.enrol[trials.labels == 0], trials.test[trials.labels == 0]]
    of_nontargets = Counter(owners[sides].tolist())
    assert max(of_nontargets.values()) <= 2 * min(of_nontargets.values())
