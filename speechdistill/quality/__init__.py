"""How far a recording or an image can be trusted, and what weight a sample gets for it."""
