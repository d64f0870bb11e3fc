#!/usr/bin/env bash
# Fetches what the pages bring along: Leaflet and Swagger UI as published, and the
# outlines that the basemap is made from. Run it after a change of a version, and read the diff.
set -euo pipefail
cd "$(dirname "$0")/.."

leaflet=leaflet@1.9.4
swagger=swagger-ui-dist@5.35.0
atlas=world-atlas@2.0.2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for package in "$leaflet" "$swagger" "$atlas"; do
	npm pack --silent --pack-destination "$work" "$package" >/dev/null
	mkdir "$work/${package%@*}"
	tar -xzf "$work/${package/@/-}.tgz" -C "$work/${package%@*}" --strip-components=1
done

cp "$work/leaflet/dist/leaflet.js" "$work/leaflet/dist/leaflet.css" "$work/leaflet/LICENSE" web/vendor/leaflet/
cp "$work/swagger-ui-dist/"{swagger-ui-bundle.js,swagger-ui-bundle.js.LICENSE.txt,swagger-ui.css,LICENSE,NOTICE} web/vendor/swagger-ui/
cd web/vendor
find . -type f ! -name SHA512SUMS ! -name '*.d.ts' | LC_ALL=C sort | xargs sha512sum >SHA512SUMS
cd ..
WORLD_ATLAS="$work/world-atlas" go generate .
