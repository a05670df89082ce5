"""Which class a trained student gives to each image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from speechdistill.corpora.faces import FACES, load_faces
from speechdistill.corpora.images.prepare import UNSEEN
from speechdistill.errors import InputError
from speechdistill.files import require, written_whole
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.students.extraction import extract_embeddings, load_student
from speechdistill.verification.score_list import score_list

TEST = "test"
PREDICTIONS = "predictions/test.tsv"
SCORES = f"scores/{UNSEEN}.txt"
HEADER = "id\tclass\tpredicted\n"


@dataclass(frozen=True)
class Predictions:
    """Classes of items, and the classes that a student gave to them.

    Arguments
    ---------
    ids: of the items.
    classes, predicted: one per item.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "test.tsv"
    >>> Predictions(["1/-/0007"], ["1"], ["7"]).save(path)
    >>> Predictions.load(path).predicted
    ['7']
    """

    ids: Sequence[str]
    classes: Sequence[str]
    predicted: Sequence[str]

    def save(self, path: Path) -> None:
        """Write a table ``id<TAB>class<TAB>predicted``."""
        rows = zip(self.ids, self.classes, self.predicted, strict=True)
        with written_whole(path) as partial:
            partial.write_text(HEADER + "".join("\t".join(row) + "\n" for row in rows))

    @classmethod
    def load(cls, path: Path) -> "Predictions":
        """Read a table of :meth:`save`.

        Raises
        ------
        InputError: it is missing or broken.
        """
        header, *lines = require(path, made_by="stage 7").read_text().splitlines() or [""]
        rows = [line.split("\t") for line in lines]
        if f"{header}\n" != HEADER or not rows or any(len(row) != 3 for row in rows):
            raise InputError(f"{path} is broken: run stage 7 again")
        return cls(*map(list, zip(*rows, strict=True)))


def predict_classes(student_exp: Path, outputs: Mapping[Path, Path], training: Path) -> None:
    """Classify the embedded images of some sets by the classifier that embedding was trained with.

    Arguments
    ---------
    student_exp: a trained student's folder, with ``embeddings/<set>``.
    outputs: folder of a set's manifest -> the table to write.
    training: folder of the set that the student was trained on: it tells the classes.

    Raises
    ------
    InputError: no trained student or no embeddings, or a training set of other classes.
    """
    student, _ = load_student(student_exp)
    classifier = student.classifier.eval()
    names = sorted({image.speaker for image in load_faces(training / FACES)})
    for folder, output in outputs.items():
        embeddings = KeyedVectors.load(student_exp / "embeddings" / folder.name, "stage 7")
        class_of = {image.id: image.speaker for image in load_faces(folder / FACES)}
        vectors = torch.tensor(embeddings.vectors)
        with torch.inference_mode():
            scores = classifier(vectors.unsqueeze(1)).squeeze(1)
        if scores.shape[1] != len(names):
            raise InputError(
                f"{training} has {len(names)} classes, {student_exp} was trained on "
                f"{scores.shape[1]}: train it again"
            )
        Predictions(
            embeddings.ids,
            [class_of[name] for name in embeddings.ids],
            [names[row] for row in scores.argmax(dim=1).tolist()],
        ).save(output)


def apply_student(student_exp: Path, data: Path) -> None:
    """Embed and classify the test images; score the trials among unseen classes, if there are any.

    Writes ``embeddings/<set>``, ``predictions/test.tsv`` and, if there are unseen classes,
    ``scores/unseen.txt`` in the student's folder.

    Arguments
    ---------
    student_exp: a trained student's folder.
    data: folder of the sets, with the training set that the student was trained on.

    Raises
    ------
    InputError: no trained student, or missing manifests.
    """
    sets = [name for name in (TEST, UNSEEN) if (data / name / FACES).exists()]
    embeddings = student_exp / "embeddings"
    extract_embeddings(student_exp, {data / name: embeddings / name for name in sets})
    tables = {data / TEST: student_exp / PREDICTIONS}
    predict_classes(student_exp, tables, data / "train")
    if UNSEEN in sets:
        vectors = KeyedVectors.load(embeddings / UNSEEN)
        trials = data / UNSEEN / "trials" / f"{UNSEEN}.txt"
        score_list(trials, vectors, vectors, student_exp / SCORES)
