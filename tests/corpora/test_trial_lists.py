import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import TestList
from speechdistill.corpora.report import CorpusReport
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.corpora.trial_lists import (
    contradicted,
    load_trial_lists,
    save_known_trials,
)
from speechdistill.verification.trials.trial_list import TrialList

LINES = (
    "1 a/v/1.wav a/w/1.wav\n0  a/v/1.wav b/v/1.wav\n1 b/v/1.wav b/w/1.wav\n0 b/w/1.wav a/w/1.wav\n"
)


@pytest.fixture
def trials(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(LINES)
    return TrialList.load(path)


def test_a_complete_list_keeps_its_bytes(tmp_path, trials):
    skipped = SkippedItems()
    known = {"a/v/1", "a/w/1", "b/v/1", "b/w/1"}
    assert save_known_trials(trials, known, tmp_path / "out/list.txt", 0.0, skipped) == 0
    assert (tmp_path / "out/list.txt").read_text() == LINES
    assert not skipped.items


def test_trials_of_an_unknown_file_are_left_out_and_listed(tmp_path, trials):
    skipped = SkippedItems()
    assert (
        save_known_trials(trials, {"a/v/1", "a/w/1", "b/v/1"}, tmp_path / "kept", 0.5, skipped) == 2
    )
    kept = (tmp_path / "kept").read_text().splitlines()
    assert kept == ["1 a/v/1.wav a/w/1.wav", "0 a/v/1.wav b/v/1.wav"]
    assert [name for name, _ in skipped.items] == ["b/w/1.wav"]


def test_what_a_model_lacks_is_named(tmp_path):
    """Two trials are of a model one of whose utterances is not there; as a test it is."""
    path = tmp_path / "list.txt"
    path.write_text("1 m a.wav\n0 m b.wav\n1 n b.wav\n0 n a.wav\n")
    trials, models = TrialList.load(path), {"m": ["a", "c", "d"], "n": ["b"], "a": ["a", "c"]}
    skipped = SkippedItems()
    assert save_known_trials(trials, {"a", "b"}, tmp_path / "out", 0.5, skipped, models) == 2
    assert (tmp_path / "out").read_text().splitlines() == ["1 n b.wav", "0 n a.wav"]
    assert [name for name, _ in skipped.items] == ["c", "d"]
    assert skipped.items[0][1] == "enrols m of list.txt, not in the corpus or unusable"
    with pytest.raises(
        InputError, match=r"\(first: c, which enrols m of list\.txt; see skipped\.tsv\): "
    ):
        save_known_trials(trials, {"a", "b"}, tmp_path / "no", 0.4, skipped, models)


def test_too_many_unknown_is_an_error_that_names_one(tmp_path, trials):
    skipped = SkippedItems()
    with pytest.raises(InputError, match=r"2 of 4 trials of .*list.txt .*first: b/w/1.wav"):
        save_known_trials(trials, {"a/v/1", "a/w/1", "b/v/1"}, tmp_path / "out", 0.4, skipped)
    assert not (tmp_path / "out").exists()
    assert len(skipped.items) == 1


@pytest.mark.parametrize(
    "names", [("a/list.txt", "b/list.txt"), ("O.txt", "O.lst"), ("trials", "trials.txt")]
)
def test_two_lists_whose_scores_would_have_one_name_are_an_error(tmp_path, names):
    with pytest.raises(InputError, match=r"two trial lists are called (list|O|trials) .*rename"):
        load_trial_lists([tmp_path / name for name in names])


@pytest.mark.parametrize("name", [".trials", "-O.txt", "tri\udce9als.txt", "a\nb", "l" * 241])
def test_a_list_that_later_stages_would_not_find_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"rename it") as caught:
        load_trial_lists([tmp_path / name])
    assert str(caught.value).encode()


def test_a_list_without_suffix_gets_one(tmp_path):
    """Stage 8 takes the suffix off by the last dot, be it in a folder's name."""
    assert TestList(tmp_path / "a.b/trials").kept_name == "trials.txt"
    assert TestList(tmp_path / "O.lst").kept_name == "O.lst"


def test_labels_against_the_speakers_are_counted_and_said(trials):
    """As where 0 means the same speaker."""
    speaker_of = {name: name[0] for name in trials.ids}
    assert contradicted(trials, speaker_of) == [0, 0]
    swapped = TrialList(trials.names, trials.enrol, trials.test, 1 - trials.labels)
    assert contradicted(swapped, speaker_of) == [2, 2]
    report = CorpusReport("", trials={"O.txt": 4}, contradicted_trials={"O.txt": [2, 2]})
    line = "trials in O.txt against the speakers' folders: 2 labelled 1 of two speakers, 2 labelled"
    assert line in report.text()
    assert "against" not in CorpusReport("", trials={"O.txt": 4}).text()
