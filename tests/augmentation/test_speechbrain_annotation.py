"""Tables of noises for SpeechBrain are of the folder as it is, or it is said that it changed."""

from functools import partial

import pytest
from speechbrain.augment.preparation import prepare_dataset_from_URL

from speechdistill.augmentation.speechbrain_annotation import write_annotations
from speechdistill.base.errors import InputError
from tests.augmentation.sets import RATE, write_noise


def hparams(folder, table):
    prepare = partial(prepare_dataset_from_URL, dest_folder=str(folder), csv_file=str(table))
    return {"prepare_noise_data": prepare}


def test_a_table_follows_its_folder_until_training_has_begun(tmp_path):
    exp, folder = tmp_path / "exp", tmp_path / "noises"
    write_noise(folder / "a.wav", 1.0)
    asked = hparams(folder, exp / "noise.csv")
    write_annotations(asked, RATE, exp)
    write_noise(folder / "b.wav", 1.0)
    write_annotations(asked, RATE, exp)
    assert (exp / "noise.csv").read_text().count(".wav") == 2
    (exp / "settings.json").write_text("{}")
    write_annotations(asked, RATE, exp)
    write_noise(folder / "c.wav", 1.0)
    with pytest.raises(InputError, match=r"are no longer those of .*give another --exp"):
        write_annotations(asked, RATE, exp)
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r"no folder .*noises any more, .*put it back"):
        write_annotations(asked, RATE, exp)
    assert (exp / "noise.csv").read_text().count(".wav") == 2


def test_a_table_of_the_users_own_is_kept(tmp_path):
    write_noise(tmp_path / "noises" / "a.wav", 1.0)
    own = tmp_path / "own.csv"
    own.write_text("ID,duration,wav,wav_format,wav_opts\n")
    write_annotations(hparams(tmp_path / "noises", own), RATE, tmp_path / "exp")
    assert own.read_text().count("\n") == 1
