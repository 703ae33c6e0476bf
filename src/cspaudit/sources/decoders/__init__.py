"""Decoders: what reads the formats that are neither CSV nor JSON."""
