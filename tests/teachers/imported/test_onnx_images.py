"""Faces through ONNX models made here: what goes in, what comes out, what does not fit."""

import numpy as np
import pytest
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord, load_images, save_images
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.quality.table import QualityTable
from speechdistill.storage.places import IMAGES
from speechdistill.teachers.imported.onnx_images import OnnxImages

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

SIZE = 4
COLOURS = {"a/v/1": (255, 0, 0), "a/v/2": (0, 255, 0), "b/v/1": (10, 20, 30)}


def save_model(path, nodes, shape=("batch", 3, SIZE, SIZE), output=("batch", 3), **constants):
    """A model of one input ``image`` and one output ``embedding``."""
    graph = onnx.helper.make_graph(
        nodes,
        "encoder",
        [onnx.helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, shape)],
        [onnx.helper.make_tensor_value_info("embedding", onnx.TensorProto.FLOAT, output)],
        [onnx.numpy_helper.from_array(np.array(v), name) for name, v in constants.items()],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return str(path)


def channel_means(path, **options):
    """A model whose embedding is the mean of each channel."""
    mean = onnx.helper.make_node("ReduceMean", ["image"], ["embedding"], axes=[2, 3], keepdims=0)
    return save_model(path, [mean], **options)


@pytest.fixture
def folder(tmp_path):
    faces = []
    for name, colour in COLOURS.items():
        path = tmp_path / f"{name.replace('/', '-')}.png"
        Image.fromarray(np.full((9, 7, 3), colour, dtype=np.uint8)).save(path)
        faces.append(ImageRecord(name, str(path), *name.split("/")[:2], "f"))
    save_images(faces, tmp_path / "train" / IMAGES)
    quality = QualityTable(list(COLOURS), {"quality": np.array([0.5, 0.25, 1.0])})
    quality.save(tmp_path / "train" / "quality" / "image.tsv")
    return tmp_path / "train"


def encode(model, folder, **options):
    options = {"image_size": SIZE, "mean": 0, "std": 1} | options
    return OnnxImages(model, **options).encode({"train": folder})["train"]


@pytest.mark.parametrize(
    "options", [{}, {"batch_size": 2}, {"fixed": 2}, {"fixed": 1}, {"open_size": True}]
)
def test_every_face_has_the_vector_of_its_image(folder, tmp_path, options):
    shape = (options.pop("fixed", "batch"), 3, SIZE, SIZE)
    if options.pop("open_size", False):
        shape = (None, None, "height", "width")
    model = channel_means(tmp_path / "m.onnx", shape=shape, output=(shape[0], 3))
    encoded = encode(model, folder, **options)
    assert [item.id for item in encoded.items] == list(COLOURS)
    assert [item.label for item in encoded.items] == ["a", "a", "b"]
    np.testing.assert_allclose(encoded.vectors, list(COLOURS.values()), rtol=1e-6)
    assert encoded.vectors.dtype == np.float32
    assert encoded.quality.tolist() == [0.5, 0.25, 1.0] and not encoded.skipped


def test_mean_std_and_channel_order(folder, tmp_path):
    model = channel_means(tmp_path / "m.onnx")
    rgb = encode(model, folder, mean=[1, 2, 3], std=[2, 4, 8]).vectors[2]
    np.testing.assert_allclose(rgb, [9 / 2, 18 / 4, 27 / 8], rtol=1e-6)
    bgr = encode(model, folder, mean=[1, 2, 3], std=[2, 4, 8], channels="BGR").vectors[2]
    np.testing.assert_allclose(bgr, [29 / 2, 18 / 4, 7 / 8], rtol=1e-6)
    arcface = OnnxImages(model, SIZE).encode({"train": folder})["train"].vectors[0]
    np.testing.assert_allclose(arcface, [1, -1, -1], rtol=1e-6)


def test_what_gives_no_vector_is_listed(folder, tmp_path):
    (tmp_path / "a-v-1.png").write_bytes(b"no image")
    root = [onnx.helper.make_node("Sub", ["image", "twenty"], ["centred"])]
    root.append(onnx.helper.make_node("Sqrt", ["centred"], ["root"]))
    root.append(
        onnx.helper.make_node("ReduceMean", ["root"], ["embedding"], axes=[2, 3], keepdims=0)
    )
    model = save_model(tmp_path / "m.onnx", root, twenty=np.float32(5))
    encoded = encode(model, folder)
    assert [item.id for item in encoded.items] == ["b/v/1"]
    assert sorted(encoded.skipped) == [
        ("a/v/1", "image cannot be read"),
        ("a/v/2", "the model's output is not finite"),
    ]
    np.testing.assert_allclose(encoded.vectors, np.sqrt([[5, 15, 25]]), rtol=1e-5)
    assert encoded.quality.tolist() == [1.0]


def test_what_stage_2_could_not_read_is_left_out(folder, tmp_path):
    QualityTable(["b/v/1"], {"quality": np.ones(1)}).save(folder / "quality" / "image.tsv")
    unseen = [(each.path, "missing") for each in load_images(folder / IMAGES)][:2]
    SkippedItems(unseen).save(folder / "quality" / "skipped.tsv")
    encoded = encode(channel_means(tmp_path / "m.onnx"), folder)
    assert [item.id for item in encoded.items] == ["b/v/1"] and not encoded.skipped


def test_a_set_without_faces(folder, tmp_path):
    save_images([], folder / IMAGES)
    encoded = encode(channel_means(tmp_path / "m.onnx"), folder)
    assert len(encoded.items) == 0 and encoded.vectors.ndim == 2


@pytest.mark.parametrize(
    ("shape", "output", "message"),
    [
        (("batch", 3, 8, 8), ("batch", 3), r"takes images of 8 x 8, not 4 x 4: .*image_size"),
        (("batch", 1, SIZE, SIZE), ("batch", 1), r"not float \(batch, 3, height, width\)"),
        (("batch", SIZE, SIZE, 3), ("batch", 3), r"not float \(batch, 3, height, width\)"),
    ],
)
def test_a_model_of_another_input_shape(folder, tmp_path, shape, output, message):
    model = channel_means(tmp_path / "m.onnx", shape=shape, output=output)
    with pytest.raises(InputError, match=message) as error:
        encode(model, folder)
    assert "\n" not in str(error.value) and "m.onnx" in str(error.value)


def test_a_model_of_vectors_is_none_of_images(folder, tmp_path):
    same = onnx.helper.make_node("Identity", ["image"], ["embedding"])
    model = save_model(tmp_path / "m.onnx", [same], shape=("batch", 3))
    with pytest.raises(InputError, match=r"takes tensor\(float\) \['batch', 3\], not float"):
        encode(model, folder)


def test_a_model_that_gives_maps(folder, tmp_path):
    same = onnx.helper.make_node("Identity", ["image"], ["embedding"])
    model = save_model(tmp_path / "m.onnx", [same], output=("batch", 3, SIZE, SIZE))
    with pytest.raises(InputError, match=r"not \(batch, dimension\): export it up to"):
        encode(model, folder)


def test_a_size_that_the_model_only_finds_wrong_when_it_runs(folder, tmp_path):
    nodes = [
        onnx.helper.make_node("Flatten", ["image"], ["flat"]),
        onnx.helper.make_node("MatMul", ["flat", "weights"], ["embedding"]),
    ]
    model = save_model(
        tmp_path / "m.onnx",
        nodes,
        shape=("batch", 3, "height", "width"),
        weights=np.ones((3 * 25, 3), dtype=np.float32),
    )
    with pytest.raises(InputError, match=r"fails on images of 4 pixels") as error:
        encode(model, folder)
    assert "\n" not in str(error.value)
    assert encode(model, folder, image_size=5).vectors.shape == (3, 3)


def test_several_outputs(folder, tmp_path):
    path = channel_means(tmp_path / "m.onnx")
    model = onnx.load(path)
    model.graph.output.append(model.graph.output[0])
    model.graph.output[1].name = "image"
    onnx.save(model, path)
    with pytest.raises(InputError, match=r"1 inputs and 2 outputs"):
        encode(path, folder)


def test_missing_and_broken_models(folder, tmp_path):
    with pytest.raises(InputError, match=r"no file .*nowhere\.onnx.*--teacher\.model"):
        encode(str(tmp_path / "nowhere.onnx"), folder)
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    with pytest.raises(InputError, match=r"cannot load .*broken\.onnx"):
        encode(str(tmp_path / "broken.onnx"), folder)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mean": [1, 2]}, "mean"),
        ({"std": [1, 1, 1, 1]}, "std"),
        ({"std": [1, 0, 1]}, "positive"),
        ({"channels": "GBR"}, "RGB, BGR"),
        ({"image_size": 0}, "image_size 0"),
        ({"batch_size": 0}, "batch_size 0"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        OnnxImages("m.onnx", **({"image_size": SIZE} | options))
