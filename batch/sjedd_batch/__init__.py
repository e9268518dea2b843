"""The command line: analyse files and scan folders."""
