# The version is an argument, the image has a digest, the user a variable, the host comes from the environment.
# syntax=docker/dockerfile:1
ARG PYTHON=3.13
FROM python:${PYTHON}-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000
ARG WHO=10001
ENV UVICORN_HOST=0.0.0.0 \
    # where it listens
    UVICORN_PORT=8000
WORKDIR /srv/app
RUN --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt \
    pip install --no-cache-dir -r /tmp/requirements.txt
COPY --chown=${WHO}:${WHO} *.py ./
USER ${WHO}:${WHO}
HEALTHCHECK --interval=15s --timeout=2s --start-period=20s --retries=3 \
    CMD python -c "import socket; socket.create_connection(('127.0.0.1', 8000), 2)"
CMD ["uvicorn", "--factory", "lab07_production:create_app"]
