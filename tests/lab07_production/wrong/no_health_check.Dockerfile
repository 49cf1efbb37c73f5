# Nobody looks whether it is well.
# fails: dockerfile
# says: no HEALTHCHECK
# In the folder of the build: requirements.txt, gunicorn.conf.py, lab07_production.py
FROM python:3.13-slim

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY gunicorn.conf.py lab07_production.py ./
USER 1000

CMD ["gunicorn", "--config", "gunicorn.conf.py", "lab07_production:app"]
