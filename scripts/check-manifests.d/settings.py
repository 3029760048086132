"""Whether every setting that files name exists in config.yaml: as REDRAW__SECTION__KEY, and in settings files.

    settings.py FILE...

Whether the values will do, only redraw itself can tell.
"""

import re
import sys
from pathlib import Path

import yaml

from rules import documents, report

DEFAULTS = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_text())
PLACEHOLDERS = {"SECTION__KEY", "SECTION__KEY_FILE"}  # as documents speak of variables


def is_open(keys):
    """Takes any name."""
    return keys in (["broker", "queues"], ["broker", "queue_arguments"]) or "parameters" in keys


def is_variable(name):
    keys = name.lower().split("__")
    without_file = [*keys[:-1], keys[-1].removesuffix("_file")]
    return any(is_key(path) for path in (without_file, keys))


def is_key(keys):
    value = DEFAULTS
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return not isinstance(value, dict) or is_open(keys)


def unknown_keys(lower, upper, at):
    """The keys of `upper` that `lower` has not."""
    for key, value in upper.items():
        path = [*at, str(key)]
        if not isinstance(lower, dict) or key not in lower:
            yield ".".join(path)
        elif key == "providers" and isinstance(value, list):
            for entry in (entry if isinstance(entry, dict) else {"kind": entry} for entry in value):
                if entry.get("kind") in lower["kinds"]:
                    yield from unknown_keys({"kind": "", **lower["kinds"][entry["kind"]]}, entry, path)
                else:
                    yield f"{'.'.join(path)}: the kind {entry.get('kind')}"
        elif isinstance(value, dict) and not is_open(path):
            yield from unknown_keys(lower[key], value, path)


def settings(file):
    """A problem, or None, for each variable and each settings file."""
    for name in sorted(set(re.findall(r"\bREDRAW__(\w+)", Path(file).read_text(errors="replace"))) - PLACEHOLDERS):
        yield None if is_variable(name) else f"REDRAW__{name} is no setting"
    if Path(file).suffix in (".yaml", ".yml"):
        for upper in (document for document in documents(file) if isinstance(document, dict)):
            if "settings" in Path(file).stem or set(upper) <= set(DEFAULTS):
                yield from [None, *(f"{key} is no setting" for key in unknown_keys(DEFAULTS, upper, []))]


if __name__ == "__main__":
    report(settings, sys.argv[1:])
