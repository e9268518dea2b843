"""What is to be shown of a result, without Qt."""
