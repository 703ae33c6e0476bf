"""The only room that knows an engine: it holds the tables and runs SQL for everybody else."""
