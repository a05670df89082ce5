"""Tables of rows: what a line means, and one line on what is wrong with a table."""

import pytest

from speechdistill.base.errors import InputError, UnknownOption
from speechdistill.experiments.rows import controls_of, read_rows
from speechdistill.models.hyperparameters import Hyperparameters


@pytest.fixture
def recipe(tmp_path):
    for name in ("none", "soft"):
        (tmp_path / f"{name}.yaml").write_text(
            "objective: 1\nmargin: 0\nfloor: 0\nmeasures: []\nflag: false\n"
        )
    return tmp_path


def read(recipe, text, own=None):
    (recipe / "rows.txt").write_text(text)
    return read_rows(recipe / "rows.txt", recipe, own)


def test_lines_comments_and_overrides(recipe):
    rows = read(
        recipe,
        "# a comment\n\nnone  none.yaml\n"
        "soft  soft.yaml  --margin 0.3 --control shuffled --measures '[quality]' # why\n"
        "other soft.yaml --flag=true",
        {"soft": "none.yaml", "mine": str(recipe / "soft.yaml")},
    )
    assert [row.name for row in rows] == ["none", "soft", "other", "mine"]
    assert rows[0].distill == recipe / "none.yaml" and rows[0].overrides == {}
    assert rows[1].distill == recipe / "none.yaml" and rows[1].overrides == {}
    assert rows[2].overrides == {"flag": True}
    (row,) = read(recipe, "soft soft.yaml --margin 0.3 --measures '[quality]'")
    assert row.overrides == {"margin": 0.3, "measures": ["quality"]}


def test_a_control_differs_by_shuffled_pairs_alone(recipe):
    rows = read(
        recipe,
        "none none.yaml\nsoft soft.yaml --margin 0.3 --floor 1\nhard soft.yaml --floor 1\n"
        "shuffled soft.yaml --control shuffled --floor 1 --margin 0.3\n"
        "random soft.yaml --floor 1 --control random\n",
    )
    assert controls_of(rows) == {"soft": "shuffled"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# nothing\n", "no row in .*rows.txt: give lines"),
        ("none none.yaml\nsoft\n", "line 2: soft; give lines"),
        ("none none.yaml\nnone soft.yaml\n", "line 2: the row none is there already"),
        ("a/b none.yaml\n", "line 1: a/b"),
        ("none nowhere.yaml\n", "no such YAML: nowhere.yaml, of the row none"),
        ("none none.yaml --margin\n", "line 1: overrides come as --KEY VALUE"),
        ("none none.yaml 'open\n", "line 1: No closing quotation"),
    ],
)
def test_a_wrong_table_is_told_in_one_line(recipe, text, message):
    with pytest.raises(InputError, match=message) as raised:
        read(recipe, text)
    assert "\n" not in str(raised.value)


def test_a_table_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"cannot read the rows .*rows.txt"):
        read_rows(tmp_path / "rows.txt", tmp_path)


def test_values_are_those_of_the_rows_yamls(recipe):
    (row,) = read(recipe, "soft soft.yaml --margin 1e-1 --lr 1e-3 --folder 'a #2'")
    assert row.overrides == {"margin": 0.1, "lr": "1e-3", "folder": "a #2"}
    student = Hyperparameters("lr: 1\nfolder: ''\n", "student.yaml")
    assert row.overrides_with(student) == {"margin": 0.1, "lr": 0.001, "folder": "a #2"}
    with pytest.raises(UnknownOption, match="--folder matches no key"):
        row.overrides_with(Hyperparameters("lr: 1\n", "student.yaml"))
    with pytest.raises(InputError, match=r"line 1: .*margin is a number, 0 or more, not -1"):
        read(recipe, "soft soft.yaml --margin -1")
