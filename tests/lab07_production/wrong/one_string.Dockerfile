# The whole command is one text, which is looked for as a program of that name.
# fails: dockerfile
# says: each argument is a text of its own
# In the folder of the build: requirements.txt, gunicorn.conf.py, lab07_production.py
FROM python:3.13-slim

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY gunicorn.conf.py lab07_production.py ./
USER 1000

HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/whoami', timeout=2)"]
CMD ["gunicorn --config gunicorn.conf.py lab07_production:app"]
