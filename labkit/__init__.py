"""The student's workbench: write a section, see the live server answer, check it.

    import labkit
    lab = labkit.open("lab01_hello")
"""

from labkit.lab import Lab, open

__version__ = "0.1.0"

__all__ = ["Lab", "open"]
