"""Training data: layouts, dataset expansion and perturbations."""
