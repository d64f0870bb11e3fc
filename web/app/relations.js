// Where the page asks for partnerships, and for what else institutions do together.
// Loaded with what shows them.

import { lang } from './i18n.js'
import { filterQuery, noFilters, readable } from './url.js'

/** @typedef {import('./url.js').Filters} Filters */
/**
 * @typedef {object} Partnership what is asked for of one
 * @property {string[]} roles host, partner or both
 * @property {string} institution slug
 * @property {string} institution_name
 * @property {string} [institution_country] alpha-3
 * @property {string} facility slug
 * @property {string} facility_name
 * @property {string[]} [in_english] the properties that are not in the language of the page
 */
/** @typedef {{type: 'LineString', coordinates: number[][]}|{type: 'MultiLineString', coordinates: number[][][]}} Line */
/** @typedef {{features: {geometry: Line|null, properties: Partnership}[], numberMatched: number}} Partnerships */
/** @typedef {{slug: string, name: string, kind_label?: string, start?: string, countries_label?: string[], in_english?: string[]}} Project */
/** @typedef {{features: {properties: Project}[], numberMatched: number}} Projects */

/** What partnerships can be chosen by as facilities are. */
const SHARED = /** @type {const} */ (['country', 'takes_part', 'sector', 'kind', 'institution', 'established'])
/** What projects can be chosen by. */
const OF_PROJECTS = /** @type {const} */ (['country', 'takes_part', 'sector', 'institution'])

/** @param {Filters} filters @param {readonly (keyof Filters)[]} names @returns {Filters} what the names keep of them */
const only = (filters, names) => ({ ...noFilters(), ...Object.fromEntries(names.map((name) => [name, filters[name]])) })

/**
 * Where partnerships of the facilities that match are asked for. Of words, a status or a field of
 * one's own they know nothing: their facilities do.
 * @param {string} path below the collection @param {Filters} filters @param {Record<string, string>} [more]
 */
export function partnershipsURL(path, filters, more = {}) {
  const of_facilities = String(filterQuery({ ...filters, ...Object.fromEntries(SHARED.map((name) => [name, noFilters()[name]])) }))
  return address('partnerships', path, only(filters, SHARED), { ...(of_facilities && { of_facilities }), ...more })
}

/** @param {Record<string, string>} page */
export const partnershipsOf = (page) => address('partnerships', 'items', noFilters(), page)

/** @param {Filters} filters @param {Record<string, string>} page */
export const projectsURL = (filters, page) => address('projects', 'items', only(filters, OF_PROJECTS), page)

/** In English, with the names that sources print. @param {string[]} slugs @param {string} properties */
export const institutionsURL = (slugs, properties) =>
  `/collections/institutions/items?${new URLSearchParams({ filter: `slug IN (${slugs.map((slug) => `'${slug}'`).join(',')})`, limit: String(slugs.length), properties })}`

/** What a line on a project is made of. */
export const PROJECT = 'slug,name,kind_label,start,countries_label,in_english'

/** @param {string} collection @param {string} path @param {Filters} filters @param {Record<string, string>} more */
function address(collection, path, filters, more) {
  const query = filterQuery(filters)
  query.set('lang', lang()) // also of English: only then values have names beside their ids
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return `/collections/${collection}/${path}${query.size ? '?' + readable(query) : ''}`
}

/** The page of an institution or a project. @param {'institutions'|'projects'} collection @param {string} slug */
export const pageOf = (collection, slug) => `/${collection}/${encodeURIComponent(slug)}?lang=${lang()}`
