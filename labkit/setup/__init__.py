"""What a machine needs before the first notebook: the checkup, JupyterLab, the trained models."""
