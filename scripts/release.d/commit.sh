# shellcheck shell=bash
# What is shipped: the version, the commit, and the images with their names, tags and arguments.
# Read, after `fail`, by the scripts that ship; they stand in the root of the repository.
# shellcheck disable=SC2034 # used by who reads this file

images=(register caption generator redraw)

version=$(awk -F '"' '/^\[/ { ours = $0 == "[workspace.package]" } ours && /^version *=/ { print $2 }' Cargo.toml)
[ -n "$version" ] || fail 'Cargo.toml names no version under [workspace.package]'

# Sets revision, sha_tag, epoch, created and build_arguments from the commit that is checked out. A revision that
# ends in -dirty has files that differ from the commit.
read_commit() {
  local name
  revision=$(git rev-parse HEAD) || fail 'this is no checkout of the repository'
  sha_tag=sha-${revision:0:7}
  [ -z "$(git status --porcelain)" ] || revision=$revision-dirty
  # The commit's own time: the same images from the same commit, whenever they are built.
  epoch=$(git log -1 --format=%ct)
  created=$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)
  build_arguments=(--build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg "CREATED=$created")
  for name in BUILD_IMAGE RUN_IMAGE; do
    [ -z "${!name:-}" ] || build_arguments+=(--build-arg "$name=${!name}")
  done
}

# The image's name below the registry.
image_name() { if [ "$1" = redraw ]; then echo redraw; else echo "redraw-$1"; fi; }
