// The built-in basemap: land, coast, the borders between the participating
// countries, and their names. The form of the files is told in
// web/basemap/generate. No DOM in this file; drawing goes to a canvas that the
// caller brings.

/** @typedef {{points: Float64Array, west: number, east: number, north: number, south: number}} Path points: x, y in parts of the world square */
/** @typedef {{land: Path[], borders: Path[]}} Basemap */
/** @typedef {{land: string, coast: string, border: string}} Colours */

const MAX_LATITUDE = 85.0511287798066
const EDGE = 1e-9 // of the world square: what lies nearer to its edge is a pole

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
function withBounds(points) {
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
 * @param {{left: number, top: number, width: number, height: number, world: number}} frame
 *   the window's corner and size and the world's width, in pixels; the world repeats to the left and right
 * @param {Colours} colours
 */
export function draw(canvas, map, frame, colours) {
  canvas.lineJoin = 'round'
  canvas.fillStyle = colours.land
  const pole = frame.world - frame.top - 1 // the square ends at 85° south, Antarctica does not
  if (pole < frame.height) canvas.fillRect(0, Math.max(0, pole), frame.width, frame.height)
  const last = Math.floor((frame.left + frame.width) / frame.world + 0.5)
  for (let copy = Math.floor(frame.left / frame.world - 0.5); copy <= last; copy++) {
    drawWorld(canvas, map, { ...frame, left: frame.left - copy * frame.world }, colours)
  }
}

/** @param {CanvasRenderingContext2D} canvas @param {Basemap} map @param {Parameters<typeof draw>[2]} frame @param {Colours} colours */
function drawWorld(canvas, map, frame, colours) {
  const seen = (/** @type {Path} */ p) =>
    p.east * frame.world > frame.left && p.west * frame.world < frame.left + frame.width &&
    p.south * frame.world > frame.top && p.north * frame.world < frame.top + frame.height
  const land = map.land.filter(seen)
  canvas.beginPath()
  for (const p of land) trace(canvas, p.points, frame, true)
  canvas.fillStyle = colours.land
  canvas.fill('evenodd')
  canvas.beginPath()
  for (const p of land) traceCoast(canvas, p.points, frame)
  canvas.strokeStyle = colours.coast
  canvas.lineWidth = 0.8
  canvas.setLineDash([])
  canvas.stroke()
  canvas.beginPath()
  for (const p of map.borders.filter(seen)) trace(canvas, p.points, frame, false)
  canvas.strokeStyle = colours.border
  canvas.lineWidth = 1
  canvas.setLineDash([4, 3])
  canvas.stroke()
}

/** @param {CanvasRenderingContext2D} canvas @param {Float64Array} points @param {Parameters<typeof draw>[2]} frame @param {boolean} close */
function trace(canvas, points, frame, close) {
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i] * frame.world - frame.left
    const y = points[i + 1] * frame.world - frame.top
    if (i) canvas.lineTo(x, y)
    else canvas.moveTo(x, y)
  }
  if (close) canvas.closePath()
}

/**
 * The outline without the lines that only close a ring along a pole.
 * @param {CanvasRenderingContext2D} canvas @param {Float64Array} points @param {Parameters<typeof draw>[2]} frame
 */
function traceCoast(canvas, points, frame) {
  const atPole = (/** @type {number} */ y) => y < EDGE || y > 1 - EDGE
  const n = points.length
  let drawing = false
  for (let i = 0; i <= n; i += 2) {
    const y = points[(i + 1) % n]
    const hidden = atPole(y)
    const to = [points[i % n] * frame.world - frame.left, y * frame.world - frame.top]
    if (drawing && !hidden) canvas.lineTo(to[0], to[1])
    else canvas.moveTo(to[0], to[1])
    drawing = !hidden
  }
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
 * Chooses for each name the first of its places that is wide enough and free of
 * marks and of the names before it.
 * @param {{places: {x: number, y: number, room: number}[], width: number, height: number}[]} names in pixels
 * @param {Rect[]} marks
 * @returns {number[]} the index of a place for each name; -1: hide it
 */
export function placeNames(names, marks) {
  const taken = [...marks]
  return names.map(({ places, width, height }) => {
    const i = places.findIndex((p) => width <= p.room && !taken.some((m) => overlap(m, { x: p.x, y: p.y, width, height })))
    if (i >= 0) taken.push({ x: places[i].x, y: places[i].y, width, height })
    return i
  })
}

/** @param {Rect} a @param {Rect} b */
function overlap(a, b) {
  return 2 * Math.abs(a.x - b.x) < a.width + b.width && 2 * Math.abs(a.y - b.y) < a.height + b.height
}
