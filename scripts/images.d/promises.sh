# shellcheck shell=bash
# What is promised of every image, and of a process that runs from it.
# shellcheck disable=SC2154 # variables shared with scripts/check-images

# The image: its size, its user, how it starts, what watches over it, what it says of itself.
small_and_plain() { # small_and_plain NAME
  local name=$1 config added_mb
  added_mb=$((($(image_bytes "$(image "$name")") - $(image_bytes "$base_image")) / 1000000))
  say "$name" "$added_mb MB over $base_image (at most ${limit_mb[$name]})"
  [ "$added_mb" -lt "${limit_mb[$name]}" ] || fail "$name is too large"
  config=$(image_config "$(image "$name")")
  jq -e --arg program "/usr/local/bin/$name" '
    .User == "10001:10001"
    and .Entrypoint == [$program]
    and (.Cmd // [] | length) == 0
    and .Healthcheck.Test == ["CMD", $program, "healthcheck"]
    and (.Labels | has("org.opencontainers.image.version") and has("org.opencontainers.image.revision"))
  ' <<<"$config" >/dev/null || fail "$name: not the user, entry point, health check or labels that are due: $config"
}

# Waits until the image's own health check says so.
healthy() { # healthy NAME
  local name=$1 begun=${begun[$1]}
  until execute "$name" "/usr/local/bin/$name" healthcheck >/dev/null 2>&1; do
    runs "$name" >/dev/null 2>&1 || fail "$name has ended"
    seconds_since "$begun" 90 || fail "$name does not become healthy"
    sleep 0.1
  done
  say "$name" "healthy after $(seconds_since "$begun") s"
}

# The process: first of its own, nobody special, and unable to write.
confined() { # confined NAME
  # As it sees itself: from outside, an engine without root has other numbers for its users.
  execute "$1" cat /proc/1/status | awk '
    $1 == "NSpid:" { first = $NF == 1 }
    $1 == "Uid:" { user = $2 == 10001 && $3 == 10001 && $4 == 10001 }
    $1 == "CapEff:" || $1 == "CapBnd:" { granted += $2 !~ /^0+$/ }
    $1 == "NoNewPrivs:" { kept = $2 == 1 }
    END { exit !(first && user && !granted && kept) }
  ' || fail "$1: not PID 1, not uid 10001, or with privileges"
  execute "$1" cat /proc/1/mountinfo | awk '$5 == "/" { found = $6 ~ /^ro(,|$)/ } END { exit !found }' || fail "$1: its root can be written to"
  ! execute "$1" touch /usr/local/bin/intruder 2>/dev/null || fail "$1: its root can be written to"
  say "$1" 'PID 1, uid 10001, no capabilities, read-only root'
}

# The health check can say no.
nobody_there() {
  printf 'REDRAW__REGISTER__LISTEN=127.0.0.1:%s\n' "$((port + 9))" >"$place/nowhere.env"
  launch stranger "$(image register)" "$place/nowhere.env" healthcheck
  [ "$(ending stranger)" = 1 ] || fail 'a health check that nobody answers is not 1'
}

ends_well() { # ends_well NAME
  local begun=$EPOCHREALTIME status
  signal "$1" TERM
  status=$(ending "$1")
  seconds_since "$begun" "$stop_patience" || fail "$1 took too long to stop"
  say "$1" "stopped in $(seconds_since "$begun") s, status $status"
  [ "$status" = 0 ] || fail "$1 did not end well"
}

# Prints the seconds since BEGUN; with a LIMIT, tells by its status whether that has not passed.
seconds_since() { # seconds_since BEGUN [LIMIT]
  awk -v begun="$1" -v now="$EPOCHREALTIME" -v limit="${2:-}" 'BEGIN {
    if (limit != "") exit now - begun > limit
    printf "%.1f\n", now - begun
  }'
}
