"""``sjedd-video hierarchy``: the graphs of alterations that models speak about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from sjedd_video.hierarchy import Hierarchy

EPILOG = """\b
Examples:
  sjedd-video hierarchy list
  sjedd-video hierarchy show ffpp
  sjedd-video hierarchy show ffpp --rule release --json
  sjedd-video hierarchy show my-hierarchy.toml
"""
LEVELS = {1: "primary", 2: "global", 3: "local"}


@click.group(epilog=EPILOG)
def hierarchy() -> None:
    """Show the label hierarchies of the models."""


@hierarchy.command("list", epilog="\b\nExample:\n  sjedd-video hierarchy list --json | jq '.[].name'\n")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def list_hierarchies(as_json: bool) -> None:
    """List the built-in hierarchies."""
    from sjedd_video.hierarchy import builtin_hierarchies, load_hierarchy

    found = [load_hierarchy(name) for name in builtin_hierarchies()]
    rows = [{"name": h.name, "title": h.definition.title, "nodes": len(h.nodes), "rule": h.rule,
             "legal_states": len(h.states)} for h in found]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("Name", "Title", "Rule", box=None, pad_edge=False)
    for title in ("Nodes", "Legal states"):
        table.add_column(title, justify="right")
    for row in rows:
        table.add_row(*(str(row[key]) for key in ("name", "title", "rule", "nodes", "legal_states")))
    Console().print(table)


@hierarchy.command(epilog=EPILOG)
@click.argument("name")
@click.option("--rule", type=click.Choice(["strict", "release"]), help="Which states are legal, instead of the file's.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def show(name: str, rule: str | None, as_json: bool) -> None:
    """Show nodes, edges, prompts and legal states of NAME (a built-in name or a .toml file)."""
    from sjedd_video.hierarchy import load_hierarchy

    found = load_hierarchy(name, rule)
    if as_json:
        click.echo(json.dumps(describe(found), indent=2, ensure_ascii=False))
        return
    from rich.console import Console

    _print(found, Console())


def describe(hierarchy: Hierarchy) -> dict[str, Any]:
    """Everything about a hierarchy as plain JSON values, nodes in the order of the score vector."""
    counts = hierarchy.states.sum(axis=0, dtype=int).tolist()
    prompts = {style: hierarchy.prompts(style) for style in ("full", "simple", "altered", "unaltered")}
    return {
        "name": hierarchy.name,
        "title": hierarchy.definition.title,
        "rule": hierarchy.rule,
        "legal_states": len(hierarchy.states),
        "nodes": [
            {
                "name": node,
                "level": hierarchy.levels[i],
                "parents": list(hierarchy.parents[node]),
                "children": list(hierarchy.children[node]),
                "states_active": counts[i],
                "prior": float(hierarchy.prior[i]),
                "prompts": {style: texts[i] for style, texts in prompts.items()},
            }
            for i, node in enumerate(hierarchy.nodes)
        ],
        "edges": [[parent, node] for node in hierarchy.nodes for parent in hierarchy.parents[node]],
        "templates": hierarchy.definition.templates.model_dump(mode="json"),
        "labels": dict(hierarchy.definition.labels),
    }


def _print(hierarchy: Hierarchy, console: Console) -> None:
    from rich.table import Table

    facts = describe(hierarchy)
    title = f"{facts['name']}: {facts['title']}" if facts["title"] else facts["name"]
    console.print(f"[bold]{title}[/]  rule {facts['rule']}, {facts['legal_states']} legal states")
    table = Table("Node", "Level", "Parents", box=None, pad_edge=False)
    for heading in ("States", "Prior"):
        table.add_column(heading, justify="right")
    for node in facts["nodes"]:
        parents = ", ".join(node["parents"]) or "-"
        table.add_row(node["name"], LEVELS[node["level"]], parents, str(node["states_active"]), f"{node['prior']:.3f}")
    console.print(table)
    console.print("\n[bold]Prompts[/]")
    for node in facts["nodes"]:
        console.print(f"  {node['prompts']['full']}", highlight=False)
    if facts["labels"]:
        labels = Table("Manipulation", "Labels in the order of the nodes", title="", box=None, pad_edge=False)
        for name, row in facts["labels"].items():
            labels.add_row(name, row)
        console.print(labels)
    console.print(
        "\nStates: in how many legal states a node is altered. Prior: its probability when every raw score is 0.",
        style="dim",
    )
