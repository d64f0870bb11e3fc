import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { fold } from '../app/facet.js'
import { bounds, columnsOf, labelsOf, yearsText } from '../app/filters.js'
import { useCatalogue } from '../app/i18n.js'
import { without } from '../app/views.js'
import { noFilters } from '../app/url.js'
import { texts } from './texts.mjs'

beforeEach(() => useCatalogue('en', texts('en')))

/** @param {Record<number, number>} counts @param {number} [without] */
const years = (counts, without = 0) => [
  ...Object.entries(counts).map(([value, count]) => ({ value, count, label: value })),
  { value: null, count: without, label: 'Not stated' },
]

test('a value is found without case and accents, in any script', () => {
  for (const [label, words] of [
    ['Việt Nam', 'viet'], ['Đà Nẵng', 'da nang'], ['Côte d’Ivoire', 'COTE'], ['Ελλάδα', 'ελλαδα'], ['Türkiye', 'turkiye'],
    ['ประเทศไทย', 'ไทย'], ['မြန်မာ', 'မြန်'], ['កម្ពុជា', 'កម្ពុ'], ['ລາວ', 'ລາວ'], ['老挝', '老'],
  ]) assert.ok(fold(label).includes(fold(words)), `${words} in ${label}`)
})

test('the vowels and tones of Thai and Lao tell words apart', () => {
  assert.notEqual(fold('ปา'), fold('ป่า'))
  assert.notEqual(fold('ກີ'), fold('ກິ'))
})

test('few years are a column each, also those between that nobody was founded in', () => {
  assert.deepEqual(columnsOf(years({ 2015: 2, 2018: 5 }, 3)), [
    { from: 2015, to: 2015, count: 2 }, { from: 2016, to: 2016, count: 0 }, { from: 2017, to: 2017, count: 0 }, { from: 2018, to: 2018, count: 5 },
  ])
  assert.equal(columnsOf(years({ 1985: 1, 2024: 1 })).length, 40)
})

test('many years stand five to a column, within what there is', () => {
  const columns = columnsOf(years({ 1983: 1, 1984: 1, 1985: 1, 2024: 1, 2026: 7 }))
  assert.equal(columns.length, 10)
  assert.deepEqual(columns[0], { from: 1983, to: 1984, count: 2 })
  assert.deepEqual(columns[1], { from: 1985, to: 1989, count: 1 })
  assert.deepEqual(columns.at(-1), { from: 2025, to: 2026, count: 7 })
})

test('what is older than the columns reach is counted in the first', () => {
  const columns = columnsOf(years({ 859: 1, 1088: 1, 1829: 2, 1834: 4, 2024: 1 }))
  assert.equal(columns.length, 40)
  assert.deepEqual(columns[0], { from: 859, to: 1829, count: 4 })
  assert.equal(columns.reduce((n, c) => n + c.count, 0), 9)
})

test('a range of years, and in words', () => {
  for (const [range, want, words] of /** @type {const} */ ([
    ['', ['', ''], null],
    ['2015', ['2015', '2015'], 'Founded in 2015'],
    ['2015..2020', ['2015', '2020'], 'Founded 2015 to 2020'],
    ['2015..', ['2015', ''], 'Founded 2015 or later'],
    ['..2020', ['', '2020'], 'Founded 2020 or earlier'],
  ])) {
    assert.deepEqual(bounds(range), want, range)
    if (words) assert.equal(yearsText(range), words)
  }
})

test('a value without a bucket is its own name', () => {
  const label = labelsOf({ numberMatched: 1, facets: { country: { buckets: [{ value: 'LAO', count: 1, label: 'Laos' }, { value: null, count: 0, label: 'Not stated' }] } } })
  assert.equal(label('country', 'LAO'), 'Laos')
  assert.equal(label('country', 'none'), 'Not stated')
  assert.equal(label('sector', 'LAO'), 'LAO')
})

test('each filter can be left out, and no other goes with it', () => {
  const filters = { ...noFilters(), country: ['LAO', 'THA'], established: '2015..', q: 'rice' }
  const ways = without(filters)
  assert.deepEqual(ways.map((w) => w.name), ['Stands in', 'Year founded', '“rice”'])
  assert.deepEqual(ways.map((w) => w.filters), [{ ...filters, country: [] }, { ...filters, established: '' }, { ...filters, q: '' }])
  assert.deepEqual(without(noFilters()), [])
})
