"""Manifests of many gzip members: whole, or refused wherever they were cut."""

import gzip

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.json_lines import compressed_lines, manifest_lines, member_writer
from speechdistill.corpora.manifests import load_cuts


def write(path, parts):
    with member_writer(path) as write_member:
        for part in parts:
            write_member(compressed_lines(part))


def test_what_is_written_is_read_by_us_and_by_gzip(tmp_path):
    path = tmp_path / "cuts.jsonl.gz"
    write(path, [[{"id": "a"}, {"id": "b"}], [], [{"id": "\u2028"}]])
    lines = ['{"id": "a"}\n', '{"id": "b"}\n', '{"id": "\u2028"}\n']
    assert list(manifest_lines(path)) == lines
    assert gzip.decompress(path.read_bytes()).decode() == "".join(lines)


@pytest.mark.parametrize("parts", [[], [[{"id": "a"}]], [[{"id": "a"}], [{"id": "b"}]]])
def test_a_manifest_cut_anywhere_is_refused(tmp_path, parts):
    """Between two members, too, where the rest is a whole gzip file."""
    path = tmp_path / "images.jsonl.gz"
    write(path, parts)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"images\.jsonl\.gz is broken \(.*run stage 1 again"):
            list(manifest_lines(path))


def test_readers_refuse_a_manifest_that_lacks_its_last_speaker(tmp_path):
    path = tmp_path / "cuts.jsonl.gz"
    write(path, [[{"id": "a"}], [{"id": "b"}]])
    members = path.read_bytes()
    path.write_bytes(members[: members.rindex(compressed_lines([{"id": "b"}]))])
    with pytest.raises(InputError, match=r"cuts\.jsonl\.gz is broken \(cut short\)"):
        load_cuts(tmp_path)


def test_members_that_somebody_else_wrote_are_read(tmp_path):
    path = tmp_path / "cuts.jsonl.gz"
    path.write_bytes(compressed_lines([{"id": "a"}]) + compressed_lines([{"id": "b"}]))
    assert len(list(manifest_lines(path))) == 2
