# shellcheck shell=bash
# RabbitMQ: plain and TLS listeners and the management plugin. Nodes of a machine find each other by
# a port mapper (epmd); this one has its own, so that it meets no other.
# shellcheck disable=SC2154 # variables shared with scripts/servers

rabbitmq_ports() { echo "$((base + 1)) $((base + 2)) $((base + 3)) $((base + 9))"; }
rabbitmq_mark() { echo "-redraw $folder/rabbitmq"; }
epmd_mark() { echo "epmd -address 127.0.0.1 -port $((base + 8))"; }

rabbitmq_prepare() {
  local place=$folder/rabbitmq
  mkdir -p "$place"
  copy_tls "$place"
  echo '[rabbitmq_management].' >"$place/enabled_plugins"
  cat >"$place/rabbitmq.conf" <<EOT
listeners.tcp.1 = 127.0.0.1:$((base + 1))
listeners.ssl.1 = 127.0.0.1:$((base + 2))
ssl_options.cacertfile = $place/ca.pem
ssl_options.certfile = $place/server.pem
ssl_options.keyfile = $place/server.key
ssl_options.verify = verify_none
ssl_options.versions.1 = tlsv1.3
ssl_options.versions.2 = tlsv1.2
management.tcp.ip = 127.0.0.1
management.tcp.port = $((base + 3))
default_user = redraw
default_pass = $rabbitmq_password
default_user_tags.administrator = true
vm_memory_high_watermark.absolute = 512MiB
log.console = true
log.console.level = info
log.file = false
EOT
  : >"$place/rabbitmq-env.conf"
}

rabbitmq_launch() {
  local place=$folder/rabbitmq settings
  if ! pid_of epmd >/dev/null; then
    launch epmd epmd -address 127.0.0.1 -port "$((base + 8))"
  fi
  settings=(
    HOME="$place" # holds the cookie
    ERL_EPMD_PORT="$((base + 8))" ERL_EPMD_ADDRESS=127.0.0.1
    RABBITMQ_NODENAME=redraw@localhost RABBITMQ_DIST_PORT="$((base + 9))"
    RABBITMQ_CONF_ENV_FILE="$place/rabbitmq-env.conf"
    RABBITMQ_CONFIG_FILE="$place/rabbitmq.conf" RABBITMQ_ADVANCED_CONFIG_FILE="$place/advanced.config"
    RABBITMQ_CONFIG_FILES="$place/conf.d" RABBITMQ_ENABLED_PLUGINS_FILE="$place/enabled_plugins"
    RABBITMQ_MNESIA_BASE="$place/data" RABBITMQ_LOG_BASE="$place/log"
    RABBITMQ_GENERATED_CONFIG_DIR="$place/config" RABBITMQ_PLUGINS_EXPAND_DIR="$place/plugins"
    # With this its script becomes the server, instead of staying as its parent.
    RABBITMQ_ALLOW_INPUT=1 RABBITMQ_SERVER_START_ARGS=-noinput
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
  )
  # Erlang reserves memory for every file it may open.
  if [ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -gt 65536 ]; then ulimit -n 65536; fi
  launch rabbitmq "${settings[@]}" /usr/lib/rabbitmq/bin/rabbitmq-server -redraw "$place"
}

# A server's listeners come after its management does.
rabbitmq_ready() {
  local api=http://127.0.0.1:$((base + 3))/api
  curl -K - -sf -m 5 --fail-early -o /dev/null -o /dev/null "$api/health/checks/port-listener/$((base + 1))" \
    "$api/health/checks/port-listener/$((base + 2))" <<<"user = redraw:$rabbitmq_password"
}
