# shellcheck shell=bash
# PostgreSQL: takes TLS and plain connections, passwords alone. It refuses to run as root, so for root
# it runs as `postgres`.
# shellcheck disable=SC2034,SC2154 # variables shared with scripts/servers

postgresql_signal=INT # "fast": ends the sessions, then stops

postgresql_ports() { echo "$base"; }
postgresql_mark() { echo "-D $(realpath -m "$folder/postgresql/data") "; }

# What to put before a command, so that it runs as one who may run PostgreSQL.
postgresql_user=()
if [ "$(id -u)" = 0 ]; then postgresql_user=(setpriv --reuid postgres --regid postgres --init-groups); fi

# Data are opened by the version that made them; new ones are made by the newest.
postgresql_bin() {
  local version
  version=$(cat "$folder/postgresql/data/PG_VERSION" 2>/dev/null) ||
    version=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | cut -d/ -f5 | sort -V | tail -n 1)
  [ -x "/usr/lib/postgresql/$version/bin/postgres" ] || fail "the data are PostgreSQL $version's, which is not installed"
  echo "/usr/lib/postgresql/$version/bin"
}

postgresql_prepare() {
  local place owner
  if [ "$(id -u)" = 0 ]; then
    owner=postgres
    own_folder postgresql "$owner"
  else
    owner=$(id -un)
    mkdir -p "$folder/postgresql"
  fi
  place=$(realpath "$folder/postgresql")
  copy_tls "$place" "$owner"
  if [ -e "$place/data" ]; then postgresql_unlock "$place/data"; return; fi
  {
    rm -rf "$place/new" &&
      install -m 600 -o "$owner" /dev/stdin "$place/password" <<<"$postgresql_password" &&
      "${postgresql_user[@]}" "$(postgresql_bin)/initdb" -D "$place/new" --username=redraw --pwfile="$place/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums &&
      rm "$place/password" &&
      "${postgresql_user[@]}" "$(postgresql_bin)/postgres" --single -D "$place/new" postgres <<<'create database redraw;' &&
      mv "$place/new" "$place/data"
  } >>"$folder/log/postgresql.log" 2>&1 || fail "no database could be made:$(log_end postgresql)"
}

# The lock of a server that crashed keeps a new one out for as long as any process has its number. All
# its processes stand in the data folder: when nobody does, nobody works on it.
postgresql_unlock() { # postgresql_unlock DATA
  local deadline=$((SECONDS + 30))
  if [ ! -e "$1/postmaster.pid" ]; then return; fi
  while [ -n "$(find /proc -maxdepth 2 -name cwd -lname "$1" 2>/dev/null)" ]; do
    [ "$SECONDS" -lt "$deadline" ] || fail "postgresql: a process still works on $1"
    sleep 0.1
  done
  rm -f "$1/postmaster.pid"
}

postgresql_launch() {
  local place
  place=$(realpath "$folder/postgresql")
  launch postgresql "${postgresql_user[@]}" "$(postgresql_bin)/postgres" -D "$place/data" \
    -c listen_addresses=127.0.0.1 -c port="$base" -c unix_socket_directories= -c max_connections=300 \
    -c ssl=on -c ssl_cert_file="$place/server.pem" -c ssl_key_file="$place/server.key" \
    -c password_encryption=scram-sha-256 -c log_line_prefix='%m [%p] '
}

postgresql_ready() {
  PGPASSWORD=$postgresql_password PGCONNECT_TIMEOUT=3 "$(postgresql_bin)/psql" -X -w -q -o /dev/null -c 'select 1' \
    "postgresql://redraw@127.0.0.1:$base/redraw?sslmode=verify-ca&sslrootcert=$folder/tls/ca.pem" 2>/dev/null
}
