"""The live server: uvicorn in a thread of the notebook's kernel, its log and its traces."""
