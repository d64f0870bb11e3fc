import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from '../app/basemap.js'
import { arcOf, endsOf, lineAt, linesOf, pairsOf, widthOf } from '../app/lines.js'

/** @typedef {import('../app/lines.js').Drawn} Drawn */

test('a line goes the shorter way round, bent to the north; of no length there is none', () => {
  const [beijing, bangkok, fiji, samoa] = [[116.4, 39.9], [100.5, 13.75], [178.4, -18.1], [-171.8, -13.8]].map(([lng, lat]) => project(lng, lat))
  for (const [from, to] of [[beijing, bangkok], [bangkok, beijing], [fiji, samoa], [samoa, fiji], [beijing, samoa]]) {
    const arc = arcOf(from, to)
    assert.ok(arc)
    assert.ok(Math.abs(arc.to[0] - arc.from[0]) < 0.5, 'never round the back of the world')
    assert.ok(arc.by[1] < (arc.from[1] + arc.to[1]) / 2, 'bent to the north')
    assert.equal(Math.abs(arc.to[0] - to[0]) % 1, 0, 'it ends where the other stands, or at a copy of that')
  }
  assert.equal(arcOf(fiji, samoa)?.to[0], samoa[0] + 1)
  assert.equal(arcOf(bangkok, bangkok), null)
  assert.equal(arcOf(bangkok, undefined), null)
})

test('a line that the server cuts at 180 degrees has the ends of both parts', () => {
  const [from, to] = endsOf({ type: 'MultiLineString', coordinates: [[[178, -18], [180, -17]], [[-180, -17], [-172, -14]]] })
  assert.deepEqual([from, to], [project(178, -18), project(-172, -14)])
})

test('two countries are joined by the facilities of both directions; a country is not joined to itself, nor to nobody', () => {
  const line = (/** @type {string|null} */ value) => ({ value, label: '', count: 0 })
  const pairs = pairsOf({ numberMatched: 9, rows: ['CHN', 'THA', null].map(line), columns: ['THA', 'CHN', null].map(line), counts: [[21, 65, 1], [15, 6, 0], [2, 0, 0]] })
  assert.deepEqual(pairs, [{ one: 'CHN', other: 'THA', count: 27 }])
  assert.ok(widthOf(27, 27) > widthOf(5, 27) && widthOf(1, 1000) > 1)
})

test('partnerships between the same places lie beside each other, and those without a place are no line', () => {
  const of = (/** @type {string} */ facility, /** @type {any} */ geometry) =>
    ({ geometry, properties: { roles: ['host'], institution: 'cas', institution_name: 'CAS', facility, facility_name: facility } })
  const line = { type: 'LineString', coordinates: [[116.4, 39.9], [100.5, 13.75]] }
  const lines = linesOf([of('a', line), of('b', line), of('c', null), of('d', { type: 'LineString', coordinates: [[1, 1], [1, 1]] })])
  assert.deepEqual(lines.map((l) => l.facility), ['a', 'b'])
  assert.notDeepEqual(lines[0].by, lines[1].by)
  assert.equal(lines[0].text, 'CAS → a')
})

test('the pointer is on the line that it is near to, in every copy of the world', () => {
  const arc = /** @type {import('../app/lines.js').Arc} */ (arcOf([0.8, 0.4], [0.78, 0.46]))
  const line = { ...arc, width: 2, roles: [], text: '', facility: '' }
  const middle = /** @type {[number, number]} */ ([0, 1].map((i) => (arc.from[i] + 2 * arc.by[i] + arc.to[i]) / 4))
  assert.equal(lineAt([line], middle, 0.001), line)
  assert.equal(lineAt([line], [middle[0] - 1, middle[1]], 0.001), line)
  assert.equal(lineAt([line], [middle[0] + 0.01, middle[1]], 0.001), undefined)
})
