import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COUNTRY_NAMES, decode, draw, placeNames, project } from '../app/basemap.js'

/** @param {string} name */
function file(name) {
  const { buffer, byteOffset, byteLength } = readFileSync(new URL(`../basemap/${name}`, import.meta.url))
  return /** @type {ArrayBuffer} */ (buffer.slice(byteOffset, byteOffset + byteLength))
}

const files = ['world-110m.bin', 'world-50m.bin']

for (const name of files) {
  test(`${name}: no line crosses the map`, () => {
    const { land, borders } = decode(file(name))
    assert.ok(land.length > 100 && borders.length >= 10)
    for (const { points } of [...land, ...borders]) {
      for (let i = 2; i < points.length; i += 2) {
        assert.ok(Math.abs(points[i] - points[i - 2]) <= 0.5, `a step of ${points[i] - points[i - 2]} of the world`)
      }
    }
  })

  test(`${name}: places on land and at sea`, () => {
    const { land } = decode(file(name))
    for (const [place, lng, lat, want] of /** @type {[string, number, number, boolean][]} */ ([
      ['Kunming', 102.7, 25, true], ['Chiang Mai', 99, 18.8, true], ['central Borneo', 114, 0.5, true], ['the South Pole', 10, -84, true],
      ['Siberia beyond 180°', 182, 67, true], ['the South China Sea', 115, 14, false], ['the Andaman Sea', 95.5, 11, false], ['south of Fiji', 0, -18, false],
    ])) {
      const [x, y] = project(lng, lat)
      assert.equal(land.some(({ points }) => holds(points, x, y)), want, place)
    }
  })

  test(`${name}: borders run between participants only`, () => {
    const [west, south] = project(92, -12)
    const [east, north] = project(127, 29.5)
    for (const b of decode(file(name)).borders) {
      assert.ok(b.west >= west && b.east <= east && b.north >= north && b.south <= south, 'a border outside of China-ASEAN land borders')
    }
  })
}

test('every name stands on land', () => {
  const { land } = decode(file('world-50m.bin'))
  for (const [code, places] of Object.entries(COUNTRY_NAMES)) {
    for (const [lng, lat] of places) {
      const [x, y] = project(lng, lat)
      assert.ok(land.some(({ points }) => holds(points, x, y)), `${code} at ${lng}, ${lat}`)
    }
  }
})

test('a file that is cut off or too long is refused', () => {
  const whole = file('world-110m.bin')
  assert.throws(() => decode(whole.slice(0, -1)), RangeError)
  const longer = new Uint8Array(whole.byteLength + 1)
  longer.set(new Uint8Array(whole))
  assert.throws(() => decode(longer.buffer), RangeError)
})

test('the world repeats, and the closing line along a pole is not drawn as coast', () => {
  const square = decode(Uint8Array.of(1, 1, 4, 0, 0, 0, 159, 1, 40, 0, 0, 160, 1, 0).buffer) // 0,0  0,-80  20,-80  20,0
  const pole = decode(Uint8Array.of(1, 1, 3, 0, 139, 1, 20, 0, 0, 39, 0).buffer) // 0,-70  10,-70  10,-90
  const frame = { left: -100, top: 0, width: 500, height: 100, world: 100 }
  assert.equal(strokes(square, frame).filter((c) => c === 'close').length, 5)
  assert.equal(strokes(pole, { ...frame, left: 0, width: 100 }).filter((c) => c === 'coast').length, 1)
})

test('names hide where there is no room', () => {
  const name = (/** @type {number} */ x, /** @type {number} */ room) => ({ places: [{ x, y: 0, room }, { x: x + 200, y: 0, room }], width: 60, height: 18 })
  assert.deepEqual(placeNames([name(0, 80)], []), [0])
  assert.deepEqual(placeNames([name(0, 59)], []), [-1], 'wider than the country')
  assert.deepEqual(placeNames([name(0, 80)], [{ x: 20, y: 5, width: 30, height: 30 }]), [1], 'a mark stands there')
  assert.deepEqual(placeNames([name(0, 80), name(30, 80), name(230, 80)], []), [0, 1, 1], 'the names before it stand there')
})

/** Even-odd rule. @param {Float64Array} points @param {number} x @param {number} y */
function holds(points, x, y) {
  let inside = false
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [points[i], points[i + 1], points[j], points[j + 1]]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

/** What is drawn, in order. @param {import('../app/basemap.js').Basemap} map @param {Parameters<typeof draw>[2]} frame */
function strokes(map, frame) {
  /** @type {string[]} */
  const calls = []
  let closed = false
  const canvas = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ ({
    beginPath() { closed = false }, moveTo() {}, fillRect() {}, fill() {}, stroke() {}, setLineDash() {},
    lineTo() { calls.push(closed ? 'land' : 'line') },
    closePath() { calls.push('close') },
  }))
  draw(canvas, map, frame, { land: '', coast: '', border: '' })
  const close = calls.lastIndexOf('close')
  return [...calls.slice(0, close + 1), ...calls.slice(close + 1).map(() => 'coast')]
}
