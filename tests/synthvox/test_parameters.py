import pytest

from speechdistill.base.errors import InputError
from speechdistill.synthvox.parameters import CorpusParameters, claim_folder


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"speakers": 4}, "give 5 or more"),
        ({"speakers": 20}, "give 3 to 18 test speakers"),
        ({"test_speakers": 2}, "give 3 to 158 test speakers"),
        ({"sessions": 1}, "sessions is 1: give 2 or more"),
        ({"utterances": 0}, "utterances is 0: give 1 or more"),
        ({"images": 0}, "images is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"shared": 1.5}, "give a share from 0 to 1"),
        ({"shared": float("nan")}, "give a share from 0 to 1"),
    ],
)
def test_wrong_numbers_name_the_right_ones(wrong, remedy):
    with pytest.raises(InputError, match=remedy):
        CorpusParameters(**wrong)


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(InputError, match="not empty and no synthvox corpus: give a new folder"):
        claim_folder(tmp_path, CorpusParameters())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_corpus_of_other_parameters_is_named(tmp_path):
    claim_folder(tmp_path / "corpus", CorpusParameters(seed=1))
    with pytest.raises(InputError, match="made with seed 1, not 2: give another folder"):
        claim_folder(tmp_path / "corpus", CorpusParameters(seed=2))


def test_a_broken_note_is_an_input_error(tmp_path):
    claim_folder(tmp_path, CorpusParameters())
    (tmp_path / "truth" / "parameters.json").write_text("{")
    with pytest.raises(InputError, match=r"parameters\.json is broken"):
        claim_folder(tmp_path, CorpusParameters())
