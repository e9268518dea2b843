"""Processes and threads that do what would make the window wait."""
