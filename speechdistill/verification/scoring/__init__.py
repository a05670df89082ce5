"""Scores of trials from anybody's embeddings: cosine or PLDA, plain or normalised by a cohort.

Every back-end gives each embedding a vector such that the dot products are the scores. Whatever
comes after (trials by the million, cohorts) is therefore the same for all of them, and fast.
"""

from speechdistill.verification.scoring.backend import Backend, CosineBackend
from speechdistill.verification.scoring.cosine import cosine_scores
from speechdistill.verification.scoring.fitted_backend import FittedBackend, fit_backend
from speechdistill.verification.scoring.normalisation import adaptive_snorm, snorm
from speechdistill.verification.scoring.trial_scorer import Cohort, TrialScorer

__all__ = [
    "Backend",
    "Cohort",
    "CosineBackend",
    "FittedBackend",
    "TrialScorer",
    "adaptive_snorm",
    "cosine_scores",
    "fit_backend",
    "snorm",
]
