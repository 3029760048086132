# shellcheck shell=bash
# buildah builds, and runc, which is what Docker runs containers with, runs: for where there is neither
# Docker nor podman. The bundles that runc takes (OCI runtime specification) lie in $place/NAME.
# shellcheck disable=SC2154 # variables shared with scripts/check-images

[ "$(id -u)" = 0 ] || fail 'buildah and runc are run as root here'
export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}

# Base images that are here are taken as they are; others are pulled.
build_image() {
  buildah build --format docker --layers --pull=missing -f docker/Dockerfile --build-arg "SERVICE=$1" "${build_arguments[@]}" -t "$(image "$1")" .
}

# buildah's own figure is rounded: the files are counted.
image_bytes() {
  local container
  container=$(buildah from --pull=missing "$1")
  du -sxB1 "$(buildah mount "$container")" | cut -f 1
  buildah rm "$container" >/dev/null
}

image_config() { buildah inspect --type image "$1" | jq .Docker.config; }

# A volume takes over the owner of what the image has in its place.
volume() {
  if [ ! -e "$place/volume-$1" ]; then
    mkdir "$place/volume-$1"
    chown 10001:10001 "$place/volume-$1"
  fi
  echo "$place/volume-$1"
}
drop_volume() { rm -rf "$place/volume-$1"; }

launch() {
  local name=$1 image=$2 settings=$3 mounts=() bundle=$place/$1
  shift 3
  while [ "${1:-}" = -v ]; do mounts+=("$2") && shift 2; done
  discard "$name"
  mkdir -p "$bundle"
  buildah from --pull-never "$image" >"$bundle/container"
  image_config "$image" | jq --arg root "$(buildah mount "$(cat "$bundle/container")")" \
    --rawfile settings "$settings" --arg mounts "${mounts[*]}" --arg arguments "$(printf '%s\n' "$@")" \
    -f scripts/images.d/bundle.jq >"$bundle/config.json"
  (
    code=0
    setsid runc run --bundle "$bundle" "redraw-check-$name" </dev/null >"$bundle/log" 2>&1 || code=$?
    echo "$code" >"$bundle/status"
  ) &
  while [ ! -e "$bundle/status" ] && ! runs "$name" >/dev/null 2>&1; do sleep 0.05; done
}

execute() { runc exec "redraw-check-$1" "${@:2}"; }
runs() { runc state "redraw-check-$1" | jq -e '.pid != 0'; }
signal() { runc kill "redraw-check-$1" "$2"; }
ending() {
  while [ ! -e "$place/$1/status" ]; do sleep 0.05; done
  cat "$place/$1/status"
}
logged() { cat "$place/$1/log" 2>/dev/null || true; }

discard() {
  runc delete --force "redraw-check-$1" >/dev/null 2>&1 || true
  [ ! -e "$place/$1/container" ] || buildah rm "$(cat "$place/$1/container")" >/dev/null
  rm -rf "${place:?}/$1"
}
