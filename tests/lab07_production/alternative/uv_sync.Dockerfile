# Packages by uv, a base stage for two others, and a shell that hands over to gunicorn.
FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim AS base
WORKDIR /app

FROM base AS packages
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-install-project

FROM base
COPY --from=packages /app/.venv /app/.venv
COPY lab07_production.py gunicorn.conf.py ./
ENV PATH="/app/.venv/bin:$PATH" PORT=8000
USER nobody
HEALTHCHECK --interval=10s CMD ["/app/.venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/info')"]
CMD ["sh", "-c", "exec gunicorn --bind 0.0.0.0:$PORT -k uvicorn_worker.UvicornWorker lab07_production:app"]
