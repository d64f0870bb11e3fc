// The map: the one module that knows Leaflet.

import '../vendor/leaflet/leaflet.js'
import { late } from './api.js'
import * as basemap from './basemap.js'
import { boundsOf, cellOf, diameter, isStack, keyOf, kindsOf, merge, neighbour, slugOf, snap } from './clusters.js'
import { clusterSign, el, recordSign } from './dom.js'
import { t } from './i18n.js'

/** @typedef {import('./url.js').Camera} Camera */
/** @typedef {import('./api.js').Box} Box */
/** @typedef {import('./api.js').ClusterFeature} ClusterFeature */
/** @typedef {import('./clusters.js').PlacedMark} Mark */
/** @typedef {import('./clusters.js').Group<Mark>} Group */
/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {import('./layers.js').Layers} Layers */
/** @typedef {{group: Group, marker: import('leaflet').Marker, button: HTMLButtonElement}} Drawn */
/**
 * @typedef {object} Handlers
 * @property {(camera: Camera, quiet: boolean) => void} onMove after each movement; quiet: the page made it to uncover a mark
 * @property {(slug: string, opener: HTMLElement) => void} onRecord a single record
 * @property {(box: Box, count: number, opener: HTMLElement) => void} onStack records that no zoom separates
 * @property {(slug: string|null) => void} onPoint the pointer or the focus is on a single record, or no longer
 * @property {(record: Facility) => string} describe what a single mark is called
 * @property {() => import('./url.js').Filters|null} [drawnFilters] what narrows the records whose towns are named; null: none is drawn
 * @property {(code: string) => void} [onCountry] by its alpha-3 code, while countries are shaded
 * @property {(code: string) => string} countryName by its alpha-3 code
 * @property {() => void} [onTileError] the operator's tiles do not load, and the built-in map is shown
 */

// Leaflet's build is a script that makes a global; it is taken out of there again.
const L = /** @type {{L: typeof import('leaflet') & {noConflict(): typeof import('leaflet')}}} */ (
  /** @type {unknown} */ (globalThis)
).L.noConflict()

/** Leaflet else pans by whole pixels, and a camera of the history would drift. */
const EXACTLY = /** @type {import('leaflet').ZoomPanOptions} */ ({ reset: true })
const MIN_ZOOM = 1.5
const MAX_ZOOM = 14
const FAR = 3.5 // the zoom below which the coarse basemap is as good as the fine one
const CLOSE = 6 // the zoom from which there is more to draw than land and marks
const REGION = L.latLngBounds([-10, 91], [42, 128]) // China and ASEAN, until the data is here

/** Canvas of the basemap, a little larger than the window; it is scaled while the map zooms. */
class BasemapLayer extends L.Layer {
  canvas = el('canvas', { class: 'basemap leaflet-zoom-animated', 'aria-hidden': 'true' })
  /** Its corner in pixels of the world at its zoom. A position will not do: the canvas may reach beyond the poles. */
  corner = L.point(0, 0)
  zoom = 0
  /** The coarse one first. @type {basemap.Basemap[]} */
  maps = []
  /** What is drawn beyond it. @type {Layers|null} */
  layers = null
  /** Whether the borders of the files are not those that the operator wants. */
  borderless = false

  /** @param {import('leaflet').Map} map */
  onAdd(map) {
    map.getPane('tilePane')?.append(this.canvas)
    this.reset()
    return this
  }

  onRemove() {
    this.canvas.remove()
    return this
  }

  getEvents() {
    return {
      viewreset: this.reset, moveend: this.reset, move: this.refill, zoom: this.scale,
      zoomanim: (/** @type {import('leaflet').LeafletEvent} */ e) => this.animate(/** @type {import('leaflet').ZoomAnimEvent} */ (e)),
    }
  }

  margin() {
    return this._map.getSize().multiplyBy(0.2).round()
  }

  reset() {
    const map = this._map
    const corner = map.containerPointToLayerPoint(this.margin().multiplyBy(-1)).round()
    this.corner = map.getPixelOrigin().add(corner)
    this.zoom = map.getZoom()
    L.DomUtil.setTransform(this.canvas, corner, 1)
    this.redraw()
  }

  redraw() {
    const size = this._map.getSize().add(this.margin().multiplyBy(2))
    const context = fit(this.canvas, size)
    const map = this.zoom < FAR ? this.maps[0] : this.maps.at(-1)
    if (!context || !map) return
    const viewport = { left: this.corner.x, top: this.corner.y, width: size.x, height: size.y, world: 256 * 2 ** this.zoom }
    const style = getComputedStyle(this._map.getContainer())
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim()
    basemap.draw(context, this.layers?.basemap(map, viewport) ?? (this.borderless ? { ...map, borders: [] } : map), viewport,
      { land: colour('--land'), coast: colour('--coast'), border: colour('--border') }, this.layers?.shades())
    this.layers?.draw(context, viewport)
  }

  /** While the map is dragged beyond what the canvas holds. */
  refill() {
    const map = this._map
    if (this.zoom !== map.getZoom()) return
    const at = map.layerPointToContainerPoint(this.corner.subtract(map.getPixelOrigin()))
    const margin = this.margin()
    if (at.x > 0 || at.y > 0 || at.x < -2 * margin.x || at.y < -2 * margin.y) this.reset()
  }

  scale() {
    const map = this._map
    this.shift(map.getPixelOrigin(), map.getZoomScale(map.getZoom(), this.zoom))
  }

  /** @param {import('leaflet').ZoomAnimEvent} e where the animation goes to */
  animate({ zoom, center }) {
    const map = this._map
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2)).add(map.layerPointToContainerPoint([0, 0])).round()
    this.shift(origin, map.getZoomScale(zoom, this.zoom))
  }

  /** @param {import('leaflet').Point} origin of the map's layers, in pixels of the world @param {number} scale */
  shift(origin, scale) {
    L.DomUtil.setTransform(this.canvas, this.corner.multiplyBy(scale).subtract(origin), scale)
  }
}

/**
 * Sizes a canvas for the pixels of the screen, and clears it.
 * @param {HTMLCanvasElement} canvas @param {import('leaflet').Point} size CSS pixels
 */
function fit(canvas, size) {
  const ratio = window.devicePixelRatio || 1
  const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)]
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height })
    Object.assign(canvas.style, { width: `${size.x}px`, height: `${size.y}px` })
  }
  const context = canvas.getContext('2d')
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  context?.clearRect(0, 0, size.x, size.y)
  return context
}

/** The map with all that lies on it. */
export class AtlasMap {
  #container
  #map
  #basemap = new BasemapLayer()
  #names
  #marks
  #ring = L.marker([0, 0], { icon: L.divIcon({ className: 'ring', iconSize: [52, 52] }), interactive: false, keyboard: false, zIndexOffset: -1000 })
  #handlers
  /** What is loaded when it is wanted. @type {Promise<Layers>|undefined} */
  #layers
  /** What names must keep off, in pixels of the world. @type {basemap.Rect[]} */
  #taken = []
  /** Fits the matches into the window when it has a size. @type {(() => void)|null} */
  #waiting = null
  #shaded = false
  #zooming = false
  #ready = false
  #quiet = false
  /** @type {[number, number]|null} */
  #selected = null

  /**
   * @param {HTMLElement} container its data attributes are the operator's choices
   * @param {Handlers} handlers
   * @param {{cooperative?: boolean}} [options] cooperative: the map is part of another page, whose gestures come first
   */
  constructor(container, handlers, { cooperative = false } = {}) {
    this.#container = container
    this.#handlers = handlers
    const map = (this.#map = createLeafletMap(container, cooperative))
    map.addLayer(this.#basemap)
    this.#names = countryNames(map)
    this.#marks = new MarkLayer(map, handlers)
    map.on('zoomanim zoomend', (/** @type {import('leaflet').LeafletEvent} */ e) => (this.#zooming = e.type === 'zoomanim'))
    map.on('moveend', () => {
      const { lat, lng } = map.getCenter()
      const quiet = this.#quiet
      this.#ready = true
      this.#quiet = false
      this.#near()
      handlers.onMove({ zoom: map.getZoom(), lat, lng }, quiet)
    })
    const { borders, tiles } = container.dataset
    this.#basemap.borderless = Boolean(borders)
    if (cooperative || tiles || (borders && borders !== 'none')) this.#with((layers) => layers.start(cooperative))
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false })
      this.#waiting?.()
    }).observe(container)
    // It is printed as it is on the screen, so small that it fits 18 cm by 12 cm: there is no time to draw it for the paper.
    addEventListener('beforeprint', () => {
      const { x, y } = map.getSize()
      document.body.style.cssText = `--map-width:${x};--map-height:${y};--map-fit:${Math.min(680 / x, 452 / y)}`
    })
  }

  #near() {
    if (this.#map.getZoom() >= CLOSE) this.#with((layers) => layers.update())
  }

  /** @param {(layers: Layers) => Promise<void>} use what the map can do without */
  #with(use) {
    this.#load().then(use).catch((error) => console.warn('no layers:', error))
  }

  #load() {
    return (this.#layers ??= late(import('./layers.js')).then(({ createLayers }) => {
      const layers = createLayers({
        container: this.#container, handlers: this.#handlers, map: this.#map, tileLayer: L.tileLayer,
        box: () => this.box(), redraw: () => this.redraw(), marks: () => this.#marks.all(), taken: () => this.#taken,
      })
      return (this.#basemap.layers = layers)
    }).catch((error) => {
      this.#layers = undefined // tried again when it is wanted again
      throw error
    }))
  }

  /**
   * Draws more than the marks, or shades countries in their place.
   * @param {[string, number][]} counts by alpha-3 code @param {import('./lines.js').Chosen & {layers: string[]}} state
   */
  async overlay(counts, state) {
    if (!state.layers.length && !this.#layers) return
    this.#shaded = await (await this.#load()).overlay(counts, state)
    this.#showNames()
  }

  /** Whether the map has a camera. */
  get ready() {
    return this.#ready
  }

  /** @param {Camera} camera */
  setCamera(camera) {
    const set = () => void this.#map.setView([camera.lat, camera.lng], camera.zoom, EXACTLY)
    if (this.#zooming) this.#map.once('zoomend', set) // else the end of the movement would undo it
    else set()
  }

  /** Shows a box as large as it fits, or the region. @param {Box|null} box @param {number} covered pixels on the right that something lies over */
  fitBox(box, covered = 0) {
    const { x, y } = this.#map.getSize()
    this.#waiting = x ? null : () => this.fitBox(box, covered)
    const bounds = box ? L.latLngBounds([box[1], box[0]], [box[3], box[2]]) : REGION
    if (this.#waiting) return void (this.#ready || this.#map.setView(bounds.getCenter(), 4, { animate: false }))
    const edge = Math.min(36, y / 8) // a low window has no room to spare; above stands the switch of the layer
    this.#map.fitBounds(bounds, { paddingTopLeft: [edge, 2.1 * edge], paddingBottomRight: [edge + covered, 1.4 * edge], maxZoom: 6.5, animate: false })
  }

  /** What the window shows, exactly. @returns {Box} */
  box() {
    const b = this.#map.getBounds()
    return boxOf(b.getWest(), Math.max(-90, b.getSouth()), b.getEast(), Math.min(90, b.getNorth()))
  }

  /** What to ask of the clusters: whole cells of a whole zoom. @returns {{zoom: number, box: Box}} */
  cells() {
    const zoom = Math.round(this.#map.getZoom())
    const { min, max } = this.#map.getPixelBounds()
    const world = 256 * 2 ** this.#map.getZoom()
    if (!min || !max) throw new Error('the map has no size')
    return { zoom, box: snap({ left: min.x / world, top: min.y / world, right: max.x / world, bottom: max.y / world }, zoom) }
  }

  /** @param {ClusterFeature[]} features @param {number} zoom of their cells */
  show(features, zoom) {
    this.#marks.show(features, zoom)
    this.#showNames()
    this.#showRing()
    this.#near() // other records, other towns
  }

  #showNames() {
    if (!this.#ready) return // it comes again with the first camera
    this.#taken = this.#shaded ? [] : this.#marks.rects()
    this.#names.show(this.#taken)
    if (this.#basemap.layers) this.redraw()
  }

  /** @param {[number, number]|null} position longitude, latitude of the open record */
  select(position) {
    this.#selected = position
    this.#showRing()
  }

  /** The ring stays with the mark that holds the open record, be it a cluster. */
  #showRing() {
    const at = this.#selected
    if (at) this.#ring.setLatLng(this.#marks.positionOf(at) ?? nearest(this.#map, at)).addTo(this.#map)
    else this.#ring.remove()
  }

  /** Moves the map where a position would lie under what covers it. @param {[number, number]} position @param {DOMRect|null} cover */
  uncover(position, cover) {
    this.#with(async ({ offsetTo }) => {
      if (this.#selected !== position || !this.#map.getSize().x) return
      const by = offsetTo(this.#map.latLngToContainerPoint(nearest(this.#map, position)), cover)
      if (!by) return
      this.#quiet = true
      this.#map.panBy(by, { animate: !still })
    })
  }

  /** @param {string|null} slug whose mark is pointed out; null: none */
  point(slug) {
    this.#marks.point(slug)
  }

  /** The mark that the tab key goes to. */
  get mark() {
    return this.#marks.stop()?.button
  }

  /** @param {basemap.Basemap} data finer than those before */
  useBasemap(data) {
    this.#basemap.maps.push(data)
    this.redraw()
  }

  /** After a change of colours. */
  redraw() {
    if (this.#ready) this.#basemap.redraw()
  }
}

const still = matchMedia('(prefers-reduced-motion: reduce)').matches

/** @param {HTMLElement} container @param {boolean} cooperative */
function createLeafletMap(container, cooperative) {
  const map = L.map(container, {
    zoomSnap: 0.25, minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM, zoomControl: false, worldCopyJump: true, attributionControl: false,
    maxBounds: [[-80, -Infinity], [84, Infinity]], maxBoundsViscosity: 1,
    zoomAnimation: !still, fadeAnimation: !still, inertia: !still,
    dragging: !cooperative, scrollWheelZoom: !cooperative,
  })
  L.control.zoom({ zoomInTitle: t('map.zoom_in'), zoomOutTitle: t('map.zoom_out') }).addTo(map)
  return map
}

/** @param {number} west @param {number} south @param {number} east @param {number} north @returns {Box} */
function boxOf(west, south, east, north) {
  const round = (/** @type {number} */ n) => Math.round(n * 1e4) / 1e4
  if (east - west >= 360) return [-180, round(south), 180, round(north)]
  const wrap = (/** @type {number} */ n) => round(((((n + 180) % 360) + 360) % 360) - 180)
  return [wrap(west), round(south), wrap(east), round(north)]
}

/** The copy of a position that is nearest to the middle of the map. @param {import('leaflet').Map} map @param {[number, number]} position */
function nearest(map, [lng, lat]) {
  const turns = Math.round((map.getCenter().lng - lng) / 360)
  return L.latLng(lat, lng + 360 * turns)
}

/** The names of the participating countries, where there is room for them. @param {import('leaflet').Map} map */
function countryNames(map) {
  const pane = map.createPane('names')
  const ruler = document.createElement('canvas').getContext('2d')
  const style = getComputedStyle(document.body)
  if (ruler) ruler.font = `600 12px ${style.fontFamily}`
  const labels = Object.entries(basemap.COUNTRY_NAMES).map(([code, candidates]) => {
    const text = t(`country.${code}`)
    const icon = L.divIcon({ className: 'country-name', html: el('span', {}, text), iconSize: [0, 0] })
    const marker = L.marker([candidates[0][1], candidates[0][0]], { icon, pane: 'names', interactive: false, keyboard: false })
    return { candidates, marker, width: (ruler?.measureText(text).width ?? 60) + text.length * 0.6 + 4, height: 18 }
  })
  pane.setAttribute('aria-hidden', 'true')

  return {
    /** @param {basemap.Rect[]} taken in pixels of the world; the names are added */
    show(taken) {
      const perDegree = (256 * 2 ** map.getZoom()) / 360
      const size = map.getSize()
      const names = labels.map(({ candidates, width, height }) => ({
        width, height,
        candidates: candidates.map(([lng, lat, room]) => {
          const position = nearest(map, [lng, lat])
          const { x, y } = map.latLngToContainerPoint(position)
          const whole = Math.abs(2 * x - size.x) < size.x - width && Math.abs(2 * y - size.y) < size.y - height
          return { ...pixels(map, position), room: whole ? room * perDegree : 0 } // the edge of the window would cut it
        }),
      }))
      basemap.chooseCandidates(names, taken).forEach((chosen, i) => {
        const { marker, candidates } = labels[i]
        if (chosen < 0) return void marker.remove()
        marker.setLatLng(nearest(map, [candidates[chosen][0], candidates[chosen][1]])).addTo(map)
      })
    },
  }
}

/** @param {import('leaflet').Map} map @param {import('leaflet').LatLng} position */
function pixels(map, position) {
  const { x, y } = map.project(position)
  return { x, y }
}

/**
 * The marks of clusters and single records: one tab stop, in which the arrow keys
 * go to the nearest mark of a direction.
 */
class MarkLayer {
  #map
  #handlers
  /** @type {Map<string, Drawn>} */
  #drawn = new Map()
  /** @type {string|null} */
  #pointed = null
  #zoom = 0

  /** @param {import('leaflet').Map} map @param {Handlers} handlers */
  constructor(map, handlers) {
    this.#map = map
    this.#handlers = handlers
    const pane = /** @type {HTMLElement} */ (map.getPane('markerPane'))
    pane.setAttribute('role', 'group')
    pane.setAttribute('aria-label', t('map.marks'))
    pane.addEventListener('keydown', (e) => this.#step(e))
  }

  /**
   * Marks that show the same as before stay; so does the focus where it can.
   * @param {ClusterFeature[]} features @param {number} zoom of their cells
   */
  show(features, zoom) {
    this.#zoom = zoom
    const groups = merge(features.map((f) => markOf(this.#map, f)), 1)
    const before = this.#drawn
    const focused = [...before].find(([, mark]) => mark.button === document.activeElement)?.[0] ?? ''
    this.#drawn = new Map(groups.map((group) => {
      const key = keyOf(group)
      const old = before.get(key)
      before.delete(key)
      return [key, old ? Object.assign(old, { group }) : this.#draw(group)]
    }))
    for (const { marker } of before.values()) marker.remove()
    const stop = this.#drawn.get(focused) ?? this.#inMiddle()
    for (const mark of this.#drawn.values()) mark.button.tabIndex = mark === stop ? 0 : -1
    if (before.has(focused) && stop) this.#focus(stop)
    this.point(this.#pointed)
  }

  /** The mark nearest to the middle of the map; undefined where there is none. @returns {Drawn|undefined} */
  #inMiddle() {
    const { x, y } = pixels(this.#map, this.#map.getCenter())
    const far = (/** @type {Drawn} */ { group }) => Math.hypot(group.x - x, group.y - y)
    return this.all().sort((a, b) => far(a) - far(b))[0]
  }

  /** @param {Group} group @returns {Drawn} */
  #draw(group) {
    const { lng, lat } = group.members[0]
    const button = markButton(group, this.#handlers)
    const size = diameter(group.count)
    const icon = L.divIcon({ className: 'mark', html: button, iconSize: [size, size] })
    const marker = L.marker(nearest(this.#map, [lng, lat]), { icon, keyboard: false, riseOnHover: true, zIndexOffset: group.count > 1 ? 100 : 0 })
    marker.on('click', () => this.#open(group, button))
    const slug = slugOf(group)
    if (slug) {
      for (const type of ['mouseenter', 'focus']) button.addEventListener(type, () => this.#handlers.onPoint(slug))
      for (const type of ['mouseleave', 'blur']) button.addEventListener(type, () => this.#handlers.onPoint(null))
    }
    return { group, marker: marker.addTo(this.#map), button }
  }

  /** A record opens; a cluster comes apart, or where it cannot, becomes a list. @param {Group} group @param {HTMLElement} opener */
  #open(group, opener) {
    const map = this.#map
    const slug = slugOf(group)
    if (slug) return this.#handlers.onRecord(slug, opener)
    const box = boundsOf(group)
    const zoom = map.getZoom()
    if (isStack(group) || zoom >= MAX_ZOOM - 0.5) return this.#handlers.onStack(box, group.count, opener)
    const fitting = map.getBoundsZoom(L.latLngBounds([box[1], box[0]], [box[3], box[2]]))
    const closer = Math.min(MAX_ZOOM, Math.max(zoom + 1.5, Math.min(fitting, zoom + 3)))
    map.setView(nearest(map, [group.members[0].lng, group.members[0].lat]), closer)
  }

  /** @param {KeyboardEvent} e */
  #step(e) {
    const marks = this.all()
    const from = marks.find(({ button }) => button === e.target)
    const to = from && neighbour(from.group, marks.map((m) => m.group), e.key)
    const next = marks.find(({ group }) => group === to)
    if (!next) return
    e.preventDefault()
    e.stopPropagation()
    this.#focus(next)
  }

  /** @param {Drawn} mark */
  #focus(mark) {
    for (const { button } of this.#drawn.values()) button.tabIndex = -1
    mark.button.tabIndex = 0
    mark.button.focus({ preventScroll: true })
    if (!this.#map.getBounds().contains(mark.marker.getLatLng())) this.#map.panTo(mark.marker.getLatLng())
  }

  stop() {
    return this.all().find(({ button }) => button.tabIndex === 0)
  }

  /** Where the mark stands that holds a position, be it of a cluster. @param {[number, number]} position */
  positionOf([lng, lat]) {
    const cell = cellOf(lng, lat, this.#zoom)
    for (const { group, marker } of this.#drawn.values()) {
      if (group.members.some((m) => cellOf(m.lng, m.lat, this.#zoom) === cell)) return marker.getLatLng()
    }
    return null
  }

  /** @returns {basemap.Rect[]} in pixels of the world at the map's zoom */
  rects() {
    return this.all().map(({ group, marker }) => {
      const size = diameter(group.count) + 4
      return { ...pixels(this.#map, marker.getLatLng()), width: size, height: size }
    })
  }

  all() {
    return [...this.#drawn.values()]
  }

  /** @param {string|null} slug */
  point(slug) {
    this.#pointed = slug
    for (const { group, button } of this.#drawn.values()) button.classList.toggle('pointed', slug !== null && slugOf(group) === slug)
  }
}

/** @param {import('leaflet').Map} map @param {ClusterFeature} feature @returns {Mark} */
function markOf(map, { geometry, properties }) {
  const [lng, lat] = geometry.coordinates
  const cluster = 'cluster' in properties
  return {
    lng, lat, properties,
    ...pixels(map, nearest(map, [lng, lat])),
    key: cluster ? `cell ${properties.cell}` : properties.slug,
    count: cluster ? properties.count : 1,
  }
}

/** @param {Group} group @param {Handlers} handlers */
function markButton(group, { describe, countryName }) {
  const { properties } = group.members[0]
  if (group.count === 1 && 'slug' in properties) {
    return el('button', { type: 'button', class: `single ${properties.precision ?? ''}`, 'aria-label': describe(properties),
      title: properties.name, tabindex: -1, 'data-count': 1 }, recordSign(properties))
  }
  const { country } = properties
  const label = t('map.cluster', { n: group.count }) + (country ? t('list.comma') + countryName(country) : '')
  return el('button', { type: 'button', class: 'cluster', 'aria-label': label, tabindex: -1, 'data-count': group.count },
    clusterSign(kindsOf(group)), el('span', {}, short(group.count)))
}

/** @param {number} n 1234 -> 1.2k */
function short(n) {
  if (n < 1000) return String(n)
  return n < 10000 ? `${(n / 1000).toFixed(1)}k` : `${Math.round(n / 1000)}k`
}
