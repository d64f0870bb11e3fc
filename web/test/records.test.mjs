import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { beforeEach, test } from 'node:test'
import { date, names, partner, place, precision, useCatalogue } from '../app/i18n.js'

/** @param {string} lang */
const speak = (lang) => useCatalogue(lang, JSON.parse(readFileSync(new URL(`../i18n/${lang}.json`, import.meta.url), 'utf8')))
/** @param {Partial<import('../app/api.js').Facility>} f */
const facility = (f) => ({ id: 1, slug: 'a', kind: 'k', name: 'Rice station', sectors: [], partners: [], ...f })

beforeEach(() => speak('en'))

test('a date is as exact as its source', () => {
  for (const [text, want] of [['2013', '2013'], ['2013-07', 'July 2013'], ['2013-07-12', 'July 12, 2013'], ['2013-07-12T10:00:00Z', 'July 12, 2013'], ['spring 2013', 'spring 2013']]) {
    assert.equal(date(text), want)
  }
  speak('zh')
  assert.equal(date('2013-07-12'), '2013年7月12日')
})

test('the name in the language of the page comes first', () => {
  const f = facility({ name_zh: '水稻站', name_local: 'ສະຖານີ', name_local_lang: 'lo' })
  assert.deepEqual(names(f).map((n) => n.lang), ['en', 'zh', 'lo'])
  speak('zh')
  assert.deepEqual(names(f).map((n) => n.lang), ['zh', 'en', 'lo'])
  assert.deepEqual(names(facility({})).map((n) => n.text), ['Rice station'])
  assert.equal(names(facility({ name_zh: 'Rice station' })).length, 1, 'the same name twice')
})

test('a place says nothing twice', () => {
  assert.equal(place(facility({ city: 'Singapore', country_name: 'Singapore' })), 'Singapore')
  assert.equal(place(facility({ city: 'Labi', admin1: 'Belait' }), 'Brunei'), 'Labi, Belait, Brunei')
  assert.equal(place(facility({})), '')
})

test('precision in words', () => {
  for (const p of ['site', 'city', 'admin1', 'country', undefined]) assert.match(precision(facility({ precision: p })), /\.$/)
})

test('a partner and its country', () => {
  assert.deepEqual(partner('Kasetsart University (THA)'), { name: 'Kasetsart University', country: 'THA' })
  assert.deepEqual(partner('Guotai (Brunei) Marine Biology Co.'), { name: 'Guotai (Brunei) Marine Biology Co.', country: '' })
})
