import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.quality.table import QualityTable


def test_a_table_survives_the_file(tmp_path):
    ids = ["id1/video/1", "id1/vi\"deo'/2"]
    columns = {"quality": np.array([0.25, 1 / 3]), "snr_db": np.array([-3.5, 60.0])}
    QualityTable(ids, columns).save(tmp_path / "quality.tsv")
    loaded = QualityTable.load(tmp_path / "quality.tsv")
    assert list(loaded.ids) == ids
    assert list(loaded.columns) == ["quality", "snr_db"]
    np.testing.assert_allclose(loaded.columns["snr_db"], columns["snr_db"])
    assert loaded.scores[ids[1]] == pytest.approx(1 / 3, abs=1e-6)


def test_an_empty_table_survives_too(tmp_path):
    QualityTable([], {"quality": np.zeros(0)}).save(tmp_path / "quality.tsv")
    assert QualityTable.load(tmp_path / "quality.tsv").scores == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id\tsnr_db\na\t1\n",
        "id\tquality\na\tx\n",
        "id\tquality\na\n",
        "id\tquality\na\t1.5\n",
        "id\tquality\na\t0.2",
    ],
)
def test_a_broken_table_is_an_error(tmp_path, text):
    path = tmp_path / "quality.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"quality.tsv is broken .*run stage 2 again"):
        QualityTable.load(path)


def test_a_missing_table_names_its_stage(tmp_path):
    with pytest.raises(InputError, match=r"stage 2 makes it"):
        QualityTable.load(tmp_path / "quality.tsv")


@pytest.mark.parametrize(
    "columns",
    [{"snr_db": np.zeros(1)}, {"quality": np.zeros(2)}, {"quality": np.array([np.nan])}],
)
def test_columns_must_fit(columns):
    with pytest.raises(ValueError, match="quality"):
        QualityTable(["a"], columns)
