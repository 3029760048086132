# shellcheck shell=bash
# One private authority signs one certificate for all the servers; then its key is thrown away.
# shellcheck disable=SC2154 # `folder` is set in scripts/servers

make_tls() {
  local tls=$folder/tls fresh
  # Good for another month at least?
  if openssl x509 -checkend 2592000 -noout -in "$tls/server.pem" >/dev/null 2>&1; then return; fi
  fresh=$(mktemp -d "$folder/tls.XXXXXX")
  {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 825 \
      -subj '/CN=redraw test servers authority' -keyout "$fresh/ca.key" -out "$fresh/ca.pem" \
      -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign'
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
      -subj '/CN=localhost' -keyout "$fresh/server.key" -out "$fresh/server.csr"
    openssl x509 -req -in "$fresh/server.csr" -CA "$fresh/ca.pem" -CAkey "$fresh/ca.key" -CAcreateserial \
      -days 824 -out "$fresh/server.pem" -extfile - <<<'
        subjectAltName = IP:127.0.0.1, IP:::1, DNS:localhost
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth'
  } 2>"$folder/log/tls.log" >&2 || fail "no certificate could be made:$(log_end tls)"
  rm -f "$fresh"/*.csr "$fresh"/*.srl "$fresh/ca.key"
  chmod 755 "$fresh"
  chmod 644 "$fresh"/*.pem
  chmod 600 "$fresh/server.key"
  rm -rf "$tls"
  mv "$fresh" "$tls"
}

copy_tls() { # copy_tls FOLDER [USER]: the certificate and its key, for a server that wants its own
  install -m 644 "$folder/tls/ca.pem" "$folder/tls/server.pem" "$1"
  install -m 600 ${2:+-o "$2"} "$folder/tls/server.key" "$1"
}
