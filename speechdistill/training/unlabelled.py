"""A training set and its teachers as they are where speakers have no labels."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.distillation.clusters import find_clusters
from speechdistill.distillation.controls import shuffled_people
from speechdistill.distillation.labels import ClassLabels, label_videos
from speechdistill.distillation.owners import Owners
from speechdistill.distillation.prototypes import fitting_temperature, weighted_means
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.models.key_kinds import AUTO
from speechdistill.models.label_settings import NOBODY, QUALITY, LabelSettings
from speechdistill.quality.table import QualityTable
from speechdistill.storage.files import write_text_whole, written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import CLASS_LABELS, CLASS_REPORT

logger = logging.getLogger(__name__)

ELSEWHERE = f"{NOBODY}/{NOBODY}"
SAMPLED = 20_000  # videos of which a temperature is found


@dataclass(frozen=True)
class ClassTraining:
    """What training is given where classes are not simply the speakers.

    Arguments
    ---------
    training: items whose person and label are their class.
    teachers: name -> targets whose owners are classes and videos, and whose class weights are the
        prototypes of the classes.
    labels: the classes.
    facts: for the report.
    """

    training: PerceivedSet
    teachers: Mapping[str, TeacherTargets]
    labels: ClassLabels
    facts: Mapping[str, Any]

    def save(self, folder: Path) -> None:
        """Write ``labels.tsv``, lines ``speaker/session<TAB>class``, and ``labels.json``."""
        with (
            written_whole(folder / CLASS_LABELS) as partial,
            partial.open("w", encoding="utf-8") as to,
        ):
            to.writelines(f"{video}\t{name}\n" for video, name in self.labels.class_of.items())
        write_text_whole(folder / CLASS_REPORT, json.dumps(dict(self.facts), indent=1) + "\n")


def with_classes(
    training: PerceivedSet,
    teachers: Mapping[str, TeacherTargets],
    settings: LabelSettings,
    temperature: float | str,
    is_shuffled: bool,
    has_terms: bool = True,
    heard: KeyedVectors | None = None,
) -> ClassTraining:
    """Put classes in the place of speakers, in the training set and in what its teachers know.

    The teachers' class weights become prototypes of the classes: means of the frozen vectors,
    weighted by their quality. No trained head is used.

    Arguments
    ---------
    training: the set, its persons being the speakers.
    teachers: name -> targets; the first says what clusters are.
    settings: what training knows of who speaks.
    temperature: cosines to prototypes are divided by it; ``auto`` for that of
        :func:`speechdistill.distillation.prototypes.fitting_temperature`.
    is_shuffled: give every video the teacher's vectors of another one, chosen by the seed, before
        anything is made of them: the control.
    heard: what a student trained before makes of the utterances: clusters are made of that, too.
    has_terms: whether the objective compares with the teachers, beyond their clusters.

    Raises
    ------
    InputError: a teacher has seen none of the videos.
    """
    speaker_of = {f"{item.person}/{item.session}": item.person for item in training.items}
    weighted = settings.vector_weights == QUALITY
    seen = {
        name: _Seen.by(targets, speaker_of, name, weighted) for name, targets in teachers.items()
    }
    if is_shuffled:
        seen = {name: found.shuffled(settings.seed) for name, found in seen.items()}
    first = next(iter(seen.values()), None)
    voices = None
    if heard is not None:
        video_of = {item.id: f"{item.person}/{item.session}" for item in training.items}
        videos = [video_of[name] for name in heard.ids]
        voices = weighted_means(np.asarray(heard.vectors), np.ones(len(videos)), videos)
    labels = label_videos(speaker_of, settings, first.means if first else None, voices)
    facts = dict(labels.facts)
    named = {}
    for name, found in seen.items() if has_terms else ():
        used = found.temperature() if temperature == AUTO else float(temperature)
        facts[f"temperature of {name}"] = used
        named[name] = found.named(labels, used)
    logger.info("training knows: %s", ", ".join(f"{key} {value}" for key, value in facts.items()))
    return ClassTraining(_relabelled(training, labels), named, labels, facts)


def _relabelled(training: PerceivedSet, labels: ClassLabels) -> PerceivedSet:
    """Copies at another speed stay classes of their own."""
    items = []
    for item in training.items:
        video = f"{item.person}/{item.session}"
        person, session = labels.class_of[video], labels.video_name[video]
        suffix = item.label.removeprefix(item.person)
        stem = _stem(item.id, item.person, item.session)
        items.append(InputItem(f"{person}/{session}/{stem}", person, session, person + suffix))
    quality = QualityTable([item.id for item in items], {"quality": training.qualities})
    return PerceivedSet(items, training.read, quality, training.durations)


def _stem(name: str, person: str, session: str) -> str:
    """Return what names an item within its video: it must not say who speaks."""
    stem = name.removeprefix(f"{person}/{session}/")
    return stem if stem != name else hashlib.sha256(name.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Seen:
    """What a teacher saw of the training videos: rows of its embeddings, and whose they are."""

    targets: TeacherTargets
    rows: np.ndarray
    videos: list[str]
    weights: np.ndarray

    @classmethod
    def by(
        cls, targets: TeacherTargets, videos: Mapping[str, str], name: str, weighted: bool
    ) -> "_Seen":
        owners = zip(targets.owners.people, targets.owners.sessions, strict=True)
        of_rows = [f"{person}/{session}" for person, session in owners]
        rows = [row for row, video in enumerate(of_rows) if video in videos]
        if not rows:
            raise InputError(f"the teacher {name} has seen none of the {len(videos)} videos")
        quality = targets.quality.columns["quality"][rows]
        weights = quality if weighted else np.ones(len(rows))
        return cls(targets, np.array(rows), [of_rows[row] for row in rows], weights)

    def shuffled(self, seed: int) -> "_Seen":
        """Let every video show what another one shows."""
        shown_by = {other: video for video, other in self._circle(seed).items()}
        videos = [shown_by[video] for video in self.videos]
        return replace(self, videos=videos)

    def _circle(self, seed: int) -> dict[str, str]:
        return shuffled_people({video: video for video in self.videos}, seed)

    @cached_property
    def means(self) -> KeyedVectors:
        """A unit-length vector of each video."""
        return weighted_means(self._vectors(), self.weights, self.videos)

    def temperature(self) -> float:
        """That at which a video's posterior over all is spread over a cluster of its size."""
        vectors = self.means.vectors
        some = vectors[:: -(-len(vectors) // SAMPLED)]
        clusters, _ = find_clusters([some])
        # Of a sample of the videos, every person has that share.
        others = (len(some) / (clusters.max() + 1) - 1) * len(vectors) / len(some)
        return fitting_temperature(vectors, 1 + others)

    def named(self, labels: ClassLabels, temperature: float) -> TeacherTargets:
        """The targets, with classes and videos by the names that training knows."""
        count, owners = len(self.targets.embeddings), self.targets.owners
        ids = [f"{ELSEWHERE}/{row}" for row in range(count)]
        people, sessions = [NOBODY] * count, [NOBODY] * count
        for row, video in zip(self.rows.tolist(), self.videos, strict=True):
            name = self.targets.embeddings.ids[row]
            stem = _stem(name, owners.people[row], owners.sessions[row])
            people[row], sessions[row] = labels.class_of[video], labels.video_name[video]
            ids[row] = f"{people[row]}/{sessions[row]}/{stem}"
        classes = [labels.class_of[video] for video in self.videos]
        prototypes = weighted_means(self._vectors(), self.weights, classes)
        return TeacherTargets(
            KeyedVectors(ids, self.targets.embeddings.vectors),
            prototypes,
            {name: name for name in prototypes.ids},
            1 / temperature,
            QualityTable(ids, dict(self.targets.quality.columns)),
            Owners(people, sessions),
        )

    def _vectors(self) -> np.ndarray:
        return np.asarray(self.targets.embeddings.vectors[self.rows])
