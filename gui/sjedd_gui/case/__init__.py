"""What is analysed, noted and written: the open case behind the window."""
