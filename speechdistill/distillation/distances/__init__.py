"""Distances between what student and teacher say of a person: one per file, one value per sample.

A distance is a module with ``forward(student, teacher) -> (batch,)`` and a class attribute
``level``: ``"feature"`` (it compares embeddings: the student's, projected to the teacher's width)
or ``"classifier"`` (it compares scaled logits over the speakers both know).
"""
