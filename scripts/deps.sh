#!/usr/bin/env bash
# What the tests need beside Go: PostGIS, Chromium, GIS clients, Node.js, fonts for the ten languages.
# As root with apt it is installed; otherwise the missing packages are named.
set -euo pipefail

missing=()
need() { # need PACKAGES... -- COMMAND...: the packages are missing unless the command succeeds
	local packages=()
	while [ "$1" != -- ]; do packages+=("$1"); shift; done
	shift
	"$@" >/dev/null 2>&1 || missing+=("${packages[@]}")
}
has_postgis() { compgen -G '/usr/share/postgresql/*/extension/postgis.control'; }
has_fonts() { # has_fonts LANGUAGES...: some font has the letters of each
	local lang
	for lang; do fc-list ":lang=$lang" | grep -q . || return 1; done
}

need postgresql postgresql-postgis -- has_postgis
need pgbouncer -- command -v pgbouncer
need nginx-light -- command -v nginx
need iproute2 iptables -- command -v ip iptables
need chromium -- command -v chromium
need gdal-bin -- command -v ogrinfo
need python3-qgis -- /usr/bin/python3 -c 'import qgis.core'
need python3-geopandas -- /usr/bin/python3 -c 'import geopandas'
need python3-owslib -- /usr/bin/python3 -c 'import owslib'
need python3-openpyxl -- /usr/bin/python3 -c 'import openpyxl'
need r-base-core r-cran-sf -- Rscript -e 'library(sf)'
need curl -- command -v curl
need fontconfig fonts-noto-cjk -- has_fonts zh-cn
need fontconfig fonts-noto-core -- has_fonts th lo km my vi
command -v node >/dev/null || missing+=(nodejs npm)

# Not needed, but the stories of the page take half the time in it.
quicker() {
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! command -v chromium-headless-shell >/dev/null || return 0
	apt-get install -y -qq --no-install-recommends -o Acquire::Retries=0 -o Acquire::http::Timeout=20 chromium-headless-shell >/dev/null 2>&1 ||
		echo "chromium-headless-shell cannot be had from here, so the stories of the page are told in chromium, which takes longer"
}

[ ${#missing[@]} -eq 0 ] && { quicker; exit 0; }
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
	quicker
	exit 0
fi
echo "The tests need packages that are not installed; as root: apt-get install ${missing[*]}" >&2
exit 1
