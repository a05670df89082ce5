"""Tables of utterances and speakers, in the forms in which they come."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

TRIALS = TrialList(
    ["id1/v/1.wav", "id1/v/2.m4a", "id2/v/1.wav"],
    np.array([0, 0]),
    np.array([1, 2]),
    np.array([1, 0]),
)


def test_tables_of_speakers_and_of_utterances(tmp_path):
    voxceleb1, voxceleb2, quality = (tmp_path / name for name in ("1.csv", "2.csv", "q.tsv"))
    voxceleb1.write_text("VoxCeleb1 ID\tVGGFace1 ID\tGender\nid1\tA_B\tm\n")
    voxceleb2.write_text("VoxCeleb2 ID ,VGGFace2 ID ,Gender ,Set \nid2\t,n02\t,f\t,dev\n")
    quality.write_text("id\tquality\tnet_duration\nid1/v/2\t0.5\t4\nid1/v/1.wav\t0.25\tnan\n")
    facts = UtteranceFacts.load([voxceleb1, voxceleb2, quality], {})
    assert facts.texts("Gender", TRIALS) == ["m", "m", "f"]
    np.testing.assert_array_equal(facts.numbers("quality", TRIALS), [0.25, 0.5, np.nan])
    np.testing.assert_array_equal(facts.numbers("net_duration", TRIALS), [np.nan, 4, np.nan])


def test_maps_as_kaldi_writes_them(tmp_path):
    durations, genders = tmp_path / "utt2dur", tmp_path / "spk2gender"
    durations.write_text("id1/v/1 2.5\n\nid2/v/1.wav  8\n")
    genders.write_text("id1 f\n")
    facts = UtteranceFacts.load([], {"duration": durations, "gender": genders})
    np.testing.assert_array_equal(facts.numbers("duration", TRIALS), [2.5, np.nan, 8])
    assert facts.texts("gender", TRIALS) == ["f", "f", None]


def test_an_utterance_counts_before_its_speaker():
    facts = UtteranceFacts({"noise": {"id1": "babble", "id1/v/2": "", "id1/v/1": "white"}})
    assert facts.texts("noise", TRIALS) == ["white", "babble", None]


def test_a_column_that_nothing_gives_is_named():
    facts = UtteranceFacts({"gender": {}, "quality": {"id1": "high"}})
    with pytest.raises(InputError, match=r"the duration of utterances \(columns: gender, quality"):
        facts.numbers("duration", TRIALS)
    with pytest.raises(InputError, match="the column quality is not of numbers"):
        facts.numbers("quality", TRIALS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read"),
        (b"", "is empty"),
        (b"\xff\xfe\x00", "is not text"),
        (b"id\tgender\na\tm\nb\n", "line 3 has 1 fields"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(tmp_path, text, message):
    path = tmp_path / "table.tsv"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(InputError, match=message) as raised:
        UtteranceFacts.load([path], {})
    assert "table.tsv" in str(raised.value)


def test_what_is_wrong_with_a_map_is_named(tmp_path):
    (tmp_path / "utt2dur").write_text("a 2\nb\n")
    with pytest.raises(InputError, match=r"utt2dur, line 2 is 'b': write `id value`"):
        UtteranceFacts.load([], {"duration": tmp_path / "utt2dur"})
