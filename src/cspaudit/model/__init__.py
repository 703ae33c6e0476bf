"""What the audit talks about, as plain values: no files, no engine."""
