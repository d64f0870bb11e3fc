// The server leaves out the comments that stand on lines of their own. That must
// not change what the scripts do: no text may look like one.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

for (const folder of ['app', 'pages']) {
  for (const name of readdirSync(new URL(`../${folder}`, import.meta.url))) {
    test(`${folder}/${name} has no text over several lines that begins one with // or /*`, () => {
      const script = readFileSync(new URL(`../${folder}/${name}`, import.meta.url), 'utf8')
      const texts = script.replaceAll(/^\s*(\/\/.*|\/\*[^]*?\*\/)$/gm, '').match(/`(?:\\.|[^`\\])*`/g) ?? []
      for (const text of texts) assert.doesNotMatch(text, /\n\s*(\/\/|\/\*)/)
    })
  }
}
