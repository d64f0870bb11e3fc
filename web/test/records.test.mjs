import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { partner } from '../app/partners.js'
import { date, names, place, precision, useCatalogue } from '../app/i18n.js'
import { languages, texts } from './texts.mjs'

/** @param {string} lang */
const speak = (lang) => useCatalogue(lang, texts(lang))
/** @param {Partial<import('../app/api.js').Facility>} f */
const facility = (f) => ({ id: 1, slug: 'a', kind: 'k', name: 'Rice station', sectors: [], partners: [], ...f })

beforeEach(() => speak('en'))

test('a date is as exact as its source', () => {
  for (const [text, want] of [
    ['2013', '2013'], ['2013-07', 'July 2013'], ['2013-07-12', 'July 12, 2013'], ['2013-07-12T10:00:00Z', 'July 12, 2013'], ['spring 2013', 'spring 2013'],
  ]) {
    assert.equal(date(text), want)
  }
  speak('zh')
  assert.equal(date('2013-07-12'), '2013年7月12日')
})

test('years are those of the Gregorian calendar, digits Latin, in every language', () => {
  for (const lang of languages) {
    useCatalogue(lang, {})
    for (const text of [date('2013'), date('2013-07'), date('2013-07-12')]) assert.match(text, /2013/, `${lang}: ${text}`)
    assert.match(date('2013-07-12'), /12/, lang)
  }
})

test('a browser that does not know the language writes dates by the catalogue', (t) => {
  const dates = ['2013-07', '2013-01-05', '2013-12-31', '2013']
  for (const lang of ['en', 'zh']) {
    speak(lang)
    const known = dates.map(date)
    const unknown = t.mock.method(Intl.DateTimeFormat, 'supportedLocalesOf', () => [])
    assert.deepEqual(dates.map(date), known, lang)
    unknown.mock.restore()
  }
  t.mock.method(Intl.DateTimeFormat, 'supportedLocalesOf', () => [])
  useCatalogue('my', { 'date.months': 'ဇန်နဝါရီ|b|c|d|e|f|ဇူလိုင်', 'date.month': '{year} {month}', 'date.day': '{year} {month} {day}' })
  assert.deepEqual(['2013-07', '2013-01-05'].map(date), ['2013 ဇူလိုင်', '2013 ဇန်နဝါရီ 5'])
})

test('the name comes first, in the language that it is in', () => {
  const f = facility({ name_zh: '水稻站', name_local: 'ສະຖານີ', name_local_lang: 'lo' })
  assert.deepEqual(names(f).map((n) => n.lang), ['en', 'zh', 'lo'])
  speak('zh')
  assert.deepEqual(names({ ...f, name: '水稻站' }), [{ text: '水稻站', lang: 'zh' }, { text: 'ສະຖານີ', lang: 'lo' }], 'a printed one')
  useCatalogue('th', {})
  assert.deepEqual(names({ ...f, name: 'สถานีข้าว' }).map((n) => n.lang), ['th', 'zh', 'lo'])
  assert.deepEqual(names({ ...f, in_english: ['name'] }).map((n) => n.lang), ['en', 'zh', 'lo'], 'none in the language of the page')
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
