# docker build -t monitor .            docker build --build-arg PYTHON_VERSION=3.12 -t monitor .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/monitor

# What monitor needs, in a layer of its own and for an empty package: a change of the source does not install it again.
WORKDIR /needs
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN mkdir monitor \
 && touch monitor/__init__.py \
 && pip --python /opt/monitor/bin/python install --no-compile --constraint constraints.txt '.[postgresql]'

WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY monitor monitor
RUN pip --python /opt/monitor/bin/python install --no-compile --no-deps --force-reinstall .

# Without what nothing here imports. The root may be read-only, so bytecode is compiled now or at every start;
# of Pygments, which rich can colour listings with, only what rich imports.
RUN cd /opt/monitor/lib/python*/site-packages \
 && rm -rf sqlalchemy/testing alembic/testing mako/testing certifi/tests \
 && find . -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.c' -o -name '*.h' \) -delete \
 && /opt/monitor/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash -x 'pygments/(lexers|styles|formatters)/' . \
 && /opt/monitor/bin/monitor --help >/dev/null

FROM python:${PYTHON_VERSION}-slim
LABEL org.opencontainers.image.title="monitor" \
      org.opencontainers.image.description="Watches news feeds for security events and tells the right people once" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"

# The standard library's own bytecode: the official images ship without it.
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash \
      -x '/(test|tests|idlelib|tkinter|turtledemo|lib2to3|ensurepip|distutils|pydoc_data|site-packages|config-[^/]*)/' \
      "$(python -c 'import os; print(os.path.dirname(os.__file__))')" \
 && mkdir /config /data \
 && chown 65534:65534 /data

COPY --from=build /opt/monitor /opt/monitor
COPY config /config

ENV PATH=/opt/monitor/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MONITOR_CONFIG=/config \
    MONITOR_DATA=/data

USER 65534:65534
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 CMD ["monitor", "healthcheck"]
ENTRYPOINT ["monitor"]
CMD ["run"]
