# shellcheck shell=bash
# The mail server: keeps every mail in a Maildir and passes none on. See mail-server.py.
# shellcheck disable=SC2154 # variables shared with scripts/servers

mail_ports() { echo "$((base + 5)) $((base + 6))"; }
mail_mark() { echo "mail-server.py $folder/mail "; }

mail_prepare() {
  local place=$folder/mail
  mkdir -p "$place"
  copy_tls "$place"
  echo "$mail_password" >"$place/password"
}

mail_launch() {
  launch mail "$folder/venv/bin/python" "$parts/mail-server.py" "$folder/mail" "$((base + 5))" "$((base + 6))"
}

mail_ready() {
  curl -K - -sf -m 5 --fail-early -o /dev/null -o /dev/null --cacert "$folder/tls/ca.pem" --ssl-reqd \
    "smtp://127.0.0.1:$((base + 5))" "smtps://127.0.0.1:$((base + 6))" <<<"user = redraw:$mail_password"
}
