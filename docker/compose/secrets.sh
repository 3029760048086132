#!/bin/sh
# Passwords of the parts, made at the first start and kept; none is ever in a file of the repository.
#
#   secrets make     makes what is missing, in the volumes below /secrets
#   secrets show     prints what the consoles ask a person for
#
# A volume is mounted where it is needed and nowhere else, so its files may be read by whatever user runs there.
set -eu
umask 022

# write FILE TEXT: whole, or not at all.
write() {
  printf '%s\n' "$2" >"$1.new"
  mv "$1.new" "$1"
}

# password FILE: the one that FILE holds; a new one if there is none. 192 random bits, safe in any URL.
password() {
  [ -s "$1" ] || write "$1" "$(od -An -v -N24 -tx1 /dev/urandom | tr -d ' \n')"
  cat "$1"
}

make() {
  database=$(password /secrets/database/password)
  write /secrets/redraw/database_url "postgres://redraw:$database@database/redraw"

  broker=$(password /secrets/broker/password)
  write /secrets/redraw/broker_url "amqp://redraw:$broker@broker"
  write /secrets/broker/rabbitmq.conf "default_user = redraw
default_pass = $broker"

  store=$(password /secrets/store/password)
  write /secrets/redraw/store_secret "$store"
  write /secrets/store/user redraw
  write /secrets/store/minio.env "MINIO_ROOT_USER=redraw
MINIO_ROOT_PASSWORD=$store"
}

show() {
  echo "RabbitMQ       user redraw  password $(cat /secrets/broker/password)"
  echo "object store   user redraw  password $(cat /secrets/store/password)"
}

case ${1:-} in
  make | show) "$1" ;;
  *)
    echo "usage: secrets make | show" >&2
    exit 2
    ;;
esac
