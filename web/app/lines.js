// Who works with whom, on the map: far off one line for each two countries, as wide as
// the facilities between them are many; close up, of one record and of one institution,
// a line from each host and each partner to its facility. Loaded when it is wanted.

import { getJSON } from './api.js'
import { COUNTRY_NAMES, project } from './basemap.js'
import { el, svg } from './dom.js'
import { number, t } from './i18n.js'
import { partnershipsURL } from './relations.js'
import { noFilters } from './url.js'

/** @typedef {import('./api.js').Matrix} Matrix */
/** @typedef {import('./basemap.js').Viewport} Viewport */
/** @typedef {import('./relations.js').Line} Line */
/** @typedef {import('./relations.js').Partnerships} Partnerships */
/** @typedef {{filters: import('./url.js').Filters, selected: string}} Chosen selected: slug of the record whose partnerships alone are drawn */
/** @typedef {[number, number]} Place in parts of the world square */
/** @typedef {{from: Place, by: Place, to: Place}} Arc by: the point that a quadratic curve bends to */
/** @typedef {Arc & {width: number, roles: string[], text: string, facility: string}} Drawn width: pixels; facility: slug, empty for two countries */
/** @typedef {{one: string, other: string, count: number}} Pair two countries by their codes */
/** @typedef {(codes: string[]) => Promise<[string, {paths: import('./basemap.js').Path[]}][]>} Outlines */

const FAR = 5 // the zoom up to which countries are joined, not places
const MOST = 500 // lines that are drawn at a time
const BEND = 0.14 // how far a line leaves the straight one, in parts of its length
const FAN = 0.4 // how much further the next one does that joins the same places, in parts of the bend
const WIDEST = 9 // pixels
const NEAR = 6 // pixels from a line within which the pointer is on it

/** @param {import('./layers.js').Surroundings & {outlines: Outlines}} given */
export function createLines({ container, map, handlers, box, redraw, outlines }) {
  /** @type {Chosen|null} */
  let chosen = null
  /** @type {Drawn[]} */
  let lines = []
  /** Of countries that have no name on the map. @type {Map<string, Place>} */
  const middles = new Map(Object.entries(COUNTRY_NAMES).map(([code, [[lng, lat]]]) => [code, project(lng, lat)]))
  let asked = ''
  let pointed = false
  map.on('moveend', () => void update().catch((error) => console.warn('no lines:', error)))

  async function update(again = false) {
    if (!chosen) return show([], [])
    const now = chosen
    const close = map.getZoom() > FAR
    const single = close || now.selected !== '' || now.filters.institution.length === 1
    const view = `${single}${close && !now.selected ? box() : ''}`
    if (view === asked && !again) return
    asked = view
    const stays = () => now === chosen && view === asked
    const [found, legend] = single ? await singles(now, close) : await bundles(now)
    if (stays()) show(found, legend)
  }

  /** @param {Chosen} of @param {boolean} close @returns {Promise<[Drawn[], Node[]]>} */
  async function singles({ filters, selected }, close) {
    /** @type {Record<string, string>} */
    const page = { limit: String(MOST), properties: 'roles,institution_name,facility,facility_name' }
    const url = selected ? partnershipsURL('items', noFilters(), { ...page, facility: selected })
      : partnershipsURL('items', filters, close ? { ...page, bbox: box().join(',') } : page)
    const { features, numberMatched } = /** @type {Partnerships} */ (await getJSON(url))
    const found = linesOf(features)
    return [found, roleLegend(found, features.length, numberMatched)]
  }

  /** @param {Chosen} of @returns {Promise<[Drawn[], Node[]]>} */
  async function bundles({ filters }) {
    const matrix = /** @type {Matrix} */ (await getJSON(partnershipsURL('matrix', filters, { rows: 'institution_country', columns: 'country' })))
    const pairs = pairsOf(matrix)
    await locate(pairs.flatMap(({ one, other }) => [one, other]))
    const most = Math.max(1, ...pairs.map(({ count }) => count))
    const found = pairs.flatMap(({ one, other, count }) => {
      const arc = arcOf(middles.get(one), middles.get(other))
      const text = t('layer.pair', { one: handlers.countryName(one), other: handlers.countryName(other), n: count })
      return arc ? [{ ...arc, width: widthOf(count, most), roles: [], text, facility: '' }] : []
    })
    return [found, pairs.length ? widthLegend(most) : []]
  }

  /** Where countries are. @param {string[]} codes */
  async function locate(codes) {
    const missing = [...new Set(codes)].filter((code) => !middles.has(code))
    if (missing.length) for (const [code, { paths }] of await outlines(missing)) middles.set(code, middleOf(paths))
  }

  /** @param {Drawn[]} next the widest first @param {Node[]} legend */
  function show(next, legend) {
    if (!chosen) asked = ''
    lines = next
    const list = document.getElementById('line-legend')
    if (list) list.ariaLabel = t(next[0]?.facility === '' ? 'layer.pairs' : 'facet.role')
    list?.replaceChildren(...(chosen && !next.length ? [el('li', {}, t('layer.no_lines'))] : legend))
    redraw()
  }

  return {
    /** @param {Chosen|null} next null: none */
    async show(next) {
      chosen = next
      await update(true)
    },
    /** @param {CanvasRenderingContext2D} context @param {Viewport} viewport */
    draw(context, viewport) {
      const style = getComputedStyle(container)
      const colour = (/** @type {string} */ name) => style.getPropertyValue(`--line-${name}`).trim()
      context.lineCap = 'round'
      for (const line of lines) {
        trace(context, viewport, line)
        stroke(context, line, colour, style.getPropertyValue('--land').trim(), lines.length)
      }
      Object.assign(context, { lineCap: 'butt', globalAlpha: 1 })
    },
    /** @param {string} event @param {{lng: number, lat: number}} position */
    pointer(event, { lng, lat }) {
      const world = 256 * 2 ** map.getZoom()
      const hit = lineAt(lines, project(lng, lat), NEAR / world)
      if (hit || pointed) container.title = hit?.text ?? ''
      pointed = hit !== undefined
      container.classList.toggle('on-line', pointed)
      if (event !== 'click' || !hit) return
      if (hit.facility) handlers.onRecord(hit.facility, container)
      else map.setView({ lng, lat }, FAR + 1)
    },
  }
}

/**
 * The curve from one place to another, the shorter way round the world, bent to the
 * north; null where there is none, or both are the same.
 * @param {Place} [from] @param {Place} [to] @param {number} [bend] in parts of the length
 * @returns {Arc|null}
 */
export function arcOf(from, to, bend = BEND) {
  if (!from || !to) return null
  const dx = to[0] - from[0] - Math.round(to[0] - from[0])
  const dy = to[1] - from[1]
  if (!dx && !dy) return null
  const north = dx < 0 ? -bend : bend
  return { from, by: [from[0] + dx / 2 + dy * north, from[1] + dy / 2 - dx * north], to: [from[0] + dx, to[1]] }
}

/** The facilities between two countries, whichever of them they stand in; the most first. @param {Matrix} matrix @returns {Pair[]} */
export function pairsOf({ rows, columns, counts }) {
  /** @type {Map<string, Pair>} */
  const pairs = new Map()
  rows.forEach((row, i) => columns.forEach((column, j) => {
    if (!row.value || !column.value || row.value === column.value || !counts[i][j]) return
    const [one, other] = [row.value, column.value].sort()
    const pair = pairs.get(one + other) ?? { one, other, count: 0 }
    pair.count += counts[i][j]
    pairs.set(one + other, pair)
  }))
  return [...pairs.values()].sort((a, b) => b.count - a.count)
}

/** @param {number} count @param {number} most @returns {number} pixels */
export const widthOf = (count, most) => Math.max(1.5, WIDEST * Math.sqrt(count / Math.max(most, 4)))

/** The two ends of a line, which is cut at 180 degrees. @param {Line} line @returns {[Place, Place]} */
export function endsOf(line) {
  const parts = line.type === 'LineString' ? [line.coordinates] : line.coordinates
  const last = parts[parts.length - 1]
  const [from, to] = [parts[0][0], last[last.length - 1]].map(([lng, lat]) => project(lng, lat))
  return [from, to]
}

/** One for each partnership that is a line; those between the same places lie beside each other. @param {Partnerships['features']} features @returns {Drawn[]} */
export function linesOf(features) {
  /** @type {Map<string, number>} */
  const before = new Map()
  return features.flatMap(({ geometry, properties: p }) => {
    if (!geometry) return []
    const ends = endsOf(geometry)
    const n = before.get(String(ends)) ?? 0
    before.set(String(ends), n + 1)
    const arc = arcOf(...ends, BEND * (1 + FAN * n))
    return arc ? [{ ...arc, width: 1.75, roles: p.roles, text: `${p.institution_name} → ${p.facility_name}`, facility: p.facility }] : []
  })
}

/** The middle of the greatest part of a country. @param {import('./basemap.js').Path[]} paths @returns {Place} */
function middleOf(paths) {
  const size = (/** @type {import('./basemap.js').Path} */ p) => (p.east - p.west) * (p.south - p.north)
  const { west, east, north, south } = paths.reduce((most, next) => (size(next) > size(most) ? next : most))
  return [(west + east) / 2, (north + south) / 2]
}

/** The copies of a line in a window of the world, which repeats. @param {CanvasRenderingContext2D} context @param {Viewport} viewport @param {Arc} arc */
function trace(context, { left, top, width, world }, { from, by, to }) {
  context.beginPath()
  const [west, east] = [Math.min(from[0], by[0], to[0]), Math.max(from[0], by[0], to[0])]
  for (let copy = Math.ceil(left / world - east); copy <= (left + width) / world - west; copy++) {
    const [a, b, c] = [from, by, to].map(([x, y]) => [(x + copy) * world - left, y * world - top])
    context.moveTo(a[0], a[1])
    context.quadraticCurveTo(b[0], b[1], c[0], c[1])
  }
}

const DASHES = [7, 5]

/**
 * Hosts are told by a whole line and partners by a broken one, beside their colours; of
 * who is both, one lies over the other.
 * @param {CanvasRenderingContext2D} context @param {Drawn} line @param {(name: string) => string} colour
 * @param {string} ground the colour of land @param {number} of how many: many are paler
 */
function stroke(context, { width, roles }, colour, ground, of) {
  for (const role of roles.length ? ROLES.filter((r) => roles.includes(r)) : ['pair']) {
    if (role === 'pair') { // a little ground around it: it may lie over shaded countries, or over another
      Object.assign(context, { lineWidth: width + 2, strokeStyle: ground, globalAlpha: 0.6 })
      context.stroke()
    }
    Object.assign(context, { lineWidth: width, strokeStyle: colour(role), globalAlpha: role === 'pair' ? 0.62 : Math.max(0.4, Math.min(0.85, 40 / of)) })
    context.setLineDash(role === 'partner' ? DASHES : [])
    context.stroke()
  }
  context.setLineDash([])
}

const STEPS = 24 // pieces of a curve that the pointer is measured from

/** The line that a point is on: the last that is drawn. @param {Drawn[]} lines @param {Place} at @param {number} near in parts of the world */
export function lineAt(lines, at, near) {
  return lines.findLast(({ from, by, to, width }) => {
    const reach = near * Math.max(1, width / (2 * NEAR))
    const x = at[0] + Math.round((from[0] + to[0]) / 2 - at[0])
    const point = (/** @type {number} */ i) => [0, 1].map((k) => ((STEPS - i) ** 2 * from[k] + 2 * i * (STEPS - i) * by[k] + i * i * to[k]) / STEPS ** 2)
    return Array.from({ length: STEPS }, (_, i) => distance([x, at[1]], point(i), point(i + 1))).some((d) => d < reach)
  })
}

/** From a point to a piece of a line. @param {number[]} point @param {number[]} a @param {number[]} b */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay]
  const part = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(x - ax - part * dx, y - ay - part * dy)
}

// ---- legend ----

const ROLES = ['host', 'partner']

/** @param {string} role @param {number} width pixels */
const sample = (role, width) => svg('svg', { viewBox: '0 0 26 10', class: `line-sample line-${role}`, 'aria-hidden': 'true' },
  svg('path', { d: 'M1 5h24', 'stroke-width': width }))

/** @param {Drawn[]} lines @param {number} shown @param {number} matched */
function roleLegend(lines, shown, matched) {
  const rows = ROLES.filter((role) => lines.some(({ roles }) => roles.includes(role))).map((role) => el('li', {}, sample(role, 2.5), t(`layer.${role}`)))
  return shown < matched ? [...rows, el('li', {}, t('layer.cut', { shown, n: matched }))] : rows
}

/** @param {number} most */
function widthLegend(most) {
  const counts = [...new Set([1, Math.round(most / 4), most])].filter((n) => n > 0)
  return counts.map((n) => el('li', {}, sample('pair', widthOf(n, most)), number(n)))
}
