// The built-in basemap: land, coast, the borders between the participating
// countries, and their names. The form of the files is told in
// web/basemap/generate. No DOM in this file; drawing goes to a canvas that the
// caller brings.

/** @typedef {{west: number, east: number, north: number, south: number}} Extent in parts of the world square */
/** @typedef {Extent & {points: Float64Array}} Path points: x, y in parts of the world square */
/** @typedef {{box?: Extent, land: Path[], borders: Path[]}} Basemap box: what it covers, if that is not the world */
/** @typedef {{land: string, coast: string, border: string}} Colours */
/** @typedef {{colour: string, paths: Path[]}} Shade an area of the land in a colour of its own */
/**
 * @typedef {object} Viewport a window of the world, which repeats to the left and right
 * @property {number} left of its corner, in pixels
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} world the width of the world, in pixels
 */

const MAX_LATITUDE = 85.0511287798066
const EDGE = 1e-9 // of the world square: what lies nearer to its edge is a pole
/** The world has sides at the poles only: rings go on past ±180°. @type {Extent} */
const WORLD = { west: -Infinity, east: Infinity, north: EDGE, south: 1 - EDGE }

/**
 * Web Mercator, with the world as a square of 1 whose corner is in the north-west.
 * @param {number} lng degrees; beyond ±180 the square goes on
 * @param {number} lat degrees; cut off where the square ends
 * @returns {[number, number]}
 */
export function project(lng, lat) {
  const cut = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat))
  const y = Math.asinh(Math.tan((cut * Math.PI) / 180)) / (2 * Math.PI)
  return [(lng + 180) / 360, 0.5 - y]
}

/**
 * @param {ArrayBuffer} file
 * @returns {Basemap}
 */
export function decode(file) {
  const next = reader(new Uint8Array(file))
  const steps = next()
  const map = { land: paths(next, steps), borders: paths(next, steps) }
  if (!next.atEnd()) throw new RangeError('the basemap file is longer than it says')
  return map
}

/** @param {string} url of a file, from the folder of the scripts */
export async function load(url) {
  const response = await fetch(new URL(url, import.meta.url))
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return decode(await response.arrayBuffer())
}

/** @param {Uint8Array} bytes a row of LEB128 numbers */
function reader(bytes) {
  let at = 0
  const next = () => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      if (at >= bytes.length) throw new RangeError('the basemap file ends too early')
      const byte = bytes[at++]
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  next.atEnd = () => at === bytes.length
  return next
}

/** @param {number} n */
const unzigzag = (n) => (n % 2 ? -(n + 1) / 2 : n / 2)

/**
 * @param {() => number} next
 * @param {number} steps in a degree
 * @returns {Path[]}
 */
function paths(next, steps) {
  let x = 0
  let y = 0
  return Array.from({ length: next() }, () => {
    const points = new Float64Array(2 * next())
    for (let i = 0; i < points.length; i += 2) {
      x += unzigzag(next())
      y += unzigzag(next())
      points.set(project(x / steps, y / steps), i)
    }
    return withBounds(points)
  })
}

/** @param {Float64Array} points @returns {Path} */
export function withBounds(points) {
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = 0; i < points.length; i += 2) {
    west = Math.min(west, points[i])
    east = Math.max(east, points[i])
    north = Math.min(north, points[i + 1])
    south = Math.max(south, points[i + 1])
  }
  return { points, west, east, north, south }
}

/**
 * Draws what a window of the world shows. The sea is what is left empty.
 * @param {CanvasRenderingContext2D} canvas scaled to CSS pixels
 * @param {Basemap} map
 * @param {Viewport} viewport
 * @param {Colours} colours
 * @param {Shade[]} [shades]
 */
export function draw(canvas, map, viewport, colours, shades = []) {
  canvas.lineJoin = 'round'
  canvas.fillStyle = colours.land
  const pole = viewport.world - viewport.top - 1 // the square ends at 85° south, Antarctica does not
  if (pole < viewport.height) canvas.fillRect(0, Math.max(0, pole), viewport.width, viewport.height)
  const last = Math.floor((viewport.left + viewport.width) / viewport.world + 0.5)
  for (let copy = Math.floor(viewport.left / viewport.world - 0.5); copy <= last; copy++) {
    drawWorld(canvas, map, { ...viewport, left: viewport.left - copy * viewport.world }, colours, shades)
  }
}

/** @param {CanvasRenderingContext2D} canvas @param {Basemap} map @param {Viewport} viewport @param {Colours} colours @param {Shade[]} shades */
function drawWorld(canvas, map, viewport, colours, shades) {
  const path = (/** @type {Path[]} */ paths, /** @type {Lifted} */ lifted = never) => {
    canvas.beginPath()
    for (const p of paths) {
      const seen = p.east * viewport.world > viewport.left && p.west * viewport.world < viewport.left + viewport.width &&
        p.south * viewport.world > viewport.top && p.north * viewport.world < viewport.top + viewport.height
      if (seen) trace(canvas, p.points, viewport, lifted)
    }
  }
  path(map.land)
  canvas.fillStyle = colours.land
  canvas.fill('evenodd')
  canvas.globalCompositeOperation = 'source-atop' // outlines may be coarser than the coast: only land is shaded
  for (const { colour, paths } of shades) {
    path(paths)
    canvas.fillStyle = colour
    canvas.fill('evenodd')
  }
  canvas.globalCompositeOperation = 'source-over'
  path(map.land, noCoast(map.box))
  canvas.strokeStyle = colours.coast
  canvas.lineWidth = Math.min(0.8, 1 / canvas.getTransform().a) // a pixel of the screen: wider lines take ten times as long
  canvas.setLineDash([])
  canvas.stroke()
  path(map.borders, afterLast)
  canvas.strokeStyle = colours.border
  canvas.lineWidth = 1
  canvas.setLineDash([4, 3])
  canvas.stroke()
}

/** @typedef {(points: Float64Array, from: number, to: number) => boolean} Lifted whether a line between two points is not drawn */

/** @type {Lifted} */
const never = () => false
/** Borders are no rings. @type {Lifted} */
const afterLast = (_, from, to) => to < from

/** What only closes a ring, along a pole or along a side that the file is cut at. @param {Extent} [box] @returns {Lifted} */
function noCoast({ west, east, north, south } = WORLD) {
  const atSide = (/** @type {Float64Array} */ p, /** @type {number} */ i) => p[i] <= west || p[i] >= east || p[i + 1] <= north || p[i + 1] >= south
  return (points, from, to) => atSide(points, from) || atSide(points, to)
}

/**
 * Draws a ring. Of what lies beyond one side of the window only the ends are
 * drawn: the line between them is not seen, nor is what it cuts off.
 * @param {CanvasRenderingContext2D} canvas @param {Float64Array} points @param {Viewport} viewport @param {Lifted} lifted
 */
function trace(canvas, points, viewport, lifted) {
  const { left, top, width, height, world } = viewport
  const n = points.length
  let beyond = 0 // the sides that all points since the last one drawn lie beyond
  let skipped = false
  let [x, y] = [0, 0]
  for (let i = 0; i <= n; i += 2) {
    const at = i % n
    const lift = i === 0 || lifted(points, i - 2, at)
    if (lift && skipped) canvas.lineTo(x, y)
    const [fromX, fromY] = [x, y]
    x = points[at] * world - left
    y = points[at + 1] * world - top
    const sides = (x < -9 ? 1 : x > width + 9 ? 2 : 0) | (y < -9 ? 4 : y > height + 9 ? 8 : 0)
    if (!lift && beyond & sides) {
      beyond &= sides
      skipped = true
      continue
    }
    if (lift) {
      canvas.moveTo(x, y)
    } else {
      if (skipped) canvas.lineTo(fromX, fromY)
      canvas.lineTo(x, y)
    }
    beyond = sides
    skipped = false
  }
  if (skipped) canvas.lineTo(x, y)
}

/**
 * Where the name of a country may stand: points inside of it, with the width
 * there in degrees. A name that is wider hides, so that none lies on the sea or
 * on another country.
 * @type {Record<string, [lng: number, lat: number, room: number][]>}
 */
export const COUNTRY_NAMES = {
  CHN: [[103.5, 35.8, 24], [112, 33.2, 13], [88, 39.5, 14]],
  IDN: [[113.6, -0.4, 6], [138.7, -4.2, 4.6], [102.2, -1.8, 3]],
  MMR: [[96.2, 21.2, 4.6], [97.4, 25, 2.4]],
  THA: [[101.2, 15.9, 5], [102.9, 16.6, 3.6], [99.3, 18.3, 2.6]],
  VNM: [[105, 21.9, 3], [108, 13.7, 1.9]],
  LAO: [[102.9, 19.8, 3], [105.9, 15.4, 1.6]],
  KHM: [[104.9, 12.8, 4], [103.9, 13.5, 2.4]],
  MYS: [[113.6, 2.6, 3], [102.3, 4.3, 2.2]],
  PHL: [[125.1, 7.8, 2], [121.1, 16.6, 1.2]],
  TLS: [[125.8, -8.8, 1.4]],
  BRN: [[114.62, 4.55, 0.5]],
  SGP: [[103.82, 1.36, 0.3]],
}

/** @typedef {{x: number, y: number, width: number, height: number}} Rect x, y: the middle */

/**
 * Chooses for each name the first of its candidates that is wide enough and free of
 * marks and of the names before it.
 * @param {{candidates: {x: number, y: number, room: number}[], width: number, height: number}[]} names in pixels
 * @param {Rect[]} taken by marks; the names that are shown are added
 * @returns {number[]} the index of a candidate for each name; -1: hide it
 */
export function chooseCandidates(names, taken) {
  return names.map(({ candidates, width, height }) => {
    const i = candidates.findIndex((p) => width <= p.room && !taken.some((m) => overlap(m, { x: p.x, y: p.y, width, height })))
    if (i >= 0) taken.push({ x: candidates[i].x, y: candidates[i].y, width, height })
    return i
  })
}

/** @param {Rect} a @param {Rect} b */
function overlap(a, b) {
  return 2 * Math.abs(a.x - b.x) < a.width + b.width && 2 * Math.abs(a.y - b.y) < a.height + b.height
}
