# shellcheck shell=bash
# Pictures that go through: sent, painted, mailed.
# shellcheck disable=SC2154 # variables shared with scripts/check-images

waiting=()

# Sends a picture by the client in the image, and fetches what was painted.
painted() { # painted URL: sets address and link
  local url=$1
  address=check-$RANDOM@example.com
  # Of the settings the client needs but whom to trust.
  grep -s ROOTS_FILE "$place/servers.env" >"$place/client.env"
  launch client "$(image redraw)" "$place/client.env" -v "$roots:$roots" -v "$picture:/before.jpg" send /before.jpg "$address" --url "$url"
  [ "$(ending client)" = 0 ] || fail "no new picture: $(logged client)"
  link=$(logged client | grep -o 'http.*' | tail -n 1)
  curl -sf --cacert "$roots" -o "$place/after" "$link" || fail "$link cannot be fetched"
  case $(od -An -tx1 -N3 "$place/after") in ' 89 50 4e' | ' ff d8 ff') ;; *) fail "$link is neither PNG nor JPEG" ;; esac
  say picture "$(logged client | head -n 1)"
}

# Sends one and does not wait.
taken() { # taken URL
  waiting+=("$(curl -sf -F "image=@$picture" -F email=check@example.com "$1/api/v1/register" | jq -er .id)") || fail 'a picture was not taken'
}

# Those that were not waited for.
all_done() { # all_done URL
  local id begun=$EPOCHREALTIME status
  for id in "${waiting[@]}"; do
    until status=$(curl -sf "$1/api/v1/request/$id" | jq -r .status) && [ "$status" = 'done' ]; do
      [ "$status" != failure ] || fail "$id failed"
      seconds_since "$begun" 120 || fail "$id is still $status"
      sleep 0.2
    done
  done
  say pictures "all ${#waiting[@]} that were on their way are done"
  waiting=()
}

mailed() { # mailed ADDRESS LINK: lies the letter in the servers' inbox?
  local inbox begun=$EPOCHREALTIME mail
  inbox=$(sed -n 's/^SERVERS_INBOX=//p' var/servers/env)
  until mail=$(grep -rls "^X-RcptTo: $1" "$inbox") && grep -qF "${2##*/}" "$mail"; do
    seconds_since "$begun" 60 || fail "no mail to $1 with $2"
    sleep 0.2
  done
  say mail "$(grep -c . "$mail") lines to $1, with the link"
}
