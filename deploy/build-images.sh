#!/bin/sh
# Build both production images from this folder, with Docker, Podman or buildah, whichever answers.
# BUILD_ARGS goes to the builder as it is: --pull, --network host, --volume /etc/pip.conf:/etc/pip.conf:ro …
set -eu
cd "$(dirname "$0")/.."

if docker version >/dev/null 2>&1; then
    builder="docker build"
elif command -v podman >/dev/null; then
    builder="podman build --format docker"  # the OCI format drops HEALTHCHECK
elif command -v buildah >/dev/null; then
    builder="buildah build --format docker"
else
    echo "Images need Docker, Podman or buildah, and none of them answers here." >&2
    exit 1
fi

# shellcheck disable=SC2086 - the arguments are words
$builder ${BUILD_ARGS:-} -f backend/Dockerfile -t cuppa-backend .
# shellcheck disable=SC2086
$builder ${BUILD_ARGS:-} -f media_worker/Dockerfile -t cuppa-media-worker .
