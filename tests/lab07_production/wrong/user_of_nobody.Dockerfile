# The user that it runs as was never made: the container does not start.
# fails: dockerfile
# says: nobody has made that user: RUN useradd seller
# In the folder of the build: requirements.txt, gunicorn.conf.py, lab07_production.py
FROM python:3.13-slim

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY gunicorn.conf.py lab07_production.py ./
USER seller

HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/whoami', timeout=2)"]
CMD ["gunicorn", "--config", "gunicorn.conf.py", "lab07_production:app"]
