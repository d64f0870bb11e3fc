import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { number, t, useCatalogue } from '../app/i18n.js'

/** @typedef {import('../app/i18n.js').Catalogue} Catalogue */

/** @param {string} lang @returns {Catalogue} */
const read = (lang) => JSON.parse(readFileSync(new URL(`../i18n/${lang}.json`, import.meta.url), 'utf8'))
const english = read('en')
const others = readdirSync(new URL('../i18n', import.meta.url)).map((f) => f.replace('.json', '')).filter((l) => l !== 'en')

/** @param {import('../app/i18n.js').Text} text */
const slots = (text) => [...new Set([...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map((m) => m[1]))].sort()

for (const lang of others) {
  test(`${lang} has the keys of en, with the same slots`, () => {
    const catalogue = read(lang)
    assert.deepEqual(Object.keys(catalogue), Object.keys(english))
    for (const [key, text] of Object.entries(catalogue)) {
      assert.deepEqual(slots(text), slots(english[key]), key)
      assert.equal(typeof text, typeof english[key], key)
      if (typeof text === 'object') {
        const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories
        assert.deepEqual(Object.keys(text).sort(), [...forms].sort(), `plural forms of ${key}`)
      }
    }
  })
}

test('every text that the scripts ask for exists', () => {
  const folder = new URL('../app/', import.meta.url)
  const source = readdirSync(folder).map((f) => readFileSync(new URL(f, folder), 'utf8')).join('\n')
  const asked = [...source.matchAll(/\bt\('([^']+)'/g), ...source.matchAll(/\bfact\('([^']+)'/g)].map((m) => m[1])
  assert.ok(asked.length > 40)
  for (const key of asked) assert.ok(key in english, key)
})

test('counts choose the plural form', () => {
  useCatalogue('en', english)
  assert.equal(t('summary.matched', { n: 1 }), '1 facility')
  assert.equal(t('summary.matched', { n: 51370 }), '51,370 facilities')
  useCatalogue('zh', read('zh'))
  assert.equal(t('summary.matched', { n: 1 }), '1 个机构')
})

test('a text that there is not is its key', () => {
  useCatalogue('en', english)
  assert.equal(t('no.such.key'), 'no.such.key')
})

test('a value is put in as it is', () => {
  useCatalogue('en', english)
  assert.equal(t('chip.words', { q: '{n} <b>' }), '“{n} <b>”')
  assert.equal(number(1234567), '1,234,567')
})

test('numbers are grouped as the language does, in Latin digits', () => {
  const grouped = {
    en: '1,234,567', zh: '1,234,567', th: '1,234,567', vi: '1.234.567', id: '1.234.567',
    ms: '1,234,567', lo: '1.234.567', km: '1,234,567', my: '1,234,567', fil: '1,234,567',
  }
  for (const [lang, want] of Object.entries(grouped)) {
    useCatalogue(lang, english)
    assert.equal(number(1234567), want, lang)
    assert.equal(number(999), '999', lang)
  }
})
