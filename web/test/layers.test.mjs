import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from '../app/basemap.js'
import { covers, holds, inViewport, outlineOf, labelTowns, reachOf, REGION, stepOf, stepsTo, townsOf, uncovering } from '../app/layers.js'

const close = { left: 1000, top: 900, width: 800, height: 600, world: 256 * 2 ** 7 }

test('counts are shaded in at most five steps', () => {
  for (const [max, want] of /** @type {[number, number[]][]} */ ([
    [1, [1]], [3, [1, 2]], [9, [1, 2, 5]], [22, [1, 2, 5, 10, 20]], [53, [1, 5, 10, 20, 50]], [100, [1, 10, 20, 50, 100]], [51370, [1, 5000, 10000, 20000, 50000]],
  ])) {
    const steps = stepsTo(max)
    assert.deepEqual(steps, want, `up to ${max}`)
    assert.equal(stepOf(steps, max), steps.length, 'the largest count is in the last step')
    assert.equal(stepOf(steps, 1), 1)
    assert.equal(stepOf(steps, 0), 0)
  }
})

test('an outline holds what lies in it, and not in its holes', () => {
  const square = (/** @type {number} */ a, /** @type {number} */ b) => [[a, a], [b, a], [b, b], [a, b], [a, a]]
  const { name, paths } = outlineOf({
    properties: { country: 'THA', name: 'Thailand' },
    geometry: { type: 'MultiPolygon', coordinates: [[square(0, 10), square(4, 6)], [square(20, 22)]] },
  })
  assert.equal(name, 'Thailand')
  for (const [lng, lat, want] of /** @type {[number, number, boolean][]} */ ([[1, 1, true], [5, 5, false], [21, 21, true], [15, 5, false], [1, 15, false]])) {
    assert.equal(holds(paths, ...project(lng, lat)), want, `${lng}, ${lat}`)
  }
  assert.deepEqual(outlineOf({ properties: { country: 'XXX', name: 'X' }, geometry: null }).paths, [])
})

test('the fine basemap is drawn where it fills the window', () => {
  const at = (/** @type {number} */ lng, /** @type {number} */ lat, zoom = 7) => {
    const world = 256 * 2 ** zoom
    const [x, y] = project(lng, lat)
    return { left: x * world - 400, top: y * world - 300, width: 800, height: 600, world }
  }
  assert.equal(covers(REGION, at(102, 15)), true)
  assert.equal(covers(REGION, at(462, 15)), true, 'in the next copy of the world')
  assert.equal(covers(REGION, at(-258, 15)), true, 'in the one before')
  for (const [place, lng, lat, zoom] of /** @type {[string, number, number, number][]} */ ([
    ['its western side', 86, 15, 7], ['its eastern side', 149, 15, 7], ['its northern side', 102, 55, 7], ['its southern side', 102, -14, 7], ['too far away', 115, 20, 3],
  ])) assert.equal(covers(REGION, at(lng, lat, zoom)), false, place)
})

test('a position is drawn at its copy that is nearest to the window', () => {
  const [x] = project(100, 10)
  const viewport = { ...close, left: x * close.world - 400 }
  for (const turns of [0, 1, -2]) {
    const { x: px } = inViewport({ ...viewport, left: viewport.left + turns * close.world }, { lng: 100, lat: 10 })
    assert.ok(Math.abs(px - 400) < 1e-6, `${turns} worlds on: ${px}`)
  }
})

test('a place that is known roughly has a circle of its true size, close up', () => {
  const world = (/** @type {number} */ zoom) => 256 * 2 ** zoom
  for (const [precision, zoom, want] of /** @type {[string, number, boolean][]} */ ([
    ['site', 12, false], ['', 12, false], ['country', 12, false], ['city', 7.75, false], ['city', 8, true], ['admin1', 5.75, false], ['admin1', 6, true],
  ])) assert.equal(reachOf(precision, 15, world(zoom)) > 0, want, `${precision} at ${zoom}`)
  assert.equal(reachOf('city', 0, world(8)), 14, 'never smaller than its mark')
  assert.equal(Math.round(reachOf('city', 0, world(12))), 131)
  assert.equal(Math.round(reachOf('admin1', 60, world(8)) / reachOf('admin1', 0, world(8))), 2, 'Mercator stretches towards the poles')
})

test('towns are named once, where nothing else stands', () => {
  const at = (/** @type {string} */ name, /** @type {number} */ lng, lat = 10) => ({ name, lng, lat })
  const width = (/** @type {string} */ text) => text.length * 6
  const [x, y] = project(101, 10)
  const viewport = { ...close, left: x * close.world - 400, top: y * close.world - 300 }
  const mark = { x: x * close.world, y: y * close.world, width: 30, height: 30 }
  const names = (/** @type {ReturnType<typeof labelTowns>} */ labels) => labels.map(({ text }) => text)

  const [alone] = labelTowns([at('Rayong', 101)], viewport, [], width)
  assert.deepEqual([alone.text, Math.round(alone.x), Math.round(alone.y)], ['Rayong', 400, 310])
  const [below] = labelTowns([at('Rayong', 101)], viewport, [mark], width)
  assert.equal(Math.round(below.y), 324, 'below its mark')
  assert.deepEqual(labelTowns([at('Rayong', 101)], viewport, [{ ...mark, width: 90, height: 120 }], width), [], 'no room')
  assert.deepEqual(names(labelTowns([at('Rayong', 101), at('Rayong', 103)], viewport, [], width)), ['Rayong'])
  assert.deepEqual(names(labelTowns([at('A', 101), at('B', 101), at('C', 101), at('D', 101)], viewport, [], width)), ['A', 'B'], 'the first ones win')
})

test('the map moves only where a point is covered or too near to an edge, and then to the middle of what is free', () => {
  const free = { left: 0, top: 0, right: 800, bottom: 600 }
  assert.equal(uncovering({ x: 100, y: 300 }, free), null)
  assert.deepEqual(uncovering({ x: 900, y: 300 }, free), [500, 0])
  assert.deepEqual(uncovering({ x: 400, y: 20 }, free), [0, -280])
})

test('a point has the town that most of its records name, and the greatest come first', () => {
  const at = (/** @type {number} */ lng, /** @type {string} */ city) =>
    /** @type {any} */ ({ geometry: { type: 'Point', coordinates: [lng, 18] }, properties: { city } })
  const found = townsOf([at(101, 'Muang Xay'), at(102.6, 'Naphok'), at(102.6, 'Vientiane'), at(102.6, ''), at(102.6, 'Vientiane'), at(103, 'Pakse'), at(103, 'Pakse')])
  assert.deepEqual(found, [{ name: 'Vientiane', lng: 102.6, lat: 18 }, { name: 'Pakse', lng: 103, lat: 18 }, { name: 'Muang Xay', lng: 101, lat: 18 }])
})
