"""Writes the engagement for a folder of exports: what lies there, what it is, what has to be asked, what is missing."""
