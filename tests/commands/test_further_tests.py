"""``--test NAME=DIR[:LIST]``, as people write it."""

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from speechdistill.commands.further_tests import further_tests


def test_several_with_lists_and_a_blank_after_the_comma():
    first, second, third = further_tests("a=/x:O,E, b=/y,c-2=z:own.txt,")
    assert (first.name, first.data, first.lists) == ("a", Path("/x"), ("O", "E"))
    assert (second.name, second.data, second.lists) == ("b", Path("/y"), ())
    assert (third.name, third.data, third.lists) == ("c-2", Path("z"), ("own.txt",))


def test_a_folder_with_a_colon_in_its_name_and_one_that_is_too_long(tmp_path):
    (tmp_path / "a:b").mkdir()
    assert further_tests(f"x={tmp_path}/a:b")[0].data == tmp_path / "a:b"
    assert further_tests(f"x={'y' * 300}:O")[0].lists == ("O",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *(
            (text, "is not NAME=DIR or NAME=DIR:LIST")
            for text in ("x", "a=", "=x", "a b=x", "né=x")
        ),
        *((f"{name}=x", "no test can be called") for name in ("dev", "test-cut-1", ".a", "l.txt")),
        ("a=x,a=y", "have one name: rename one"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(ArgumentTypeError, match=message):
        further_tests(text)
