# shellcheck shell=bash
# What builds and runs images: docker, podman, or buildah with runc. Used by scripts/check-images.
#
# Each engine's file has: build_image SERVICE; image_bytes IMAGE; image_config IMAGE, as JSON; volume
# NAME and drop_volume NAME; launch NAME IMAGE ENV_FILE [-v SOURCE:TARGET]... [ARGUMENT...]; execute
# NAME COMMAND...; runs NAME, whether it does; signal NAME SIGNAL; ending NAME, which waits for its end
# and prints its status; logged NAME; discard NAME.
# shellcheck disable=SC2034 # used by the engines' files

base_image=${RUN_IMAGE:-debian:bookworm-slim}
image() { echo "localhost/redraw-check-$1"; }

choose_engine() {
  local name
  for name in docker podman; do
    if "$name" info >/dev/null 2>&1; then echo "$name" && return; fi
  done
  if type buildah runc >/dev/null; then echo buildah && return; fi
  fail "needs docker, podman, or buildah with runc (Debian: apt-get install buildah runc jq)"
}

engine=${REDRAW_ENGINE:-$(choose_engine)}
case $engine in
  docker | podman) . scripts/images.d/docker.sh ;;
  buildah) . scripts/images.d/buildah.sh ;;
  *) fail "REDRAW_ENGINE is docker, podman or buildah, not $engine" ;;
esac
