# shellcheck shell=bash
# Docker and podman, which take the same words.
# shellcheck disable=SC2154 # variables shared with scripts/check-images

build_image() {
  local format=()
  # Or it leaves the HEALTHCHECK out.
  [ "$engine" = docker ] || format=(--format docker)
  "$engine" build "${format[@]}" -f docker/Dockerfile --build-arg "SERVICE=$1" "${build_arguments[@]}" -t "$(image "$1")" .
}

image_bytes() {
  "$engine" image inspect "$1" >/dev/null 2>&1 || "$engine" pull -q "$1" >/dev/null
  "$engine" image inspect --format '{{.Size}}' "$1"
}

# podman keeps the health check beside the rest.
image_config() { "$engine" image inspect "$1" | jq '.[0] | .Config + {Healthcheck: (.Config.Healthcheck // .Healthcheck)}'; }

volume() { echo "redraw-check-$1"; }
drop_volume() { "$engine" volume rm -f "redraw-check-$1" >/dev/null 2>&1 || true; }

launch() {
  local name=$1 image=$2 settings=$3 mounts=()
  shift 3
  while [ "${1:-}" = -v ]; do mounts+=(-v "$2") && shift 2; done
  discard "$name"
  "$engine" run -d --name "redraw-check-$name" --network host --read-only --cap-drop ALL \
    --security-opt no-new-privileges --env-file "$settings" "${mounts[@]}" "$image" "$@" >/dev/null
}

execute() { "$engine" exec "redraw-check-$1" "${@:2}"; }
# One that has ended has 0.
runs() { [ "$("$engine" inspect --format '{{.State.Pid}}' "redraw-check-$1")" != 0 ]; }
signal() { "$engine" kill --signal "$2" "redraw-check-$1" >/dev/null; }
ending() { "$engine" wait "redraw-check-$1"; }
logged() { "$engine" logs "redraw-check-$1" 2>&1 || true; }
# With the volumes that have no name.
discard() { "$engine" rm -f -v "redraw-check-$1" >/dev/null 2>&1 || true; }
