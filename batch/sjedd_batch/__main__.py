"""``python -m sjedd_batch``: the command line without its entry point."""

from sjedd_batch.cli import main

main(prog_name="sjedd-video")
