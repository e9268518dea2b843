"""``sjedd-video completion``: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  echo 'eval "$(sjedd-video completion bash)"' >> ~/.bashrc
  echo 'eval "$(sjedd-video completion zsh)"' >> ~/.zshrc
  sjedd-video completion fish > ~/.config/fish/completions/sjedd-video.fish
"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that makes SHELL complete commands, options and their values with the Tab key."""
    from click.shell_completion import get_completion_class

    from sjedd_batch.cli import main

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(main, {}, "sjedd-video", "_SJEDD_VIDEO_COMPLETE").source())
