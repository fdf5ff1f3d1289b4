"""The lengths of pipes inside compounds by geopandas, for comparison with `cargo bench --bench pipes`.

    python benches/pipes.py COMPOUNDS PIPES [EPSG]

Reads both layers, projects them (EPSG:4549 unless told), pairs pipes with compounds by the index, cuts each pair and sums
by compound. Prints the processor's seconds of reading with projecting, and of pairing with cutting.
"""

import sys
import time

import geopandas
import numpy
import shapely


def main(compounds_path: str, pipes_path: str, epsg: str = "4549") -> None:
    start = time.process_time()
    compounds, pipes = (geopandas.read_file(path).to_crs(f"EPSG:{epsg}") for path in (compounds_path, pipes_path))
    read = time.process_time()
    print(f"read and projected: {read - start:.1f} s; {len(compounds)} compounds, {len(pipes)} pipes")
    for _ in range(3):
        start = time.process_time()
        areas, lines = compounds.geometry.values, pipes.geometry.values
        line, area = areas.sindex.query(lines, predicate="intersects")
        inside_m = shapely.length(shapely.intersection(lines[line], areas[area]))
        by_compound = numpy.bincount(area, weights=inside_m, minlength=len(compounds))
        took = time.process_time() - start
        print(f"paired and cut: {took:.1f} s; {len(line)} pairs, {by_compound.sum() / 1e3:.3f} km inside")


if __name__ == "__main__":
    main(*sys.argv[1:])
