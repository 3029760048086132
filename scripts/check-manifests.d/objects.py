"""Holds the objects of a file against the strict schemas of Kubernetes, and against each other.

    objects.py FILE VERSION...      a version is 1.30, or `newest`: the newest that is known here
"""

import re
import sys

import kubernetes_validate

from rules import documents, report


def schema_problems(thing, version):
    try:
        kubernetes_validate.validate(thing, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"Kubernetes {version}: {'.'.join(map(str, error.path))}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError as error:
        yield error.message


def pods(things):
    return [thing["spec"]["template"] for thing in things if thing["kind"] in ("Deployment", "StatefulSet", "Job")]


def selects(selector, template):
    return selector.items() <= template["metadata"]["labels"].items()


def selector_of(thing):
    """Labels of the pods that it is about, if it is about pods."""
    spec = thing.get("spec", {})
    selector = spec.get("podSelector") or spec.get("selector") or {}
    return selector.get("matchLabels", selector)


def names_of(thing):
    """(kind, name) of whatever it cannot do without. Secrets are made by hand."""
    spec = thing.get("spec", {})
    if thing["kind"] == "HorizontalPodAutoscaler":
        yield spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]
    if thing["kind"] == "Ingress":
        for path in (path for rule in spec["rules"] for path in rule["http"]["paths"]):
            yield "Service", path["backend"]["service"]["name"]
    for volume in spec.get("template", {}).get("spec", {}).get("volumes", []):
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]


def loose_ends(template):
    """Settings that are said to be in a file, where nothing is mounted; probes of a port that has another name."""
    for container in template["spec"]["containers"]:
        ports = [port.get("name") for port in container.get("ports", [])]
        for probe in (probe for key, probe in container.items() if key.endswith("Probe")):
            if probe["httpGet"]["port"] not in ports:
                yield f"there is no port {probe['httpGet']['port']}"
        mounts = tuple(mount["mountPath"] + "/" for mount in container.get("volumeMounts", []))
        for variable in container.get("env", []):
            is_file = re.fullmatch(r"REDRAW_CONFIG|REDRAW__\w+_FILE", variable["name"])
            if is_file and not variable.get("value", "").startswith(mounts):
                yield f"{variable['name']} is in no volume"


def objects(file, versions):
    things = documents(file)
    there = {(thing["kind"], thing["metadata"]["name"]) for thing in things}
    # A base leaves its settings to the overlay.
    has_settings = any(kind == "ConfigMap" for kind, _ in there)
    for thing in things:
        name = f"{thing['kind']}/{thing['metadata']['name']}"
        problems = [problem for version in versions for problem in schema_problems(thing, version)]
        if selector_of(thing) and not any(selects(selector_of(thing), template) for template in pods(things)):
            problems.append("its selector matches no pod")
        for kind, other in names_of(thing):
            if (kind, other) not in there and (kind != "ConfigMap" or has_settings):
                problems.append(f"there is no {kind}/{other}")
        for template in pods([thing]):
            problems.extend(loose_ends(template))
        yield from [None, *(f"{name}: {problem}" for problem in problems)]


if __name__ == "__main__":
    newest = kubernetes_validate.latest_version()
    wanted = [newest if version == "newest" else version for version in sys.argv[2:]]
    report(lambda file: objects(file, wanted), [sys.argv[1]])
