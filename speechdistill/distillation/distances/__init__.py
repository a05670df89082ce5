"""Distances between what student and teacher say of a person: one per file, one value per sample.

A distance is a module with ``forward(student, teacher) -> (batch,)``, at least 0, and class
attributes ``level`` and, where it needs to know who is who, ``uses_labels = True``: its call is
then ``forward(student, teacher, labels)`` with int64 ``(batch,)`` labels.

========== ===================================== ================================================
level      student                               teacher
========== ===================================== ================================================
feature    embeddings projected to the teacher's embeddings ``(batch, dimension)``
           width, ``(batch, dimension)``
relational its own embeddings, of any width      embeddings ``(batch, dimension)``
classifier scaled logits ``(batch, classes)``    scaled logits ``(batch, classes)``
proxy      embeddings projected to the teacher's frozen class weights ``(classes, dimension)``
           width, ``(batch, dimension)``
========== ===================================== ================================================

At the levels ``classifier`` and ``proxy`` labels are indices of classes, elsewhere any integers
that tell persons apart.
"""
