# shellcheck shell=bash
# MinIO: an object store that speaks S3, over TLS alone.
# shellcheck disable=SC2154 # variables shared with scripts/servers

minio_ports() { echo "$((base + 4))"; }
minio_mark() { echo "$folder/bin/minio server"; }

minio_prepare() {
  local place=$folder/minio
  mkdir -p "$place"/{data,certs/CAs}
  install -m 600 "$folder/tls/server.key" "$place/certs/private.key"
  install -m 644 "$folder/tls/server.pem" "$place/certs/public.crt"
  printf 'MINIO_ROOT_USER=redraw\nMINIO_ROOT_PASSWORD=%s\n' "$minio_password" >"$place/settings"
}

minio_launch() {
  local place=$folder/minio
  launch minio MINIO_CONFIG_ENV_FILE="$place/settings" MINIO_BROWSER=off MINIO_UPDATE=off \
    "$folder/bin/minio" server --quiet --address "127.0.0.1:$((base + 4))" --certs-dir "$place/certs" "$place/data"
}

# Signed, as a client's calls are: the store answers its health check before it knows its users.
minio_ready() {
  curl -K - -sf -m 5 -o /dev/null --cacert "$folder/tls/ca.pem" --aws-sigv4 aws:amz:us-east-1:s3 \
    "https://127.0.0.1:$((base + 4))/" <<<"user = redraw:$minio_password"
}
