// The state of the page as its address: what is chosen stands in the query, the
// camera of the map in the fragment. So a shared link shows the same picture. The
// names and values of the filters are the API's. No DOM in this file.

/** @typedef {'country'|'takes_part'|'sector'|'kind'|'institution'|'status'|'precision'} Dimension or the name of a field of one's own */

/** The lists that narrow the data, in the order of the address; those of one's own come last. */
export const DIMENSIONS = /** @type {Dimension[]} */ (['country', 'takes_part', 'sector', 'kind', 'institution', 'status', 'precision'])
const OWN = DIMENSIONS.length
export const ownDimensions = () => DIMENSIONS.slice(OWN)

/** Adds the fields of one's own: lists choose by facets, and order by whatever is one value. @param {{name: string, type?: string, facet?: boolean}[]} own */
export function useOwn(own) {
  for (const { name, type, facet } of own) {
    if (facet) DIMENSIONS.push(/** @type {Dimension} */ (name))
    if (type !== 'strings') SORTS.push(name, `-${name}`)
  }
}

/** @returns {(keyof Filters)[]} */
const filterNames = () => [...DIMENSIONS, 'established', 'q']

/** What can stand beside the filters. */
export const VIEWS = /** @type {const} */ (['map', 'list', 'statistics'])

/** What the map can show: countries shaded by their counts, in place of marks, and lines for who works with whom. */
const LAYERS = ['countries', 'partnerships']

/** @typedef {Record<Dimension, string[]> & {established: string, q: string}} Filters established: years as the API reads them, 2015..2020, 2015.. or empty */
/** @typedef {{zoom: number, lat: number, lng: number}} Camera what the map shows: the zoom and the middle */
/**
 * @typedef {object} State
 * @property {Filters} filters
 * @property {string} selected slug of the open record; empty for none
 * @property {boolean} follow whether the list keeps to what the map shows
 * @property {typeof VIEWS[number]} view what stands beside the filters
 * @property {string[]} layers of LAYERS
 * @property {string} sort the order of the list, as the API's sortby; empty: by country and name
 * @property {string} lang as the address has it; empty for the browser's choice
 * @property {Camera|null} camera null: where the matches are
 */

/** What it takes for a record to be drawn: positions that stand for a whole country are not. */
const DRAWN = ['site', 'city', 'admin1']
const LEFT = ['country', 'none']

/** The orders that the list can have, beside that by country and name. */
export const SORTS = ['label', 'name', 'city', 'established', 'updated', 'kind', 'country_label', 'country_name'].flatMap((by) => [by, `-${by}`])

/** @returns {Filters} */
export const noFilters = () => /** @type {any} */ ({ ...Object.fromEntries(DIMENSIONS.map((d) => [d, []])), established: '', q: '' })

/** @param {Filters} filters */
export function isFiltered(filters) {
  return filterNames().some((name) => filters[name].length > 0)
}

/**
 * Reads an address. Which values of a filter there are, the server knows.
 * @param {string} search with or without "?"
 * @param {string} hash with or without "#"
 * @returns {State}
 */
export function parse(search, hash) {
  const query = new URLSearchParams(search)
  const get = (/** @type {string} */ name) => query.get(name) ?? ''
  const filters = noFilters()
  DIMENSIONS.forEach((d, i) => {
    const values = query.getAll(d)
    filters[d] = [...new Set(i < OWN ? String(values).split(',').map((v) => v.trim()) : values)].filter((v) => v)
  })
  filters.q = get('q').trim()
  filters.established = parseYears(get('established'))
  return {
    filters,
    view: VIEWS.find((view) => view === get('view')) ?? 'map',
    layers: LAYERS.filter((layer) => get('layer').split(',').includes(layer)),
    sort: SORTS.find((s) => s === get('sortby')) ?? '',
    selected: get('selected'),
    follow: get('follow') !== '0',
    lang: get('lang'),
    camera: parseCamera(hash),
  }
}

/**
 * Years in one spelling: 2015, 2015..2020, 2015.. or ..2020; empty for what is none.
 * @param {string} text
 */
export function parseYears(text) {
  const [, from = '', to = ''] = /^(\d{4})?(?:\.\.(\d{4})?)?$/.exec(text.trim()) ?? []
  if (!text.includes('..') || from === to) return from
  return to && from > to ? '' : `${from}..${to}`
}

/**
 * @param {string} hash "#zoom/latitude/longitude"
 * @returns {Camera|null}
 */
export function parseCamera(hash) {
  const [zoom, lat, lng] = (/^#?([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(hash) ?? []).slice(1).map(Number)
  return zoom <= 22 && Math.abs(lat) <= 90 && Math.abs(lng) <= 360 ? { zoom, lat, lng } : null // what is no number is in no range
}

/**
 * @param {State} state
 * @returns {string} the whole address below the path of the page
 */
export function toURL(state) {
  const query = filterQuery(state.filters)
  if (state.lang) query.set('lang', state.lang)
  if (state.view !== 'map') query.set('view', state.view)
  if (state.layers.length) query.set('layer', String(state.layers))
  if (state.sort) query.set('sortby', state.sort)
  if (!state.follow) query.set('follow', '0')
  if (state.selected) query.set('selected', state.selected)
  return `?${readable(query)}${toHash(state.camera)}`
}

/** @param {Camera|null} camera */
export function toHash(camera) {
  if (!camera) return ''
  const digits = camera.zoom >= 9 ? 4 : 3 // a thousandth of a degree is under a pixel until zoom 9
  return `#${+camera.zoom.toFixed(2)}/${+camera.lat.toFixed(digits)}/${+camera.lng.toFixed(digits)}`
}

/**
 * The filters as parameters of the API: a list with commas, and of a field of one's own,
 * whose values may have commas, each by itself.
 * @param {Filters} filters
 */
export function filterQuery(filters) {
  const query = new URLSearchParams()
  filterNames().forEach((name, i) => {
    const value = filters[name]
    for (const v of Array.isArray(value) && i >= OWN ? value : [String(value)]) if (v) query.append(name, v)
  })
  return query
}

/** Whether the same records match. @param {Filters} a @param {Filters} b */
export const sameFilters = (a, b) => String(filterQuery(a)) === String(filterQuery(b))

/**
 * The filters narrowed to records that are drawn, or to those that are not; null
 * where nothing can match.
 * @param {Filters} filters
 * @param {boolean} drawn
 * @returns {Filters|null}
 */
export function split(filters, drawn) {
  const chosen = filters.precision
  const precision = (drawn ? DRAWN : LEFT).filter((p) => chosen.length === 0 || chosen.includes(p))
  return precision.length ? { ...filters, precision } : null
}

/** @param {URLSearchParams} query commas stay commas, so that people can read and edit a link */
export function readable(query) {
  return query.toString().replaceAll('%2C', ',')
}
