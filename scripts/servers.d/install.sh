# shellcheck shell=bash
# The programs: Debian's packages, two built by Go, one from C, one from PyPI. Versions are pinned here.
# shellcheck disable=SC2154 # `folder` and `parts` are set in scripts/servers

minio_module=github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
toxiproxy_module=github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0

# Debian 12 has 1.18, which cannot share prepared statements (from 1.21): this is Debian 13's source.
pgbouncer_source=http://deb.debian.org/debian/pool/main/p/pgbouncer/pgbouncer_1.24.1.orig.tar.gz
pgbouncer_sha256=da72a3aba13072876d055a3e58dd4aba4a5de4ed6148e73033185245598fd3e0

install_all() {
  local job
  # First: it may have to give up, and nothing must go on behind its back then.
  install_packages
  install_from_go minio "$minio_module" &
  local minio_job=$!
  install_from_go toxiproxy-server "$toxiproxy_module" &
  local toxiproxy_job=$!
  install_pgbouncer &
  local pgbouncer_job=$!
  install_mail
  for job in "$minio_job" "$toxiproxy_job" "$pgbouncer_job"; do wait "$job" || fail 'a program could not be built (see above)'; done
}

missing_packages() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || echo rabbitmq-server
  [ -x /usr/bin/openssl ] || echo openssl
  [ -x /usr/bin/curl ] || echo curl
  /usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  [ -x /usr/sbin/haproxy ] || echo haproxy
  if ! pgbouncer_is_built; then
    [ -e /usr/include/event2/event.h ] || echo libevent-dev
    [ -e /usr/include/openssl/ssl.h ] || echo libssl-dev
    [ -x /usr/bin/pkg-config ] || echo pkg-config
    [ -x /usr/bin/make ] || echo make
    [ -x /usr/bin/gcc ] || echo gcc
  fi
}

install_packages() {
  local missing become=()
  missing=$(missing_packages | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || fail "packages are missing; install them, then try again:
    sudo apt-get install -y --no-install-recommends $missing"
    become=(sudo -n)
  fi
  echo "installing $missing"
  # shellcheck disable=SC2086 # a list
  "${become[@]}" bash "$parts/apt-install" $missing >"$folder/log/apt.log" 2>&1 ||
    fail "apt-get could not install $missing:$(log_end apt)"
}

install_from_go() { # install_from_go NAME MODULE@VERSION
  local name=$1 module=$2 program made
  if [ -x "$folder/bin/$name" ] && [ "$(cat "$folder/bin/$name.version" 2>/dev/null)" = "$module" ]; then return; fi
  go_is_new_enough || fail "Go 1.21 or later is missing, which builds $name: install it from https://go.dev/dl"
  echo "building $name (once; MinIO takes some minutes)"
  made=$(mktemp -d "$folder/bin/build.XXXXXX")
  GOBIN=$made CGO_ENABLED=0 go install "$module" >"$folder/log/$name-build.log" 2>&1 ||
    { rm -rf "$made"; fail "$name could not be built:$(log_end "$name-build")"; }
  program=("$made"/*)
  mv -f "${program[0]}" "$folder/bin/$name"
  rmdir "$made"
  echo "$module" >"$folder/bin/$name.version"
}

pgbouncer_is_built() {
  [ -x "$folder/bin/pgbouncer" ] && [ "$(cat "$folder/bin/pgbouncer.version" 2>/dev/null)" = "$pgbouncer_sha256" ]
}

install_pgbouncer() {
  local made
  if pgbouncer_is_built; then return; fi
  echo 'building pgbouncer (once)'
  made=$(mktemp -d "$folder/bin/build.XXXXXX")
  {
    curl -sSf -m 300 --retry 3 -o "$made/source" "$pgbouncer_source" &&
      sha256sum -c - <<<"$pgbouncer_sha256  $made/source" &&
      tar -x -z -f "$made/source" -C "$made" --strip-components=1 &&
      (cd "$made" && ./configure --without-cares --without-pam --without-systemd && make pgbouncer)
  } >"$folder/log/pgbouncer-build.log" 2>&1 ||
    { rm -rf "$made"; fail "pgbouncer could not be built:$(log_end pgbouncer-build)"; }
  mv -f "$made/pgbouncer" "$folder/bin/pgbouncer"
  rm -rf "$made"
  echo "$pgbouncer_sha256" >"$folder/bin/pgbouncer.version"
}

# From 1.21 on Go fetches the version of itself that a program asks for.
go_is_new_enough() {
  local version
  version=$(go env GOVERSION 2>/dev/null) || return 1
  [ "$(printf 'go1.21\n%s\n' "$version" | sort -V | head -n 1)" = go1.21 ]
}

install_mail() {
  if "$folder/venv/bin/python" -c 'import aiosmtpd' 2>/dev/null &&
    cmp -s "$parts/mail-requirements.txt" "$folder/venv/requirements.txt"; then return; fi
  echo 'installing the mail server'
  {
    /usr/bin/python3 -m venv --clear "$folder/venv" &&
      "$folder/venv/bin/pip" install --no-input --require-hashes --only-binary :all: -r "$parts/mail-requirements.txt"
  } >"$folder/log/mail-install.log" 2>&1 || fail "the mail server could not be installed:$(log_end mail-install)"
  cp "$parts/mail-requirements.txt" "$folder/venv/requirements.txt"
}
