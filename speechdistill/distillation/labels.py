"""What a class is where speakers have no labels: a video, a cluster, or what a file says."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix

from speechdistill.base.errors import InputError
from speechdistill.base.randomness import generator_for
from speechdistill.distillation.clusters import find_clusters
from speechdistill.models.key_kinds import AUTO
from speechdistill.models.label_settings import SPEAKER, TEACHER, LabelSettings, read_labels
from speechdistill.storage.keyed_vectors import KeyedVectors

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ClassLabels:
    """Videos and their classes; neither name says who speaks, unless the label is known.

    Arguments
    ---------
    video_name: ``speaker/session`` -> a name of the video without its speaker.
    class_of: ``speaker/session`` -> the class.
    lone: classes that are a video of which nothing else is known.
    facts: for the report: how many classes of which kind, and how good they are.
    """

    video_name: Mapping[str, str]
    class_of: Mapping[str, str]
    lone: frozenset[str]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The SHA-256 of which video is of which class."""
        lines = "".join(f"{video}\t{name}\n" for video, name in sorted(self.class_of.items()))
        return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()


def label_videos(
    speaker_of: Mapping[str, str],
    settings: LabelSettings,
    faces: KeyedVectors | None = None,
    voices: KeyedVectors | None = None,
) -> ClassLabels:
    """Give every video of the training set its class.

    Arguments
    ---------
    speaker_of: video, ``speaker/session`` -> its speaker. It serves the labelled speakers, and
        the report of how good clusters are; nothing else here.
    settings: what is known.
    faces: for clusters: a vector of each video that has one.
    voices: a vector of each video, of a student trained before: faces and voices that agree are
        one person's.

    Raises
    ------
    InputError: clusters without vectors, or a file that is missing, broken or names no video.

    Example
    -------
    >>> videos = {"a/v": "a", "a/w": "a", "b/x": "b"}
    >>> label_videos(videos, LabelSettings("video")).class_of
    {'a/v': 'video000000', 'a/w': 'video000001', 'b/x': 'video000002'}
    >>> faces = KeyedVectors(list(videos), np.array([[1, 0.1], [1, 0.2], [0, 1]]))
    >>> label_videos(videos, LabelSettings("teacher", cluster_distance=0.5), faces).class_of
    {'a/v': 'cluster000000', 'a/w': 'cluster000000', 'b/x': 'cluster000001'}
    """
    videos = sorted(speaker_of)
    names = {video: f"video{number:06d}" for number, video in enumerate(videos)}
    labelled = _labelled_speakers(sorted(set(speaker_of.values())), settings)
    class_of = {
        video: speaker_of[video] if speaker_of[video] in labelled else names[video]
        for video in videos
    }
    others = [video for video in videos if speaker_of[video] not in labelled]
    facts: dict[str, Any] = {"labels": settings.labels, "labelled speakers": len(labelled)}
    if settings.labels == TEACHER:
        found, more = _clusters(others, settings.cluster_distance, faces, voices)
        class_of |= found
        facts |= more | _agreement(found, speaker_of)
    elif settings.file is not None:
        class_of |= (found := _from_file(settings.file, others, names))
        if joined := labelled & set(found.values()):
            logger.warning(
                "%s has labels that are labelled speakers' names, such as %s: these are one class",
                *(settings.file, min(joined)),
            )
    lone = frozenset(names[video] for video in videos if class_of[video] == names[video])
    facts |= {"videos": len(videos), "classes": len(set(class_of.values())), "lone": len(lone)}
    return ClassLabels(names, class_of, lone, facts)


def _labelled_speakers(speakers: list[str], settings: LabelSettings) -> set[str]:
    wanted = settings.labelled_speakers
    if settings.labels == SPEAKER or (wanted == 1 and isinstance(wanted, float)):
        return set(speakers)
    count = round(wanted * len(speakers)) if wanted <= 1 else int(wanted)
    if count > len(speakers):
        raise InputError(f"labelled_speakers: {count} of {len(speakers)} training speakers")
    order = generator_for(settings.seed, "labelled speakers").permutation(len(speakers))
    return {speakers[row] for row in order[:count]}


def _clusters(
    videos: list[str],
    distance: float | str,
    faces: KeyedVectors | None,
    voices: KeyedVectors | None,
) -> tuple[dict[str, str], dict[str, Any]]:
    if faces is None:
        raise InputError("labels: teacher needs a teacher: give --targets")
    seen = [video for video in videos if video in faces]
    if len(seen) < 2:
        raise InputError(f"the teacher has seen {len(seen)} videos: clusters need two or more")
    views = [faces] if voices is None else [faces, voices]
    found, used = find_clusters(
        [np.stack([view[video] for video in seen]) for view in views],
        None if distance == AUTO else float(distance),
    )
    sizes = np.bincount(found)
    facts = {
        "cluster distance": used,
        "clusters": len(sizes),
        "videos per cluster": float(sizes.mean()),
        "largest cluster": int(sizes.max()),
    }
    return {
        video: f"cluster{number:06d}" for video, number in zip(seen, found.tolist(), strict=True)
    }, facts


def _agreement(class_of: Mapping[str, str], speaker_of: Mapping[str, str]) -> dict[str, float]:
    """Say how good clusters are, where the truth is known: purity, and the adjusted Rand index."""
    classes, speakers = list(class_of.values()), [speaker_of[video] for video in class_of]
    # Sparse: of 100,000 videos that is gigabytes of zeros.
    together = contingency_matrix(classes, speakers, sparse=True)
    return {
        "purity": float(together.max(axis=1).sum() / together.sum()),
        "adjusted Rand index": float(adjusted_rand_score(speakers, classes)),
    }


def _from_file(path: Path, videos: list[str], names: Mapping[str, str]) -> dict[str, str]:
    """Label videos by a file; ``names`` are those that videos without a label go by."""
    label_of = read_labels(path)
    found = {video: label_of[video] for video in videos if video in label_of}
    if videos and not found:
        raise InputError(f"{path} names no video of the training set, such as {videos[0]}")
    if unknown := label_of.keys() - names.keys():
        logger.warning(
            "%s names %d videos that are not in the training set, such as %s",
            *(path, len(unknown), min(unknown)),
        )
    return found
