"""The truth of a generated corpus, as tables."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.synthvox.truth_tables import numbers, read_truth, voice_traits

TABLE = """\
id\tsex\tshared.size\tface.beard\tvoice.tempo
id10002\tf\t0.5\t9\t-1
id10001\tm\t-2\t9\t0.25
id30001\tm\t1\t1\t1
"""
UTTERANCES = "id\nid10002/00001/00001\nid10001/00001/00001\nid10001/00002/00001\n"


@pytest.fixture
def truth(tmp_path):
    (tmp_path / "people.tsv").write_text(TABLE)
    (tmp_path / "utterances.tsv").write_text(UTTERANCES)
    return tmp_path


def test_traits_are_what_is_heard_alone_of_those_who_speak(truth):
    traits = voice_traits(truth)
    assert traits.ids == ["id10001", "id10002"]
    np.testing.assert_array_equal(traits.vectors, [[-2, 0.25], [0.5, -1]])


def test_no_corpus_has_no_traits(tmp_path):
    with pytest.raises(InputError, match=r"people.tsv.*make_synthvox.py"):
        voice_traits(tmp_path)


def test_people_who_speak_and_are_not_there(truth):
    (truth / "utterances.tsv").write_text(UTTERANCES + "id10003/00001/00001\n")
    with pytest.raises(InputError, match=r"people.tsv lacks id10003"):
        voice_traits(truth)


@pytest.mark.parametrize("table", ["", "id\tsex\nid10001\tm\n"])
def test_tables_of_something_else(truth, table):
    (truth / "people.tsv").write_text(table)
    with pytest.raises(InputError, match=r"people.tsv names no trait"):
        voice_traits(truth)


@pytest.mark.parametrize("column", ["sex", "voice.pitch"])
def test_columns_that_are_no_numbers(truth, column):
    path = truth / "people.tsv"
    with pytest.raises(InputError, match=rf"people.tsv is broken \(column {column}\)"):
        numbers(list(read_truth(path).values()), column, path)
