"""What a trained teacher leaves for the student: embeddings, their quality, class weights."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.distillation.owners import Owners
from speechdistill.quality.table import QualityTable
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import EMBEDDINGS, Stage

QUALITY, OWNERS = "quality.tsv", "owners.tsv"


@dataclass(frozen=True)
class TeacherTargets:
    """Teacher embeddings by item, whose these are, and the teacher's classifier.

    Training the student never runs the teacher: it reads these, memory-mapped.

    Arguments
    ---------
    embeddings: one row per thing the teacher saw (an image, a text).
    class_weights: one row per label that the teacher can name.
    label_of: person -> label, of those people whose label has class weights. Everybody is their
        own label, unless the teacher cannot tell some apart: who shares a text shares a label.
    scale: what the cosine of embedding and class weight is multiplied by to give a logit.
    quality: of every embedding, by :func:`speechdistill.quality.teacher.teacher_quality`.
    owners: person and session of every embedding.

    Example
    -------
    >>> import tempfile, numpy as np
    >>> rows = np.eye(2, dtype=np.float32)
    >>> embeddings, weights = KeyedVectors(["a/v/1", "b/v/1"], rows), KeyedVectors(["a", "b"], rows)
    >>> quality = QualityTable(embeddings.ids, {"quality": np.array([0.9, 0.4])})
    >>> owners = Owners(["a", "b"], ["v", "v"])
    >>> targets = TeacherTargets(embeddings, weights, {"a": "a", "b": "b"}, 30.0, quality, owners)
    >>> folder = Path(tempfile.mkdtemp()) / "targets"
    >>> targets.save(folder)
    >>> TeacherTargets.load(folder).quality.scores
    {'a/v/1': 0.9, 'b/v/1': 0.4}
    """

    embeddings: KeyedVectors
    class_weights: KeyedVectors
    label_of: Mapping[str, str]
    scale: float
    quality: QualityTable
    owners: Owners

    def __post_init__(self) -> None:
        if self.embeddings.vectors.shape[1] != self.class_weights.vectors.shape[1]:
            raise InputError(
                f"teacher embeddings of width {self.embeddings.vectors.shape[1]} do not fit class "
                f"weights of width {self.class_weights.vectors.shape[1]}: make the targets again"
            )
        unknown = set(self.label_of.values()) - set(self.class_weights.ids)
        if unknown:
            raise InputError(
                f"no class weights for the teacher's label {min(unknown)}: make the targets again"
            )
        if len(self.owners) != len(self.embeddings):
            raise InputError(
                f"{len(self.owners)} owners do not fit {len(self.embeddings)} teacher embeddings: "
                f"run {Stage.TARGETS} again"
            )
        if list(self.quality.ids) != list(self.embeddings.ids):
            raise InputError(
                f"{len(self.quality)} qualities do not fit {len(self.embeddings)} teacher "
                f"embeddings: run {Stage.TARGETS} again"
            )

    def save(self, folder: str | Path) -> None:
        """Write the folder whole or not at all."""
        with written_whole(folder) as partial:
            partial.mkdir()
            self.embeddings.save(partial / EMBEDDINGS)
            self.class_weights.save(partial / "class_weights")
            self.quality.save(partial / QUALITY)
            self.owners.save(partial / OWNERS)
            facts = {"scale": self.scale, "label_of": dict(self.label_of)}
            (partial / "targets.json").write_text(json.dumps(facts) + "\n")

    @classmethod
    def load(cls, folder: str | Path) -> "TeacherTargets":
        """Open a folder written by :meth:`save`.

        Raises
        ------
        InputError: it is missing, broken, or from an older version.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise InputError(f"missing {folder}: {Stage.TARGETS} makes it")
        if not (folder / QUALITY).exists():
            raise InputError(f"{folder} has no {QUALITY}: run {Stage.TARGETS} again")
        facts = json.loads((folder / "targets.json").read_text())
        if "label_of" not in facts:
            raise InputError(
                f"{folder} does not say whose label is whose: run {Stage.TARGETS} again"
            )
        return cls(
            KeyedVectors.load(folder / EMBEDDINGS, Stage.TARGETS),
            KeyedVectors.load(folder / "class_weights", Stage.TARGETS),
            facts["label_of"],
            facts["scale"],
            QualityTable.load(folder / QUALITY, made_by=Stage.TARGETS),
            Owners.load(folder / OWNERS),
        )
