"""Cross-modal distillation for speaker recognition: a teacher that sees, a student that hears."""

__version__ = "0.1.0"
