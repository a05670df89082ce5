"""What an artefact was made from: content, not time."""

import os

import pytest

from speechdistill.storage.files import written_whole
from speechdistill.storage.folder_marks import MARK
from speechdistill.storage.made_from import (
    MADE_FROM,
    content_of,
    is_made_from,
    recorded,
    write_record,
)


def test_time_is_no_content_and_bytes_are(tmp_path):
    path = tmp_path / "cuts.jsonl"
    path.write_text("a")
    before = content_of(path)
    os.utime(path, (2e9, 2e9))
    assert content_of(path) == before
    path.write_text("b")
    os.utime(path, (2e9, 2e9))
    assert content_of(path) != before


def test_a_folder_is_the_names_and_bytes_of_its_files(tmp_path):
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "weights").write_text("1")
    before = content_of(folder)
    assert content_of(folder) == before
    (folder / "sub" / "weights").rename(folder / "weights")
    moved = content_of(folder)
    (folder / "weights").write_text("2")
    assert len({before, moved, content_of(folder)}) == 3


def test_a_broken_record_is_none(tmp_path):
    record = tmp_path / "made_from.json"
    write_record(record, {"seed": 1, "sets": {"train": "x"}})
    assert is_made_from(record, {"seed": 1, "sets": {"train": "x"}})
    record.write_text('{"seed": 1, "se')
    assert recorded(record) is None and not is_made_from(record, {"seed": 1})


def test_what_a_link_leads_to_is_content_and_a_loop_is_none(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/weights").write_text("1")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "back").symlink_to(".")
    (folder / "gone").symlink_to("nowhere")
    (folder / "self").symlink_to("self")
    before = content_of(folder)
    assert content_of(folder) == before
    (tmp_path / "elsewhere/weights").write_text("2")
    assert content_of(folder) != before


@pytest.mark.parametrize("text", ["anna\n", "anna\nbert\ncarla\n", None])
@pytest.mark.parametrize("name", ["owners.txt", "vectors/ids.txt"])
def test_an_artefact_whose_file_was_cut_or_grew_or_is_gone_is_not_whole(tmp_path, name, text):
    folder = tmp_path / "embeddings"
    with written_whole(folder) as whole:
        whole.mkdir()
        with written_whole(whole / "vectors") as vectors:  # has a mark of its own, too
            vectors.mkdir()
            (vectors / "ids.txt").write_text("anna\nbert\n")
        (whole / "owners.txt").write_text("anna\nbert\n")
        write_record(whole / MADE_FROM, {"seed": 1})
    assert is_made_from(folder / MADE_FROM, {"seed": 1})
    ids = folder / name
    ids.unlink() if text is None else ids.write_text(text)
    assert not is_made_from(folder / MADE_FROM, {"seed": 1})
    with written_whole(ids) as partial:  # what this program itself puts in its place is whole
        partial.write_text("dora\n")
    assert is_made_from(folder / MADE_FROM, {"seed": 1})


def test_a_folder_that_an_older_version_marked_is_whole_if_its_files_are_there(tmp_path):
    write_record(tmp_path / MADE_FROM, {"seed": 1})
    (tmp_path / "ids.txt").touch()
    (tmp_path / MARK).write_text('"ids.txt"\n')
    assert is_made_from(tmp_path / MADE_FROM, {"seed": 1})
    (tmp_path / "ids.txt").unlink()
    assert not is_made_from(tmp_path / MADE_FROM, {"seed": 1})
