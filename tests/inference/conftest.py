"""A student and recordings, made once."""

import pytest

import speechdistill
from tests.tiny_student import make_recordings, make_student


@pytest.fixture(scope="session")
def student(tmp_path_factory):
    return make_student(tmp_path_factory.mktemp("inference") / "student")


@pytest.fixture(scope="session")
def embedder(student):
    return speechdistill.load(student)


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    return make_recordings(tmp_path_factory.mktemp("recordings"))
