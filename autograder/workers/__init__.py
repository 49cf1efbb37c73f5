"""Processes that judge: on this machine, or on a Dask cluster."""
