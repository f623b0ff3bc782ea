"""Gathers short texts of programs in our languages and in those around them, so that a neighbour is not taken for one of ours.

    pip download --no-deps django-oscar==4.2.1 home-assistant-frontend==20250109.2      # BSD-3-Clause, Apache-2.0
    for file in *.whl; do unzip -q -o "$file" -d PACKAGES; done
    python3 triage/data/around.py PACKAGES DATA                    # writes DATA/around/LANGUAGE.jsonl

A language that two packages know gives texts of both. The same choices each time.
"""

import hashlib
import json
import pathlib
import random
import re
import sys

OURS = ["nl", "en", "de", "fr", "es"]
# Those near ours most; what is far away is told by its letters.
OTHERS = {
    "it": 1200, "pt": 1200, "da": 1200, "nb": 1200, "sv": 1200, "af": 1200, "ca": 1200, "gl": 800, "nn": 600, "lb": 1200,
    "ro": 500, "pl": 500, "tr": 500, "cs": 500, "sk": 300, "fi": 500, "hu": 500, "hr": 300, "sl": 300, "is": 400, "et": 300,
    "lt": 300, "lv": 300, "id": 300, "eu": 300, "cy": 300, "vi": 200, "eo": 300,
}  # fmt: skip
MOST = 2900
ALSO = {"pt": ["pt_BR", "pt_PT", "pt-BR"], "nb": ["no"], "ro": ["ro_RO"], "is": ["is_IS"], "sl": ["sl_SI"], "sk": ["sk_SK"]}


def of_catalogue(file):
    """What a catalogue of gettext translates to."""
    for entry in file.read_text(encoding="utf-8").split("\n\n"):
        for text in re.findall(r'msgstr(?:\[\d\])? ((?:".*"\n?)+)', entry + "\n"):
            yield " ".join("".join(json.loads(part) for part in text.splitlines()).split())


def of_tree(value):
    if isinstance(value, dict):
        for part in value.values():
            yield from of_tree(part)
    elif isinstance(value, str):
        yield value


def translated(packages, language):
    """All texts of a language, of every package."""
    for name in [language, *ALSO.get(language, [])]:
        file = packages / f"oscar/locale/{name}/LC_MESSAGES/django.po"
        if file.exists():
            yield from of_catalogue(file)
        for file in sorted((packages / "hass_frontend/static/translations").rglob(f"{name}-*.json")):
            if re.fullmatch(re.escape(name) + r"-[0-9a-f]{32}\.json", file.name):
                yield from of_tree(json.loads(file.read_text(encoding="utf-8")))


def pieces(text):
    """Sentences of two to twelve words, without marks for programs."""
    for piece in re.split(r"(?<=[.!?:])\s+|\n", text):
        piece = piece.strip(" .:")
        if 2 <= len(piece.split()) <= 12 and len(piece) < 90 and not re.search(r"[%{}<>_/\\\[\]=]|\d{3}|[A-Z]{4}", piece):
            yield piece


def main():
    packages, out = map(pathlib.Path, sys.argv[1:3])
    folder = out / "around"
    folder.mkdir(parents=True, exist_ok=True)
    english = {piece.lower() for text in translated(packages, "en") for piece in pieces(text)}
    rows = {}
    for language in [*OURS, *OTHERS]:
        found = {piece for text in translated(packages, language) for piece in pieces(text)}
        if language != "en":
            found = {piece for piece in found if piece.lower() not in english}
        found = sorted(found)
        random.Random(int(hashlib.sha256(language.encode()).hexdigest()[:12], 16)).shuffle(found)
        ours = language in OURS
        kept = found[: MOST if ours else OTHERS[language]]
        print(language, len(kept), "of", len(found))
        named = language if ours else "other"
        lines = rows.setdefault(named, [])
        lines += [json.dumps({"text": text, "lang": named}, ensure_ascii=False) for text in kept]
    for named, lines in rows.items():
        (folder / f"{named}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
