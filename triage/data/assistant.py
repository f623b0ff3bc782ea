"""Writes out the sentence templates of a voice assistant, so that languages can be learnt from short orders.

    pip download --no-deps home-assistant-intents==2026.10.27     # Apache-2.0
    unzip home_assistant_intents-*.whl -d WHEEL
    python3 triage/data/assistant.py WHEEL DATA                    # writes DATA/assistant/LANGUAGE.jsonl

A template is `words [may be left out] (one|other) (these;in any order) <a rule> {a list}`. The same choices each time.
"""

import json
import pathlib
import random
import re
import sys

OURS = ["nl", "en", "de", "fr", "es"]
OTHERS = "it pt pt-BR da sv nb pl tr ro ca gl af lb fi cs hu is et".split()
NAMES = """netflix|anna|coldplay|amsterdam|spotify|the lion king|tom|berlin|radio 2|madrid|do you love me|my sister my love|the art
of dancing|his five women|houses of the holy|drafthouse cinema|tioga colorado|new york|what a wonderful world|all about my mother|back
to black|she is the one|this is us|who wants to live forever|stop the world|straight no chaser|the tenor wore tap shoes|the yellow
carpet|north carolina|st louis missouri|tarzan of the apes|the house with a clock|i will always love you|we are the champions|easy
listening|soul playlist|songs for the road|the great gatsby|to kill a mockingbird|lord of the rings|once upon a time|book of secrets|
saturday night live|how to train your dragon|la mejor musica|la casa de papel|hasta el amanecer|todo sobre mi madre|cien anos de soledad|
la vie en rose|les choristes|le fabuleux destin|der untergang|das boot|im westen nichts neues|de aanslag|turks fruit|alles is liefde|
il postino|la dolce vita|buena vista social club|bella ciao|oslo|san sebastian|saint tropez|unter den linden""".replace(
    "\n", " "
).split("|")
TIMES = {True: 12, False: 3}
MOST = {True: 4000, False: 400}


class Templates:
    def __init__(self, data, seed):
        self.rules = {}
        self.lists = {}
        self.merge(data)
        self.chance = random.Random(seed)

    def merge(self, data):
        self.rules.update(data.get("expansion_rules", {}))
        self.lists.update(data.get("lists", {}))

    def one(self, template, deep=0):
        self.text, self.at = template, 0
        return self.sequence("", deep)

    def sequence(self, ends, deep):
        """Reads until one of `ends`."""
        said = ""
        while self.at < len(self.text) and self.text[self.at] not in ends:
            c = self.text[self.at]
            self.at += 1
            if c in "([":
                group = self.group(")" if c == "(" else "]", deep)
                said += group if c == "(" or self.chance.random() < 0.4 else ""
            elif c == "<":
                said += self.inner(self.rules.get(self.until(">")), deep)
            elif c == "{":
                said += self.listed(self.until("}").split(":")[0], deep)
            else:
                said += c
        return said

    def group(self, end, deep):
        parts, order = [], False
        while True:
            parts.append(self.sequence("|;" + end, deep))
            mark = self.text[self.at] if self.at < len(self.text) else end
            self.at += 1
            order = order or mark == ";"
            if mark == end:
                break
        if order:
            self.chance.shuffle(parts)
            return " ".join(parts)
        return self.chance.choice(parts)

    def until(self, end):
        start = self.at
        while self.at < len(self.text) and self.text[self.at] != end:
            self.at += 1
        self.at += 1
        return self.text[start : self.at - 1]

    def inner(self, template, deep):
        if template is None or deep > 12:
            return ""
        if isinstance(template, list):
            template = self.chance.choice(template)
        kept = (self.text, self.at)
        said = self.one(template, deep + 1)
        self.text, self.at = kept
        return said

    def listed(self, name, deep):
        values = self.lists.get(name, {})
        if "range" in values:
            return str(self.chance.randint(1, 60))
        choices = values.get("values") or NAMES
        choice = self.chance.choice(choices)
        if isinstance(choice, dict):
            choice = choice.get("in", "")
        return self.inner(str(choice), deep)


def sentences(data, often, seed):
    templates = Templates(data, seed)
    for intent in data["intents"].values():
        for block in intent["data"]:
            own = Templates(data, 0)
            own.chance = templates.chance
            own.merge(block)
            for template in block.get("sentences", []):
                for _ in range(often):
                    text = re.sub(r"\s+", " ", own.one(template)).strip()
                    if len(text) > 2 and not re.search(r"[<>{}\[\]|()]", text):
                        yield text


def main():
    wheel, out = map(pathlib.Path, sys.argv[1:3])
    folder = out / "assistant"
    folder.mkdir(parents=True, exist_ok=True)
    other = []
    for seed, language in enumerate(OURS + OTHERS):
        data = json.loads((wheel / "home_assistant_intents" / "data" / f"{language}.json").read_text())
        ours = language in OURS
        texts = sorted(set(sentences(data, TIMES[ours], seed)))
        random.Random(seed).shuffle(texts)
        texts = texts[: MOST[ours]]
        rows = [json.dumps({"text": t, "lang": language if ours else "other"}, ensure_ascii=False) for t in texts]
        if ours:
            (folder / f"{language}.jsonl").write_text("\n".join(rows) + "\n")
        else:
            other += rows
        print(language, len(rows))
    (folder / "other.jsonl").write_text("\n".join(other) + "\n")


main()
