// The state of the page as its address: what is chosen stands in the query, the
// view of the map in the fragment. So a shared link shows the same picture. The
// names and values of the filters are the API's. No DOM in this file.

/** The lists that narrow the data, in the order of the address. */
export const DIMENSIONS = /** @type {const} */ (['country', 'sector', 'kind', 'status', 'precision'])

/** @typedef {typeof DIMENSIONS[number]} Dimension */
/** @typedef {Record<Dimension, string[]> & {established: string, q: string}} Filters established: years as the API reads them, 2015..2020, 2015.. or empty */
/** @typedef {{zoom: number, lat: number, lng: number}} View */
/**
 * @typedef {object} State
 * @property {Filters} filters
 * @property {string} selected slug of the open record; empty for none
 * @property {boolean} follow whether the list keeps to the map's view
 * @property {'map'|'list'|'statistics'} show what stands beside the filters
 * @property {boolean} shaded whether countries are shaded by their counts, in place of marks
 * @property {string} sort the order of the list, as the API's sortby; empty: by country and name
 * @property {string} lang as the address has it; empty for the browser's choice
 * @property {View|null} view null: frame the matches
 */

/** What it takes for a record to be drawn: positions that stand for a whole country are not. */
const DRAWN = ['site', 'city', 'admin1']
const LEFT = ['country', 'none']

/** The values of status and precision are the same in every data set; an address with others is not sent on. */
const FIXED = /** @type {Partial<Record<Dimension, string[]>>} */ ({
  status: ['operating', 'announced', 'planned', 'closed', 'unknown', 'none'],
  precision: [...DRAWN, ...LEFT],
})

/** The orders that the list can have, beside that by country and name. */
export const SORTS = ['name', 'city', 'established', 'updated', 'kind', 'country_name'].flatMap((by) => [by, `-${by}`])

/** @returns {Filters} */
export function noFilters() {
  return { country: [], sector: [], kind: [], status: [], precision: [], established: '', q: '' }
}

/** @param {Filters} filters */
export function isFiltered(filters) {
  return filters.q !== '' || filters.established !== '' || DIMENSIONS.some((d) => filters[d].length > 0)
}

/**
 * Reads an address. What it does not know it leaves out; the server says so.
 * @param {string} search with or without "?"
 * @param {string} hash with or without "#"
 * @returns {State}
 */
export function parse(search, hash) {
  const query = new URLSearchParams(search)
  const filters = noFilters()
  for (const d of DIMENSIONS) {
    const values = query.getAll(d).flatMap((v) => v.split(',')).map((v) => v.trim()).filter(Boolean)
    filters[d] = [...new Set(values)].filter((v) => FIXED[d]?.includes(v) ?? true)
  }
  filters.q = (query.get('q') ?? '').trim()
  filters.established = parseYears(query.get('established') ?? '')
  const show = query.get('view')
  return {
    filters,
    show: show === 'list' || show === 'statistics' ? show : 'map',
    shaded: query.get('layer') === 'countries',
    sort: SORTS.find((s) => s === query.get('sortby')) ?? '',
    selected: query.get('selected') ?? '',
    follow: query.get('follow') !== '0',
    lang: query.get('lang') ?? '',
    view: parseView(hash),
  }
}

/**
 * Years in one spelling: 2015, 2015..2020, 2015.. or ..2020; empty for what is none.
 * @param {string} text
 */
export function parseYears(text) {
  const [, from, to] = /^(\d{4})?(?:\.\.(\d{4})?)?$/.exec(text.trim()) ?? []
  if (!text.includes('..')) return from ?? ''
  if (from && to) return from === to ? from : from < to ? `${from}..${to}` : ''
  return from || to ? `${from ?? ''}..${to ?? ''}` : ''
}

/**
 * @param {string} hash "#zoom/latitude/longitude"
 * @returns {View|null}
 */
export function parseView(hash) {
  const parts = hash.replace(/^#/, '').split('/')
  if (parts.length !== 3 || parts.some((p) => !/^-?\d+(\.\d+)?$/.test(p))) return null
  const [zoom, lat, lng] = parts.map(Number)
  if (zoom < 0 || zoom > 22 || Math.abs(lat) > 90 || Math.abs(lng) > 360) return null
  return { zoom, lat, lng }
}

/**
 * The query of the page for a state, with "?" unless it is empty.
 * @param {State} state
 */
export function toSearch(state) {
  const query = filterQuery(state.filters)
  if (state.lang) query.set('lang', state.lang)
  if (state.show !== 'map') query.set('view', state.show)
  if (state.shaded) query.set('layer', 'countries')
  if (state.sort) query.set('sortby', state.sort)
  if (!state.follow) query.set('follow', '0')
  if (state.selected) query.set('selected', state.selected)
  return query.size ? '?' + readable(query) : ''
}

/** @param {View|null} view */
export function toHash(view) {
  if (!view) return ''
  const digits = view.zoom >= 9 ? 4 : 3 // a thousandth of a degree is under a pixel until zoom 9
  return `#${+view.zoom.toFixed(2)}/${+view.lat.toFixed(digits)}/${+view.lng.toFixed(digits)}`
}

/**
 * @param {State} state
 * @returns {string} the whole address below the path of the page
 */
export function toURL(state) {
  return (toSearch(state) || '?') + toHash(state.view)
}

/**
 * The filters as parameters of the API.
 * @param {Filters} filters
 */
export function filterQuery(filters) {
  const query = new URLSearchParams()
  for (const d of DIMENSIONS) if (filters[d].length) query.set(d, filters[d].join(','))
  if (filters.established) query.set('established', filters.established)
  if (filters.q) query.set('q', filters.q)
  return query
}

/** Whether two states show the same records in the same order. @param {State} a @param {State} b */
export const sameMatches = (a, b) =>
  String(filterQuery(a.filters)) === String(filterQuery(b.filters)) && a.sort === b.sort && a.follow === b.follow

/**
 * The filters narrowed to records that are drawn, or to those that are not; null
 * where nothing can match.
 * @param {Filters} filters
 * @param {boolean} drawn
 * @returns {Filters|null}
 */
export function split(filters, drawn) {
  const wanted = drawn ? DRAWN : LEFT
  const chosen = filters.precision
  const precision = chosen.length ? wanted.filter((p) => chosen.includes(p)) : wanted
  return precision.length ? { ...filters, precision } : null
}

/**
 * The parameters of an address that the page has no use for.
 * @param {string} search
 */
export function unused(search) {
  const used = [...DIMENSIONS, 'established', 'q', 'lang', 'selected', 'follow', 'view', 'layer', 'sortby', 'f', 'offset']
  return [...new Set(new URLSearchParams(search).keys())].filter((name) => !used.includes(name))
}

/** @param {URLSearchParams} query commas stay commas, so that people can read and edit a link */
export function readable(query) {
  return query.toString().replaceAll('%2C', ',')
}
