from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.splits import check_disjoint, dev_speakers, training_speakers

genders = st.lists(st.sampled_from(["m", "f", None]), min_size=4, max_size=60)


def people(genders, part="dev"):
    return [Speaker(f"id{at:03d}", gender, part=part) for at, gender in enumerate(genders)]


@given(genders, st.integers(0, 5))
def test_everyone_is_on_one_side_and_both_have_two(genders, seed):
    everyone = people(genders)
    training, dev = dev_speakers(everyone, None, seed)
    assert sorted([*training, *dev], key=lambda speaker: speaker.id) == everyone
    assert len(dev) >= 2 and len(training) >= 2
    assert dev_speakers(everyone, None, seed) == (training, dev)


@given(genders, st.data())
def test_genders_are_held_out_in_proportion(genders, data):
    number = data.draw(st.integers(2, len(genders) - 2))
    dev = dev_speakers(people(genders), number, seed=0)[1]
    assert len(dev) == number
    held_out = Counter(speaker.gender for speaker in dev)
    for gender, count in Counter(genders).items():
        assert abs(held_out[gender] - number * count / len(genders)) < 1


@pytest.mark.parametrize(
    ("total", "number", "expected"),
    [
        (4, None, 2),
        (20, None, 5),
        (60, None, 10),
        (129, None, 13),
        (1211, None, 100),
        (5994, None, 100),
        (50, 0.2, 10),
        (50, 7.0, 7),
    ],
)
def test_how_many_are_held_out(total, number, expected):
    assert len(dev_speakers(people(["m"] * total), number, seed=0)[1]) == expected


def test_the_seed_changes_who_is_held_out():
    everyone = people(["m", "f"] * 30)
    assert dev_speakers(everyone, 10, seed=0) != dev_speakers(everyone, 10, seed=1)


@pytest.mark.parametrize(("total", "number"), [(3, None), (10, 1), (10, 9), (10, 0.01)])
def test_too_few_on_one_side_is_an_error(total, number):
    with pytest.raises(InputError, match=r"--dev-speakers"):
        dev_speakers(people(["f"] * total), number, seed=0)


def test_a_trial_speaker_of_the_training_part_stops_the_run():
    everyone = people(["m"] * 6)
    trials = {speaker.id for speaker in everyone[:5]}
    with pytest.raises(
        InputError, match=r"^5 trial speakers .*id000, id001, id002, \.\.\..*--drop"
    ):
        training_speakers(everyone, trials, drop_trial_speakers=False)
    assert training_speakers(everyone, trials, drop_trial_speakers=True) == everyone[5:]


def test_without_metadata_those_not_tested_train():
    everyone = people(["m", "f", "m"], part=None)
    assert training_speakers(everyone, {"id001"}, False) == [everyone[0], everyone[2]]


def test_nobody_left_to_train_is_an_error():
    with pytest.raises(InputError, match=r"no speaker is left"):
        training_speakers(people(["m"], part="test"), set(), False)


def test_a_speaker_in_two_sets_is_found():
    with pytest.raises(InputError, match=r"1 speakers are in train and in test \(b\)"):
        check_disjoint({"train": {"a", "b"}, "dev": {"c"}, "test": {"b"}})
