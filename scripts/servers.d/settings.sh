# shellcheck shell=bash
# Where things are: folders, ports, passwords, and the file that tells clients.
# shellcheck disable=SC2154 # `root` and `folder` are set in scripts/servers

default_base=31400

check_folder() {
  # It ends up in settings files of six dialects, and in lines that shells and programs read.
  [[ $root =~ ^[A-Za-z0-9._/+@-]+$ ]] || fail "the path of the checkout may hold letters, digits and . _ / + @ - alone: $root"
  umask 022
  mkdir -p "$folder" || fail "$folder cannot be made"
  [ -O "$folder" ] || fail "$folder belongs to $(stat -c %U "$folder"): run this as that user"
  umask 077
  mkdir -p "$folder"/{bin,log,pid}
}

# The base port of what is set up, and its passwords.
read_settings() {
  base=$(cat "$folder/port" 2>/dev/null || echo "${REDRAW_SERVERS_PORT:-$default_base}")
  if [ -e "$folder/passwords" ]; then
    # shellcheck source=/dev/null
    . "$folder/passwords"
  fi
}

# Takes over REDRAW_SERVERS_PORT, unless servers run on other ports already.
settle_port() {
  local wanted=${REDRAW_SERVERS_PORT:-$base} name first_ephemeral
  [[ $wanted =~ ^[1-9][0-9]{3,4}$ ]] || fail "REDRAW_SERVERS_PORT must be a port, 1024 to 65000: $wanted"
  read -r first_ephemeral _ </proc/sys/net/ipv4/ip_local_port_range
  ((wanted >= 1024 && wanted + 10 < first_ephemeral)) ||
    fail "REDRAW_SERVERS_PORT=$wanted: eleven ports from there must lie between 1024 and $first_ephemeral, where the system takes ports at random"
  if [ "$wanted" != "$base" ]; then
    for name in "${names[@]}"; do
      ! pid_of "$name" >/dev/null || fail "$name runs on ports from $base: scripts/servers down, before they move to $wanted"
    done
    base=$wanted
  fi
  echo "$base" >"$folder/port"
}

# Random, new with each fresh set of data.
make_passwords() {
  local name
  if [ -e "$folder/passwords" ]; then return; fi
  for name in "${names[@]}"; do
    [ ! -e "$folder/$name" ] || fail "$folder/passwords is gone, but data are there: scripts/servers down --wipe"
  done
  for name in postgresql rabbitmq minio mail; do echo "${name}_password=$(openssl rand -hex 24)"; done >"$folder/passwords.new"
  mv "$folder/passwords.new" "$folder/passwords"
  read_settings
}

own_folder() { # own_folder NAME USER: $folder/NAME, for a user who may not be able to come here
  local place=$folder/$1
  if [ -e "$place" ]; then return; fi
  if ! setpriv --reuid "$2" --regid "$2" --clear-groups test -x "$folder"; then
    rm -f "$place"
    ln -s "$(mktemp -d "/var/tmp/redraw-$1.XXXXXX")" "$place"
  else
    mkdir "$place"
  fi
  chown "$2:$2" "$place/"
}

# What clients and tests are told.
write_env() {
  local host=127.0.0.1
  cat >"$folder/env.new" <<EOT
REDRAW__DATABASE__URL=postgres://redraw:$postgresql_password@$host:$((base))/redraw
REDRAW__DATABASE__TLS=require
REDRAW__BROKER__URL=amqps://redraw:$rabbitmq_password@$host:$((base + 2))/%2f
REDRAW__STORAGE__ENDPOINT=https://$host:$((base + 4))
REDRAW__STORAGE__ACCESS_KEY=redraw
REDRAW__STORAGE__SECRET_KEY=$minio_password
REDRAW__MAIL__URL=smtp://redraw:$mail_password@$host:$((base + 5))?tls=required
REDRAW__TLS__ROOTS_FILE=$folder/tls/ca.pem
SERVERS_FOLDER=$folder
SERVERS_POOLER_URL=postgres://redraw:$postgresql_password@$host:$((base + 10))/redraw
SERVERS_RABBITMQ_API=http://redraw:$rabbitmq_password@$host:$((base + 3))/api
SERVERS_BROKER_PLAIN_URL=amqp://redraw:$rabbitmq_password@$host:$((base + 1))/%2f
SERVERS_SMTPS_URL=smtps://redraw:$mail_password@$host:$((base + 6))
SERVERS_INBOX=$folder/mail/inbox
SERVERS_TOXIPROXY_API=http://$host:$((base + 7))
EOT
  mv "$folder/env.new" "$folder/env"
}
