"""The joint-embedding model: architecture, bundles of weights, and the backends that run them."""
