"""A model on disk: the YAML that builds it, and its checkpoints."""
