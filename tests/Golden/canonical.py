"""Unicode's canonical composition (NFC), by Python's unicodedata.

Called by generate.py for the golden cases. Run by itself it writes the tables of the C# implementation:

    /usr/bin/python3 tests/Golden/canonical.py > src/Unroll/Data/Text/CanonicalData.cs
"""

import random
import textwrap
import unicodedata

OLD = unicodedata.ucd_3_2_0  # characters that every later version knows


def is_hangul(code):
    return 0xAC00 <= code <= 0xD7A3


def decompositions():
    """Code point to its canonical decomposition of one or two code points, Hangul aside."""
    parts = {}
    for code in range(0x110000):
        text = unicodedata.decomposition(chr(code))
        if text and not text.startswith("<") and not is_hangul(code):
            parts[code] = [int(part, 16) for part in text.split()]
    return parts


def composition():
    """Cases: lines of code points and the lines that they become."""
    def case(name, lines):
        text = "\n".join(lines)
        def entry(t):
            return {"shape": [len(t)], "values": [ord(c) for c in t]}
        return {"name": name, "op": "nfc", "options": {}, "inputs": {"text": entry(text)}, "cotangents": {},
                "outputs": {"nfc": entry(unicodedata.normalize("NFC", text))}, "gradients": {}}

    known = [code for code in decompositions() if OLD.category(chr(code)) != "Cn"]
    marks = [chr(c) for c in range(0x20000) if OLD.combining(chr(c))]
    bases = [chr(c) for c in known] + [unicodedata.normalize("NFD", chr(c))[0] for c in known]
    hangul = [chr(c) for c in [*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A7, 0x11C3), 0xAC00, 0xAC01, 0xD788, 0xD7A3]]
    yield case("each", [chr(c) for c in known])
    yield case("each_taken_apart", [unicodedata.normalize("NFD", chr(c)) for c in known])
    for i in range(8):
        draw = random.Random(f"composition {i}")
        def piece():
            kind = draw.random()
            return draw.choice(bases if kind < 0.3 else marks if kind < 0.7 else hangul if kind < 0.95 else ["a", " ", "\U0001F600"])
        yield case(f"random_{i}", ["".join(piece() for _ in range(draw.randint(1, 9))) for _ in range(120)])


def compositions():
    return list(composition())


def runs(values):
    """Neighbouring code points in runs: (first, values)."""
    found = []
    for code, value in sorted(values.items()):
        if found and found[-1][0] + len(found[-1][1]) == code:
            found[-1][1].append(value)
        else:
            found.append((code, [value]))
    return found


def lines(words):
    return "\n".join(textwrap.wrap(" ".join(words), 148, break_long_words=False, break_on_hyphens=False))


def tables():
    parts = decompositions()
    words = []
    for first, values in runs(parts):
        words.append(f"={first:X}")
        for code, value in enumerate(values, first):
            excluded = len(value) == 2 and unicodedata.normalize("NFC", chr(code)) != chr(code)
            words.append("!" * excluded + "+".join(f"{part:X}" for part in value))
    classes = {c: unicodedata.combining(chr(c)) for c in range(0x110000) if unicodedata.combining(chr(c))}
    marks = []
    for first, values in runs(classes):
        start = 0
        for at in range(1, len(values) + 1):
            if at == len(values) or values[at] != values[start]:
                marks.append(f"{first + start:X}*{at - start}:{values[start]}")
                start = at
    return f'''namespace Unroll.Data.Text;

/// <summary>
/// What <see cref="CanonicalForm"/> knows of characters, from the Unicode Character Database {unicodedata.unidata_version}. Written by tests/Golden/canonical.py.
/// </summary>
internal static class CanonicalData
{{
    /// <summary>
    /// What characters decompose into: "=C0 41+300 41+301" says that U+00C0 is U+0041 and U+0300 and the next one, U+00C1, is U+0041 and
    /// U+0301; a pair behind "!" is never composed again, nor is a single character.
    /// </summary>
    public const string Decompositions = """
{textwrap.indent(lines(words), "        ")}
        """;

    /// <summary>Combining classes: "300*21:230" says that 21 characters from U+0300 on have class 230; all others have class 0.</summary>
    public const string Classes = """
{textwrap.indent(lines(marks), "        ")}
        """;
}}
'''


if __name__ == "__main__":
    print(tables(), end="")
