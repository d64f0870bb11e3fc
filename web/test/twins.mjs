// What the scripts of the page hold that the server holds too, as JSON: constants, and
// what functions make of the cases on standard input. pages/twins_test.go compares.

import { readFileSync } from 'node:fs'
import { report } from '../app/card.js'
import { partner } from '../app/partners.js'
import { written } from '../app/facts.js'
import { useCatalogue } from '../app/i18n.js'
import { reachOf } from '../app/layers.js'
import { DIMENSIONS, filterQuery, noFilters, parseCamera, parseYears, SORTS, split, VIEWS } from '../app/url.js'
import { texts } from './texts.mjs'

/** @type {{partners: string[], titles: string[], years: string[], reports: [contact: string, name: string, link: string][]}} */
const cases = JSON.parse(readFileSync(0, 'utf8'))
useCatalogue('en', texts('en'))

/**
 * A constant of a script that is for itself alone, which an export would make longer.
 * @param {string} file @param {string} name @returns {any}
 */
function constant(file, name) {
  const source = readFileSync(new URL(`../app/${file}`, import.meta.url), 'utf8')
  const [, value] = new RegExp(`^(?:export )?const ${name} = (.+?)$(?=\\n(?!  |[\\]}]))`, 'ms').exec(source) ?? []
  if (!value) throw new Error(`${file} has no constant ${name}`)
  return new Function(`return (${value.replace(/ \/\/ .*$/m, '')})`)()
}

/** Characters of which a text is freed. @param {RegExp} pattern */
const taken = (pattern) => Array.from({ length: 0x3000 }, (_, i) => String.fromCharCode(i)).filter((c) => c.replace(pattern, '') === '')

const all = { ...noFilters(), ...Object.fromEntries([...DIMENSIONS.map((d) => [d, ['x']]), ['established', '2000'], ['q', 'x']]) }
const zooms = Array.from({ length: 40 }, (_, zoom) => zoom)

console.log(JSON.stringify({
  reach: Object.fromEntries(['site', 'city', 'admin1', 'country'].map((precision) => [precision, reachOf(precision, 0, 40075017)])), // in metres, where a pixel is one
  filters: [...filterQuery(all).keys()],
  facets: constant('filters.js', 'ORDER'),
  sorts: SORTS,
  views: VIEWS,
  drawn: split(noFilters(), true)?.precision,
  left: split(noFilters(), false)?.precision,
  notStated: [constant('filters.js', 'NOT_STATED'), constant('views.js', 'NOT_STATED')],
  years: cases.years.map(parseYears),
  titles: cases.titles.map(written),
  partners: cases.partners.map((text) => Object.values(partner(text))),
  reports: cases.reports.map((r) => report(...r)),
  directions: taken(constant('api.js', 'DIRECTIONS')),
  maxLatitude: constant('basemap.js', 'MAX_LATITUDE'),
  cell: constant('clusters.js', 'CELL'),
  tile: constant('clusters.js', 'TILE'),
  deepest: Math.max(...zooms.filter((zoom) => parseCamera(`#${zoom}/0/0`))),
  files: constant('share.js', 'FILES').map((/** @type {{ending: string}} */ f) => f.ending),
  themes: constant('share.js', 'THEMES').filter(Boolean),
}))
