import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { useCatalogue } from '../app/i18n.js'
import { noFilters } from '../app/url.js'
import { coverageOf, drawnYears, heat, nextSort, without, withoutEmpty, stepPath, tableText, ticks, yearsOf, yearTicks } from '../app/views.js'
import { texts } from './texts.mjs'

before(() => useCatalogue('en', texts('en')))

const line = (/** @type {string|null} */ value, /** @type {number} */ count) => ({ value, label: value ?? 'Not stated', count })
const matrix = {
  numberMatched: 9, rows: [line(null, 5), line('BRN', 0), line('LAO', 1), line('THA', 3)], columns: [line('a', 2), line('b', 0), line('c', 7)],
  counts: [[1, 0, 4], [0, 0, 0], [0, 0, 1], [1, 0, 2]],
}

test('the matrix leaves out what has no record, and keeps the order of the server', () => {
  const { rows, columns, counts } = withoutEmpty(matrix)
  assert.deepEqual(rows.map((r) => r.value), [null, 'LAO', 'THA'])
  assert.deepEqual(columns.map((c) => c.value), ['a', 'c'])
  assert.deepEqual(counts, [[1, 4], [0, 1], [1, 2]])
  assert.deepEqual(withoutEmpty({ ...matrix, rows: [], counts: [] }).counts, [])
})

test('the table as text has the totals of the server', () => {
  assert.equal(tableText(withoutEmpty(matrix)), '\tTotal\ta\tc\nNot stated\t5\t1\t4\nLAO\t1\t0\t1\nTHA\t3\t1\t2\nTotal\t9\t2\t7')
})

test('what nobody has put into a language is in English', () => {
  const told = (source = 0, person = 0, machine = 0) => ({ source, person, machine })
  const row = { lang: 'th', names: told(2, 1, 5), summaries: told(1, 1, 4), towns: told(3, 1, 0), outdated: 2 }
  assert.deepEqual(coverageOf(row, 10, 8, 6), [2, 1, 5, 2, 2, 4, 2, 4, 0, 2, 2])
})

test('five steps of heat, and none for nothing', () => {
  for (const [n, most, want] of [[0, 100, 0], [1, 100, 1], [4, 100, 1], [5, 100, 2], [36, 100, 3], [37, 100, 4], [64, 100, 4], [65, 100, 5], [100, 100, 5], [1, 1, 5]]) {
    assert.equal(heat(n, most), want, `${n} of ${most}`)
  }
})

const buckets = [['1998', 3], ['2000', 0], ['2010', 2], ['2020', 1], [null, 4]].map(([value, count]) => line(/** @type {string|null} */ (value), Number(count)))

test('years sum up within the chosen ones', () => {
  for (const [chosen, want, unknown] of /** @type {[string, number[][], number][]} */ ([
    ['', [[1998, 3, 3], [2010, 2, 5], [2020, 1, 6]], 4],
    ['2010..', [[2010, 2, 2], [2020, 1, 3]], 0],
    ['..2010', [[1998, 3, 3], [2010, 2, 5]], 0],
    ['2010', [[2010, 2, 2]], 0],
    ['2001..2009', [], 0],
  ])) {
    const found = yearsOf(buckets, chosen)
    assert.deepEqual(found.years.map((y) => [y.year, y.count, y.total]), want, chosen)
    assert.equal(found.unknown, unknown, chosen)
  }
})

test('very old years are drawn as what was there before', () => {
  const years = yearsOf([line('1088', 2), line('1900', 1), line('1950', 4), line('2020', 1)], '').years
  assert.deepEqual(drawnYears(years), { from: 1920, to: 2020, before: 3, years: years.slice(2) })
  assert.deepEqual(drawnYears(years.slice(2)), { from: 1950, to: 2020, before: 0, years: years.slice(2).map((y) => y) })
})

test('the axes have round numbers, and years that do not touch', () => {
  assert.deepEqual(ticks(85, 5), [0, 20, 40, 60, 80])
  assert.deepEqual(ticks(2, 5), [0, 1, 2])
  assert.deepEqual(ticks(51370, 5), [0, 20000, 40000])
  assert.deepEqual(yearTicks(2000, 2026, 460), [2000, 2005, 2010, 2015, 2020, 2026])
  assert.deepEqual(yearTicks(2019, 2020, 300), [2019, 2020])
  assert.deepEqual(yearTicks(1920, 2020, 100), [1920, 2020])
})

test('the line goes in steps', () => {
  assert.equal(stepPath([[10, 90], [50.04, 20]], [10, 100]), 'M10 100H10V90H50V20')
})

test('a head sorts by its column, then the other way round', () => {
  for (const [by, sort, want] of [
    ['name', 'country_name', 'name'], ['name', 'name', '-name'], ['name', '-name', 'name'], ['country_label', 'country_label', '-country_label'],
    ['country_label', '-country_label', 'country_label'], ['updated', 'country_label', '-updated'], ['updated', '-updated', 'updated'],
    ['updated', 'updated', '-updated'], ['city', '-name', 'city'],
  ]) assert.equal(nextSort(by, sort), want, `${by} after ${sort}`)
})

test('a filter leaves the choices of later alone', () => {
  const now = { ...noFilters(), country: ['LAO', 'THA'], kind: ['joint-laboratory'], established: '2015..', q: 'rice' }
  const ways = without({ ...noFilters(), country: ['LAO'], established: '2010', q: 'tea' })
  assert.deepEqual(ways.map(({ leave }) => leave(now)), [{ ...now, country: [] }, { ...now, established: '' }, { ...now, q: '' }])
})
