"""Scores of texts by the programs that define them: sacreBLEU, conlleval; ROUGE by its definition.

Run by itself, it writes text_scores.json:

    PYTHONPATH=.../sacrebleu CONLLEVAL=.../conlleval.pl /usr/bin/python3 tests/Golden/text_scores.py

It needs sacreBLEU 2.6.0 (github.com/mjpost/sacrebleu at f615c7286d4d813370efb824d94fc2bfcd3a6b94; Debian's python3-regex,
python3-tabulate and python3-portalocker serve it) and the Perl script conlleval of the CoNLL-2000 shared task, version 2004-01-26.
"""

import functools
import json
import os
import pathlib
import random
import re
import subprocess

from sacrebleu.metrics import BLEU, CHRF

PAIRS = [
    ("A man in an orange hat, starring at something.", "A man in an orange hat starring at something."),
    ("It cost $1,000.50 - not 1.000,50!", "It costs $1,000.50, not 1.000,50 ..."),
    ("He said: \"No-one (really) knows.\" It's 5-6 o'clock.", "He said \"nobody knows\". It is 5 - 6 o'clock."),
    ("Ein kleines M\u00e4dchen klettert in ein Spielhaus aus Holz.", "Ein M\u00e4dchen klettert \u2013 \u201eschnell\u201c \u2013 in ein Haus."),
    ("\ub098\ub294 \uc624\ub298 \ud559\uad50\uc5d0 \uac14\ub2e4.", "\ub098\ub294 \uc5b4\uc81c \ud559\uad50\uc5d0 \uac14\uc5b4\uc694."),
    ("\u6211\u559c\u6b22\u8bfb\u4e66\u3002", "\u6211\u975e\u5e38\u559c\u6b22\u770b\u4e66\uff01"),
    ("\u03a3\u039f\u03a6\u039f\u03a3 \u039f\u0394\u039f\u03a3. \u0130STANBUL \u03a3", "\u03c3\u03bf\u03c6\u03cc\u03c2 \u03bf\u03b4\u03cc\u03c2 \u03bf\u03b4\u03bf\u03c2 istanbul \u03c3"),
    ("good \U0001F600\U0001F600 grade 3\u00bd \u00a75 \u20ac20", "good \U0001F600 grade 3\u00bd, \u00a75, 20\u20ac"),
    ("caf&eacute; &quot;x&quot; &amp;lt; a&lt;b <skipped>end", "cafe \"x\" &lt; a<b end"),
    ("", "nothing was said"),
    ("nothing was meant", ""),
    ("the", "the"),
    ("one two three", "one two three"),
    ("a b c d e f g", "a b c d e f g"),
]

PIECES = ["a", "b", "A", "the", "cat", "Cat", "1", "23", ".", ",", "-", "'", "!", "?", "(", ")", "\"", "$", "%", "&", "/", ";", ":", "@", "_", "~", "^",
          " ", " ", " ", " ", "\t", "\n", "-\n", "\x1c", "\x85", "\u00a0", "\u3000", "\u2009", "\u00e9", "\u00df", "\u03a3", "\u03c3", "\u0130", "\u00df",
          "\u2014", "\u2026", "\u00ab", "\u20ac", "\u00d7", "\u00b2", "\u2167", "\u0663", "\ud55c", "\uae00", "\u4e2d", "\u3002", "\U0001F600", "\U00010400",
          "&quot;", "&amp;", "&lt;", "<skipped>", "e\u0301", "\u2019", "\u00b7"]


def soup(draw, pieces, longest):
    return "".join(draw.choice(pieces) for _ in range(draw.randint(0, longest)))


def bent(draw, text):
    """A text with words lost, doubled and exchanged."""
    words = []
    for word in text.split(" "):
        kind = draw.random()
        if kind < 0.15:
            continue
        words += [word, word] if kind < 0.25 else [draw.choice(["it", "man", "\ub098\ub294"])] if kind < 0.35 else [word]
    return " ".join(words)


def texts():
    """Sets of predictions with the references of each."""
    yield "written", [p for p, _ in PAIRS], [[r] for _, r in PAIRS]
    draw = random.Random("two references")
    yield "two_references", [p for p, _ in PAIRS], [[r, bent(draw, p)] for p, r in PAIRS]
    for i in range(6):
        draw = random.Random(f"soup {i}")
        predicted = [soup(draw, PIECES, 40) for _ in range(12)]
        yield f"soup_{i}", predicted, [[bent(draw, p) + soup(draw, PIECES, 6) for _ in range(1 + i % 3)] for p in predicted]


def scored(score, metric, **more):
    return {"score": score.score, "line": str(score), "signature": str(metric.get_signature()), **more}


def bleu_cases():
    choices = [dict(tokenize=tok, lowercase=lc) for tok in ["13a", "intl", "char", "none"] for lc in [False, True]]
    choices += [dict(smooth_method=m, smooth_value=v, tokenize="13a") for m, v in
                [("floor", None), ("floor", 0.5), ("add-k", None), ("add-k", 0.25), ("none", None)]]
    choices += [dict(max_ngram_order=2), dict(max_ngram_order=6, effective_order=True)]
    for name, predicted, references in texts():
        for i, options in enumerate(choices):
            def made(score, metric):
                return scored(score, metric, precisions=score.precisions, bp=score.bp, lengths=[score.sys_len, score.ref_len])
            metric = BLEU(**options)
            score = metric.corpus_score(predicted, [list(stream) for stream in zip(*references)])
            sentences = []
            for p, r in zip(predicted, references):
                single = BLEU(**{"effective_order": True, **options})
                sentences.append(single.sentence_score(p, r).score)
            yield {"name": f"bleu_{name}_{i}", "op": "bleu", "options": options, "texts": name, "outputs": made(score, metric), "sentences": sentences}


def chrf_cases():
    choices = [dict(), dict(word_order=2), dict(word_order=1, lowercase=True), dict(char_order=3, beta=1)]
    for name, predicted, references in texts():
        for i, options in enumerate(choices):
            metric = CHRF(**options)
            score = metric.corpus_score(predicted, [list(stream) for stream in zip(*references)])
            sentences = [CHRF(**options).sentence_score(p, r).score for p, r in zip(predicted, references)]
            yield {"name": f"chrf_{name}_{i}", "op": "chrf", "options": options, "texts": name, "outputs": scored(score, metric), "sentences": sentences}


def span_cases():
    """Tags drawn at random, most of which break every scheme."""
    for i in range(6):
        draw = random.Random(f"spans {i}")
        tags = ["O", "B-A", "I-A", "B-B", "I-B", "I-B-C"] if i < 4 else ["O", "B", "I"]
        reference = [[draw.choice(tags) for _ in range(draw.randint(1, 12))] for _ in range(30)]
        predicted = [[tag if draw.random() < 0.8 else draw.choice(tags) for tag in sentence] for sentence in reference]
        lines = "".join("".join(f"w {t} {p}\n" for t, p in zip(*pair)) + "\n" for pair in zip(reference, predicted))
        report = subprocess.run(["perl", os.environ["CONLLEVAL"]], input=lines, capture_output=True, text=True, check=True).stdout
        report = re.sub(r"%; \d+ \d+ \d+ ", "%; ", report)   # some copies print the counts once more
        report = re.sub(r"(: )[ \d]{4,} +(?=precision)", r"\1", report)
        report = "".join(dict.fromkeys(report.splitlines(keepends=True)))   # it prints spans without a type twice
        yield {"name": f"spans_{i}", "op": "spans", "options": {}, "predicted": [" ".join(s) for s in predicted],
               "references": [[" ".join(s)] for s in reference], "outputs": {"line": report}}


def rouge_cases():
    """Shares of words, pairs and the longest common subsequence, each by its definition."""
    def words(text):
        return tuple(re.findall("[a-z0-9]+", text.lower()))

    @functools.lru_cache(None)
    def common(a, b):
        if not a or not b:
            return 0
        return common(a[1:], b[1:]) + 1 if a[0] == b[0] else max(common(a[1:], b), common(a, b[1:]))

    def shared(a, b, n):
        left = [b[i:i + n] for i in range(len(b) - n + 1)]
        count = 0
        for i in range(len(a) - n + 1):
            if a[i:i + n] in left:
                left.remove(a[i:i + n])
                count += 1
        return count

    def score(found, p, r):
        precision, recall = (found / p if p > 0 else 0), (found / r if r > 0 else 0)
        return [precision, recall, 2 * precision * recall / (precision + recall) if found else 0]

    draw = random.Random("rouge")
    pieces = [p for p in PIECES if p.isascii() and not p.isspace()] + [" "] * 12
    pairs = [(p, r) for p, r in PAIRS if p.isascii() and r.isascii()] + [("", "")]
    pairs += [(bent(draw, t).replace("\ub098\ub294", "we") + soup(draw, pieces, 5), t) for t in (soup(draw, pieces, 30) for _ in range(20))]
    for i, (predicted, reference) in enumerate(pairs):
        p, r = words(predicted), words(reference)
        yield {"name": f"rouge_{i}", "op": "rouge", "options": {}, "predicted": [predicted], "references": [[reference]], "outputs": {
            "one": score(shared(p, r, 1), len(p), len(r)), "two": score(shared(p, r, 2), len(p) - 1, len(r) - 1),
            "longest": score(common(p, r), len(p), len(r))}}


if __name__ == "__main__":
    all_texts = [{"name": name, "op": "texts", "predicted": predicted, "references": references} for name, predicted, references in texts()]
    cases = [*all_texts, *bleu_cases(), *chrf_cases(), *span_cases(), *rouge_cases()]
    path = pathlib.Path(__file__).parent / "text_scores.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")
