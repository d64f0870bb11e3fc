// Clusters as they stand on the screen. The server groups by cells of 64 pixels,
// anchored to the world; marks of two cells may still stand closer than their
// circles are wide, and become one here. No DOM and no Leaflet in this file.

import { project } from './basemap.js'

const CELL = 64
const TILE = 256

/**
 * @typedef {object} Mark
 * @property {string} key names the cluster cell or the record
 * @property {number} x pixels
 * @property {number} y pixels
 * @property {number} count how many records
 */

/** @typedef {import('./api.js').Box} Box */
/** @typedef {import('./api.js').Cluster} Cluster */
/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {Mark & {lng: number, lat: number, properties: Cluster|Facility}} PlacedMark a mark with what it stands for */

/**
 * @template {Mark} T
 * @typedef {{x: number, y: number, count: number, members: T[]}} Group members: the largest first
 */

const SINGLE = 28

/**
 * The width of a mark in pixels: 28 for one record, a circle of 26 to 48 that
 * grows with the logarithm of the count for more.
 * @param {number} count
 */
export function diameter(count) {
  if (count === 1) return SINGLE
  return Math.round(Math.min(48, 26 + 7.4 * Math.log10(count)))
}

/**
 * Groups marks that overlap, the largest first, so that a great cluster takes in
 * its small neighbours and stays where it is. No record is lost: the counts of
 * the groups add up to those of the marks.
 * @template {Mark} T
 * @param {T[]} marks
 * @param {number} [gap] pixels between two marks that count as touching
 * @returns {Group<T>[]}
 */
export function merge(marks, gap = 0) {
  const sorted = [...marks].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
  return settle(sorted.map((mark) => ({ x: mark.x, y: mark.y, count: mark.count, members: [mark] })), gap)
}

/**
 * Groups grow while they gather, so two of them may touch in the end.
 * @template {Mark} T
 * @param {Group<T>[]} groups the largest first
 * @param {number} gap
 * @returns {Group<T>[]}
 */
function settle(groups, gap) {
  /** @type {Group<T>[]} */
  const kept = []
  for (const group of groups) {
    const near = kept.find((g) => touches(g, group, gap))
    if (near) {
      near.count += group.count
      near.members.push(...group.members)
    } else {
      kept.push(group)
    }
  }
  return kept.length < groups.length ? settle(kept.sort((a, b) => b.count - a.count), gap) : kept
}

/**
 * @param {{x: number, y: number, count: number}} a
 * @param {{x: number, y: number, count: number}} b
 * @param {number} gap
 */
function touches(a, b, gap) {
  const reach = (diameter(a.count) + diameter(b.count)) / 2 + gap
  const dx = a.x - b.x
  const dy = a.y - b.y
  return dx * dx + dy * dy < reach * reach
}

/**
 * The cluster cell of a position, as a name.
 * @param {number} lng degrees
 * @param {number} lat degrees
 * @param {number} zoom whole
 */
export function cellOf(lng, lat, zoom) {
  const cells = (TILE / CELL) * 2 ** zoom
  const [x, y] = project(((((lng + 180) % 360) + 360) % 360) - 180, lat)
  const cell = (/** @type {number} */ n) => Math.max(0, Math.min(cells - 1, Math.floor(n * cells)))
  return `${zoom}/${cell(x)}/${cell(y)}`
}

/**
 * The box to ask for: the window widened to whole cells, so that the counts at
 * its edge stay the same while the map moves. It may cross the antimeridian.
 * @param {{left: number, top: number, right: number, bottom: number}} bounds in parts of the world square
 * @param {number} zoom whole
 * @returns {import('./api.js').Box}
 */
export function snap(bounds, zoom) {
  const cells = (TILE / CELL) * 2 ** zoom
  const [left, top] = [bounds.left, bounds.top].map((n) => Math.floor(n * cells) / cells)
  const [right, bottom] = [bounds.right, bounds.bottom].map((n) => Math.ceil(n * cells) / cells)
  const north = round(top <= 0 ? 90 : latitude(top))
  const south = round(bottom >= 1 ? -90 : latitude(bottom))
  if (right - left >= 1) return [-180, south, 180, north]
  return [longitude(left), south, longitude(right), north]
}

/** @param {number} x west edge of a cell, in parts of the world, which repeats */
function longitude(x) {
  const turned = x - Math.floor(x)
  return round((x > 0 && turned === 0 ? 1 : turned) * 360 - 180)
}

/** @param {number} y in parts of the world square */
function latitude(y) {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI
}

const round = (/** @type {number} */ n) => Math.round(n * 1e6) / 1e6

/** @param {Group<PlacedMark>} group what it shows and where: as long as it stays the same, so does the mark */
export function keyOf(group) {
  const kinds = Object.entries(kindsOf(group)).flat().join(' ')
  return `${group.members[0].key} ${group.members[0].lng} ${group.members[0].lat} ${group.members.length} ${kinds}`
}

/** The one record that a group is; null for more. @param {Group<PlacedMark>} group */
export function slugOf(group) {
  const { properties } = group.members[0]
  return group.count === 1 && 'slug' in properties ? properties.slug : null
}

/** How many records of each kind a group holds. @param {Group<PlacedMark>} group @returns {Record<string, number>} */
export function kindsOf(group) {
  /** @type {Record<string, number>} */
  const kinds = {}
  for (const { properties } of group.members) {
    const own = 'cluster' in properties ? properties.kinds : { [properties.kind]: 1 }
    for (const [kind, n] of Object.entries(own)) kinds[kind] = (kinds[kind] ?? 0) + n
  }
  return kinds
}

/** The box that holds all records of a group. @param {Group<PlacedMark>} group @returns {Box} */
export function boundsOf(group) {
  const boxes = group.members.map(({ properties, lng, lat }) =>
    'cluster' in properties && !properties.stack ? properties.bounds : [lng - 1e-6, lat - 1e-6, lng + 1e-6, lat + 1e-6])
  const side = (/** @type {number} */ i) => boxes.map((b) => b[i])
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))]
}

/** Whether the records of a group all have one position, so that no zoom separates them. @param {Group<PlacedMark>} group */
export function isStack(group) {
  const { properties } = group.members[0]
  return group.members.length === 1 && 'cluster' in properties && properties.stack
}

const DIRECTIONS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
})

/**
 * The nearest mark in the direction of an arrow key, straight ahead counting more
 * than to the side; undefined where there is none, or the key is another.
 * @template {{x: number, y: number}} T
 * @param {T} from
 * @param {T[]} marks
 * @param {string} key
 * @returns {T|undefined}
 */
export function neighbour(from, marks, key) {
  const direction = DIRECTIONS[key]
  if (!direction) return undefined
  const far = (/** @type {T} */ mark) => {
    const [dx, dy] = [mark.x - from.x, mark.y - from.y]
    const ahead = dx * direction[0] + dy * direction[1]
    const aside = Math.abs(dx * direction[1] + dy * direction[0])
    return mark !== from && ahead > 0 && ahead >= aside / 2 ? ahead + 2 * aside : Infinity
  }
  const nearest = marks.reduce((best, mark) => (far(mark) < far(best) ? mark : best), from)
  return nearest === from ? undefined : nearest
}
