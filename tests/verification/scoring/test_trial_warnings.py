"""What flatters scores is said with its count; a broken embedding is treated as a missing one."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.reporting.trial_notes import trial_notes
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring import Cohort
from speechdistill.verification.scoring.broken_embeddings import without_broken
from speechdistill.verification.scoring.score_list import HEADING, score_list
from speechdistill.verification.scoring.trial_warnings import OtherPeople
from speechdistill.verification.trials.enrolment import average_enrolment
from speechdistill.verification.trials.trial_list import TrialList

IDS = [f"s{number // 4}/{number}" for number in range(400)]


def embeddings():
    return KeyedVectors(IDS, np.random.default_rng(0).normal(size=(400, 5)))


def write_list(folder, pairs):
    path = folder / "list"
    path.write_text("".join(f"{first}.wav {second}\n" for first, second in pairs))
    return path


def test_an_utterance_on_both_sides(tmp_path, caplog):
    listed = write_list(tmp_path, [(IDS[0], IDS[0]), (IDS[0], IDS[1]), (IDS[2], IDS[2])])
    vectors, other = embeddings(), KeyedVectors(IDS[::-1], embeddings().vectors[::-1])
    for enrol in (vectors, other):
        caplog.clear()
        score_list(listed, enrol, vectors, tmp_path / "scores")
        assert "2 of 3 trials compare an utterance with itself" in caplog.text
    assert "2 of 3 trials" in trial_notes(TrialList.load(listed, labelled=False))[0]


def test_enrolment_utterances_on_the_test_side(tmp_path, caplog):
    models = {"m": [f"{IDS[0]}.wav", IDS[1]], "n": [IDS[4]]}
    pairs = [("m", IDS[0]), ("m", IDS[2]), ("n", IDS[1]), ("n", IDS[5])]
    enrolled = average_enrolment(models, embeddings())
    score_list(
        write_list(tmp_path, pairs),
        *(enrolled.embeddings, embeddings(), tmp_path / "scores"),
        utterances=enrolled.utterances,
        enrolment=models,
        others=[OtherPeople("training set", [IDS[4], "x"], ["s1", "x"])],
    )
    assert "1 of 4 trials compare a model with an utterance it was enrolled" in caplog.text
    assert "2 enrolment utterances are on the test side" in caplog.text
    assert "the training set has 1 of the 5 utterances and 1 of the 2 speakers" in caplog.text


def test_people_of_the_trials_in_the_cohort(tmp_path, caplog):
    vectors = embeddings()
    listed = write_list(tmp_path, [(IDS[0], IDS[4]), (IDS[0], IDS[1])])
    for others, message in (
        (["z/1", "z/2"], ""),
        (["s0/99", "z/2"], "the cohort has 0 of the 3 utterances and 1 of the 2 speakers"),
        (IDS, "the cohort has 3 of the 3 utterances and 2 of the 2 speakers"),
    ):
        caplog.clear()
        people = OtherPeople("cohort", others, [name.split("/")[0] for name in others])
        score_list(
            listed, vectors, vectors, tmp_path / "s", cohort=Cohort(vectors, 9), others=[people]
        )
        assert (message in caplog.text) if message else not caplog.text


def test_ids_that_give_everybody_one_utterance(caplog):
    OtherPeople("cohort", ["a", "b"], ["a", "b"]).warn_if_nobody_repeats("--snorm-speakers")
    assert "the cohort has 2 speakers of 2 embeddings" in caplog.text
    caplog.clear()
    OtherPeople("cohort", ["a", "b"], ["a", "a"]).warn_if_nobody_repeats("--snorm-speakers")
    assert not caplog.text


def test_calibration_on_the_same_people():
    def trials(*names):
        return TrialList(list(names), np.array([0, 0]), np.array([1, 2]), np.array([1, 0]))

    (note,) = trial_notes(trials("a/1", "a/2", "b/1"), trials("a/1", "a/3", "c/1"))
    assert note.startswith("1 of 3 utterances and 1 of 2 speakers are among the calibration trials")
    assert not trial_notes(trials("a/1", "a/2", "b/1"), trials("d/1", "d/3", "c/1"))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_one_broken_embedding_counts_as_missing(tmp_path, caplog, bad):
    vectors = embeddings()
    vectors.vectors[7] = bad
    listed = write_list(tmp_path, [(IDS[number], IDS[number - 1]) for number in range(1, 400)])
    score_list(listed, vectors, vectors, tmp_path / "scores.txt")
    assert len((tmp_path / "scores.txt").read_text().splitlines()) == 397
    assert "2 of 399 trials" in caplog.text and "(1 zero or not finite)" in caplog.text
    assert (tmp_path / "scores.missing").read_text() == HEADING + f"{IDS[7]}.wav\n"
    vectors.vectors[20:30] = bad
    with pytest.raises(InputError, match="raise --skipped-limit"):
        score_list(listed, vectors, vectors, tmp_path / "scores.txt")


def test_few_broken_training_embeddings_are_left_out(caplog):
    vectors = embeddings()
    vectors.vectors[3, 2] = np.nan
    assert without_broken(vectors, "cohort").ids == IDS[:3] + IDS[4:]
    assert "1 of 400 embeddings of the cohort are zero or not finite: s0/3" in caplog.text
    vectors.vectors[:9] = 0
    with pytest.raises(InputError, match="9 of 400 embeddings of the cohort"):
        without_broken(vectors, "cohort")


@pytest.mark.parametrize("notes", ["my notes\n", f"{IDS[0]}\n", ""])
def test_a_file_that_is_no_listing_of_ours_stays(tmp_path, notes):
    """Names of trials are no proof: the user may have written them down."""
    vectors = embeddings()
    listed = write_list(tmp_path, [(IDS[0], IDS[4])])
    (tmp_path / "scores.missing").write_text(notes)
    with pytest.raises(InputError, match=r"scores\.missing, where .* did not write: move it"):
        score_list(listed, vectors, vectors, tmp_path / "scores.txt")
    assert (tmp_path / "scores.missing").read_text() == notes
    assert not (tmp_path / "scores.txt").exists()


def test_a_listing_of_another_list_is_replaced(tmp_path):
    vectors = embeddings()
    for bad in (0, 4):
        vectors.vectors[bad] = np.nan
        listed = write_list(tmp_path, [(IDS[bad], IDS[8])])
        with pytest.raises(InputError, match="1 of 1 trials"):
            score_list(listed, vectors, vectors, tmp_path / "scores.txt")
        assert (tmp_path / "scores.missing").read_text() == HEADING + f"{IDS[bad]}.wav\n"


def test_scores_are_not_written_where_what_is_missing_is_listed(tmp_path):
    vectors = embeddings()
    listed = write_list(tmp_path, [(IDS[0], IDS[4])])
    with pytest.raises(InputError, match="give another --output"):
        score_list(listed, vectors, vectors, tmp_path / "scores.missing")
    assert not (tmp_path / "scores.missing").exists()
