"""The course as a static site, to be read where nothing is installed."""
