import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { byName, nearestStop, placeTitle, report } from '../app/card.js'
import { useCatalogue } from '../app/i18n.js'
import { texts } from './texts.mjs'

/** @param {string} lang */
const speak = (lang) => useCatalogue(lang, texts(lang))
/** @param {Partial<import('../app/api.js').Facility>} f */
const facility = (f) => ({ id: 1, slug: 'a', kind: 'k', name: 'Rice station', ...f })
const label = (/** @type {string} */ _, /** @type {string} */ value) => ({ LAO: 'Laos' })[value] ?? value

beforeEach(() => speak('en'))

test('a place is named where all its records state the same town', () => {
  const vientiane = facility({ city: 'Vientiane', admin1: 'Vientiane Prefecture', country: 'LAO' })
  for (const [what, records, want] of /** @type {const} */ ([
    ['one town', [vientiane, vientiane], '2 facilities in Vientiane, Laos'],
    ['a record of the province', [vientiane, facility({ country: 'LAO' })], '2 facilities at this point'],
    ['two towns of one name', [vientiane, { ...vientiane, country: 'THA' }], '2 facilities at this point'],
    ['none', [], '0 facilities at this point'],
  ])) assert.equal(placeTitle([...records], records.length, label), want, what)
})

test('the records of a place come by the name that is shown', () => {
  const sorted = (/** @type {string[]} */ ...list) => byName(list.map((name) => facility({ name }))).map((f) => f.name)
  assert.deepEqual(sorted('Zinc', 'Éclair', 'apple'), ['apple', 'Éclair', 'Zinc'])
  speak('zh')
  assert.deepEqual(sorted('中', '阿', '北'), ['阿', '北', '中'], 'by pinyin')
  assert.deepEqual(sorted('10 号', '2 号'), ['2 号', '10 号'], 'numbers by their values')
})

test('a report is a mail that names the record and its address', () => {
  const mail = new URL(report('maps@example.org', 'Rice & “fish” 50%', 'https://a.test/facilities/x?lang=en'))
  assert.equal(mail.pathname, 'maps@example.org')
  assert.equal(mail.searchParams.get('subject'), 'Error in the record “Rice & “fish” 50%”')
  assert.match(mail.searchParams.get('body') ?? '', /^Record: Rice & “fish” 50%\r\nhttps:\/\/a\.test\/facilities\/x\?lang=en\r\n/)
})

test('a report arrives whole, whatever stands in the name and the address', () => {
  for (const name of ['a & b? 50%, #1 "c" \'d\' + e; f/g \\h <i>', '%26%0A&subject=x', '中泰 ห้อง é', 'a=b']) {
    const mail = report('maps&co?50%#1+x@example.org', name, 'https://a.test/x')
    const [, to, subject] = /^mailto:([^?]*)\?subject=([^&]*)&body=[^&]*$/.exec(mail) ?? []
    assert.equal(decodeURIComponent(to), 'maps&co?50%#1+x@example.org')
    assert.equal(decodeURIComponent(subject), `Error in the record “${name}”`)
    assert.doesNotMatch(mail, /[\s#"<>\\]/)
  }
  const two = new URL(report('a@b.org', ' two\r\nlines\nBcc: x@y.z', 'l'))
  assert.equal(two.searchParams.get('subject'), 'Error in the record “two lines Bcc: x@y.z”', 'a subject is one line')
})

test('an address of the operator cannot add to the mail', () => {
  assert.equal(report('a@b.org?cc=x', 'n', 'l').indexOf('?cc='), -1)
})

test('a dragged card goes to the nearest of its heights, or away', () => {
  for (const [height, want] of /** @type {const} */ ([[0.1, null], [0.31, null], [0.4, 'half'], [0.7, 'half'], [0.9, 'full'], [1, 'full']])) {
    assert.equal(nearestStop(height), want, String(height))
  }
})
