#!/bin/sh
# Stand in for the images' base where no registry can be reached: Debian's own Python 3.11, under the name that
# the Dockerfiles ask for. Needs root, debootstrap and buildah. For trying the images, not for production.
set -eu
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$root"
ln -s python3 "$root/usr/bin/python"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*

container=$(buildah from scratch)
buildah add --quiet "$container" "$root" /
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
buildah commit --quiet --rm "$container" docker.io/library/python:3.11-slim-bookworm
