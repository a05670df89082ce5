"""torchaudio beside a torch of another build: torch for CPUs alone, torchaudio for CUDA, say."""

from collections.abc import Iterator
from contextlib import contextmanager

from speechdistill.base.errors import InputError

REMEDY = (
    "install both from one index: pip install --force-reinstall --no-deps torchaudio --index-url "
    "https://download.pytorch.org/whl/cpu (for a torch without CUDA)"
)


@contextmanager
def torchaudio_explained() -> Iterator[None]:
    """Raise an :class:`InputError` with the remedy if the block's imports fail by torchaudio.

    Of the package index it comes with an extension that wants CUDA's libraries, and stops its own
    import where there are none. All other exceptions pass.

    Example
    -------
    >>> with torchaudio_explained():
    ...     raise OSError("Could not load this library: /x/torchaudio/lib/_torchaudio.abi3.so")
    ... # doctest: +ELLIPSIS
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: torchaudio does not load beside this torch, of another \
build: install both from one index: pip install ...
    """
    try:
        yield
    except OSError as error:
        if "torchaudio" not in str(error):
            raise
        raise InputError(
            f"torchaudio does not load beside this torch, of another build: {REMEDY}"
        ) from error
