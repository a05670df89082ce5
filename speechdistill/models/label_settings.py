"""What training knows of who speaks: keys of a distillation YAML, and the file they may name."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import ScalarNode

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.key_kinds import AUTO
from speechdistill.models.key_ranges import PLAIN_TAGS
from speechdistill.models.plain_values import plain_value
from speechdistill.storage.text_lines import SPACE, read_lines

logger = logging.getLogger(__name__)

SPEAKER, VIDEO, TEACHER = "speaker", "video", "teacher"
LONE = re.compile(r"video\d{6,}")  # the class of a video of which nothing else is known
NOBODY = "-"  # the class and video of what a teacher saw outside the training set
QUALITY = "quality"
VECTOR_WEIGHTS = (QUALITY, "none")
KEYS = ("labels", "labelled_speakers", "cluster_distance", "voice", "vector_weights")
FORM = "`speaker/session<TAB>label`"
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class LabelSettings:
    """What training knows of who speaks: keys of a distillation YAML.

    Arguments
    ---------
    labels: ``speaker``; ``video``, where every video is a class of its own; ``teacher``, where
        clusters of the teacher's vectors are; or a file of lines ``speaker/session<TAB>label``,
        whose other videos are classes of their own (:func:`read_labels`).
    labelled_speakers: how many speakers have their label whatever ``labels`` says of the others:
        a share up to 1, or a number above 1. All, where ``labels`` is ``speaker``.
    cluster_distance: cosine distance at which clusters stop to be joined, or ``auto``
        (:func:`speechdistill.distillation.clusters.best_distance`).
    voice: folder of a student trained before
        (:func:`speechdistill.storage.places.student_named`): clusters are of the teacher's vectors
        and what that student hears together.
    vector_weights: ``quality`` or ``none``: what the teacher's vectors count in the means of
        videos and of classes.
    seed: of the choice of the labelled speakers.

    Raises
    ------
    InputError: some speakers have no label, and nothing says what their classes are; a number of
        speakers that is none, weights of another name.
    """

    labels: str = SPEAKER
    labelled_speakers: float = 0.0
    cluster_distance: float | str = AUTO
    voice: str | None = None
    vector_weights: str = QUALITY
    seed: int = 1

    def __post_init__(self) -> None:
        wanted = self.labelled_speakers
        if wanted < 0 or (wanted > 1 and wanted != int(wanted)):
            raise InputError(
                f"labelled_speakers is a share from 0 to 1, or a number of speakers, not {wanted}"
            )
        if self.vector_weights not in VECTOR_WEIGHTS:
            known = " or ".join(VECTOR_WEIGHTS)
            raise InputError(f"vector_weights is {known}, not {self.vector_weights}")
        if self.labels == SPEAKER and wanted:
            raise InputError(
                "labelled_speakers: say with --labels video or teacher what the others' classes are"
            )

    @classmethod
    def of(cls, hparams: Mapping[str, Any], seed: int) -> "LabelSettings":
        """Take the keys of a distillation YAML, as far as it has them."""
        return cls(**{name: hparams[name] for name in KEYS if name in hparams}, seed=seed)

    @classmethod
    def written(
        cls, yaml: Hyperparameters, overrides: Mapping[str, Any], seed: int = 1
    ) -> "LabelSettings":
        """Read the keys before anything is built; one whose value the YAML computes is left out.

        Example
        -------
        >>> yaml = Hyperparameters("labels: video\\nvoice: null\\n", "distill.yaml")
        >>> LabelSettings.written(yaml, {"labels": "teacher"}).needs_teacher
        True
        """
        values = {
            key: node.value if node.style in ("'", '"') else plain_value(node.value)
            for key, node in yaml.nodes.items()
            if isinstance(node, ScalarNode) and node.tag in PLAIN_TAGS
        }
        return cls.of({**values, **overrides}, seed)

    @property
    def needs_teacher(self) -> bool:
        return self.labels == TEACHER

    @property
    def file(self) -> Path | None:
        """The file of labels, if they come from one."""
        return None if self.labels in (SPEAKER, VIDEO, TEACHER) else Path(self.labels)


def read_labels(path: Path) -> dict[str, str]:
    """Read the labels of videos: ``speaker/session`` -> label.

    White space around either does not count, nor do empty lines; a line that repeats another one
    is said, and counts once.

    Raises
    ------
    InputError: there is no such file, or it has a line of another form, a video with two labels, or
        a label that something else is called.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.tsv"
    >>> _ = path.write_text("id1/video1\\tann\\nid2/video1\\tann\\n")
    >>> read_labels(path)
    {'id1/video1': 'ann', 'id2/video1': 'ann'}
    """
    if not path.is_file():
        raise InputError(f"labels: no file {path}: give {SPEAKER}, {VIDEO}, {TEACHER} or a file")
    label_of: dict[str, str] = {}
    repeated = []
    for number, line in enumerate(read_lines(path, "labels", FORM), 1):
        if not line.strip(SPACE):
            continue
        video, _, label = (part.strip(SPACE) for part in line.partition("\t"))
        where = f"{path}, line {number}"
        if not (video and label) or "\t" in label or "/" in label:
            raise InputError(f"{where}: not {FORM}: {line}")
        if found := CONTROL_CHARACTERS.search(line.strip(SPACE)):
            raise InputError(f"{where}: a label has no control character such as {found[0]!a}")
        if LONE.fullmatch(label) or label == NOBODY:
            raise InputError(f"{where}: {label} is a name that training gives: take another")
        if video in label_of:
            repeated.append(number)
        if label_of.setdefault(video, label) != label:
            raise InputError(f"{where}: {video} has two labels: give it one")
    if repeated:
        logger.warning(
            "%s repeats %d lines, such as line %d: they count once",
            *(path, len(repeated), repeated[0]),
        )
    return label_of
