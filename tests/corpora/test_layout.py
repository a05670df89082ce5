import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.layout import find_layout


@pytest.mark.parametrize(
    "audio",
    [
        ["wav"],
        ["flac"],
        ["dev/aac", "test/aac"],
        ["vox1_dev_wav/wav", "vox1_test_wav/wav"],
        ["m4a", "dev/wav"],
    ],
)
def test_finds_audio_however_the_archives_were_unpacked(tmp_path, audio):
    for number, root in enumerate(audio):
        (tmp_path / root / f"id1000{number}").mkdir(parents=True)
        (tmp_path / root / "id_of_all").mkdir()
    folders = find_layout([tmp_path]).speaker_folders
    assert folders.keys() == {*(f"id1000{number}" for number in range(len(audio))), "id_of_all"}
    assert sorted(folders["id_of_all"]) == sorted(tmp_path / root / "id_of_all" for root in audio)


@pytest.mark.parametrize("place", [".", "meta", "vox1_dev_wav"])
def test_lists_and_tables_are_beside_the_audio_or_in_a_folder_of_theirs(tmp_path, place):
    (tmp_path / "vox1_dev_wav/wav/id10001").mkdir(parents=True)
    (tmp_path / place).mkdir(exist_ok=True)
    for name in ("veri_test2.txt", "veri_test.txt", "vox1_meta.csv"):
        (tmp_path / place / name).touch()
    layout = find_layout([tmp_path])
    assert layout.trial_list == tmp_path / place / "veri_test2.txt"
    assert layout.metadata == [tmp_path / place / "vox1_meta.csv"]
    (tmp_path / "copies").mkdir()
    for name in ("veri_test2.txt", "vox1_meta.csv"):
        (tmp_path / "copies" / name).touch()
        (tmp_path / name).touch()
    layout = find_layout([tmp_path])
    assert layout.trial_list == tmp_path / "veri_test2.txt"
    assert layout.metadata == [tmp_path / "vox1_meta.csv"]


def test_joins_two_corpora(tmp_path):
    first, second = tmp_path / "vox1", tmp_path / "vox2"
    (first / "wav/id10001").mkdir(parents=True)
    (second / "dev/aac/id00012").mkdir(parents=True)
    (second / "unzippedFaces/n000012").mkdir(parents=True)
    (first / "vox1_meta.csv").touch()
    (second / "vox2_meta.csv").touch()
    (second / "veri_test.txt").touch()
    layout = find_layout([first, second])
    assert list(layout.speaker_folders) == ["id00012", "id10001"]
    assert list(layout.face_folders) == ["n000012"]
    assert [table.name for table in layout.metadata] == ["vox1_meta.csv", "vox2_meta.csv"]
    assert layout.trial_list == second / "veri_test.txt"


def test_prefers_the_cleaned_trial_list(tmp_path):
    (tmp_path / "wav").mkdir()
    (tmp_path / "veri_test.txt").touch()
    (tmp_path / "veri_test2.txt").touch()
    assert find_layout([tmp_path]).trial_list == tmp_path / "veri_test2.txt"


def test_passes_over_hidden_folders_and_files(tmp_path):
    (tmp_path / "wav/id10001").mkdir(parents=True)
    (tmp_path / "wav/.snapshots").mkdir()
    (tmp_path / "wav/README").touch()
    assert list(find_layout([tmp_path]).speaker_folders) == ["id10001"]


def test_says_what_a_corpus_folder_holds(tmp_path):
    (tmp_path / "sph").mkdir()
    with pytest.raises(InputError, match=r"no audio folder .* expected wav/<speaker>"):
        find_layout([tmp_path])
    with pytest.raises(InputError, match=r"no folder .*elsewhere"):
        find_layout([tmp_path / "elsewhere"])
