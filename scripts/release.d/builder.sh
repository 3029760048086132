# shellcheck shell=bash
# docker, podman and buildah: build an image, push it, say its digest. Read by scripts/push-images.
# shellcheck disable=SC2154 # variables shared with scripts/push-images

made=target/push-images # where podman and buildah leave the digests

# docker is there without its daemon on many a machine; and under its name podman, on others.
works() {
  case $1 in
    docker) [[ $(docker --version 2>/dev/null) == Docker* ]] && docker info >/dev/null 2>&1 ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

settle_builder() {
  local name
  case $builder in
    docker | podman | buildah) command -v "$builder" >/dev/null || fail "$builder is not installed" ;;
    '')
      for name in docker podman buildah; do if [ -z "$builder" ] && works "$name"; then builder=$name; fi; done
      [ -n "$builder" ] || fail 'needs docker (and its daemon), podman or buildah; Debian: apt-get install buildah'
      ;;
    *) fail "--builder is docker, podman or buildah, not $builder" ;;
  esac
  buildx=''
  [ "$builder" != docker ] || ! docker buildx version >/dev/null 2>&1 || buildx=yes
  if [ "$builder" = docker ] && several; then can_docker_build_several; fi
}

several() { [[ $platform == *,* ]]; }

can_docker_build_several() {
  local instead='or take another builder: --builder podman, or buildah'
  [ -n "$buildx" ] || fail "docker lacks buildx, which several platforms need: https://docs.docker.com/go/buildx; $instead"
  [ -n "$push" ] || fail "docker keeps no image of several platforms: push it, or name one platform; $instead"
  [ -z "$dry_run" ] || return 0
  [[ $(docker buildx inspect) != *Driver:*' docker'$'\n'* || $(docker info) == *io.containerd.snapshotter* ]] ||
    fail "docker's own builder is for one platform alone: docker buildx create --use, and again; $instead"
}

run() { # run COMMAND...: says it, and does it unless this is a dry run
  local line
  printf -v line '%q ' "$@"
  if [ -n "$dry_run" ]; then printf '%s\n' "${line% }" && return; fi
  printf '+ %s\n' "${line% }" >&2
  "$@"
}

list() { echo "localhost/$(image_name "$1")-platforms"; }

build() { # build NAME
  local repository tag names=() arguments=(-f docker/Dockerfile --build-arg "SERVICE=$1" "${build_arguments[@]}")
  repository=$registry/$(image_name "$1")
  for tag in "${tags[@]}"; do names+=(-t "$repository:$tag"); done
  [ -z "$platform" ] || arguments+=(--platform "$platform")
  # podman and buildah leave the HEALTHCHECK out of any other format; and of the Dockerfile's labels their
  # cache gives those of an earlier commit.
  if [ "$builder" != docker ]; then
    arguments+=(--format docker --layers --label "org.opencontainers.image.version=$version"
      --label "org.opencontainers.image.revision=$revision" --label "org.opencontainers.image.created=$created")
  fi
  if ! several; then
    run "$builder" ${buildx:+buildx} build ${buildx:+--load} "${arguments[@]}" "${names[@]}" .
  elif [ "$builder" = docker ]; then
    run docker buildx build --push "${arguments[@]}" "${names[@]}" .
  else
    # A list that is there from another time would grow.
    run "$builder" manifest rm "$(list "$1")" 2>/dev/null || true
    run "$builder" build "${arguments[@]}" --manifest "$(list "$1")" .
    for tag in "${tags[@]}"; do run "$builder" tag "$(list "$1")" "$repository:$tag"; done
  fi
}

push() { # push NAME: each tag of it
  local repository tag
  repository=$registry/$(image_name "$1")
  for tag in "${tags[@]}"; do
    if [ "$builder" = docker ]; then
      several || run docker push "$repository:$tag"
      continue
    fi
    [ -n "$dry_run" ] || rm -f "$made/$1"
    if several; then
      run "$builder" manifest push --all --format v2s2 --digestfile "$made/$1" "$(list "$1")" "docker://$repository:$tag"
    else
      run "$builder" push --digestfile "$made/$1" "$repository:$tag"
    fi
    # buildah 1.28 ends with 0 when a list could not be pushed.
    [ -n "$dry_run" ] || [ -s "$made/$1" ] || fail "$repository:$tag did not get there"
  done
}

digest() { # digest NAME: of what was pushed
  local repository found
  repository=$registry/$(image_name "$1")
  if [ "$builder" != docker ]; then
    found=$(cat "$made/$1")
  elif several; then
    found=$(docker buildx imagetools inspect "$repository:${tags[0]}" --format '{{json .Manifest}}')
  else
    found=$(docker image inspect "$repository:${tags[0]}" --format '{{range .RepoDigests}}{{println .}}{{end}}' |
      awk -F @ -v name="${repository#docker.io/}" '$1 == name || $1 == "docker.io/" name { print $2 }')
  fi
  [[ $found =~ sha256:[0-9a-f]{64} ]] || fail "$repository has no digest"
  echo "${BASH_REMATCH[0]}"
}
