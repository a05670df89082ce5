"""What an override says: text where text is wanted, letter by letter, else a value."""

import math

import pytest

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.plain_values import Word, plain_value

YAML = Hyperparameters(
    """
folder: "" # of noises
name: plain
data_folder: !PLACEHOLDER
noises: !ref <data_folder>/noise
twin: !ref <folder>
lr: 1e-3
half: !ref <lr> / 2
flag: False
sizes: [1, 2]
nothing: null
found: auto
augment: !name:torch.nn.ReLU
twin_of: !ref <folder>/x
""",
    "own.yaml",
)
TEXTS = [
    "/data/musan #2",
    "null",
    "~",
    "&x",
    "*x",
    "!x",
    "{",
    "[1",
    "@",
    "%",
    "`",
    "|",
    "> x",
    "- x",
    "? x",
    "a: b",
    "'quoted'",
    '"x',
    "true",
    "007",
    "1e-3",
    "2024-01-31",
    "(1, 2)",
    " blanks ",
    "tab\there",
    "ünï 話者",
    "---",
    "back\\slash",
    "a" * 200 + " b",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("key", ["folder", "name", "data_folder", "noises", "twin"])
def test_text_stays_as_it_is(key, text):
    overrides = {"data_folder": "/d", key: Word(text)}
    assert YAML.values({key: Word(text)}) == {key: text}
    built = YAML.build(overrides, {})
    assert built[key] == text and type(built[key]) is str
    if key == "folder":
        assert built["twin"] == text and built["twin_of"] == f"{text}/x"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("+3", 3),
        ("0", 0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1E5", 100000.0),
        ("-1.5e3", -1500.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("[0, 1]", [0, 1]),
        ("[]", []),
        ("[quality, '3', yes, 007, 2024-01-31]", ["quality", "3", "yes", "007", "2024-01-31"]),
        ("{a: 1e-3, b: [null]}", {"a": 0.001, "b": [None]}),
    ],
)
def test_values_where_no_text_is_wanted(text, value):
    found = plain_value(text)
    assert found == value and type(found) is type(value)
    built = YAML.build({"data_folder": "/d", "sizes": [value], "augment": None}, {})
    assert built["sizes"] == [value] and built["augment"] is None


def test_what_is_not_finite():
    assert plain_value(".inf") == math.inf and plain_value("-.inf") == -math.inf
    assert math.isnan(plain_value(".nan"))


@pytest.mark.parametrize(
    "text",
    [
        *("007", "1_000", "0x1f", "0o7", "yes", "no", "on", "off", "2024-01-31", "1:30", "nan"),
        *("inf", "", "a b", "a #2", "!x", "&x", "*x", "'3'", "tRUE", "1" * 5000, "\u0663"),
    ],
)
def test_all_else_is_text(text):
    assert plain_value(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("[1", "[1] # why", "{a", "[!x 1]", "[!!python/name:os.system ]", "[&a 1, *a]", "[a #2]"),
        *("[" * 5000, "{a: 1}}", "[1] [2]", "[1]\n---\n[2]"),
    ],
)
def test_a_list_that_is_none(text):
    with pytest.raises(InputError, match="the value is no YAML list or map"):
        plain_value(text)


@pytest.mark.parametrize("text", ["abc", "007", "1_000", "yes", "true", "2024-01-31", "nan", ""])
def test_a_number_is_a_number(text):
    with pytest.raises(InputError, match=r"own\.yaml: --lr .*: it is a number"):
        YAML.values({"lr": Word(text)})


@pytest.mark.parametrize("text", ["yes", "no", "off", "1", "0", "False!"])
def test_a_switch_is_true_or_false(text):
    with pytest.raises(InputError, match=r"own\.yaml: --flag .*: it is true or false"):
        YAML.values({"flag": Word(text)})


@pytest.mark.parametrize(
    ("key", "message"), [("augment", "it is an object, which the YAML builds"), ("sizes", "a list")]
)
def test_lists_and_objects_are_no_numbers_or_texts(key, message):
    for text in ("3", "abc", "true"):
        with pytest.raises(InputError, match=message):
            YAML.values({key: Word(text)})
    assert YAML.values({key: Word("null")}) == {key: None}


def test_a_text_that_hyperpyyaml_would_change():
    with pytest.raises(InputError, match=r"own\.yaml: --folder /a<lr>b: <lr> would be a reference"):
        YAML.values({"folder": Word("/a<lr>b")})
    with pytest.raises(InputError, match="not UTF-8"):
        YAML.values({"folder": Word("/a\udcff")})


def test_a_number_may_stand_for_auto():
    assert YAML.values({"found": Word("0.4")}) == {"found": 0.4}
    distances = Hyperparameters("cluster_distance: 0.5\n", "own.yaml")
    assert distances.values({"cluster_distance": Word("auto")}) == {"cluster_distance": "auto"}
