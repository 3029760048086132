"""Rules of scripts/check-manifests that no tool knows.

    rules.py compose FILE       what Compose makes of its files, as JSON: each service's references lead somewhere
    rules.py images FILE...     every image has a tag, and it is not `latest`
    rules.py pins FILE...       every action is pinned by a hash, with its version as a comment
"""

import re
import sys
from pathlib import Path

import yaml


# What Compose's own tags (!reset, !override) mean, Compose knows.
yaml.SafeLoader.add_multi_constructor("!", lambda loader, tag, node: None)


def documents(file):
    return [document for document in yaml.safe_load_all(Path(file).read_text()) if document is not None]


def images_in(node):
    if isinstance(node, dict) and isinstance(node.get("image"), str):
        yield node["image"]
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from images_in(child)


def images(file):
    """A problem, or None, for each image."""
    for image in images_in(documents(file)):
        tag = image.rpartition("/")[2].partition(":")[2]
        well = re.search("@sha256:[0-9a-f]{64}$", image) or tag not in ("", "latest")
        yield None if well else f"the image {image} has no tag, or `latest`"


def pins(file):
    """A problem, or None, for each action."""
    for line in Path(file).read_text().splitlines():
        use = re.search(r"""(?:^|[\s{,-])['"]?uses['"]?:\s*['"]?([^\s'",}]+)""", line.split("# ")[0])
        if use:
            well = use[1].startswith("./") or re.search(r"@sha256:[0-9a-f]{64}$", use[1])
            well = well or (re.search(r"@[0-9a-f]{40}$", use[1]) and re.search(r"# v?\d", line))
            yield None if well else f"{use[1]} is not pinned as @HASH # VERSION"


def compose(file):
    """A problem, or None, for each service and each file that is mounted."""
    (model,) = documents(file)
    for name, service in model["services"].items():
        named = [(kind, each["source"]) for kind in ("configs", "secrets") for each in service.get(kind, [])]
        named += [("volumes", each["source"]) for each in service.get("volumes", []) if each["type"] == "volume"]
        named += [("networks", each) for each in service.get("networks") or []]
        named += [("services", each) for each in service.get("depends_on", {})]
        missing = [f"{kind}.{other}" for kind, other in named if other not in model.get(kind, {})]
        if not service.get("image"):
            missing.append("image")
        yield f"services.{name}: there is no {', '.join(missing)}" if missing else None
        build = service.get("build", {})
        files = [Path(build["context"], build.get("dockerfile", "Dockerfile"))] if build else []
        for place in files + [Path(each["file"]) for each in model.get("configs", {}).values() if "file" in each]:
            yield None if place.is_file() else f"there is no file {place}"


def report(rule, files):
    """Ends the program: with all problems, or with one if there was nothing to look at."""
    found = [(file, problem) for file in files for problem in rule(file)]
    problems = [f"{re.sub(r'.*/work[.][^/]*/', '', file)}: {problem}" for file, problem in found if problem]
    sys.exit("\n".join(dict.fromkeys(problems)) or (None if found else "there is nothing of the kind"))


if __name__ == "__main__":
    report({"compose": compose, "images": images, "pins": pins}[sys.argv[1]], sys.argv[2:])
