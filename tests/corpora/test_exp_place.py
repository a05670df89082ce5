"""Where the folder of an experiment may be."""

from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.exp_place import check_exp


@pytest.fixture
def place(tmp_path):
    """A corpus in VoxCeleb's layout, one of folders, and a link to the first."""
    for folder in ("vox/dev/aac/id1/v", "vox/unzippedFaces/A/1.6/v", "flat/ann", "work"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "vox")
    return tmp_path


@pytest.mark.parametrize(
    ("exp", "corpus", "message"),
    [
        ("vox", "vox", "is the corpus: give another --exp"),
        ("link", "vox", "is the corpus"),
        ("vox", "link", "is the corpus"),
        ("work/../vox", "vox", "is the corpus"),
        ("new", "new", "is the corpus"),  # it would be generated there
        ("vox/dev/aac", "vox", "among the people of the corpus, in .*vox/dev/aac"),
        ("vox/dev/aac/exp", "vox", "among the people of the corpus, in .*vox/dev/aac"),
        ("link/dev/aac/exp/a", "vox", "among the people of the corpus"),
        ("vox/unzippedFaces/exp", "link", "in .*vox/unzippedFaces"),
        ("flat/exp", "flat", "among the people of the corpus, in .*flat"),
        ("flat/ann/exp", "flat", "among the people of the corpus"),
        (".", "data", "the corpus .*data is in .*data, which stage 1 writes"),
        (".", "data/mine", "which stage 1 writes"),
        (".", "tests/vox1", "which stage 1 writes"),
    ],
)
def test_where_it_would_be_taken_for_the_corpus(place, exp, corpus, message):
    with pytest.raises(InputError, match=message) as caught:
        check_exp(place / exp, [place / "absent", place / corpus])
    assert "\n" not in str(caught.value) and str(caught.value).startswith("--exp ")


@pytest.mark.parametrize(
    ("exp", "corpus"),
    [
        ("exp", "vox"),
        ("vox/exp", "vox"),  # its speakers are below wav, aac and the like alone
        ("vox/dev/exp", "vox"),
        ("vox2", "vox"),
        (".", "corpus"),  # made by stage 0, in the experiment
        (".", "vox"),
        ("digits", "images"),
        ("flat-exp", "flat"),
    ],
)
def test_where_it_may_be(place, exp, corpus):
    check_exp(place / exp, [place / corpus])


def test_a_list_is_no_folder(place):
    (place / "table.csv").write_text("")
    check_exp(place / "exp", [place / "table.csv", Path("x" * 300)])
