"""A trained student in use: recordings to embeddings, and people known by their voices."""
