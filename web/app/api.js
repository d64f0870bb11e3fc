// What the page asks of the server.

import { filterQuery, readable, split } from './url.js'

/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {{value: string|null, count: number, label: string}} Bucket */
/** @typedef {{numberMatched: number, facets: Record<string, {buckets: Bucket[]}>}} Facets */
/** @typedef {{title?: string, url?: string, date?: string, supports?: string}} Source */
/** @typedef {[number, number, number, number]} Box west, south, east, north in degrees */
/**
 * @typedef {object} Facility the properties of a record; what no source states is left out
 * @property {number} id
 * @property {string} slug
 * @property {string} kind
 * @property {string} name
 * @property {string} [name_zh]
 * @property {string} [name_local]
 * @property {string} [name_local_lang]
 * @property {string} [country]
 * @property {string} [country_name]
 * @property {string} [admin1]
 * @property {string} [city]
 * @property {string} [precision]
 * @property {string[]} [sectors]
 * @property {string[]} [partners]
 * @property {string} [host_institution]
 * @property {number} [established]
 * @property {string} [status]
 * @property {string} [summary]
 * @property {string} [website]
 * @property {string} [address]
 * @property {string[]} [identifiers] scheme:value
 * @property {number} [area_ha]
 * @property {string[]} [former_names]
 * @property {number} [closed] year
 * @property {string} [successor] slug
 * @property {string} [checked] date
 * @property {string} [source_title]
 * @property {string} [source_url]
 * @property {string} [source_date]
 * @property {string} [updated]
 * @property {string[]} [machine_translated] the properties that a machine has put into the language of the page
 * @property {string[]} [outdated_translation] those whose English was changed since
 * @property {string[]} [in_english] those that are not in the language of the page
 * @property {Source[]} [sources]
 */
/** @typedef {{cluster: true, cell: number, count: number, kinds: Record<string, number>, country?: string, bounds: Box, stack: boolean}} Cluster */
/** @typedef {{type: 'Point', coordinates: [number, number]}} Point */
/** @typedef {{id: number, geometry: Point|null, properties: Facility}} FacilityFeature */
/** @typedef {{geometry: Point, properties: Cluster|Facility}} ClusterFeature */
/** @typedef {{features: FacilityFeature[], numberMatched: number}} Items */
/** @typedef {{features: ClusterFeature[], numberMatched: number}} Clusters */

/** Turn the direction of what follows round, which no text wants (UAX 9, 2); an import refuses them. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g

/** ApiError is an answer that is not the data asked for, or none at all (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {any} detail */
  constructor(status, detail) {
    super(detail)
    this.status = status
  }
}

/**
 * A line of requests of which only the last counts: each one aborts the one before.
 * @template T
 * @param {(answer: T) => void} show
 * @param {(error: ApiError) => void} fail
 * @param {() => Promise<unknown>} [first] what answers wait for
 */
export function latest(show, fail, first) {
  let current = new AbortController()
  const line = {
    /** Whether the last request has no answer: not yet, or because it failed. */
    open: false,
    /** @param {string} url */
    async ask(url) {
      current.abort()
      const mine = (current = new AbortController())
      line.open = true
      let answer
      try {
        answer = /** @type {T} */ (await getJSON(url, mine.signal))
        await first?.()
      } catch (error) {
        if (mine.signal.aborted) return
        return fail(/** @type {ApiError} */ (error))
      }
      if (mine.signal.aborted) return
      line.open = false
      show(answer)
    },
    /** What is known without asking. @param {T} answer */
    answer(answer) {
      line.cancel()
      show(answer)
    },
    cancel() {
      current.abort()
      line.open = false
    },
  }
  return line
}

/** @param {AbortSignal} [signal] @returns {(error: unknown) => never} */
const unheard = (signal) => (error) => { throw signal?.aborted ? error : new ApiError(0, error) }

/** A module that is loaded late comes over the network as well. @template T @param {Promise<T>} module @returns {Promise<T>} */
export const late = (module) => module.catch(unheard())

/**
 * What is refused for a while is asked for again, some times and each time later. The
 * page is told by the event busy.
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @param {number} [again] how often it was
 * @returns {Promise<unknown>}
 */
export async function getJSON(url, signal, again = 0) {
  const response = await fetch(url, { signal, headers: { 'Accept-Language': document.documentElement.lang } }).catch(unheard(signal))
  if (response.ok) return response.text().then((text) => JSON.parse(text.replace(DIRECTIONS, ''))).catch(unheard(signal)) // another's page, as networks that want a login send
  const wait = Number(response.headers.get('Retry-After'))
  if (wait && again < 3) {
    dispatchEvent(new Event('busy'))
    await new Promise((then) => setTimeout(then, Math.min(wait, 9) * (1e3 + Math.random() * 1e3) << again))
    return getJSON(url, signal, again + 1)
  }
  throw new ApiError(response.status, (await response.json().catch(() => {}))?.detail ?? response.statusText) // RFC 9457, or anything else
}

/**
 * Records are asked for in the language of the page; English is what they are in.
 * @param {string} path @param {Filters} filters @param {Record<string, string>} [more]
 */
export function address(path, filters, more = {}) {
  const query = filterQuery(filters)
  const { lang } = document.documentElement
  if (lang !== 'en') query.set('lang', lang)
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return '/collections/facilities/' + path + (query.size ? '?' + readable(query) : '')
}

/** @param {Filters} filters */
export const facetsURL = (filters) => address('facets', filters)

/** @typedef {{value: string|null, label: string, count: number}} Line a row or a column of the matrix; count: of its facilities */
/** @typedef {{numberMatched: number, rows: Line[], columns: Line[], counts: number[][]}} Matrix counts by row and column; a facility in two sectors counts in both */

/** @param {Filters} filters @param {number} zoom @param {Box} [box] */
export const clustersURL = (filters, zoom, box) =>
  address('clusters', filters, box ? { zoom: String(zoom), bbox: box.join(',') } : { zoom: String(zoom) })

/** @param {Filters} filters @param {Record<string, string>} page */
export const itemsURL = (filters, page) => address('items', filters, page)

const OVERVIEW = 2 // the zoom at which the whole world is asked for, to fit the matches into the window

/** @typedef {{box: Box|null, features: ClusterFeature[], zoom: number}} Found box: around all matches that are drawn; features: their clusters at the zoom */

/**
 * Where the matches are: a glance at the whole world finds the region, a closer
 * look its edges.
 * @param {Filters} chosen
 * @returns {Promise<Found>}
 */
export async function locate(chosen) {
  const drawn = split(chosen, true)
  const world = drawn ? await clusters(drawn, OVERVIEW) : []
  const region = around(world.map(({ geometry: { coordinates: [lng, lat] }, properties: p }) => ('cluster' in p ? p.bounds : [lng, lat, lng, lat])))
  if (!drawn || !region || region[2] - region[0] > 120) return { box: region, features: world, zoom: OVERVIEW }
  const zoom = Math.min(9, Math.ceil(Math.log2((24 * 90) / Math.max(region[2] - region[0], 4)))) // cells of a 24th of the width
  const [west, south, east, north] = region
  const near = await clusters(drawn, zoom, [west > 180 ? west - 360 : west, south, east > 180 ? east - 360 : east, north])
  return { box: around(near.map(({ geometry: { coordinates: [lng, lat] } }) => [lng, lat, lng, lat])), features: near, zoom }
}

/** @param {Filters} drawn @param {number} zoom @param {Box} [box] */
async function clusters(drawn, zoom, box) {
  return /** @type {Clusters} */ (await getJSON(clustersURL(drawn, zoom, box))).features
}

/**
 * The box around boxes, none of which crosses a meridian of 0 or 180 degrees. Where
 * that is narrower it goes on past 180.
 * @param {number[][]} boxes @returns {Box|null}
 */
export function around(boxes) {
  if (boxes.length === 0) return null
  const [atlantic, pacific] = [0, 360].map((turn) => {
    const side = (/** @type {number} */ i) => boxes.map((b) => (i % 2 || b[i] >= 0 ? b[i] : b[i] + turn))
    return /** @type {Box} */ ([Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))])
  })
  return pacific[2] - pacific[0] < atlantic[2] - atlantic[0] ? pacific : atlantic
}
