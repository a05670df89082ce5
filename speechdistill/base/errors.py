"""The error a user can act on."""

import re

# Ends of lines and what else a terminal obeys; lone surrogates cannot be printed at all.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class InputError(ValueError):
    r"""Bad input: a file, folder or option that the user can put right.

    The message is one line that names the file and the remedy; control characters of names in it
    are escaped. Commands print it without a traceback and exit with code 1; every other exception
    is a bug and keeps its traceback.

    Example
    -------
    >>> raise InputError("trials.txt is empty: give lines `1 a.wav b.wav`")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: trials.txt is empty: give lines `1 a.wav b.wav`
    >>> print(InputError("no folder a\u2028b: rename it"))
    no folder a\u2028b: rename it
    """

    def __init__(self, message: str) -> None:
        super().__init__(_CONTROL.sub(lambda found: repr(found[0])[1:-1], message))


class UnknownOption(InputError):
    """An option, an override of a key, or a form of a value, that nothing knows: exit code 2."""
