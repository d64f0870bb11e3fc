import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COUNTRY_NAMES, decode, draw, chooseCandidates, project } from '../app/basemap.js'
import { REGION } from '../app/layers.js'

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

test('the fine basemap fills its region, and nothing of it lies beyond', () => {
  const { land, borders } = decode(file('region-10m.bin'))
  const sides = (/** @type {import('../app/basemap.js').Path[]} */ paths) => ({
    west: Math.min(...paths.map((p) => p.west)), east: Math.max(...paths.map((p) => p.east)),
    north: Math.min(...paths.map((p) => p.north)), south: Math.max(...paths.map((p) => p.south)),
  })
  const { west, east, north, south } = REGION
  assert.deepEqual(sides(land), { west, east, north, south }, 'the box of the generator is that of the page')
  for (const b of borders) assert.ok(b.west > west && b.east < east && b.north > north && b.south < south)
  for (const [place, lng, lat, want] of /** @type {[string, number, number, boolean][]} */ ([
    ['Kunming', 102.7, 25, true], ['Singapore', 103.8, 1.36, true], ['Lhasa', 91.1, 29.6, true], ['Haikou', 110.3, 19.9, true],
    ['the Gulf of Thailand', 101, 10, false], ['the Makassar Strait', 118, -2, false],
  ])) assert.equal(land.some(({ points }) => holds(points, ...project(lng, lat))), want, place)
})

test('where the fine basemap is cut off, no coast is drawn', () => {
  const map = { ...decode(file('region-10m.bin')), box: REGION }
  const viewport = { left: 0, top: 0, width: 1024, height: 1024, world: 1024 }
  const onSides = (/** @type {Line[]} */ lines) => lines.filter(({ from, to }) =>
    [REGION.west, REGION.east].some((x) => from[0] === x * 1024 && to[0] === x * 1024) ||
    [REGION.north, REGION.south].some((y) => from[1] === y * 1024 && to[1] === y * 1024))
  const [land, coast, borders] = drawn(map, viewport)
  assert.ok(onSides(land).length > 0, 'the land is closed along the sides')
  assert.ok(coast.length > 1000 && borders.length > 100)
  assert.deepEqual(onSides(coast), [])
  assert.deepEqual(onSides(borders), [])
})

/** A file of one ring, in whole degrees. @param {number[][]} ring */
function ringFile(ring) {
  const zigzag = (/** @type {number} */ n) => (n < 0 ? -2 * n - 1 : 2 * n)
  const bytes = [1, 1, ring.length]
  ring.forEach(([x, y], i) => {
    const [beforeX, beforeY] = ring[i - 1] ?? [0, 0]
    for (const n of [zigzag(x - beforeX), zigzag(y - beforeY)]) bytes.push(...(n < 128 ? [n] : [(n & 127) | 128, n >> 7]))
  })
  return decode(Uint8Array.of(...bytes, 0).buffer)
}

test('the world repeats', () => {
  const square = ringFile([[0, 0], [0, -80], [20, -80], [20, 0]])
  const [land] = drawn(square, { left: -100, top: 0, width: 500, height: 100, world: 100 })
  const copies = new Set(land.map(({ from }) => Math.floor(from[0] / 100)))
  assert.deepEqual([...copies], [0, 1, 2, 3, 4])
})

test('the closing line along a pole is not drawn as coast', () => {
  const [land, coast] = drawn(ringFile([[0, -70], [10, -70], [10, -90]]), { left: 0, top: 0, width: 100, height: 100, world: 100 })
  assert.equal(land.length, 3)
  assert.deepEqual(coast.map(({ from, to }) => from[1] === to[1]), [true])
})

test('what lies beyond the window is left out, and the window shows the same', () => {
  const { land } = decode(file('world-110m.bin'))
  const world = 4096
  for (const [lng, lat] of [[102, 15], [121, 31], [20, 50], [-100, 40], [179, -17]]) {
    const [x, y] = project(lng, lat)
    const viewport = { left: x * world - 100, top: y * world - 80, width: 200, height: 160, world }
    const [lines] = drawn({ land, borders: [] }, viewport)
    assert.ok(lines.length < land.reduce((n, p) => n + p.points.length / 2, 0) / 4, 'most of the world is left out')
    for (let px = 5; px < 200; px += 13) {
      for (let py = 5; py < 160; py += 13) {
        const [wx, wy] = [(viewport.left + px) / world, (viewport.top + py) / world]
        const want = land.filter(({ points }) => holds(points, wx, wy) !== holds(points, wx - 1, wy)).length % 2 === 1
        assert.equal(crossings(lines, px, py) % 2 === 1, want, `${px}, ${py} of the window at ${lng}, ${lat}`)
      }
    }
  }
})

test('an area is shaded on land only', () => {
  const square = ringFile([[0, 0], [0, -80], [20, -80], [20, 0]])
  /** @type {string[]} */
  const fills = []
  drawn(square, { left: 40, top: 40, width: 20, height: 20, world: 100 }, [{ colour: 'teal', paths: square.land }], fills)
  assert.deepEqual(fills, ['source-over land', 'source-atop teal'])
})

test('names hide where there is no room', () => {
  const name = (/** @type {number} */ x, /** @type {number} */ room) => ({ candidates: [{ x, y: 0, room }, { x: x + 200, y: 0, room }], width: 60, height: 18 })
  assert.deepEqual(chooseCandidates([name(0, 80)], []), [0])
  assert.deepEqual(chooseCandidates([name(0, 59)], []), [-1], 'wider than the country')
  assert.deepEqual(chooseCandidates([name(0, 80)], [{ x: 20, y: 5, width: 30, height: 30 }]), [1], 'a mark stands there')
  assert.deepEqual(chooseCandidates([name(0, 80), name(30, 80), name(230, 80)], []), [0, 1, 1], 'the names before it stand there')
  /** @type {import('../app/basemap.js').Rect[]} */
  const taken = []
  chooseCandidates([name(0, 80), name(0, 10)], taken)
  assert.deepEqual(taken, [{ x: 0, y: 0, width: 60, height: 18 }], 'who comes after keeps off')
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

/** @typedef {{from: number[], to: number[]}} Line */

/** How many lines a ray to the left of a point meets. @param {Line[]} lines @param {number} x @param {number} y */
function crossings(lines, x, y) {
  return lines.filter(({ from: [ax, ay], to: [bx, by] }) => ay > y !== by > y && x > ((bx - ax) * (y - ay)) / (by - ay) + ax).length
}

/**
 * The lines that are drawn: those of the land, of the coast and of the borders, of
 * all copies of the world.
 * @param {import('../app/basemap.js').Basemap} map @param {import('../app/basemap.js').Viewport} viewport
 * @param {import('../app/basemap.js').Shade[]} [shades] @param {string[]} [fills]
 * @returns {Line[][]}
 */
function drawn(map, viewport, shades = [], fills = []) {
  /** @type {Line[][]} */
  const parts = [[], [], []]
  /** @type {Line[]} */
  let path = []
  /** @type {number[]} */
  let at = []
  let strokes = 0
  const canvas = {
    fillStyle: '', globalCompositeOperation: 'source-over',
    beginPath() { path = [] },
    moveTo(/** @type {number[]} */ ...to) { at = to },
    lineTo(/** @type {number[]} */ ...to) { path.push({ from: at, to }); at = to },
    fill() {
      if (path.length) fills.push(`${canvas.globalCompositeOperation} ${canvas.fillStyle}`)
      if (canvas.fillStyle === 'land') parts[0].push(...path)
    },
    stroke() { parts[1 + (strokes++ % 2)].push(...path) },
    fillRect() {}, setLineDash() {}, getTransform: () => ({ a: 1 }),
  }
  draw(/** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (canvas)), map, viewport, { land: 'land', coast: '', border: '' }, shades)
  return parts
}
