"""Counterpoint: a page of YAML becomes handouts that quote their sources faithfully."""

__version__ = "0.1.0"
