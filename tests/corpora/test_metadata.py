import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.metadata import Speaker, load_speakers, load_text


@pytest.fixture
def table(tmp_path):
    return tmp_path / "vox1_meta.csv"


def test_reads_both_official_forms(tmp_path, table):
    table.write_text(
        "VoxCeleb1 ID\tVGGFace1 ID\tGender\tNationality\tSet\n"
        "id10001\tA.J._Buckley\tm\tIreland\tdev\n"
    )
    other = tmp_path / "vox2_meta.csv"
    other.write_text("VoxCeleb2 ID ,VGGFace2 ID ,Gender ,Set \nid00017\t,n000017\t,f\t,test\n\n")
    speakers = load_speakers([table, other])
    assert speakers["id10001"] == Speaker("id10001", "m", "A.J._Buckley", "dev", "Ireland")
    assert speakers["id00017"] == Speaker("id00017", "f", "n000017", "test")


def test_an_unknown_gender_is_none(table):
    table.write_text("VoxCeleb1 ID\tGender\tSet\nid10001\tunknown\tdev\n")
    assert load_speakers([table])["id10001"] == Speaker("id10001", None, None, "dev")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"expected `VoxCeleb1 ID`"),
        ("speaker\tGender\tSet\n", r"expected `VoxCeleb1 ID`"),
        ("VoxCeleb1 ID\tGender\tSet\nid1\tm\n", r"line 2 has 2 of 3 fields"),
        ("VoxCeleb1 ID\tGender\tSet\nid1\tm\ttrain\n", r"line 2 says Set 'train'"),
    ],
)
def test_names_the_line_that_is_wrong(table, text, message):
    table.write_text(text)
    with pytest.raises(InputError, match=message):
        load_speakers([table])


def test_text_lines_need_a_tab(tmp_path):
    path = tmp_path / "speaker_text.tsv"
    path.write_text("id10001\tA man.\n\nid10002\tA woman, \t loud.\n")
    assert load_text(path) == {"id10001": "A man.", "id10002": "A woman, \t loud."}
    path.write_text("id10001 A man.\n")
    with pytest.raises(InputError, match=r"line 1: put a tab"):
        load_text(path)
    path.write_text("id10001\tA man.\nid10001\tA woman.\n")
    with pytest.raises(InputError, match=r"line 2: id10001 has a sentence already"):
        load_text(path)
    path.write_bytes("id10001\tEin großer Mann.\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"no UTF-8"):
        load_text(path)
    with pytest.raises(InputError, match=r"--text"):
        load_text(tmp_path / "missing.tsv")
    assert load_text(None) == {}


@pytest.mark.parametrize("header", ["id\ttext\n", "\ufeffid\tsentence\r\n", ""])
def test_text_may_have_a_header(tmp_path, header):
    path = tmp_path / "speaker_text.tsv"
    path.write_text(f"{header}id10001\tA man.\n", encoding="utf-8")
    assert load_text(path) == {"id10001": "A man."}
