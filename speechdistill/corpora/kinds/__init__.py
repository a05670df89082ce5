"""The kinds of corpora, a module each: how it is recognised, and what it offers.

A module has ``FORM``, its layout in a line; ``detect(path)``, whether a folder or a file is
plainly of this kind; and ``read(paths)``, which gives a ``Corpus`` (``corpora/corpus.py``) or
raises an ``InputError`` that says what is missing. Its name, with ``-`` for ``_``, is what
``--corpus`` takes. Nothing else knows it.
"""
