# The command of the framework, which listens everywhere by itself, with heredocs.
FROM python:3.14-slim
RUN <<EOF
apt-get update
apt-get install --yes --no-install-recommends curl=8.*
rm -rf /var/lib/apt/lists/*
EOF
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY <<"EOF" /app/greeting.txt
hello $NOBODY
EOF
COPY lab07_production.py .
RUN adduser --disabled-password --gecos "" web
USER web
HEALTHCHECK CMD curl --fail --silent http://127.0.0.1:8000/whoami
CMD ["fastapi", "run", "lab07_production.py", "--workers", "2"]
