# The health check needs a program that the image does not have.
# fails: dockerfile
# says: the slim image has no curl
# In the folder of the build: requirements.txt, gunicorn.conf.py, lab07_production.py
FROM python:3.13-slim

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY gunicorn.conf.py lab07_production.py ./
USER 1000

HEALTHCHECK CMD curl --fail http://127.0.0.1:8000/whoami || exit 1
CMD ["gunicorn", "--config", "gunicorn.conf.py", "lab07_production:app"]
