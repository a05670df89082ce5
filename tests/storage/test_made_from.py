"""What an artefact was made from: content, not time."""

import os

from speechdistill.storage.made_from import content_of, is_made_from, recorded, write_record


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
