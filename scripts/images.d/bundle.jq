# From an image's configuration, what runc is to run (OCI runtime specification, config.json): without
# capabilities, with a root file system that cannot be written to, on the host's network.
# $root: the file system; $settings: KEY=VALUE lines; $mounts: SOURCE:TARGET, apart by spaces;
# $arguments: one a line.

def user: .User | split(":") | map(tonumber) | {uid: .[0], gid: .[1]};
def lines: split("\n") | map(select(. != ""));

{
  ociVersion: "1.0.2",
  root: {path: $root, readonly: true},
  process: {
    user: user,
    cwd: (if .WorkingDir == "" then "/" else .WorkingDir // "/" end),
    args: (.Entrypoint + ($arguments | lines)),
    env: (.Env + ($settings | lines)),
    noNewPrivileges: true,
    capabilities: {}
  },
  mounts: ([
    {destination: "/proc", type: "proc", source: "proc"},
    {destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"]},
    {destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["nosuid", "nodev", "noexec", "mode=1777", "size=64m"]},
    # As Docker does it: who localhost is, and whom to ask for other names.
    {destination: "/etc/hosts", type: "bind", source: "/etc/hosts", options: ["bind", "ro"]},
    {destination: "/etc/resolv.conf", type: "bind", source: "/etc/resolv.conf", options: ["bind", "ro"]}
  ] + ($mounts | split(" ") | map(select(. != "") | split(":") | {
    source: .[0], destination: .[1], type: "bind", options: (["rbind", "nosuid", "nodev"] + if .[0] | endswith(".pem") then ["ro"] else ["rw"] end)
  }))),
  linux: {namespaces: [{type: "pid"}, {type: "mount"}, {type: "ipc"}, {type: "uts"}]}
}
