# The image of the action and of the container stages: the program and its locked dependencies on an
# official slim Python. Works as root, as any other user, and with a read-only root file system.
# A release pins the base by digest: --build-arg BASE=python:3.13-slim@sha256:…
ARG BASE=python:3.13-slim

# ---- the dependencies, exactly as locked ----
FROM ${BASE} AS dependencies
ENV PYTHONDONTWRITEBYTECODE=1
COPY requirements.txt /build/
# The environment has no pip of its own: the base's pip installs into it. The .pth file lets it find our
# code whatever the base's version of Python. Fixed times make the same layer of the same lock. libyaml, two
# megabytes of it, is left out: a spec is read by PyYAML's own loader.
RUN python -m venv --without-pip /app/venv \
 && python -m pip --python /app/venv/bin/python install --quiet --no-cache-dir --no-compile --require-hashes \
      --only-binary :all: --disable-pip-version-check --root-user-action ignore --requirement /build/requirements.txt \
 && echo /app > "$(/app/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/qtm-action.pth" \
 && find /app/venv -type d \( -name tests -o -name benchmarks \) -prune -exec rm -rf {} + \
 && find /app/venv \( -name '_yaml.*.so' -o -name '*.pyi' \) -delete \
 && chmod -R a+rX,go-w /app \
 && find /app -exec touch --no-dereference --date @0 {} +

# ---- our code, with its bytecode ----
FROM dependencies AS code
COPY LICENSE entrypoint.py /code/app/
COPY examples/ /code/app/examples/
COPY qtm_action/ /code/app/qtm_action/
WORKDIR /code/usr/local/bin
RUN printf '#!/app/venv/bin/python -IB\nfrom qtm_action.cli import run\n\nrun()\n' > qtm-action \
 && chmod a+x qtm-action \
 && python -m compileall -q --invalidation-mode unchecked-hash -s /code /code/app \
 && chmod -R a+rX,go-w /code \
 && find /code -exec touch --no-dereference --date @0 {} +

# ---- bytecode of those parts of the standard library and of the dependencies that an import uses ----
# The official base ships none of the standard library's, and compiling it anew at every start would take
# longer than all the rest of the start. An import is run, what Python compiles on the way is kept; `-B` is
# for the sandbox that the import talks to, and not handed on to the import.
FROM dependencies AS bytecode
COPY --from=code /code/ /
WORKDIR /build/bytecode
RUN unset PYTHONDONTWRITEBYTECODE && touch /build/before \
 && if ! /app/venv/bin/python -IB /app/entrypoint.py demo > /build/demo.log 2>&1; then cat /build/demo.log; exit 1; fi \
 && find "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" /app/venv/lib \
      -name '*.pyc' -newer /build/before > /build/compiled \
 && sed -E 's,__pycache__/([^/]+)\.cpython-[0-9]+\.pyc$,\1.py,' /build/compiled > /build/sources \
 && python -m compileall -q -f --invalidation-mode unchecked-hash -i /build/sources \
 && xargs cp --parents --target-directory . < /build/compiled \
 && chmod -R a+rX,go-w . \
 && find . -exec touch --no-dereference --date @0 {} +

# ---- the image: what changes least comes first, so that a new version is a download of kilobytes ----
FROM ${BASE}
COPY --from=dependencies /app/ /app/
COPY --from=bytecode /build/bytecode/ /
COPY --from=code /code/ /
ENV PATH=/app/venv/bin:$PATH
WORKDIR /workspace
STOPSIGNAL SIGTERM
# Isolated: a job's own PYTHONPATH, PYTHONHOME or PYTHONWARNINGS, which runners pass into the container,
# and modules that lie in its workspace, don't reach the program.
ENTRYPOINT ["/app/venv/bin/python", "-IB", "/app/entrypoint.py"]
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="qtm-action" \
      org.opencontainers.image.description="Imports test results into QMetry Test Management for Jira (QTM4J)" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
