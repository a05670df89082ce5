"""Inputs drawn at random, others in each run: a right result or one line, nothing else.

The slow tests draw as many as the environment variable SPEECHDISTILL_FUZZ says, 2,000 by default:

    SPEECHDISTILL_FUZZ=100000 pytest -m slow tests/fuzz
"""

import os

MANY = int(os.environ.get("SPEECHDISTILL_FUZZ", "2000"))
