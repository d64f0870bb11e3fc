// What the page asks of the server.

import { filterQuery, readable } from './url.js'

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
 * @property {string} [source_title]
 * @property {string} [source_url]
 * @property {string} [source_date]
 * @property {string} [updated]
 * @property {Source[]} [sources]
 */
/** @typedef {{cluster: true, cell: number, count: number, kinds: Record<string, number>, bounds: Box, stack: boolean}} Cluster */
/** @typedef {{type: 'Point', coordinates: [number, number]}} Point */
/** @typedef {{id: number, geometry: Point|null, properties: Facility}} FacilityFeature */
/** @typedef {{geometry: Point, properties: Cluster|Facility}} ClusterFeature */
/** @typedef {{features: FacilityFeature[], numberMatched: number}} Items */
/** @typedef {{features: ClusterFeature[], numberMatched: number}} Clusters */

const FACILITIES = '/collections/facilities/'

/** ApiError is an answer that is not the data asked for, or none at all (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {string} detail */
  constructor(status, detail) {
    super(detail)
    this.name = 'ApiError'
    this.status = status
  }
}

/**
 * A line of requests of which only the last counts: each one aborts the one before.
 * @template T
 * @param {(answer: T) => void} show
 * @param {(error: ApiError) => void} fail
 */
export function latest(show, fail) {
  let current = new AbortController()
  return {
    /** @param {string} url */
    async ask(url) {
      current.abort()
      const mine = (current = new AbortController())
      try {
        const answer = await getJSON(url, mine.signal)
        if (!mine.signal.aborted) show(/** @type {T} */ (answer))
      } catch (error) {
        if (mine.signal.aborted) return
        if (!(error instanceof ApiError)) throw error
        fail(error)
      }
    },
    cancel() {
      current.abort()
    },
  }
}

/**
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<unknown>}
 */
export async function getJSON(url, signal) {
  let response
  try {
    response = await fetch(url, { signal, headers: { Accept: 'application/geo+json, application/json' } })
  } catch (error) {
    throw signal?.aborted ? error : new ApiError(0, String(error))
  }
  if (!response.ok) throw new ApiError(response.status, await problemDetail(response))
  try {
    return await response.json()
  } catch (error) {
    throw signal?.aborted ? error : new ApiError(response.status, String(error))
  }
}

/** @param {Response} response a problem document (RFC 9457), or anything else */
async function problemDetail(response) {
  try {
    const problem = await response.json()
    return String(problem.detail ?? problem.title ?? response.statusText)
  } catch {
    return response.statusText
  }
}

/** @param {string} path @param {Filters} filters @param {Record<string, string>} more */
function address(path, filters, more) {
  const query = filterQuery(filters)
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return FACILITIES + path + (query.size ? '?' + readable(query) : '')
}

/** @param {Filters} filters @param {string} lang */
export const facetsURL = (filters, lang) => address('facets', filters, { lang })

/** @typedef {{value: string|null, label: string, count: number}} Line a row or a column of the matrix; count: of its facilities */
/** @typedef {{numberMatched: number, rows: Line[], columns: Line[], counts: number[][]}} Matrix counts by row and column; a facility in two sectors counts in both */

/** @param {Filters} filters @param {string} lang */
export const matrixURL = (filters, lang) => address('matrix', filters, { lang })

/** @param {Filters} filters @param {number} zoom @param {Box} [box] */
export const clustersURL = (filters, zoom, box) =>
  address('clusters', filters, box ? { zoom: String(zoom), bbox: box.join(',') } : { zoom: String(zoom) })

/** @param {Filters} filters @param {Record<string, string>} page */
export const itemsURL = (filters, page) => address('items', filters, page)

/** @param {string} slug */
export const itemURL = (slug) => FACILITIES + 'items/' + encodeURIComponent(slug)
