"""Overrides from words reach the YAMLs that have their keys, and no others."""

import pytest

from speechdistill.base.errors import InputError, UnknownOption
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.overrides import overrides_for, overrides_of_words, route_overrides

STUDENT = Hyperparameters("lr: 1\nseed: 2\n", "conf/student_small.yaml")
DISTILL = Hyperparameters("margin: 1\nseed: 2\n", "conf/distill_soft.yaml")
FACE = Hyperparameters("lr: 1\nimage_size: 64\n", "conf/teacher_face.yaml")
TEXT = Hyperparameters("lr: 1\ndimension: 8\n", "conf/teacher_text.yaml")
ALL = [STUDENT, DISTILL], [FACE, TEXT]


def test_words_keep_their_text():
    for text in ("0.1", "a b", "x=1", "[0", "# no"):
        assert overrides_of_words(["--key", text]) == {"key": text}
        assert overrides_of_words([f"--key={text}"]) == {"key": text}


@pytest.mark.parametrize("words", [["lr", "1"], ["--lr"], ["--lr", "1", "2"]])
def test_words_of_another_form(words):
    with pytest.raises(InputError, match=words[0]):
        overrides_of_words(words)


def test_the_last_word_counts_and_has_its_place():
    words = ["--teacher.lr", "1", "--teacher_face.lr", "2", "--teacher.lr", "3"]
    overrides = overrides_of_words(words)
    assert list(overrides.items()) == [("teacher_face.lr", "2"), ("teacher.lr", "3")]
    assert overrides_for(overrides, FACE, is_teacher=True) == {"lr": 3}
    first = overrides_of_words(words[:4])
    assert overrides_for(first, FACE, is_teacher=True) == {"lr": 2}
    assert overrides_for(first, TEXT, is_teacher=True) == {"lr": 1}


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("lr", [True, False, False, False]),
        ("margin", [False, True, False, False]),
        ("seed", [True, True, False, False]),
        ("teacher.lr", [False, False, True, True]),
        ("teacher.image_size", [False, False, True, False]),
        ("teacher_text.lr", [False, False, False, True]),
    ],
)
def test_an_override_goes_to_every_yaml_it_is_meant_for(name, reached):
    key = name.rpartition(".")[2]
    assert route_overrides({name: 7}, *ALL) == [{key: 7} if here else {} for here in reached]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("magrin", "margin"),
        ("stge", "stage"),
        ("image_size", "teacher.image_size"),
        ("teacher.imge_size", "teacher.image_size"),
        ("teacher_text.image_size", "teacher.image_size"),
        ("teacher_voice.lr", "teacher.lr"),
        ("student_small.lr", "teacher.lr"),
    ],
)
def test_an_override_for_no_yaml_is_told_with_the_nearest_name(name, nearest):
    with pytest.raises(UnknownOption) as error:
        route_overrides({"lr": 1, name: 1}, *ALL, options=["stage", "stop-stage"])
    assert str(error.value) == (
        f"--{name} is no option and matches no key of student_small.yaml or distill_soft.yaml or "
        f"teacher_face.yaml or teacher_text.yaml; the nearest is --{nearest}"
    )


def test_a_word_has_the_value_that_its_yaml_gives_it():
    yamls = [
        Hyperparameters("name: x\nlr: 1\n", "a.yaml"),
        Hyperparameters("name: 1\n", "b.yaml"),
    ]
    words = overrides_of_words(["--name", "3", "--lr", "1e-3"])
    assert route_overrides(words, yamls) == [{"name": "3", "lr": 0.001}, {"name": 3}]
    with pytest.raises(InputError, match=r"b\.yaml: --name x: it is a number"):
        route_overrides(overrides_of_words(["--name", "x"]), yamls)


def test_a_teachers_key_is_named_as_it_is_given():
    words = overrides_of_words(["--teacher.lr", "-1"])
    with pytest.raises(InputError, match=r"lr is a number, 0 or more, not -1: .* --teacher\.lr"):
        route_overrides(words, *ALL)
