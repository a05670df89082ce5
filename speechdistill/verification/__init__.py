"""Trials, scores, error rates and their uncertainty, for anybody's embeddings."""
