"""Runs checks over the canonical tables: check files in, an outcome per partner and check and the findings out."""
