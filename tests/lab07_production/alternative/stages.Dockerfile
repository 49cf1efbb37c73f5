# Two stages: the packages are built in one and copied to the other.
# second: dockerfile
FROM docker.io/library/python:3.12.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM docker.io/library/python:3.12.11-slim-bookworm AS run
RUN useradd --create-home --uid 10001 app
WORKDIR /home/app
COPY --from=build /venv /venv
COPY . .
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1
USER app
EXPOSE 8000
HEALTHCHECK --interval=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8000/info')"]
ENTRYPOINT ["uvicorn"]
CMD ["lab07_production:app", "--host=0.0.0.0", "--port=8000", "--workers=2", "--proxy-headers"]
