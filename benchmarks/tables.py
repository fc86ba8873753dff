#!/usr/bin/python3
"""Cuts the tables of docs/results.md ("Tables that no recipe was written for") from public data sets, as users bring such tables.

rev.tsv, rev7k.tsv with rev-test.tsv: the last sentences of English film reviews; nsmc8k.tsv with nsmc-test.tsv: Korean film
reviews; chatbot.tsv: questions in three classes; atis6.tsv: questions about flights in six. Each row is a text, a tab, a class.

usage: tables.py DATA OUT
"""
import collections
import csv
import gzip
import random
import re
import sys
from pathlib import Path

data, out = Path(sys.argv[1]), Path(sys.argv[2])
random.seed(5)


def lines(name):
    return gzip.open(data / name, "rt", encoding="utf8")


def write(name, rows):
    with open(out / name, "w", encoding="utf8") as file:
        for text, label in rows:
            file.write(re.sub(r"\s+", " ", text).strip() + "\t" + label + "\n")


def reviews(part, count, seed):
    rows = []
    for line in lines(f"imdb/imdb_text_{part}.tsv.gz"):
        label, _, review = line.rstrip("\n").split("\t")[:3]
        sentences = [s for s in re.split(r"(?<=[.!?])\s+", review.replace("<br />", " ")) if s.strip()]
        text = ""
        while sentences and len(text.split()) < 12:
            text = sentences.pop() + " " + text
        rows.append((" ".join(text.split()[:30]), label))
    random.Random(seed).shuffle(rows)
    return rows[:count]


write("rev.tsv", reviews("train", 9600, 1))
write("rev-test.tsv", reviews("test", 4000, 2))
write("rev7k.tsv", reviews("train", 6900, 3))

cells = [line.rstrip("\n").split("\t") for line in lines("nsmc/ratings_train.txt.gz")][1:]
rows = [(cell[1], "pos" if cell[2] == "1" else "neg") for cell in cells if len(cell) == 3 and cell[1].strip()]
random.shuffle(rows)
write("nsmc8k.tsv", rows[:8000])
write("nsmc-test.tsv", rows[100000:104000])

rows = [(row["Q"], "c" + row["label"]) for row in csv.DictReader(lines("korean-chatbot/ChatbotData.csv.gz"))]
random.shuffle(rows)
write("chatbot.tsv", rows)

rows = []
for part in ("train", "test"):
    for line in lines(f"atis/atis.{part}.w-intent.iob.gz"):
        cell = line.strip().split("\t")
        if len(cell) > 1:
            rows.append((cell[0].replace("BOS", "").replace("EOS", "").strip(), cell[1].split()[-1].split("#")[0]))
frequent = [label for label, _ in collections.Counter(label for _, label in rows).most_common(6)]
rows = [row for row in rows if row[1] in frequent]
rows = [row for row in rows if row[1] != "atis_flight"] + [row for row in rows if row[1] == "atis_flight"][:600]
random.shuffle(rows)
write("atis6.tsv", rows)
