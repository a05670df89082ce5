import io

from hypothesis import given
from hypothesis import strategies as st

from speechdistill.corpora.file_window import FileWindow

steps = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(-1, 30)),
        st.tuples(st.just("seek"), st.integers(0, 30), st.just(io.SEEK_SET)),
        st.tuples(st.just("seek"), st.integers(0, 9), st.just(io.SEEK_CUR)),
        st.tuples(st.just("seek"), st.integers(-5, 9), st.just(io.SEEK_END)),
        st.tuples(st.just("tell")),
    ),
    max_size=12,
)


@given(st.integers(0, 20), st.integers(5, 20), steps)
def test_it_reads_like_a_file_of_its_own(tmp_path_factory, offset, size, steps):
    content = bytes(range(50))
    path = tmp_path_factory.getbasetemp() / "whole"
    path.write_bytes(content)
    own = io.BytesIO(content[offset : offset + size])
    with FileWindow(path, offset, size) as window:
        for name, *arguments in steps:
            assert getattr(window, name)(*arguments) == getattr(own, name)(*arguments)
