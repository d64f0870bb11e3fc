# Two commands matter: make run serves the map, make test passes all tests.
# Everything else is a part of them. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list.
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Serve the built-in data set at http://127.0.0.1:8080.
	go run ./cmd/innoatlas

.PHONY: test
test: deps lint vulnerabilities ## Pass all tests; installs what they need (PostGIS, Chromium, GIS clients) where it may.
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-go test-page test-browser test-clients # a browser waits half its time
	@echo "make test: everything passed"

.PHONY: check
check: node_modules lint ## The fast checks, without a database, GDAL or a browser, in about a minute: lint and quick tests.
	go test -short -vet=off $$(go list ./... | grep -v -e /geo/postgis -e /clients -e /faults -e /cmd/) # vetted by lint

.PHONY: lint
lint: ## Format, length of lines, vet, staticcheck.
	@unformatted="$$(gofmt -l $$(git ls-files '*.go'))"; if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi
	scripts/lines.sh
	go vet ./...
	go tool staticcheck ./...

.PHONY: vulnerabilities
vulnerabilities: ## Known vulnerabilities that the program can reach.
	scripts/vulnerabilities.sh

# The race detector takes five to ten times the processor. It is for packages in which several
# goroutines share something, and there for all tests but those that ask one thing after the
# other, many times, for the right answer. What the first run leaves out is what the second
# does, and the third does all other packages.
concurrent := ./api ./cmd/innoatlas ./geo ./geo/memory ./geo/postgis ./geo/storetest ./geo/tile ./pages ./recent ./singleflight ./texts
one_by_one := ^($(subst $() ,|,$(strip \
	TestContract TestContractOfAFollower TestApply TestShift TestMatch TestMeasure TestHostileFilters TestNamesAreFound FuzzFilterCost \
	TestAgreesWithMemory TestAgreesWithMemoryOnTheBuiltInData TestRollAgreesWithMemory TestTruths TestStatementsHoldNoValues \
	TestPlans TestImportSeesEveryChange TestImportIDs TestAroundTheAntimeridian TestTermsMigration TestFoldMigration TestFoldOfEveryCharacter TestFoldOfSequences \
	TestEditor TestFill TestImportLater TestStoresTakeRoles TestDeltaInterleaved TestNoLostUpdate TestManyImporters TestLines \
	TestKilledAnywhere TestDatabaseHasNoRoom TestWholeExport TestHistoryMoves TestHistoryOfASilentDatabase \
	TestHistoryByHand TestHostileRequests TestLargeDownloads TestMadeFilesLetGoOfTheStore TestKeptAnswersAreThoseThatAreMade TestDefinitionIsTrue)))$$

.PHONY: test-go
test-go: node_modules ## All Go tests, with the race detector where goroutines share something, on a throw-away PostGIS. Fuzz seeds run with them.
	scripts/postgis.sh run go test -vet=off -race -skip '$(one_by_one)' -parallel 4 -timeout 15m $(concurrent)
	scripts/postgis.sh run go test -vet=off -run '$(one_by_one)' -parallel 4 -timeout 15m $(concurrent)
	scripts/postgis.sh run go test -vet=off -parallel 4 -timeout 15m $$(go list ./... | grep -vxFf <(go list ./clients/... ./faults $(concurrent)))

.PHONY: test-page
test-page: node_modules ## Types and unit tests of the page's scripts.
	npx tsc --checkJs -p tsconfig.json
	node --test web/test/*.test.mjs

.PHONY: test-browser
test-browser: node_modules ## The stories of the page, in real Chromium against the real binary, on both stores.
	scripts/postgis.sh run e2e/run.sh

.PHONY: test-clients
test-clients: ## GDAL, QGIS, geopandas, OWSLib, R and a generated Go client against the real binary, on both stores; UPDATE=1 rewrites docs/clients.md.
	scripts/postgis.sh run go test -count=1 -timeout 15m ./clients $(if $(UPDATE),-args -update)
	go test -count=1 ./clients/generated

.PHONY: test-pypi
test-pypi: ## Python's newest readers of files, pyogrio and polars, against the real binary; needs PyPI and python3-venv.
	go test -count=1 -tags pypi -run TestPyPI ./clients

.PHONY: test-generated
test-generated: ## A client in Python, which openapi-generator makes of /api, against the real binary; needs Java, Maven, python3-venv.
	go test -count=1 -tags java ./clients/generated

.PHONY: test-faults
test-faults: deps ## Break the network and the database below the real program, real packets and a standby included; as root, some minutes.
	scripts/postgis.sh run go test -count=1 -v -timeout 15m ./faults

.PHONY: test-writes
test-writes: deps ## Kill what writes at 20 points, fill the disks below it, and let 50 write one record 10,000 times; as root, an hour.
	INNOATLAS_KILLS=20 scripts/postgis.sh run go test -count=1 -v -timeout 60m -run 'TestKilledAnywhere|TestDatabase(HasNoRoom|DiskFull)' ./cmd/innoatlas
	INNOATLAS_WRITES=10000 scripts/postgis.sh run go test -count=1 -v -timeout 60m -run 'TestNoLostUpdate|TestManyImportersAtOnce' ./geo/postgis

.PHONY: bench
bench: ## Measure the figures that the server promises.
	scripts/postgis.sh run go test -run '^$$' -bench . -benchtime 2s -timeout 40m ./geo/cql2 ./geo/memory ./geo/postgis ./geo/format ./geo/tile ./api ./pages ./cmd/innoatlas

.PHONY: bench-web
bench-web: node_modules ## Measure the budgets of the page: bytes, times, frames, axe (under ten minutes; BENCH_SIZES=199,4000 for fewer).
	node e2e/bench.mjs

.PHONY: screenshots
screenshots: node_modules ## Take pictures of the page into build/screenshots, and those of the README into docs/screenshots.
	node e2e/screenshots.mjs

.PHONY: fuzz
fuzz: ## Fuzz each parser for a while: make fuzz FUZZTIME=20s.
	scripts/fuzz.sh $(or $(FUZZTIME),20s)

.PHONY: golden
golden: ## Rewrite the expected outputs of the tests; read the diff before you commit it.
	go test ./api ./geo/format ./geo/dataset ./geo/postgis -update

.PHONY: deps
deps: ## Install PostGIS, Chromium, GIS clients and fonts with apt, as root; otherwise say what is missing.
	@scripts/deps.sh

node_modules: package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules
