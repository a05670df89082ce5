"""Training sets with wrong or degraded faces: what is spoilt, and that the truth is kept."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord, load_images
from speechdistill.corpora.spoilt_faces import FaceSpoiling, spoil_faces, with_wrong_faces
from speechdistill.quality.compute import compute_quality

IMAGES = "train/images.jsonl.gz"


def of_video(images):
    found = {}
    for image in images:
        found.setdefault(f"{image.person}/{image.session}", []).append(image.path)
    return found


@given(
    people=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 4), min_size=3),
    share=st.floats(0, 1),
    seed=st.integers(0, 5),
)
def test_wrong_faces_are_another_persons_and_the_rest_stays(people, share, seed):
    images = [
        ImageRecord(f"{who}/{video}/{n}", f"{who}/{video}/{n}.jpg", who, str(video))
        for who, videos in people.items()
        for video in range(videos)
        for n in range(2)
    ]
    try:
        after, shown = with_wrong_faces(images, share, seed)
    except InputError as error:
        assert "one person" in str(error)
        return
    before, after = of_video(images), of_video(after)
    assert list(after) == list(before) and len(shown) == round(share * len(before))
    assert len({*shown.values()}) == len(shown)
    for video, paths in after.items():
        assert paths == before[shown.get(video, video)]
        assert (video in shown) == (paths[0][0] != video[0])


def test_more_are_spoilt_beside_those_that_were():
    images = [ImageRecord(f"{n}/v/1", f"{n}.jpg", str(n), "v") for n in range(40)]
    few, many = ({*with_wrong_faces(images, share, 3)[1]} for share in (0.2, 0.4))
    assert len(few) == 8 and len(many) == 16 and few < many
    assert few != {*with_wrong_faces(images, 0.2, 4)[1]}


def test_a_copy_of_the_sets_whose_qualities_tell_the_degraded_from_the_wrong(prepared, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(prepared / "data", data)
    spoil_faces(data, tmp_path / "spoilt", FaceSpoiling(wrong=0.5, degraded=0.5, seed=2))
    lines = (tmp_path / "spoilt/train/spoilt_faces.tsv").read_text().splitlines()
    truth = [line.split("\t") for line in lines]
    degraded = {video for video, what in truth if what == "degraded"}
    shown = {video: what for video, what in truth if what != "degraded"}
    before, after = (
        of_video(load_images(folder / IMAGES)) for folder in (data, tmp_path / "spoilt")
    )
    assert len(degraded) == len(shown) == len(before) // 2
    for video, paths in after.items():
        own = before[shown.get(video, video)]
        assert len(paths) == len(own)
        for path, donor in zip(paths, own, strict=True):
            assert (path != donor) == (video in degraded)
            same = np.array_equal(*(np.asarray(Image.open(each)) for each in (path, donor)))
            assert same == (video not in degraded)
    for name in ("dev/images.jsonl.gz", "train/cuts.jsonl.gz", "test/trials/veri_test2.txt"):
        assert (tmp_path / "spoilt" / name).read_bytes() == (data / name).read_bytes()
    assert not (tmp_path / "spoilt/train/quality").exists() and (data / "train/quality").exists()
    compute_quality(tmp_path / "spoilt/train", jobs=1, skipped_limit=0)


def test_what_cannot_be_is_refused(prepared, tmp_path):
    for shares in ({}, {"wrong": 1.5}, {"degraded": -0.1}):
        with pytest.raises(InputError, match="give shares of the videos"):
            FaceSpoiling(**shares)
    images = [ImageRecord(f"a/{n}/1", "a.jpg", "a", str(n)) for n in range(4)]
    with pytest.raises(InputError, match="of one person"):
        with_wrong_faces(images, 0.5, 1)
