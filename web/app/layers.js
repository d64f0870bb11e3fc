// What the map draws and does on demand only, and is loaded then: the finer
// basemap, towns and roughly known places close up, shaded countries, partnerships, what the
// operator has in place of the built-in map, and the gestures of a map that is part
// of another page. Leaflet's map comes from the caller; this file imports nothing of it.

import { getJSON, itemsURL, late } from './api.js'
import { cellOf, slugOf } from './clusters.js'
import { load, chooseCandidates, project, withBounds } from './basemap.js'
import { el } from './dom.js'
import { number, t } from './i18n.js'

/** @typedef {import('./api.js').Box} Box */
/** @typedef {import('./basemap.js').Basemap} Basemap */
/** @typedef {import('./basemap.js').Viewport} Viewport */
/** @typedef {import('./basemap.js').Path} Path */
/** @typedef {import('./basemap.js').Shade} Shade */
/** @typedef {import('./map.js').Handlers} Handlers */
/** @typedef {{name: string, lng: number, lat: number}} Town */
/** @typedef {{name: string, paths: Path[]}} Country */
/** @typedef {{properties: {country: string, name: string}, geometry: {type: string, coordinates: number[][][][]}|null}} CountryFeature */
/** @typedef {ReturnType<typeof createLayers>} Layers */
/**
 * @typedef {object} Surroundings what these layers know of the map
 * @property {HTMLElement} container
 * @property {import('leaflet').Map} map
 * @property {typeof import('leaflet').tileLayer} tileLayer
 * @property {Handlers} handlers
 * @property {() => Box} box what the window shows
 * @property {() => void} redraw
 * @property {() => import('./map.js').Drawn[]} marks
 * @property {() => import('./basemap.js').Rect[]} taken by marks and names, in pixels of the world
 */

const FAILURES = 4 // tiles in a row that end the trial of the operator's
const CLOSE = 7 // the zoom from which the fine basemap is drawn, and towns are named
/** What region-10m.bin covers. */
export const REGION = withBounds(Float64Array.of(...project(85, -15), ...project(150, 56)))

/** @param {Surroundings} given */
export function createLayers({ container, map, tileLayer, handlers, box, redraw, marks, taken }) {
  const shading = createShading(container, handlers)
  const { borders, tiles: template } = container.dataset
  /** @type {Path[]|null} */
  let ownBorders = borders ? [] : null
  /** @type {Basemap|null} */
  let detail = null
  let asked = false
  let tiled = false
  /** @type {Town[]} */
  let towns = []
  let townsURL = ''
  /** Comes when it is wanted. @type {ReturnType<typeof import('./lines.js').createLines>|undefined} */
  let lines
  /** @type {import('./lines.js').Chosen|null} */
  let partnersOf = null

  async function loadDetail() {
    asked = true
    try {
      detail = { ...(await load('../basemap/region-10m.bin')), box: REGION }
      redraw()
    } catch (error) {
      asked = false
      console.warn('no fine basemap:', error)
    }
  }

  /** The operator's tiles over the built-in map, until several fail one after another. @param {string} url */
  function showTiles(url) {
    const tiles = tileLayer(url, { maxZoom: map.getMaxZoom() })
    let failures = 0
    const tile = (/** @type {boolean} */ on) => container.classList.toggle('tiled', (tiled = on))
    tiles.on('tileload', () => (failures = 0))
    tiles.on('tileerror', () => {
      if (++failures < FAILURES || !tiled) return
      tile(false)
      tiles.remove()
      redraw()
      handlers.onTileError?.()
    })
    tile(true)
    tiles.addTo(map)
  }

  /** Who does not see the map hears the town of a cluster. */
  function sayTowns() {
    const zoom = Math.round(map.getZoom())
    const cell = (/** @type {{lng: number, lat: number}} */ { lng, lat }) => cellOf(lng, lat, zoom)
    for (const { group, button } of marks()) {
      const cells = group.members.map(cell)
      const town = group.count > 1 && towns.find((town) => cells.includes(cell(town)))
      const { country } = group.members[0].properties
      if (town) button.ariaLabel = [t('map.cluster', { n: group.count }), town.name, ...(country ? [handlers.countryName(country)] : [])].join(t('list.comma'))
    }
  }

  /** @param {import('./lines.js').Chosen|null} chosen null: none */
  async function drawLines(chosen) {
    partnersOf = chosen
    if (chosen && !lines) {
      const { createLines } = await late(import('./lines.js'))
      lines ??= createLines({ container, map, tileLayer, handlers, box, redraw, marks, taken, outlines })
    }
    await lines?.show(partnersOf) // others may be wanted by now
  }

  map.on('click mousemove', (e) => {
    const { latlng } = /** @type {import('leaflet').LeafletMouseEvent} */ (e)
    shading.pointer(e.type, latlng)
    lines?.pointer(e.type, latlng)
  })

  return {
    /** @param {boolean} cooperative */
    async start(cooperative) {
      if (cooperative) cooperate(container, map)
      if (template) showTiles(template)
      if (borders && borders !== 'none') ownBorders = (await load(borders)).borders
      redraw()
    },
    async update() {
      const close = map.getZoom() >= CLOSE
      if (close && !asked) loadDetail()
      const drawn = close && handlers.drawnFilters?.()
      const url = (drawn && addressOfTowns(drawn, box())) || ''
      if (url === townsURL) return sayTowns() // of marks that came meanwhile
      townsURL = url
      const found = url ? await townsAt(url).catch(() => null) : []
      if (url !== townsURL) return
      if (!found) townsURL = ''
      towns = found ?? []
      sayTowns()
      redraw()
    },
    /** How far to move the map, so that a point of it is not covered; null: it is not. @param {{x: number, y: number}} at @param {DOMRect|null} cover */
    offsetTo: (at, cover) => uncovering(at, freeArea(container.getBoundingClientRect(), cover)),
    /**
     * Shades countries, and draws the partnerships of what is chosen, as the layers say.
     * @param {[string, number][]} counts by alpha-3 code @param {import('./lines.js').Chosen & {layers: string[]}} state
     * @returns {Promise<boolean>} whether countries are shaded now
     */
    async overlay(counts, state) {
      const drawn = drawLines(state.layers.includes('partnerships') ? state : null)
      const shaded = await shading.show(state.layers.includes('countries') ? new Map(counts) : null)
      await drawn
      return shaded
    },
    shades: shading.shades,
    /** The basemap for a window; over tiles, only the operator's borders. @param {Basemap} world @param {Viewport} viewport @returns {Basemap} */
    basemap(world, viewport) {
      if (tiled && !shading.on()) return { land: [], borders: ownBorders ?? [] }
      const fine = detail && map.getZoom() >= CLOSE && covers(REGION, viewport) ? detail : world
      return ownBorders ? { ...fine, borders: ownBorders } : fine
    },
    /** @param {CanvasRenderingContext2D} context @param {Viewport} viewport */
    draw(context, viewport) {
      lines?.draw(context, viewport)
      if (shading.on()) return
      const style = getComputedStyle(container)
      const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim()
      context.strokeStyle = colour('--name')
      for (const { group } of marks()) if (slugOf(group)) drawReach(context, viewport, group.members[0])
      if (tiled || map.getZoom() < CLOSE) return // tiles have names of their own
      context.font = `500 ${LETTERS}px ${style.fontFamily}`
      const names = labelTowns(towns, viewport, taken(), (text) => context.measureText(text).width)
      drawNames(context, names, { text: colour('--name'), halo: colour('--land') })
    },
  }
}

/** Whether a window lies within an area. @param {import('./basemap.js').Extent} area @param {Viewport} viewport */
export function covers(area, { left, top, width, height, world }) {
  const west = left / world - Math.floor(left / world)
  return west >= area.west && west + width / world <= area.east && top >= area.north * world && top + height <= area.south * world
}

/** Where a position stands in a window, in pixels: of its copies the one nearest to the middle. @param {Viewport} viewport @param {{lng: number, lat: number}} position */
export function inViewport({ left, top, width, world }, { lng, lat }) {
  const [x, y] = project(lng, lat)
  return { x: (x + Math.round((left + width / 2) / world - x)) * world - left, y: y * world - top }
}

/** How far off a point may be in metres, by its precision, and the zoom from which that is drawn. @type {Record<string, {from: number, metres: number}>} */
const REACH = { city: { from: 8, metres: 5000 }, admin1: { from: 6, metres: 40000 } }

/**
 * The pixels around a record whose place is known roughly; 0: none are drawn.
 * @param {string} precision @param {number} lat @param {number} world its width in pixels
 */
export function reachOf(precision, lat, world) {
  const reach = REACH[precision]
  if (!reach || world < 256 * 2 ** reach.from) return 0
  return Math.max(14, (reach.metres * world) / (40075017 * Math.cos((lat * Math.PI) / 180)))
}

/** @param {CanvasRenderingContext2D} context @param {Viewport} viewport @param {import('./clusters.js').PlacedMark} record */
function drawReach(context, viewport, record) {
  const radius = 'precision' in record.properties && reachOf(record.properties.precision ?? '', record.lat, viewport.world)
  if (!radius) return
  const { x, y } = inViewport(viewport, record)
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.lineWidth = 1.25
  context.setLineDash([4, 4])
  context.stroke()
}

/** @typedef {{left: number, top: number, right: number, bottom: number}} Sides */

/**
 * What a card leaves of the map, in pixels of the map: it stands on the right, in a
 * narrow window beside the map, or on a phone at the bottom.
 * @param {DOMRect} map @param {DOMRect|null} cover
 * @returns {Sides}
 */
function freeArea(map, cover) {
  const free = { left: 0, top: 0, right: map.width, bottom: map.height }
  if (!cover || cover.right <= map.left) return free
  if (cover.left > map.left) free.right = Math.min(free.right, cover.left - map.left)
  else free.bottom = Math.max(120, Math.min(free.bottom, cover.top - map.top))
  return free
}

const MARGIN = 48 // pixels that a mark keeps off the edges

/** @param {{x: number, y: number}} at @param {Sides} free @returns {[number, number]|null} pixels to the right and down */
export function uncovering({ x, y }, { left, top, right, bottom }) {
  const seen = x > left + MARGIN && x < right - MARGIN && y > top + MARGIN && y < bottom - MARGIN
  return seen ? null : [x - (left + right) / 2, y - (top + bottom) / 2]
}

const LETTERS = 11 // their height in pixels

/**
 * The names of towns that have room below their point, each name once.
 * @param {Town[]} towns the most important first
 * @param {Viewport} viewport
 * @param {import('./basemap.js').Rect[]} taken in pixels of the world
 * @param {(text: string) => number} widthOf a text in pixels
 * @returns {{text: string, x: number, y: number}[]} the middle of each, in pixels of the window
 */
export function labelTowns(towns, viewport, taken, widthOf) {
  const named = new Set()
  const names = towns.filter(({ name }) => !named.has(name) && named.add(name)).map((town) => {
    const { x, y } = inViewport(viewport, town)
    const candidates = [10, 24, 36].map((below) => ({ x, y: y + below, room: Infinity }))
    return { text: town.name, candidates, width: widthOf(town.name) + 6, height: LETTERS + 5 }
  })
  const chosen = chooseCandidates(names, taken.map((rect) => ({ ...rect, x: rect.x - viewport.left, y: rect.y - viewport.top })))
  return names.flatMap(({ text, candidates }, i) => (chosen[i] < 0 ? [] : [{ text, x: candidates[chosen[i]].x, y: candidates[chosen[i]].y }]))
}

/** @param {CanvasRenderingContext2D} context @param {{text: string, x: number, y: number}[]} names @param {{text: string, halo: string}} colours */
function drawNames(context, names, colours) {
  Object.assign(context, { textAlign: 'center', textBaseline: 'middle', lineWidth: 3, strokeStyle: colours.halo, fillStyle: colours.text })
  context.setLineDash([])
  for (const { text, x, y } of names) {
    context.strokeText(text, x, y)
    context.fillText(text, x, y)
  }
}

const STEPS = 5

/**
 * Where the steps begin that counts up to a maximum are shaded in: at most five,
 * of the row 1, 2, 5, 10, 20, 50, …, the first one at 1.
 * @param {number} max
 */
export function stepsTo(max) {
  const row = []
  for (let ten = 1; ten <= max; ten *= 10) row.push(...[ten, 2 * ten, 5 * ten].filter((n) => n <= max))
  return [1, ...row.slice(-STEPS).slice(1)]
}

/** @param {number[]} steps @param {number} count @returns {number} 1 to 5; 0 for none */
export const stepOf = (steps, count) => steps.filter((from) => from <= count).length

/** @param {CountryFeature} feature @returns {Country} */
export function outlineOf({ properties, geometry }) {
  const rings = (geometry?.coordinates ?? []).flat()
  return { name: properties.name, paths: rings.map((ring) => withBounds(new Float64Array(ring.flatMap(([lng, lat]) => project(lng, lat))))) }
}

/** Even-odd rule. @param {Path[]} paths @param {number} x @param {number} y in parts of the world square */
export function holds(paths, x, y) {
  let inside = false
  for (const { points, west, east, north, south } of paths) {
    if (x < west || x > east || y < north || y > south) continue
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
      const [ax, ay, bx, by] = [points[i], points[i + 1], points[j], points[j + 1]]
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
    }
  }
  return inside
}

/**
 * @param {HTMLElement} container of the map
 * @param {Handlers} handlers
 */
function createShading(container, handlers) {
  /** @type {Map<string, Country>} */
  const countries = new Map()
  /** Those that are shaded now; null: none. @type {Map<string, number>|null} */
  let counts = null
  let calls = 0
  const pathsOf = (/** @type {string} */ code) => countries.get(code)?.paths ?? []
  return {
    on: () => counts !== null,
    /** @param {Map<string, number>|null} next by alpha-3 code; null: none @returns {Promise<boolean>} whether countries are shaded now */
    async show(next) {
      const call = ++calls
      const shown = new Map([...(next ?? [])].filter(([, n]) => n > 0))
      const missing = [...shown.keys()].filter((code) => !countries.has(code))
      if (missing.length) for (const [code, country] of await outlines(missing)) countries.set(code, country)
      if (call !== calls) return counts !== null // another came in between
      counts = shown.size ? shown : null
      container.parentElement?.classList.toggle('shaded', counts !== null)
      container.title = ''
      if (counts) showLegend(stepsTo(Math.max(...counts.values())))
      return counts !== null
    },
    /** @returns {Shade[]} */
    shades() {
      if (!counts) return []
      const steps = stepsTo(Math.max(...counts.values()))
      const style = getComputedStyle(container)
      return [...counts].map(([code, n]) => ({ colour: style.getPropertyValue(`--shade-${stepOf(steps, n)}`).trim(), paths: pathsOf(code) }))
    },
    /** @param {string} event @param {{lng: number, lat: number}} position */
    pointer(event, { lng, lat }) {
      if (!counts) return
      const [x, y] = project(lng, lat)
      const code = [...counts.keys()].find((code) => holds(pathsOf(code), x - Math.floor(x), y))
      if (event === 'click' && code) handlers.onCountry?.(code)
      container.classList.toggle('on-country', code !== undefined)
      const country = code && handlers.countryName(code)
      container.title = code && country ? t('layer.country', { country, n: counts.get(code) ?? 0 }) : ''
    },
  }
}

/** @param {string[]} codes @returns {Promise<[string, Country][]>} */
async function outlines(codes) {
  const url = `/collections/countries/items?country=${codes.join(',')}&properties=country,name&limit=${codes.length}&f=json`
  const { features } = /** @type {{features: CountryFeature[]}} */ (await getJSON(url))
  return features.map((f) => [f.properties.country, outlineOf(f)])
}

/** @param {number[]} steps where they begin */
function showLegend(steps) {
  const text = (/** @type {number} */ i) => {
    const [from, next] = [steps[i], steps[i + 1]]
    if (next === undefined) return t('layer.more', { from: number(from) })
    return next === from + 1 ? number(from) : t('layer.range', { from: number(from), to: number(next - 1) })
  }
  const rows = steps.map((_, i) => el('li', {}, el('span', { class: `shade shade-${i + 1}` }), text(i)))
  document.getElementById('shade-legend')?.replaceChildren(...rows)
}

const AWAKE = 10_000 // milliseconds without a touch after which one finger is the page's again

/**
 * Leaves the wheel and one finger to the page around the map, until it is pressed:
 * then the wheel zooms until the pointer leaves, and one finger moves the map until
 * the reader goes elsewhere. Two fingers always move it.
 * @param {HTMLElement} container
 * @param {import('leaflet').Map} map with both turned off
 */
function cooperate(container, map) {
  const hint = el('p', { class: 'map-hint', 'aria-hidden': 'true', hidden: true })
  let timer = 0
  let rest = 0
  const wake = () => {
    clearTimeout(rest)
    rest = window.setTimeout(sleep, AWAKE)
    container.classList.add('awake')
    map.dragging.enable()
  }
  const sleep = () => {
    clearTimeout(rest)
    container.classList.remove('awake')
    map.scrollWheelZoom.disable()
    map.dragging.disable()
  }
  const awake = () => container.classList.contains('awake')
  const tell = (/** @type {string} */ key) => {
    hint.textContent = t(key)
    hint.hidden = false
    clearTimeout(timer)
    timer = window.setTimeout(() => (hint.hidden = true), 1600)
  }
  container.append(hint)
  container.addEventListener('pointerdown', (e) => {
    if (e.pointerType !== 'touch') map.dragging.enable()
    else if (awake()) wake()
    else map.dragging.disable() // a mouse may have been here before
  }, true)
  container.addEventListener('touchmove', (e) => {
    if (e.touches.length === 1 && !awake()) tell('map.tap_to_move')
    else hint.hidden = true
  }, { passive: true })
  container.addEventListener('wheel', () => {
    if (!map.scrollWheelZoom.enabled()) tell('map.click_to_zoom')
  }, { passive: true })
  container.addEventListener('click', (e) => {
    if (/** @type {PointerEvent} */ (e).pointerType === 'touch') wake()
    map.scrollWheelZoom.enable()
    hint.hidden = true
  })
  container.addEventListener('pointerleave', (e) => {
    if (e.pointerType !== 'touch') sleep() // a finger that is lifted leaves too
  })
  window.addEventListener('blur', sleep)
  new IntersectionObserver(([{ intersectionRatio }]) => intersectionRatio < 0.4 && sleep(), { threshold: 0.4 }).observe(container)
}

/**
 * Where the towns of a box are asked for: of records whose point is known to be in the
 * town that they name.
 * @param {import('./url.js').Filters} drawn @param {Box} box
 */
function addressOfTowns(drawn, box) {
  const precision = drawn.precision.filter((p) => p === 'site' || p === 'city')
  return precision.length && itemsURL({ ...drawn, precision }, { bbox: box.join(','), properties: 'city', limit: '1000' })
}

/** @param {string} url */
async function townsAt(url) {
  return townsOf(/** @type {import('./api.js').Items} */ (await getJSON(url)).features)
}

/**
 * The town of each point, which is the one that most of its records name: a district
 * that one of them is in does not name the others. The greatest come first.
 * @param {import('./api.js').FacilityFeature[]} features
 * @returns {Town[]}
 */
export function townsOf(features) {
  /** @type {Map<string, Map<string, number>>} */
  const points = new Map()
  for (const { geometry, properties: { city } } of features) {
    if (!geometry || !city) continue
    const at = geometry.coordinates.join()
    const names = points.get(at) ?? new Map()
    points.set(at, names.set(city, (names.get(city) ?? 0) + 1))
  }
  return [...points].map(([at, names]) => {
    const [lng, lat] = at.split(',').map(Number)
    const [name] = [...names].reduce((most, next) => (next[1] > most[1] ? next : most))
    return { town: { name, lng, lat }, n: [...names.values()].reduce((sum, n) => sum + n) }
  }).sort((a, b) => b.n - a.n).map(({ town }) => town)
}
