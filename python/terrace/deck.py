"""Decks as dicts: lists of parameters are dicts, arrays are lists."""

from __future__ import annotations

import os
from typing import Any, Callable, Mapping, Sequence, Union
from xml.etree import ElementTree

Value = Union[bool, int, float, str, Sequence[int], Sequence[float], Sequence[str]]
Deck = Mapping[str, Any]  # of Values and Decks


def _number_text(value: Any) -> str:
    """A bool, an int, or the shortest text of a float that reads back to it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(float(value)) if _type_of(value) == "double" else str(value)


def _type_of(value: Any) -> str:
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return "bool"
    if isinstance(value, str):
        return "string"
    if hasattr(value, "__index__"):
        return "int"
    if hasattr(value, "__float__"):
        return "double"
    raise TypeError(f"{value!r} is not a value of a deck; expected a bool, int, float, str, list or dict")


def _typed(name: str, value: Any) -> tuple[str, str]:
    """Type and text of a parameter, as decks spell them."""
    if isinstance(value, os.PathLike):
        return "string", os.fspath(value)
    if isinstance(value, str):
        return "string", value
    if not hasattr(value, "__len__") or getattr(value, "shape", None) == ():
        kind = _type_of(value)
        return kind, str(bool(value)).lower() if kind == "bool" else _number_text(value)
    kinds = {_type_of(entry) for entry in value}
    if kinds == {"int", "double"}:
        kinds = {"double"}
    if len(kinds) > 1 or "bool" in kinds:
        raise TypeError(f"{name}: {value!r} has entries of several types; expected ints, floats or texts")
    kind = kinds.pop()
    texts = [repr(float(entry)) if kind == "double" else str(entry) for entry in value]
    return f"Array({kind})", "{" + ", ".join(texts) + "}"


def _fill(element: ElementTree.Element, deck: Deck) -> None:
    for name, value in deck.items():
        if isinstance(value, Mapping):
            _fill(ElementTree.SubElement(element, "ParameterList", name=name), value)
        elif not (hasattr(value, "__len__") and len(value) == 0 and not isinstance(value, str)):
            kind, text = _typed(name, value)
            ElementTree.SubElement(element, "Parameter", name=name, type=kind, value=text)


def deck_xml(deck: Deck) -> str:
    """The text of a deck (XML), as `terrace train` and ROL read it.

    deck: names to values; a value is a bool, int, float, str, path, a list of one kind of these, or a dict,
    which is a list of parameters. An empty list has no type and is left out: the program takes its default.
    Raises TypeError for anything else.
    """
    root = ElementTree.Element("ParameterList", name="Deck")
    _fill(root, deck)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


_READERS: dict[str, Callable[[str], Any]] = {"int": int, "short": int, "long": int, "long long": int, "double": float, "float": float,
            "bool": lambda text: text.strip().lower() in ("true", "1"), "string": str}


def _value_of(kind: str, text: str) -> Any:
    if not kind.startswith("Array("):
        return _READERS[kind](text)
    inner = text.strip().strip("{}").strip()
    reader = _READERS[kind[len("Array("):-1]]
    return [reader(entry.strip()) for entry in inner.split(",")] if inner else []


def _read(element: ElementTree.Element) -> dict[str, Any]:
    deck: dict[str, Any] = {}
    for child in element:
        if child.tag == "ParameterList":
            deck[child.attrib["name"]] = _read(child)
        else:
            deck[child.attrib["name"]] = _value_of(child.attrib["type"], child.attrib["value"])
    return deck


def read_deck(xml: str) -> dict[str, Any]:
    """The dict of a deck's text (XML). Raises ValueError if it is none."""
    try:
        return _read(ElementTree.fromstring(xml))
    except (ElementTree.ParseError, KeyError) as error:
        raise ValueError(f"this is not a deck: {error}") from error
