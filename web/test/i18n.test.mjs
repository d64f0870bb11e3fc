import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { decimal } from '../app/facts.js'
import { number, t, titleOf, useCatalogue, useTitles } from '../app/i18n.js'
import { file, languages, texts } from './texts.mjs'

const english = texts('en')

for (const lang of languages) {
  test(`${lang} has the plural forms that a browser asks for`, () => {
    for (const [key, text] of Object.entries(file(lang).scripts)) {
      if (typeof text === 'object') {
        const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories
        assert.deepEqual(Object.keys(text).sort(), [...forms].sort(), `plural forms of ${key}`)
      }
    }
  })
}

const scripts = ['../app/', '../pages/'].map((name) => new URL(name, import.meta.url))
  .flatMap((folder) => readdirSync(folder).map((f) => readFileSync(new URL(f, folder), 'utf8'))).join('\n')

test('every text that the scripts ask for is sent to them', () => {
  const asked = [...scripts.matchAll(/\bt\('([^']+)'/g), ...scripts.matchAll(/\bfact\('([^']+)'/g)].map((m) => m[1])
  assert.ok(asked.length > 40)
  for (const key of asked) assert.ok(key in english, key)
  const { pages, labels, documents } = file('en')
  for (const key of Object.keys({ ...pages, ...labels, ...documents })) assert.ok(!scripts.includes(`'${key}'`), `${key} belongs to the section scripts`)
})

test('no text is sent to the scripts that they do not ask for', () => {
  const begun = [...scripts.matchAll(/`([a-z]+\.(?:[a-z]+_)?)\$\{/g)].map((m) => m[1])
  for (const key of Object.keys(file('en').scripts)) {
    assert.ok(scripts.includes(`'${key}'`) || begun.some((b) => key.startsWith(b)), `${key} belongs to the section pages`)
  }
})

test('counts choose the plural form', () => {
  useCatalogue('en', english)
  assert.equal(t('summary.matched', { n: 1 }), '1 facility')
  assert.equal(t('summary.matched', { n: 51370 }), '51,370 facilities')
  useCatalogue('zh', texts('zh'))
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
    useCatalogue(lang, texts(lang))
    assert.equal(number(1234567), want, lang)
    assert.equal(number(999), '999', lang)
  }
})

test('values are grouped from five digits on, with the point of the language', () => {
  for (const [lang, n, want] of /** @type {const} */ ([['en', 2015, '2015'], ['en', 12500, '12,500'], ['en', -1234567.25, '-1,234,567.25'], ['vi', -1234567.25, '-1.234.567,25'],
    ['vi', 12.5, '12,5'], ['zh', 0.000125, '0.000125'], ['en', 1e21, '1e+21'], ['en', 12345.6789, '12,345.6789'], ['en', 0, '0']])) {
    useCatalogue(lang, texts(lang))
    assert.equal(decimal(n), want, `${n} in ${lang}`)
  }
})

test('a field of one\'s own has its own heading, whatever it is called', () => {
  useCatalogue('en', texts('en'))
  useTitles([{ name: 'find', title: 'Findings' }])
  assert.deepEqual([titleOf('find'), titleOf('country'), t('facet.find')], ['Findings', 'Stands in', 'Find…'])
})
