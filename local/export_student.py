#!/usr/bin/env python3
"""Stage 9: export a student for others to load: `speechdistill export`, without installing it."""

from command import Parser, run

from speechdistill.commands import export

if __name__ == "__main__":
    parser = Parser(export.__doc__)
    export.add_arguments(parser)
    run(parser, export.main)
