"""Showing single frames: a process that decodes them, and what the window keeps about them. Without widgets."""
