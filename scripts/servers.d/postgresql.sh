# shellcheck shell=bash
# PostgreSQL: takes TLS and plain connections, passwords alone. It refuses to run as root, so for root
# it runs as `postgres`.
# shellcheck disable=SC2034,SC2154 # variables shared with scripts/servers

postgresql_signal=INT # "fast": ends the sessions, then stops

postgresql_ports() { echo "$base"; }
postgresql_mark() { echo "-D $(realpath -m "$folder/postgresql/data") "; }

postgresql_as() { # postgresql_as COMMAND...
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@")
  else
    "$@"
  fi
}

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
  owner=$(id -un)
  if [ "$owner" = root ]; then owner=postgres; fi
  if [ "$owner" = postgres ] && [ "$(id -u)" = 0 ]; then own_folder postgresql postgres; else mkdir -p "$folder/postgresql"; fi
  place=$(realpath "$folder/postgresql")
  copy_tls "$place" "$owner"
  if [ -e "$place/data" ]; then return; fi
  {
    rm -rf "$place/new"
    install -m 600 -o "$owner" /dev/stdin "$place/password" <<<"$postgresql_password"
    postgresql_as "$(postgresql_bin)/initdb" -D "$place/new" --username=redraw --pwfile="$place/password" \
      --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums
    rm "$place/password"
    postgresql_as "$(postgresql_bin)/postgres" --single -D "$place/new" postgres <<<'create database redraw;'
    mv "$place/new" "$place/data"
  } >>"$folder/log/postgresql.log" 2>&1
}

postgresql_launch() {
  local place user=()
  place=$(realpath "$folder/postgresql")
  if [ "$(id -u)" = 0 ]; then user=(setpriv --reuid postgres --regid postgres --init-groups); fi
  launch postgresql "${user[@]}" "$(postgresql_bin)/postgres" -D "$place/data" \
    -c listen_addresses=127.0.0.1 -c port="$base" -c unix_socket_directories= -c max_connections=300 \
    -c ssl=on -c ssl_cert_file="$place/server.pem" -c ssl_key_file="$place/server.key" \
    -c password_encryption=scram-sha-256 -c log_line_prefix='%m [%p] '
}

postgresql_ready() {
  PGPASSWORD=$postgresql_password PGCONNECT_TIMEOUT=3 "$(postgresql_bin)/psql" -X -w -q -o /dev/null -c 'select 1' \
    "postgresql://redraw@127.0.0.1:$base/redraw?sslmode=verify-ca&sslrootcert=$folder/tls/ca.pem" 2>/dev/null
}
