# shellcheck shell=bash
# Processes: started so that they outlive the shell, found again by pid file and command line.
# Used by scripts/servers, as is every file of this folder.
#
# Each server NAME.sh has: NAME_ports, the ports it listens on, its main one first; NAME_mark, what
# its command line and no other process's holds; NAME_prepare, files it needs; NAME_launch;
# NAME_ready, whether it really answers. It may have NAME_stopped, what is left to do after it stopped,
# and NAME_signal, which stops it properly (TERM, if it has none).
# shellcheck disable=SC2154 # `folder` is set in scripts/servers

start_patience=120 # seconds until a server must answer
stop_patience=60   # seconds until a server must have stopped

fail() { printf 'servers: %s\n' "$*" >&2; exit 1; }

# Call it plainly: behind `||`, bash would have every command of the function pass over its failures.
in_parallel() { # in_parallel FUNCTION NAME...: fails if one of them does
  local function=$1 name job failed=0 jobs=()
  shift
  for name in "$@"; do ("$function" "$name") & jobs+=("$!"); done
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  [ "$failed" = 0 ] || fail "not everything went well (see above)"
}

pid_of() { # pid_of NAME: its pid, if it runs
  local pid='' line=''
  { read -r pid <"$folder/pid/$1"; } 2>/dev/null || return 1
  # Another program may have the number of one that died: it has another command line. While a process
  # becomes the next program (execve) it has none, for a moment: it is no less alive.
  for _ in {1..50}; do
    { line=$(tr '\0' ' ' <"/proc/$pid/cmdline"); } 2>/dev/null || return 1
    if [ -n "$line" ] || ended "$pid"; then break; fi
    sleep 0.02
  done
  [[ $line == *"$("$1_mark")"* ]] || return 1
  echo "$pid"
}

launch() { # launch NAME [KEY=VALUE...] COMMAND...: apart from this shell, its terminal and its pipes
  local name=$1 pid_file=$folder/pid/$1 log=$folder/log/$1.log
  shift
  if [ "$(stat -c %s "$log" 2>/dev/null || echo 0)" -gt 20000000 ]; then mv "$log" "$log.old"; fi
  rm -f "$pid_file"
  # shellcheck disable=SC2016 # expanded by the inner shell
  setsid env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$folder/$name" LANG=C.UTF-8 bash -c '
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-"
    done
    echo "$$" >"$1"
    shift
    exec env "$@"' launch "$pid_file" "$@" </dev/null >>"$log" 2>&1 &
  while [ ! -s "$pid_file" ] && kill -0 "$!" 2>/dev/null; do sleep 0.02; done
}

need_ports() { # need_ports NAME PORT...: unless it runs already, nothing else may listen there
  local name=$1 port
  shift
  ! pid_of "$name" >/dev/null || return 0
  for port in "$@"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      fail "port $port, for $name, is taken by something else; choose other ports, for example" \
        "REDRAW_SERVERS_PORT=$((base + 100)) scripts/servers up"
    fi
  done
}

start_server() { # start_server NAME: and wait until it answers
  local name=$1 deadline=$((SECONDS + start_patience))
  if ! pid_of "$name" >/dev/null; then
    # shellcheck disable=SC2046 # a list
    need_ports "$name" $("${name}_ports")
    "${name}_prepare"
    "${name}_launch"
  fi
  until "${name}_ready"; do
    pid_of "$name" >/dev/null || fail "$name has died:$(log_end "$name")"
    [ "$SECONDS" -lt "$deadline" ] || fail "$name does not answer:$(log_end "$name")"
    sleep 0.1
  done
}

log_end() { printf '\n'; tail -n 15 "$folder/log/$1.log" | sed 's/^/    /'; printf '    (%s)' "$folder/log/$1.log"; }

stop_server() { # stop_server NAME: properly
  local name=$1 pid signal=$1_signal
  if pid=$(pid_of "$name"); then
    kill -s "${!signal:-TERM}" "$pid"
    await_end "$pid" || { kill_server "$name"; fail "$name did not stop in ${stop_patience}s and was killed"; }
  fi
  rm -f "$folder/pid/$name"
  # Some leave a helper behind.
  if declare -F "${name}_stopped" >/dev/null; then "${name}_stopped"; fi
}

kill_server() { # kill_server NAME: as a crash would; its children (PostgreSQL has some) go with it
  local pid children
  pid=$(pid_of "$1") || fail "$1 does not run"
  children=$(cat "/proc/$pid/task/"*/children 2>/dev/null || true)
  # shellcheck disable=SC2086 # a list
  kill -s KILL "$pid" $children 2>/dev/null || true
  # shellcheck disable=SC2086
  await_end "$pid" $children || fail "$1 (pid $pid) cannot be killed"
  rm -f "$folder/pid/$1"
}

await_end() { # await_end PID...
  local pid deadline=$((SECONDS + stop_patience))
  for pid in "$@"; do
    until ended "$pid"; do
      [ "$SECONDS" -lt "$deadline" ] || return 1
      sleep 0.02
    done
  done
}

# Is it gone, or dead and only waiting to be noticed by its parent (which some containers never do)?
ended() { # ended PID
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
  [[ ${line##*) } == [ZX]* ]]
}
