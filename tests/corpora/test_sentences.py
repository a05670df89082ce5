import pytest

from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.sentences import describe, load_sentences


@pytest.mark.parametrize(
    ("gender", "nationality", "text"),
    [
        ("m", "Ireland", "A man from Ireland."),
        ("f", "USA", "A woman from the USA."),
        ("f", "New_Zealand", "A woman from New Zealand."),
        (None, "Norway", "A person from Norway."),
        ("m", None, "A man."),
        (None, None, None),
    ],
)
def test_says_what_is_known_and_no_more(gender, nationality, text):
    assert describe(Speaker("id1", gender, nationality=nationality)) == text


def test_speakers_of_whom_nothing_is_known_are_left_out(tmp_path):
    path = tmp_path / "vox2_meta.csv"
    path.write_text("VoxCeleb2 ID\tGender\tSet\nid1\tm\tdev\nid2\t?\tdev\n")
    assert load_sentences(path) == {"id1": "A man."}
