import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.corpora.faces import faces_of_utterance, list_faces
from speechdistill.corpora.image_manifest import ImageRecord


def face(session: str, frame: int) -> ImageRecord:
    name = f"id1/{session}/{frame:07d}"
    return ImageRecord(name, f"/faces/{name}.jpg", "id1", session, "f")


@pytest.mark.parametrize("level", ["1.6", "."])
def test_lists_images_with_and_without_the_scale_folder(tmp_path, level):
    session = tmp_path / "Person" / level / "video"
    session.mkdir(parents=True)
    for name in ("2.png", "1.JPG", "3.jpeg", "notes.txt", "._1.JPG"):
        (session / name).write_bytes(b"bytes")
    (session / "4.jpg").touch()
    (session / "5.jpg").symlink_to("nowhere")
    (session / "6.jpg").symlink_to("6.jpg")
    faces, skipped = list_faces("id1", "f", [tmp_path / "Person"])
    assert [face.id for face in faces] == ["id1/video/1", "id1/video/2", "id1/video/3"]
    assert [(path.name, reason.split(" (")[0]) for path, reason in skipped] == [
        ("4.jpg", "empty file"),
        ("5.jpg", "unreadable"),
        ("6.jpg", "unreadable"),
    ]
    assert faces[0].session == "video" and faces[0].gender == "f"


def test_an_id_is_listed_once(tmp_path):
    for suffix in ("jpg", "png"):
        path = tmp_path / "video" / f"1.{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"bytes")
    assert len(list_faces("id1", None, [tmp_path])[0]) == 1


@given(own=st.integers(0, 15), other=st.integers(0, 30), limit=st.integers(1, 12))
def test_own_video_comes_first_and_nothing_twice(own, other, limit):
    faces = [face("own", frame) for frame in range(own)]
    faces += [face(f"other{frame % 3}", frame) for frame in range(other)]
    chosen = faces_of_utterance(sorted(faces, key=lambda face: face.id), "own", limit)
    assert len(chosen) == min(limit, own + other)
    assert len({face.id for face in chosen}) == len(chosen)
    is_own = [face.session == "own" for face in chosen]
    assert is_own == sorted(is_own, reverse=True)
    assert sum(is_own) == min(own, limit)


def test_chosen_images_spread_over_the_other_videos():
    faces = [face(f"video{number}", frame) for number in range(5) for frame in range(20)]
    chosen = faces_of_utterance(faces, "none of these", limit=5)
    assert {face.session for face in chosen} == {f"video{number}" for number in range(5)}
