import pytest

from speechdistill.corpora.faces import list_faces


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
