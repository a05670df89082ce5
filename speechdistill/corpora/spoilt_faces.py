"""A training set some of whose faces are wrong or poor: what does a method do with them?"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.base.randomness import generator_for
from speechdistill.corpora.image_manifest import ImageRecord, load_images, save_images
from speechdistill.corpora.images.degradation import ImageDegradation
from speechdistill.corpora.upright import open_upright
from speechdistill.storage.files import written_whole
from speechdistill.storage.places import IMAGES, QUALITY, TRAIN

TRUTH = "spoilt_faces.tsv"
DEGRADED = "degraded_faces"


@dataclass(frozen=True)
class FaceSpoiling:
    """What is wrong with the faces of a training set.

    Arguments
    ---------
    wrong: share of the videos, in [0, 1], that show somebody else: the faces of another person's
        video, as where a face tracker has followed the interviewer. No quality tells.
    degraded: share of the videos, in [0, 1], all of whose faces are blurred, noisy, covered or
        coarse (:class:`speechdistill.corpora.images.degradation.ImageDegradation`).
    seed: which videos: those of a smaller share are among those of a larger one.

    Raises
    ------
    InputError: a share outside [0, 1], or none above 0.
    """

    wrong: float = 0.0
    degraded: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        shares = (self.wrong, self.degraded)
        if not all(0 <= share <= 1 for share in shares) or not any(shares):
            raise InputError(
                f"wrong faces {self.wrong:g}, degraded faces {self.degraded:g}: give shares of the "
                "videos, from 0 to 1, one of them above 0"
            )


def spoil_faces(data: Path, output: Path, spoiling: FaceSpoiling) -> None:
    """Copy a corpus's sets, with spoilt faces in ``train``; qualities are left out.

    ``train/spoilt_faces.tsv`` has a line ``speaker/session<TAB>what`` for each spoilt video, what
    being the video whose faces it shows, or ``degraded``.

    Arguments
    ---------
    data: the corpus's manifests.
    output: the folder to write.
    spoiling: what is wrong.

    Raises
    ------
    InputError: no manifest of faces, or too few people for a share of wrong faces.
    """
    images = load_images(data / TRAIN / IMAGES)
    given, shown = with_wrong_faces(images, spoiling.wrong, spoiling.seed)
    lines = [f"{video}\t{donor}\n" for video, donor in shown.items()]
    degraded = set(
        _chosen(sorted({*map(_video, images)}), spoiling.degraded, spoiling.seed, DEGRADED)
    )
    with written_whole(output) as folder:
        shutil.copytree(data, folder, ignore=lambda _, names: {QUALITY} & {*names}, symlinks=True)
        for row, image in enumerate(given):
            if _video(image) in degraded:
                path = Path(TRAIN) / DEGRADED / f"{image.id}.png"
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                _degraded(image, spoiling.seed).save(folder / path)
                # The folder is renamed when it is whole.
                given[row] = replace(image, path=str((output / path).resolve()))
        save_images(given, folder / TRAIN / IMAGES)
        lines += [f"{video}\tdegraded\n" for video in sorted(degraded)]
        (folder / TRAIN / TRUTH).write_text("".join(lines), encoding="utf-8")


def with_wrong_faces(
    images: Sequence[ImageRecord], share: float, seed: int
) -> tuple[list[ImageRecord], dict[str, str]]:
    """Let a share of the videos show the faces of another person's video, sampled with the seed.

    The faces of a video are in at most one other one's place; a video whose own faces went
    elsewhere shows others itself.

    Returns
    -------
    The images of all videos, and video -> the one whose faces it shows.

    Raises
    ------
    InputError: more than half of the chosen videos are of one person, as where one is chosen.

    Example
    -------
    >>> faces = [ImageRecord(f"{who}/v/1", f"{who}.jpg", who, "v") for who in "abcd"]
    >>> given, shown = with_wrong_faces(faces, 0.5, seed=1)
    >>> len(shown), [image.path == f"{image.person}.jpg" for image in given].count(False)
    (2, 2)
    """
    of_video: dict[str, list[ImageRecord]] = {}
    for image in images:
        of_video.setdefault(_video(image), []).append(image)
    chosen = _chosen(sorted(of_video), share, seed, "wrong faces")
    shown = dict(zip(chosen, _others(chosen), strict=True))
    given: list[ImageRecord] = []
    for video, own in of_video.items():
        if video not in shown:
            given += own
            continue
        person, session, gender = own[0].person, own[0].session, own[0].gender
        given += [
            ImageRecord(f"{video}/{number:05d}", face.path, person, session, gender)
            for number, face in enumerate(of_video[shown[video]])
        ]
    return given, shown


def _others(videos: Sequence[str]) -> list[str]:
    """Pair videos with each other's so that nobody keeps their own person.

    Sorted by person, a shift by the largest person's count meets other people alone, if no person
    has more than half of the videos.
    """
    ordered = sorted(videos)
    counts = [sum(_person(v) == who for v in ordered) for who in {_person(v) for v in ordered}]
    if 2 * max(counts, default=0) > len(ordered):
        raise InputError(
            f"{max(counts)} of {len(ordered)} videos are of one person: too few others have a face "
            "to show in their place"
        )
    shift = max(counts, default=0)
    donor = dict(zip(ordered, ordered[shift:] + ordered[:shift], strict=True))
    return [donor[video] for video in videos]


def _chosen(videos: Sequence[str], share: float, seed: int, what: str) -> list[str]:
    """Choose a share of the videos; that of a smaller share is a part of it."""
    order = generator_for(seed, what).permutation(len(videos))
    return [videos[place] for place in order[: round(share * len(videos))]]


def _degraded(image: ImageRecord, seed: int) -> Image.Image:
    generator = generator_for(seed, DEGRADED, image.id)
    with open_upright(image.path) as picture:
        mode = "L" if picture.mode == "L" else "RGB"
        return ImageDegradation.sample(generator).apply(picture.convert(mode), generator)


def _video(image: ImageRecord) -> str:
    return f"{image.person}/{image.session}"


def _person(video: str) -> str:
    return video.partition("/")[0]
