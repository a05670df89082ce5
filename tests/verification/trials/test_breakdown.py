"""Groups of trials against a loop over the trials."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.verification.trials.breakdown import (
    groups_by_column,
    groups_by_kind,
    groups_by_number,
    groups_by_session,
)
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts


@pytest.fixture
def trials():
    generator = np.random.default_rng(0)
    names = [f"s{n % 4}/v{n % 3}/{n}.wav" for n in range(24)]
    enrol, test = generator.integers(24, size=(2, 300))
    return TrialList(names, enrol, test, (enrol % 4 == test % 4).astype(int))


def members(groups):
    return {group.name: group.is_member.tolist() for group in groups}


def test_kinds_are_pairs_without_order(trials):
    kinds = ["fm"[n % 2] if n % 5 else None for n in range(24)]
    expected = {}
    for position, pair in enumerate(zip(trials.enrol, trials.test, strict=True)):
        both = sorted({kinds[n] or "" for n in pair})
        name = "unknown" if "" in both else " / ".join(both)
        expected.setdefault(name, [False] * 300)[position] = True
    assert members(groups_by_kind(trials, kinds)) == expected
    assert set(expected) == {"f", "m", "f / m", "unknown"}


def test_numbers_are_those_of_the_weaker_side(trials):
    numbers = np.random.default_rng(1).uniform(0, 10, 24)
    numbers[3] = np.nan
    found = members(groups_by_number(trials, numbers, [2.5, 5]))
    for position, pair in enumerate(zip(trials.enrol, trials.test, strict=True)):
        if 3 in pair:
            name = "unknown"
        else:
            lower = min(numbers[n] for n in pair)
            name = "below 2.5" if lower < 2.5 else "2.5 to 5" if lower < 5 else "5 and more"
        assert [group for group, is_member in found.items() if is_member[position]] == [name]


def test_numbers_make_three_groups_of_about_one_size(trials):
    sizes = [
        group.is_member.sum()
        for group in groups_by_number(trials, np.random.default_rng(2).random(24))
    ]
    assert len(sizes) == 3 and min(sizes) > 70


def test_few_distinct_numbers_leave_no_empty_group(trials):
    groups = groups_by_number(trials, np.repeat([0.0, 1.0], [20, 4]))
    assert all(group.is_member.any() for group in groups)
    assert sum(group.is_member.sum() for group in groups) == 300


def test_edges_must_rise_and_numbers_must_be_there(trials):
    with pytest.raises(InputError, match="the edges 5, 2 do not rise"):
        groups_by_number(trials, np.ones(24), [5, 2])
    with pytest.raises(InputError, match="no utterance of the trials has a value"):
        groups_by_number(trials, np.full(24, np.nan))


@pytest.mark.parametrize("named", [False, True])
def test_sessions_split_the_targets_and_share_the_nontargets(trials, named):
    sessions = [f"v{n % 3}" for n in range(24)] if named else None
    found = members(groups_by_session(trials, sessions))
    assert list(found) == ["different sessions", "same session"]
    for position, (a, b) in enumerate(zip(trials.enrol, trials.test, strict=True)):
        is_target, is_same = a % 4 == b % 4, a % 3 == b % 3
        assert found["same session"][position] == (is_same or not is_target)
        assert found["different sessions"][position] == (not is_same or not is_target)


def test_names_without_session_are_unknown():
    trials = TrialList(["a-1", "a-2", "b-1"], np.array([0, 0]), np.array([1, 2]), np.array([1, 0]))
    assert members(groups_by_session(trials)) == {"unknown": [True, True]}


def test_columns_are_grouped_by_what_they_hold(trials):
    ids = trials.ids
    facts = UtteranceFacts(
        {
            "gender": {f"s{n}": "fmfm"[n] for n in range(4)},
            "snr": {name: str([20, 5][n % 2]) for n, name in enumerate(ids)},
            "duration": {name: str(n / 2) for n, name in enumerate(ids)},
        }
    )
    names = {
        column: [group.name for group in groups_by_column(trials, facts, column)]
        for column in ("gender", "snr", "duration", "session")
    }
    assert names["gender"] == ["f", "f / m", "m"]
    assert names["snr"] == ["20", "20 / 5", "5"]
    assert len(names["duration"]) == 3 and names["duration"][0].startswith("below")
    assert names["session"] == ["different sessions", "same session"]
    assert [group.name for group in groups_by_column(trials, facts, "snr", [10])] == [
        "below 10",
        "10 and more",
    ]
    with pytest.raises(InputError, match="not of numbers"):
        groups_by_column(trials, facts, "gender", [10])
    with pytest.raises(InputError, match="nothing says the age"):
        groups_by_column(trials, facts, "age")


def test_a_session_column_counts_before_the_names(trials):
    facts = UtteranceFacts({"session": dict.fromkeys(trials.ids, "one")})
    assert [group.name for group in groups_by_column(trials, facts, "session")] == ["same session"]
