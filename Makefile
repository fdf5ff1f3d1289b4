# Lianpian 连片: what to run. `make run` on a bare machine sets it up, builds, and opens the sample plan.

SAMPLE := sample-maps/linjiang
OUT := out/linjiang
PIPES := $(wildcard $(SAMPLE)/pipes-*.geojson)
SAMPLE_FILES := --compounds $(SAMPLE)/compounds.geojson $(foreach file,$(PIPES),--pipes $(file)) \
	--buildings $(SAMPLE)/buildings.geojson --streets $(SAMPLE)/streets.geojson --barriers $(SAMPLE)/barriers.geojson \
	--bridges $(SAMPLE)/bridges.geojson --parcels $(SAMPLE)/parcels.geojson --facilities $(SAMPLE)/facilities.geojson \
	--heritage $(SAMPLE)/heritage.geojson --limits $(SAMPLE)/limits.geojson --ledger $(SAMPLE)/ledger.csv
TESTS := $(shell command -v cargo-nextest >/dev/null 2>&1 && echo "nextest run" || echo "test --lib --bins --tests --examples")

.PHONY: run test check bench setup sample

# The window, or without a display the plan of the sample as files.
run: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ] || [ "$$OS" = Windows_NT ]; then \
		cargo run --release; \
	else \
		echo "No display: the sample plan is drawn up without a window."; \
		cargo run --release -- plan $(SAMPLE_FILES) --out $(OUT); \
		status=$$?; \
		if [ $$status -gt 1 ]; then exit $$status; fi; \
		echo "The plan lies in $(OUT): plan.gpkg opens in QGIS, summary.json and the GeoJSON files beside it anywhere."; \
	fi

test: setup
	cargo $(TESTS)
	cargo test --doc

# What CI runs: `make test` is part of it.
check: setup
	cargo fmt --all --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --lib
	$(MAKE) test

bench: setup
	cargo bench

setup:
	@bash .ci/setup

# Draws the sample anew, layers and plan; same bytes unless the program changed. The binary carries the plan.
sample: setup
	cargo run --release --example town -- sample --out $(SAMPLE)
	cargo run --release -- plan $(SAMPLE_FILES) --title 临江示例片区 --date 2026-01-01 --community prefer \
		--min households=400 --max households=2000 --out $(OUT) || [ $$? -eq 1 ]
	cargo run --release --example sample_plan -- $(OUT)/plan.gpkg $(SAMPLE).gpkg
