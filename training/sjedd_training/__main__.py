"""``python -m sjedd_training``, which ``torchrun`` can start."""

from sjedd_training.cli import main

main()
