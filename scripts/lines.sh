#!/usr/bin/env bash
# Names each line of more than 180 columns, and fails if there is one. A column is a
# character, not a byte; a tab is four. Left out are vendored files, test data, and the
# tags of structs, which Go cannot break.
set -euo pipefail

# In the C locale awk counts bytes; without the second and further bytes of UTF-8 they are characters.
git ls-files -z -- '*.go' '*.js' '*.mjs' '*.html' '*.css' '*.sh' ':!web/vendor/' ':!*/testdata/*' |
	LC_ALL=C xargs -0 awk '
		/`[a-z-]+:".*"`$/ { next }
		{
			gsub(/[\200-\277]/, "")
			gsub(/\t/, "    ")
			if (length($0) > 180) {
				print FILENAME ":" FNR ": has " length($0) " columns; at most 180"
				long = 1
			}
		}
		END { exit long }
	'
