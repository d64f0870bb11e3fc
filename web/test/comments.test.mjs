// The server leaves out comments and indents without knowing the language. What
// is sent must be the same script: no text may go over lines or look like a comment.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

for (const folder of ['app', 'pages']) {
  for (const name of readdirSync(new URL(`../${folder}`, import.meta.url))) {
    test(`${folder}/${name} has no text that could be taken for a comment`, () => {
      const script = readFileSync(new URL(`../${folder}/${name}`, import.meta.url), 'utf8')
      const code = script.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/(^|\s)\/\/ .*$/gm, '')
      for (const [text] of code.matchAll(/`(?:\\.|[^`\\])*`/g)) assert.doesNotMatch(text, /\n/, 'a text over several lines')
      for (const [text] of code.matchAll(/'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g)) assert.doesNotMatch(text, /\/\*\* @| \/\/ /, 'a text like a comment')
    })
  }
}
