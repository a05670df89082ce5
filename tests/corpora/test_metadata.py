import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.metadata import Speaker, load_speakers, load_text
from speechdistill.corpora.sentences import load_sentences


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


@pytest.mark.parametrize("separator", ["\t", ",", ", "])
def test_fields_may_be_quoted(table, separator):
    rows = [
        ["VoxCeleb1 ID", "VGGFace1 ID", "Gender", "Nationality", "Set"],
        ["id10001", "A.J._Buckley", "m", "Korea, Republic of", "dev"],
    ]
    table.write_text("".join(separator.join(f'"{f}"' for f in row) + "\n" for row in rows))
    expected = Speaker("id10001", "m", "A.J._Buckley", "dev", "Korea, Republic of")
    assert load_speakers([table]) == {"id10001": expected}


def test_a_quotation_mark_between_tabs_is_one_where_the_header_has_none(table):
    table.write_text('VoxCeleb1 ID\tVGGFace1 ID\tGender\tSet\nid1\t"Weird_Al"_Yankovic\tm\tdev\n')
    assert load_speakers([table])["id1"].face_name == '"Weird_Al"_Yankovic'


def test_an_unknown_gender_is_none(table):
    table.write_text("VoxCeleb1 ID\tGender\tSet\nid10001\tunknown\tdev\n")
    assert load_speakers([table])["id10001"] == Speaker("id10001", None, None, "dev")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"expected `VoxCeleb1 ID`"),
        ("speaker\tGender\tSet\n", r"expected `VoxCeleb1 ID`"),
        ('VoxCeleb1 ID,Gender,Set\n"id1",m\rf,dev\n', r"line 2 \(new-line .*: correct its quotes"),
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
    with pytest.raises(InputError, match=r"line 2: id10001 has another sentence"):
        load_text(path)
    path.write_bytes("id10001\tEin großer Mann.\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"no UTF-8"):
        load_text(path)
    with pytest.raises(InputError, match=r"--text"):
        load_text(tmp_path / "missing.tsv")
    assert load_text(None) == {}


def test_a_quoted_table_of_sentences_is_read_as_other_tables_are(tmp_path):
    """And a sentence that merely has quotes stays what it is, whole quotations too."""
    path = tmp_path / "speaker_text.tsv"
    path.write_text('"id1"\t"He says ""hi"",\tloud."\n"id2"\tPlain.\nid3\t"A man."\n')
    assert load_text(path) == {"id1": 'He says "hi",\tloud.', "id2": "Plain.", "id3": "A man."}
    path.write_text('"id"\t"text"\n"id1"\t"A man."\n')
    assert load_text(path) == {"id1": "A man."}
    assert load_sentences(path) == {"id1": "A man."}
    sentences = {"id1": 'Says "hi".', "id2": '"Hello"', "id3": '"Yes," he says', "id4": '"""'}
    path.write_text("".join(f"{name}\t{text}\n" for name, text in sentences.items()))
    assert load_text(path) == sentences
    path.write_text('"id1"\t"A man."\t"tall"\n')
    with pytest.raises(InputError, match=r"line 1 has 3 fields: expected 2"):
        load_text(path)


@pytest.mark.parametrize("header", ["id\ttext\n", "\ufeffid\tsentence\r\n", ""])
def test_text_may_have_a_header(tmp_path, header):
    path = tmp_path / "speaker_text.tsv"
    path.write_text(f"{header}id10001\tA man.\n", encoding="utf-8")
    assert load_text(path) == {"id10001": "A man."}


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\r"])
def test_lines_end_at_a_line_feed_alone(tmp_path, table, mark):
    path = tmp_path / "speaker_text.tsv"
    path.write_bytes(f"id10001\tA man.{mark}He sings.\r\nid10002\tA woman.\n".encode())
    assert load_text(path) == {"id10001": f"A man.{mark}He sings.", "id10002": "A woman."}
    table.write_bytes(f"VoxCeleb1 ID\tGender\tNationality\tSet\nid1\tm\tA{mark}B\tdev\n".encode())
    assert load_speakers([table])["id1"].nationality == f"A{mark}B"


HEADER = "VoxCeleb1 ID\tVGGFace1 ID\tGender\tNationality\tSet\n"
ROW = "id10001\tA.J._Buckley\tm\tIreland\tdev\n"


@pytest.mark.parametrize(
    ("instead", "what"),
    [
        (("m", "f"), "gender"),
        (("dev", "test"), "part"),
        (("A.J._Buckley", "B"), "face name"),
        (("Ireland", "UK"), "nationality"),
    ],
)
def test_lines_that_contradict_each_other_are_refused(tmp_path, table, instead, what):
    other = ROW.replace(f"\t{instead[0]}", f"\t{instead[1]}")
    table.write_text(HEADER + ROW + other)
    with pytest.raises(InputError, match=rf"line 3: id10001 has {what} '{instead[1]}'"):
        load_speakers([table])
    table.write_text(HEADER + ROW)
    second = tmp_path / "vox2_meta.csv"
    second.write_text(HEADER + other)
    with pytest.raises(InputError, match=rf"vox2_meta.csv, line 2: id10001 has {what}"):
        load_speakers([table, second])


def test_equal_lines_are_said_and_taken_once(tmp_path, table, caplog):
    caplog.set_level("INFO")
    table.write_text(HEADER + ROW + ROW)
    assert load_speakers([table]) == {
        "id10001": Speaker("id10001", "m", "A.J._Buckley", "dev", "Ireland")
    }
    path = tmp_path / "speaker_text.tsv"
    path.write_text("id10001\tA man.\n" * 3)
    assert load_text(path) == {"id10001": "A man."}
    assert "1 lines of the tables" in caplog.text and "2 lines of" in caplog.text


def test_a_later_line_adds_what_was_unknown(table):
    table.write_text(HEADER + ROW.replace("Ireland", "") + ROW.replace("\tm\t", "\t?\t"))
    assert load_speakers([table])["id10001"] == Speaker(
        "id10001", "m", "A.J._Buckley", "dev", "Ireland"
    )


def test_a_table_with_a_byte_order_mark_is_read(table):
    table.write_text(HEADER + ROW, encoding="utf-8-sig")
    assert load_speakers([table])["id10001"].part == "dev"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_table_of_another_encoding_is_named(table, encoding):
    table.write_text(HEADER + ROW.replace("Ireland", "C\xf4te d'Ivoire"), encoding=encoding)
    with pytest.raises(InputError, match=r"vox1_meta.csv is not text: line . is no UTF-8.*iconv"):
        load_speakers([table])


@pytest.mark.parametrize(
    "make", [lambda path: path.symlink_to("nowhere"), lambda path: path.mkdir()]
)
def test_a_table_that_cannot_be_read_is_named(table, make):
    make(table)
    with pytest.raises(InputError, match=r"cannot read .*vox1_meta.csv"):
        load_speakers([table])


def test_a_line_that_names_nobody_is_an_error(table):
    table.write_text(HEADER + "\tX\tm\tUK\tdev\n")
    with pytest.raises(InputError, match=r"line 2 has 4 of 5 fields"):
        load_speakers([table])
