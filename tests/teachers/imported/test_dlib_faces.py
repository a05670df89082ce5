"""Faces through dlib: with a stand-in that finds what is bright, and with dlib where it is."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from speechdistill.base.errors import InputError
from speechdistill.base.packages import folder_of_package
from speechdistill.corpora.image_manifest import ImageRecord, load_images, save_images
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.quality.table import QualityTable
from speechdistill.storage.places import IMAGES
from speechdistill.teachers.imported.dlib_describer import ALIGNMENT, NETWORK, bordered
from speechdistill.teachers.imported.dlib_faces import DlibFaces

GREYS = {"a/v/1": 200, "a/v/2": 20, "b/v/1": 100}  # of pixels; the stand-in finds 100 and more


class Box(SimpleNamespace):
    def __init__(self, *edges):
        super().__init__(edges=edges)

    def area(self):
        left, top, right, bottom = self.edges
        return (right - left) * (bottom - top)


def detect(pixels):
    return [Box(0, 0, 10, 10), Box(30, 30, 90, 90)] if pixels.mean() >= 100 else []


def align(pixels, box):
    return box.edges


def describe(pixels, points, jitters, border):
    """The grey, then the box: 128 numbers."""
    assert pixels.dtype == np.uint8 and (jitters, border) == (0, 0.25)
    return [pixels.mean(), *points, *[0.0] * 123]


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A folder of models, and a dlib that reads them."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in (ALIGNMENT, NETWORK):
        (folder / name).write_text("parameters")
    stand_in = SimpleNamespace(
        rectangle=Box,
        get_frontal_face_detector=lambda: detect,
        shape_predictor=lambda path: align,
        face_recognition_model_v1=lambda path: SimpleNamespace(compute_face_descriptor=describe),
    )
    monkeypatch.setitem(sys.modules, "dlib", stand_in)
    return folder


@pytest.fixture
def folder(tmp_path):
    images = {name: Image.new("RGB", (60, 80), (grey, grey, grey)) for name, grey in GREYS.items()}
    return make_set(tmp_path / "train", images)


def make_set(folder, images):
    faces = []
    for name, image in images.items():
        path = folder / f"{name.replace('/', '-')}.png"
        path.parent.mkdir(exist_ok=True)
        image.save(path)
        faces.append(ImageRecord(name, str(path), *name.split("/")[:2], "f"))
    save_images(faces, folder / IMAGES)
    quality = QualityTable(list(images), {"quality": np.linspace(0.5, 1, len(images))})
    quality.save(folder / "quality" / "image.tsv")
    return folder


def encode(folder, models, **options):
    return DlibFaces(str(models), **{"jobs": 1} | options).encode({"train": folder})["train"]


def test_the_largest_face_is_described_and_else_the_middle(folder, models):
    encoded = encode(folder, models, image_size=100, unfound_quality=0.2)
    assert [item.id for item in encoded.items] == list(GREYS)
    assert encoded.vectors.shape == (3, 128) and encoded.vectors.dtype == np.float32
    np.testing.assert_allclose(encoded.vectors[:, 0], list(GREYS.values()))
    # 60 x 80 pixels become 100 x 133, and 150 x 183 with the border.
    middle = [38, 54, 112, 129]
    assert encoded.vectors[:, 1:5].tolist() == [[30, 30, 90, 90], middle, [30, 30, 90, 90]]
    assert encoded.quality.tolist() == [0.5, 0.75 * 0.2, 1.0] and not encoded.skipped


def test_images_without_a_face_can_be_left_out(folder, models):
    encoded = encode(folder, models, unfound_quality=0)
    assert [item.id for item in encoded.items] == ["a/v/1", "b/v/1"]
    assert encoded.skipped == [("a/v/2", "no face found")]
    assert encoded.quality.tolist() == [0.5, 1.0] and len(encoded.vectors) == 2


def test_unreadable_images_are_listed(folder, models):
    (folder / "b-v-1.png").write_bytes(b"no image")
    (folder / "a-v-1.png").unlink()
    encoded = encode(folder, models)
    assert [item.id for item in encoded.items] == ["a/v/2"] and encoded.quality.tolist() == [0.375]
    assert encoded.skipped == [(name, "image cannot be read") for name in ("a/v/1", "b/v/1")]


def test_what_stage_2_could_not_read_is_left_out(folder, models):
    QualityTable(["b/v/1"], {"quality": np.ones(1)}).save(folder / "quality" / "image.tsv")
    unseen = [(each.path, "missing") for each in load_images(folder / IMAGES)][:2]
    SkippedItems(unseen).save(folder / "quality" / "skipped.tsv")
    encoded = encode(folder, models)
    assert [item.id for item in encoded.items] == ["b/v/1"] and not encoded.skipped


def test_a_set_without_faces(folder, models):
    save_images([], folder / IMAGES)
    assert encode(folder, models).vectors.shape == (0, 128)


def test_a_border_repeats_the_edge():
    image = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6))
    pixels = bordered(image, side=4)
    assert pixels.shape == (6, 8, 3) and pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels[1:-1, 1:-1, 0], np.asarray(image))
    np.testing.assert_array_equal(pixels[0], pixels[1])
    np.testing.assert_array_equal(pixels[:, -1], pixels[:, -2])


def test_missing_and_broken_models(folder, models, monkeypatch):
    def fail(path):
        raise RuntimeError("Unexpected version\nfound")

    monkeypatch.setattr(sys.modules["dlib"], "face_recognition_model_v1", fail)
    with pytest.raises(InputError, match=r"cannot load .*resnet_model_v1\.dat \(Unexp.*\)$"):
        encode(folder, models)
    (models / NETWORK).unlink()
    with pytest.raises(InputError, match=r"no file .*resnet_model_v1\.dat: .*--teacher\.models"):
        encode(folder, models)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image_size": 0}, "image_size 0"),
        ({"jobs": 0}, "jobs 0"),
        ({"unfound_quality": 1.5}, "unfound_quality"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        DlibFaces(**options)


def drawn_face(tone, mouth):
    """Somebody whom dlib's detector takes for a face."""
    image = Image.new("RGB", (160, 160), (90, 100, 110))
    draw = ImageDraw.Draw(image)
    skin, hair = (tone, tone - 40, tone - 60), (60, 40, 30)
    draw.ellipse((32, 18, 128, 146), skin)
    draw.pieslice((28, 10, 132, 90), 180, 360, hair)
    draw.ellipse((34, 36, 126, 140), skin)
    for x in (60, 100):
        draw.ellipse((x - 11, 60, x + 11, 70), (235, 235, 235))
        draw.ellipse((x - 5, 60, x + 5, 70), (40, 30, 30))
        draw.rectangle((x - 13, 50, x + 13, 54), hair)
    draw.polygon([(80, 72), (71, 96), (89, 96)], (tone - 30, tone - 70, tone - 90))
    draw.ellipse((80 - mouth, 108, 80 + mouth, 118), (150, 50, 60))
    return image.filter(ImageFilter.GaussianBlur(1.5))


def test_dlib_itself(tmp_path):
    pytest.importorskip("dlib", reason="dlib is not installed: ./tools/setup.sh faces")
    if folder_of_package("face_recognition_models") is None:
        pytest.skip("dlib's models are not installed: ./tools/setup.sh faces")
    face = drawn_face(tone=200, mouth=18)
    images = {
        "a/v/1": face,
        "a/v/2": face.resize((400, 400)),
        "b/v/1": drawn_face(tone=150, mouth=8),
        "c/v/1": Image.new("RGB", (160, 160), (90, 100, 110)),
    }
    folder = make_set(tmp_path / "train", images)
    source = DlibFaces(jobs=2)
    assert [path.name for path in source.files] == [ALIGNMENT, NETWORK]
    encoded = source.encode({"train": folder})["train"]
    assert [item.id for item in encoded.items] == list(images)
    found = encoded.quality / np.linspace(0.5, 1, 4)
    np.testing.assert_allclose(found, [1, 1, 1, 0.5], rtol=1e-5)
    same = np.linalg.norm(encoded.vectors[0] - encoded.vectors[1])
    others = [np.linalg.norm(encoded.vectors[0] - encoded.vectors[row]) for row in (2, 3)]
    assert same < 0.5 * min(others), (same, others)
