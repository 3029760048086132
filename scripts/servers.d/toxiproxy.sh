# shellcheck shell=bash
# toxiproxy: passes connections on, slowly, brokenly or not at all, as its HTTP API is told.
# shellcheck disable=SC2154 # variables shared with scripts/servers

toxiproxy_ports() { echo "$((base + 7))"; }
toxiproxy_mark() { echo "$folder/bin/toxiproxy-server "; }
toxiproxy_prepare() { :; }
toxiproxy_launch() { launch toxiproxy "$folder/bin/toxiproxy-server" -host 127.0.0.1 -port "$((base + 7))"; }
toxiproxy_ready() { curl -sf -m 5 -o /dev/null "http://127.0.0.1:$((base + 7))/version"; }
