# The student's JupyterLab as an image: notebooks, labkit and the visible checks, no solution and no hidden check, whether
# it is built in a clone or in the unpacked bundle. On a hub its single-user server is started instead of CMD.
#
#   docker build --tag workbook .
#   docker run --rm --publish 127.0.0.1:8888:8888 --volume workbook:/home/jovyan workbook

FROM python:3.13-slim-bookworm AS wheel
WORKDIR /src
COPY requirements.lock pyproject.toml hatch_build.py README.md LICENSE ./
COPY labkit labkit
COPY autograder/checks autograder/checks
COPY notebooks notebooks
COPY labs/README.md labs/
COPY data/README.md data/
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.13-slim-bookworm
# Hubs mount the home of this user, who has this name and number on all of them.
RUN useradd --create-home --uid 1000 jovyan
COPY requirements.lock /tmp/
RUN pip install --no-cache-dir --no-deps --requirement /tmp/requirements.lock
COPY --from=wheel /wheels /tmp/wheels
RUN pip install --no-cache-dir --no-deps /tmp/wheels/*.whl
USER 1000
WORKDIR /home/jovyan
EXPOSE 8888
# A container's own 127.0.0.1 cannot be published; who may reach the port is said where the container is started.
CMD ["sh", "-c", "labkit workbook workbook && exec jupyter lab --no-browser --ip=0.0.0.0 --ServerApp.root_dir=workbook --LabApp.default_url=/lab/tree/notebooks/00_start.ipynb"]
