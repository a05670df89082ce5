"""What is listed of a folder of classes, and what is skipped."""

import shutil

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.images.class_folders import read_class_folders
from speechdistill.corpora.images.texts import load_class_texts
from tests.image_classes import CLASSES, make_classes


def test_images_of_classes_and_of_folders_within(tmp_path):
    data, _ = make_classes(tmp_path, images=4, sessions=2)
    (data / "bar" / "s0" / "deep er").mkdir()
    shutil.move(data / "bar" / "s0" / "000.png", data / "bar" / "s0" / "deep er" / "a b.PNG")
    (data / "bar" / ".hidden").mkdir()
    shutil.copy(data / "bar" / "s1" / "001.png", data / "bar" / ".hidden" / "x.png")
    found = read_class_folders(data)
    assert list(found.images) == list(CLASSES)
    assert [image.id for image in found.images["dot"]] == [
        "dot/s0/000",
        "dot/s0/002",
        "dot/s1/001",
        "dot/s1/003",
    ]
    assert "bar/s0~deep_er/a_b" in [image.id for image in found.images["bar"]]
    assert not found.skipped


def test_images_of_no_folder_within_have_no_session(tmp_path):
    data, _ = make_classes(tmp_path, images=2)
    image = read_class_folders(data, jobs=2).images["ring"][1]
    assert (image.id, image.session, image.person) == ("ring/-/001", "-", "ring")


def test_what_cannot_be_used_is_listed(tmp_path):
    data, _ = make_classes(tmp_path, images=4)
    cut = data / "bar" / "001.png"
    cut.write_bytes(cut.read_bytes()[:60])
    shutil.copy(data / "dot" / "000.png", data / "ring" / "copy.png")
    shutil.copy(data / "dot" / "001.png", data / "dot" / "002.jpg")
    (data / "dot" / "001.png").unlink()
    found = read_class_folders(data)
    assert [reason.split(" (")[0] for _, reason in found.skipped] == [
        "unreadable",
        "another image is called dot/-/002",
        f"the same bytes as {data / 'dot' / '000.png'}",
    ]
    assert [len(images) for images in found.images.values()] == [3, 4, 3, 4]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: shutil.rmtree(data), "no folder"),
        (lambda data: [path.unlink() for path in data.rglob("*.png")], "no image in"),
        (
            lambda data: [path.unlink() for path in (data / "dot").glob("*")],
            r"class dot in .*none at all",
        ),
        (lambda data: [shutil.rmtree(data / name) for name in CLASSES[1:]], "one class"),
        (lambda data: shutil.copytree(data / "dot", data / "a b") and _other(data), "two classes"),
    ],
)
def test_no_images(tmp_path, damage, message):
    data, _ = make_classes(tmp_path, images=2)
    damage(data)
    with pytest.raises(InputError, match=message):
        read_class_folders(data)


def _other(data):
    shutil.copytree(data / "ring", data / "a_b")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("bar\tA.\ncross\tX.\ndot\tB.\n", r"1 of 4 classes have no text in .*\(ring\)"),
        ("bar\tA.\ncross\tX.\ndot\tB.\nring\t\n", r"1 of 4 classes have no text in .*\(ring\)"),
        (
            "bar\tA.\ncross\tX.\ndot\tB.\nring\tC.\nstar\tD.\n",
            r"1 texts of .* are of no class .*\(star\)",
        ),
        ("bar A.\n", "line 1: put a tab"),
    ],
)
def test_texts_and_classes_that_do_not_fit(tmp_path, lines, message):
    path = tmp_path / "texts.tsv"
    path.write_text(lines)
    with pytest.raises(InputError, match=message):
        load_class_texts(path, CLASSES)


def test_no_texts(tmp_path):
    with pytest.raises(InputError, match="--texts"):
        load_class_texts(tmp_path / "texts.tsv", CLASSES)
