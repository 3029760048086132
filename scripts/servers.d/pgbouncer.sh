# shellcheck shell=bash
# PgBouncer: PostgreSQL's connections, handed out by the transaction. Takes TLS alone, and every database
# that the server has. It refuses to run as root, so for root it becomes `postgres`.
# shellcheck disable=SC2034,SC2154 # variables shared with scripts/servers

pgbouncer_signal=INT # waits for transactions; TERM would wait until the clients have gone

pgbouncer_ports() { echo "$((base + 10))"; }
pgbouncer_mark() { echo "$folder/bin/pgbouncer $(realpath -m "$folder/pgbouncer")/pgbouncer.ini"; }

# The pools are small, so that connections are really shared: whatever asks for a session's own fails.
pgbouncer_prepare() {
  local place owner=''
  if [ "$(id -u)" = 0 ]; then
    owner=postgres
    own_folder pgbouncer "$owner"
  else
    mkdir -p "$folder/pgbouncer"
  fi
  place=$(realpath "$folder/pgbouncer")
  copy_tls "$place" "$owner"
  install -m 600 ${owner:+-o "$owner"} /dev/stdin "$place/users" <<<"\"redraw\" \"$postgresql_password\""
  install -m 600 ${owner:+-o "$owner"} /dev/stdin "$place/pgbouncer.ini" <<EOT
[databases]
* = host=127.0.0.1 port=$base connect_query='set statement_timeout to 10000'

[pgbouncer]
${owner:+user = $owner}
listen_addr = 127.0.0.1
listen_port = $((base + 10))
unix_socket_dir =
client_tls_sslmode = require
client_tls_cert_file = $place/server.pem
client_tls_key_file = $place/server.key
server_tls_sslmode = verify-ca
server_tls_ca_file = $place/ca.pem
auth_type = scram-sha-256
auth_file = $place/users
stats_users = redraw
pool_mode = transaction
max_prepared_statements = 200
default_pool_size = 4
max_client_conn = 2000
max_db_connections = 20
server_login_retry = 1
query_wait_timeout = 5
server_idle_timeout = 60
autodb_idle_timeout = 60
log_connections = 0
log_disconnections = 0
EOT
}

pgbouncer_launch() { launch pgbouncer "$folder/bin/pgbouncer" "$(realpath "$folder/pgbouncer")/pgbouncer.ini"; }

pgbouncer_ready() {
  PGPASSWORD=$postgresql_password PGCONNECT_TIMEOUT=3 "$(postgresql_bin)/psql" -X -w -q -o /dev/null -c 'select 1' \
    "postgresql://redraw@127.0.0.1:$((base + 10))/redraw?sslmode=verify-ca&sslrootcert=$folder/tls/ca.pem" 2>/dev/null
}
