"""Training, evaluation and export of SJEDD models."""
