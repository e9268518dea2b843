"""Runtimes that turn aligned crops into image embeddings."""
