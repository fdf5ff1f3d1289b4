#!/usr/bin/env python3
"""How the cost of districts grows with a city: CPU seconds and memory of `lianpian group`, as a table and a drawing.

    growth.py [--program target/release/lianpian] [--runs 3] [--out growth.svg] COMPOUNDS.geojson…

Every map is grouped as a whole process, links at 30 m, districts of at least 3,000 households that are alike in year and
households, seed 1; medians of the runs. CPU seconds are user and system of all cores, memory is the largest resident set.
"""
import argparse, json, math, os, statistics, subprocess, sys, tempfile, time

WISH = ["--gap", "30", "--min", "households=3000", "--similar", "built_year,households", "--seed", "1"]


def run(program, path, wish):
    """One process: what it tells, wall and CPU seconds, peak MiB."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as told:
        start = time.perf_counter()
        process = subprocess.Popen([program, "group", path, *wish, "--json", "--out", os.path.join(folder, "out.csv")], stdout=told, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        # 1 says that some compounds stay out of every district.
        if process.returncode not in (0, 1):
            sys.exit(f"{path}: {process.returncode}")
        told.seek(0)
        return json.load(told), wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measured(program, path, runs):
    """Medians, and of the CPU seconds those that are not the search: what the same takes without bounds."""
    whole = [run(program, path, WISH) for _ in range(runs)]
    bare = [run(program, path, ["--gap", "30"]) for _ in range(runs)]
    told = whole[0][0]
    middle = lambda rows, k: statistics.median(row[k] for row in rows)
    return dict(units=told["units"], eligible=told["eligible"], links=told["eligible_links"], districts=told["districts"], wall=middle(whole, 1),
                cpu=middle(whole, 2), low=min(row[2] for row in whole), high=max(row[2] for row in whole), search=middle(whole, 2) - middle(bare, 2), mib=middle(whole, 3))


def table(rows):
    print("| compounds | grouped | links | districts | CPU s | of three | of it the search | µs of search a compound | peak MiB | wall s |\n|---|---|---|---|---|---|---|---|---|---|")
    for r in rows:
        print(f"| {r['units']:,} | {r['eligible']:,} | {r['links']:,} | {r['districts']:,} | {r['cpu']:.2f} | {r['low']:.2f}–{r['high']:.2f} | {r['search']:.2f} | "
              f"{1e6 * r['search'] / r['eligible']:.0f} | {r['mib']:.0f} | {r['wall']:.1f} |")
    if len(rows) > 1:
        a, b = rows[len(rows) // 3], rows[-1]
        slope = lambda key: math.log(b[key] / a[key]) / math.log(b["eligible"] / a["eligible"])
        print(f"\nFrom {a['units']:,} to {b['units']:,} compounds CPU seconds grow by the power {slope('cpu'):.2f} of the compounds, those of the search {slope('search'):.2f}, memory {slope('mib'):.2f}.")


def panel(rows, key, title, x, y, width, height):
    """Both axes logarithmic; the grey line is what grows exactly with the compounds, through the last measurement."""
    ends = lambda values: (math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))))
    (left, right), (low, high) = ends([r["units"] for r in rows]), ends([max(r[key], 1e-2) for r in rows])
    right = max(right, left + 1)
    high = max(high, low + 1)
    px = lambda value: x + width * (math.log10(value) - left) / (right - left)
    py = lambda value: y + height - height * (math.log10(max(value, 10**low)) - low) / (high - low)
    yield f'<text x="{x}" y="{y - 14}" font-size="13">{title}</text>'
    for power in range(left, right + 1):
        yield f'<path d="M{px(10**power):.1f} {y}v{height}" stroke="#E3E6E9"/><text x="{px(10**power):.1f}" y="{y + height + 16}" text-anchor="middle" fill="#5B6670">{10**power:,}</text>'
    for power in range(low, high + 1):
        name = f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
        yield f'<path d="M{x} {py(10**power):.1f}h{width}" stroke="#E3E6E9"/><text x="{x - 6}" y="{py(10**power) + 4:.1f}" text-anchor="end" fill="#5B6670">{name}</text>'
    last = rows[-1]
    first = max(rows[0]["units"], last["units"] * 10**low / last[key])
    yield f'<path d="M{px(first):.1f} {py(last[key] * first / last["units"]):.1f}L{px(last["units"]):.1f} {py(last[key]):.1f}" stroke="#9AA4AC" stroke-dasharray="4 3" fill="none"/>'
    line = "L".join(f"{px(r['units']):.1f} {py(r[key]):.1f}" for r in rows)
    yield f'<path d="M{line}" stroke="#2457A6" stroke-width="1.5" fill="none"/>'
    for r in rows:
        value = f"{r[key]:,.0f}" if r[key] >= 10 else f"{r[key]:.2g}"
        yield f'<circle cx="{px(r["units"]):.1f}" cy="{py(r[key]):.1f}" r="3" fill="#2457A6"/><text x="{px(r["units"]) - 5:.1f}" y="{py(r[key]) - 7:.1f}" text-anchor="end" font-size="11">{value}</text>'


def drawing(rows):
    marks = [*panel(rows, "cpu", "CPU seconds", 56, 44, 330, 260), *panel(rows, "mib", "Peak memory, MiB", 456, 44, 330, 260)]
    foot = '<text x="56" y="344" fill="#5B6670">compounds; dashed: growth in proportion, through the last measurement</text>'
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="820" height="360" viewBox="0 0 820 360" font-family="Noto Sans SC, Noto Sans, sans-serif" font-size="12" fill="#1C2126">\n'
            '<rect width="820" height="360" fill="#FFFFFF"/>\n' + "\n".join(marks) + "\n" + foot + "\n</svg>\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("maps", nargs="+"); p.add_argument("--program", default="target/release/lianpian"); p.add_argument("--runs", type=int, default=3); p.add_argument("--out")
    o = p.parse_args()
    rows = sorted((measured(o.program, path, o.runs) for path in o.maps), key=lambda r: r["units"])
    table(rows)
    if o.out:
        with open(o.out, "w", encoding="utf8") as out:
            out.write(drawing(rows))


main()
