"""Reads OpenAPI documents: the fields of a request, their bounds, their examples."""
