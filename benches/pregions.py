#!/usr/bin/env python3
"""Exactly P districts that are most alike, beside the methods of GeoDa: the p-regions problem on many instances.

    pip install pygeoda scipy numpy                      (geopandas and libpysal too for the instances out of maps)
    pregions.py lattice SIDE NAME [--seed 1] [--smooth 0.9]      a square lattice with three random fields
    pregions.py town COMPOUNDS.geojson NAME [--gap 70]           compounds built by 2000 and not to be demolished, linked over gaps
    pregions.py polygons MAP.geojson NAME --fields a,b [--only FIELD=VALUE,…]      polygons that share a point, with numeric fields;
                                                                 log_area and roundness are measured
    pregions.py connected UNITS.csv UNITS.gal NAME               the largest component of units that are there already
    pregions.py compare UNITS.csv UNITS.gal --fields 'a;a,b' --count 5,10,31 [--program lianpian] [--effort 10] [--seed 1]

The first four write NAME.csv and NAME.gal, always the largest component alone: the methods of GeoDa want a connected graph.
`compare` prints a line of a Markdown table for each choice of fields and each P: the sum of squared deviations from the
districts' means over z-scores, counted here for all of them, and CPU seconds (of ours of the whole process, reading too).
Ours is checked to be P connected districts of all units.
"""
import argparse, csv, os, resource, subprocess, sys, tempfile, time

import numpy as np

REDCAP = ["firstorder-singlelinkage", "fullorder-singlelinkage", "fullorder-completelinkage", "fullorder-averagelinkage", "fullorder-wardlinkage"]


def pieces(count, a, b):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    return connected_components(coo_array((np.ones(len(a), np.int8), (a, b)), shape=(count, count)), directed=False)


def write(name, ids, fields, a, b):
    """The largest component as a table and a GAL file."""
    count, piece = pieces(len(ids), a, b)
    kept = np.flatnonzero(piece == np.bincount(piece).argmax())
    new = np.full(len(ids), -1)
    new[kept] = np.arange(len(kept))
    beside = [[] for _ in kept]
    for u, v in zip(new[a].tolist(), new[b].tolist()):
        if u >= 0 and v >= 0 and u != v:
            beside[u].append(v)
            beside[v].append(u)
    ids = [ids[k] for k in kept]
    with open(name + ".csv", "w", encoding="utf8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["id", *fields])
        table.writerows([i, *(repr(float(column[k])) for column in fields.values())] for i, k in zip(ids, kept))
    with open(name + ".gal", "w", encoding="utf8") as out:
        out.write(f"0 {len(ids)} {os.path.basename(name)} id\n")
        for i, others in zip(ids, beside):
            out.write(f"{i} {len(set(others))}\n{' '.join(str(ids[v]) for v in sorted(set(others)))}\n")
    links = sum(len(set(others)) for others in beside) // 2
    print(f"{name}: {len(ids)} units, {links} links; {len(piece) - len(ids)} units in {count - 1} other components left out")


def lattice(o):
    """Fields of a spatial autoregressive process: every round a field becomes noise and a share of its neighbours' mean."""
    n, random = o.side, np.random.default_rng(o.seed)
    at = np.arange(n * n).reshape(n, n)
    a = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    b = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    degree = np.bincount(np.concatenate([a, b]), minlength=n * n)
    fields = {}
    for name in ("x1", "x2", "x3"):
        noise = random.normal(size=n * n)
        value = noise.copy()
        for _ in range(100):
            value = noise + o.smooth * (np.bincount(a, value[b], n * n) + np.bincount(b, value[a], n * n)) / degree
        fields[name] = value
    write(o.name, [f"{k:05}" for k in range(n * n)], fields, a, b)


def town(o):
    import geopandas, shapely
    frame = geopandas.read_file(o.map).to_crs(4551)
    frame = frame[(frame.built_year <= 2000) & ~frame.demolition.astype(bool)].reset_index(drop=True)
    shapes = frame.geometry.values
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=o.gap)
    below = a < b
    frame["cost_m2"] = frame.est_cost / frame.floor_area_m2
    fields = {name: frame[name].to_numpy(float) for name in ("built_year", "cost_m2", "households")}
    write(o.name, frame.id.astype(str).tolist(), fields, a[below], b[below])


def polygons(o):
    import geopandas, libpysal
    frame = geopandas.read_file(o.map)
    if o.only:
        field, values = o.only.split("=")
        frame = frame[frame[field].astype(str).isin(values.split(","))].reset_index(drop=True)
    around = libpysal.weights.Queen.from_dataframe(frame, use_index=False, silence_warnings=True)
    pairs = [(u, v) for u, others in around.neighbors.items() for v in others if u < v]
    a, b = np.array(pairs).T
    plane = frame.to_crs(frame.estimate_utm_crs()).geometry
    shape = {"log_area": lambda: np.log(plane.area.to_numpy()), "roundness": lambda: (4 * np.pi * plane.area / plane.length**2).to_numpy()}
    fields = {name: shape[name]() if name in shape else frame[name].to_numpy(float) for name in o.fields.split(",")}
    write(o.name, [f"{k:05}" for k in range(len(frame))], fields, a, b)


def read(table, gal):
    rows = list(csv.DictReader(open(table, encoding="utf8")))
    ids = [row["id"] for row in rows]
    at = {name: k for k, name in enumerate(ids)}
    lines = open(gal, encoding="utf8").read().split("\n")
    a, b, k = [], [], 1
    while k + 1 < len(lines) and lines[k].strip():
        u = at[lines[k].split()[0]]
        others = [at[name] for name in lines[k + 1].split()]
        a += [u for v in others if u < v]
        b += [v for v in others if u < v]
        k += 2
    return rows, ids, np.array(a), np.array(b)


def connected(o):
    rows, ids, a, b = read(o.table, o.gal)
    fields = {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "id"}
    write(o.name, ids, fields, a, b)


def deviations(z, label):
    label = np.asarray(label)
    return float(sum(((z[label == own] - z[label == own].mean(0)) ** 2).sum() for own in np.unique(label)))


def peers(gal, ids, z, count):
    """Every method of GeoDa: its districts and its CPU seconds."""
    import pygeoda
    weights, data = pygeoda.read_gal(gal, ids), [z[:, k].tolist() for k in range(z.shape[1])]
    raw = dict(scale_method="raw")
    methods = {"SCHC-Ward": lambda: pygeoda.schc(count, weights, data, "ward", **raw), "SKATER": lambda: pygeoda.skater(count, weights, data, **raw)}
    for linkage in REDCAP:
        methods["REDCAP " + linkage] = lambda linkage=linkage: pygeoda.redcap(count, weights, data, linkage, **raw)
    methods["AZP-tabu, 5 ARISEL"] = lambda: pygeoda.azp_tabu(count, weights, data, tabu_length=10, conv_tabu=10, inits=5, random_seed=1, **raw)
    for name, method in methods.items():
        label, spent = apart(method)
        if label is None:
            print(f"{name} crashes: {os.path.basename(gal)}, {count} districts", file=sys.stderr)
        else:
            yield name, label, spent


def apart(method):
    """What a method finds and its CPU seconds, in a process of its own, since some crash: nothing then."""
    import multiprocessing
    here, there = multiprocessing.get_context("fork").Pipe(False)

    def work():
        start = time.process_time()
        label = list(method()["Clusters"])
        there.send((label, time.process_time() - start))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    there.close()
    try:
        found = here.recv()
    except EOFError:
        found = None, 0.0
    process.join()
    return found


def ours(o, fields, count, folder):
    out = os.path.join(folder, "ours.csv")
    call = [o.program, "group", o.table, "--weights", o.gal, "--id", "id", "--all", "--count", str(count), "--similar", ",".join(fields),
            "--weight", "pairwise=0", "--seed", str(o.seed), "--effort", str(o.effort), "--out", out]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(call, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(call)}: {done.returncode} {done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {row["id"]: row["district"] for row in csv.DictReader(open(out, encoding="utf-8-sig"))}, cpu, wall


def compare(o):
    rows, ids, a, b = read(o.table, o.gal)
    name, ratios = os.path.splitext(os.path.basename(o.table))[0], []
    for fields in [choice.split(",") for choice in o.fields.split(";")]:
        x = np.array([[float(row[field]) for field in fields] for row in rows])
        z = (x - x.mean(0)) / x.std(0)
        for count in map(int, o.count.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                got, cpu, wall = ours(o, fields, count, folder)
            label = np.array([int(got[i]) for i in ids])
            same = label[a] == label[b]
            if len(np.unique(label)) != count or pieces(len(ids), a[same], b[same])[0] != count:
                sys.exit(f"{name}: not {count} connected districts")
            own = deviations(z, label)
            found = [(deviations(z, label), who, spent) for who, label, spent in peers(o.gal, ids, z, count)]
            least, who, spent = min(found)
            ratios.append(own / least)
            print(f"| {name} | {len(ids)} | {', '.join(fields)} | {count} | {own:.1f} | {least:.1f} | {who} | {own / least:.3f} | {cpu:.2f} | {wall:.2f} | {sum(f[2] for f in found):.2f} |", flush=True)
            if o.all:
                print("   ", ", ".join(f"{who} {value:.1f} in {spent:.2f} s" for value, who, spent in found), flush=True)
    print(f"{name}: {len(ratios)} comparisons, mean ratio {np.mean(ratios):.3f}, worst {max(ratios):.3f}", file=sys.stderr)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = p.add_subparsers(required=True)
    v = verbs.add_parser("lattice"); v.set_defaults(run=lattice)
    v.add_argument("side", type=int); v.add_argument("name"); v.add_argument("--seed", type=int, default=1); v.add_argument("--smooth", type=float, default=0.9)
    v = verbs.add_parser("town"); v.set_defaults(run=town)
    v.add_argument("map"); v.add_argument("name"); v.add_argument("--gap", type=float, default=70.0)
    v = verbs.add_parser("polygons"); v.set_defaults(run=polygons)
    v.add_argument("map"); v.add_argument("name"); v.add_argument("--fields", required=True); v.add_argument("--only")
    v = verbs.add_parser("connected"); v.set_defaults(run=connected)
    v.add_argument("table"); v.add_argument("gal"); v.add_argument("name")
    v = verbs.add_parser("compare"); v.set_defaults(run=compare)
    v.add_argument("table"); v.add_argument("gal"); v.add_argument("--fields", required=True); v.add_argument("--count", default="5,10,31")
    v.add_argument("--program", default="target/release/lianpian"); v.add_argument("--effort", type=int, default=10); v.add_argument("--seed", type=int, default=1)
    v.add_argument("--all", action="store_true", help="tell what every method found")
    o = p.parse_args()
    o.run(o)


main()
