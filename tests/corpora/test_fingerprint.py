import os

import pytest

from speechdistill.corpora.fingerprint import fingerprint


@pytest.fixture
def tree(tmp_path):
    for name in ("wav/id1/video/1.wav", "wav/id1/video/2.wav", "meta.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def fingerprint_of(tree, seed=1):
    return fingerprint({"seed": seed}, [tree / "meta.csv"], [tree / "wav"])


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "meta.csv").write_text("META.csv"),
        lambda tree: (tree / "wav/id1/video/2.wav").unlink(),
        lambda tree: (tree / "wav/id1/video/3.wav").touch(),
        lambda tree: (tree / "wav/id1/video/1.wav").write_text("longer than before"),
        lambda tree: os.utime(tree / "wav/id1/video/1.wav", (1, 1)),
        lambda tree: (tree / "wav/id1").rename(tree / "wav/id2"),
    ],
)
def test_every_change_shows(tree, change):
    before = fingerprint_of(tree)
    assert fingerprint_of(tree) == before
    change(tree)
    assert fingerprint_of(tree) != before


def test_settings_show(tree):
    assert fingerprint_of(tree, seed=1) != fingerprint_of(tree, seed=2)
