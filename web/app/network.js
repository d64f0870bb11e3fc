// Who works with whom, among the statistics: countries by countries, the institutions of
// the most facilities, and what they do together, by years.

import { latest } from './api.js'
import { el, keepFocus } from './dom.js'
import { number, t } from './i18n.js'
import { projectLine } from './partners.js'
import { pageOf, partnershipsURL, PROJECT, projectsURL } from './relations.js'
import { action } from './results.js'
import { chosenOf, matrixTable, withoutEmpty } from './views.js'

/** @typedef {import('./api.js').ApiError} ApiError */
/** @typedef {import('./api.js').Bucket} Bucket */
/** @typedef {import('./api.js').Facets} Facets */
/** @typedef {import('./api.js').Matrix} Matrix */
/** @typedef {import('./relations.js').Project} Project */
/** @typedef {import('./relations.js').Projects} Projects */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {import('./views.js').Change} Change */

const CONNECTED = 10 // institutions that are named
const LISTED = 12 // projects that are in sight; the others come when they are asked for
const MOST = 500 // projects

/** @param {(change: Change) => void} filter applies it, and goes to the map */
export function createNetwork(filter) {
  const [matrixPart, connectedPart, projectsPart] = [0, 0, 0].map(() => el('section', { hidden: true }))
  /** @type {Filters} */
  let filters
  const show = (/** @type {HTMLElement} */ part, /** @type {(Node|string)[]} */ nodes) => {
    part.hidden = nodes.length === 0
    keepFocus(part, () => part.replaceChildren(...nodes))
  }
  /** @template T @param {HTMLElement} part @param {(answer: T) => (Node|string)[]} nodes */
  const line = (part, nodes) => latest((/** @type {T} */ answer) => show(part, nodes(answer)), (error) => fail(part, error))
  /** What is there stays, as all of the view does. @param {HTMLElement} part @param {ApiError} error */
  const fail = (part, error) => part.hidden && show(part, [el('p', { class: 'hint' }, error.status ? error.message : t('failed.offline')), action(t('failed.retry'), ask)])
  const askMatrix = line(matrixPart, (/** @type {Matrix} */ matrix) => matrixNodes(matrix, filter))
  const askConnected = line(connectedPart, (/** @type {Facets} */ { facets }) => connectedNodes(chosenOf(facets.institution?.buckets ?? [], filters.institution)))
  const askProjects = line(projectsPart, projectNodes)

  function ask() {
    askProjects.ask(projectsURL(filters, { limit: String(MOST), sortby: '-start', properties: PROJECT }))
    askMatrix.ask(partnershipsURL('matrix', filters, { rows: 'institution_country', columns: 'country' }))
    askConnected.ask(partnershipsURL('facets', filters))
  }

  return {
    parts: [matrixPart, connectedPart, projectsPart],
    /** @param {Filters} next */
    show(next) {
      filters = next
      ask()
    },
  }
}

/** @param {Matrix} full @param {(change: Change) => void} filter */
function matrixNodes(full, filter) {
  const matrix = withoutEmpty({ ...full, rows: full.rows.map((row) => (row.value ? row : { ...row, count: 0 })) }) // of no country is nobody to choose
  if (!matrix.rows.length) return []
  const table = matrixTable({ ...matrix, numberMatched: undefined }, { // what matches are partnerships
    rows: 'takes_part', columns: 'country', name: ({ label }) => t('chip.takes_part', { country: label }), caption: 'stats.network_caption',
    cell: (n, row, column) => t('stats.network_cell', { n, from: row.label, country: column.label }),
  }, filter)
  return [el('h3', { id: 'network-title' }, t('stats.network')), el('p', { class: 'hint' }, t('stats.network_hint')),
    el('div', { class: 'scroll-x', role: 'region', 'aria-labelledby': 'network-title', tabindex: 0 }, table)]
}

/** @param {Bucket[]} buckets the most first */
function connectedNodes(buckets) {
  const first = buckets.filter((b) => b.value && b.count).slice(0, CONNECTED)
  const row = (/** @type {Bucket} */ { value, label, count }) => {
    const share = el('span', { class: 'kind-bar', 'aria-hidden': 'true' })
    share.style.setProperty('--share', String(count / first[0].count))
    return el('li', {}, el('a', { href: pageOf('institutions', value ?? '') }, el('bdi', {}, label), el('span', { class: 'kind-count' }, number(count)), share))
  }
  return first.length ? [el('h3', {}, t('stats.connected')), el('ol', { class: 'kind-bars own-bars' }, ...first.map(row))] : []
}

/** @param {Projects} answer the newest first */
function projectNodes({ features }) {
  const projects = features.map(({ properties }) => properties)
  const rest = projects.slice(LISTED)
  return [el('h3', {}, t('projects.title')), el('p', { class: 'hint' }, t(projects.length ? 'stats.projects_hint' : 'stats.no_projects')),
    timeline(projects.slice(0, LISTED)),
    rest.length > 0 ? el('details', {}, el('summary', {}, t('list.more', { n: rest.length })), timeline(rest)) : '']
}

/** @param {Project[]} projects */
function timeline(projects) {
  return el('ol', { class: 'timeline' }, ...byYear(projects).map(({ year, projects }) =>
    el('li', {}, el('h4', {}, year || '–'), el('ul', {}, ...projects.map((p) => el('li', {}, projectLine(p)))))))
}

/** Those of one year together, in their order. @param {Project[]} projects @returns {{year: string, projects: Project[]}[]} year: empty where none is stated */
export function byYear(projects) {
  /** @type {{year: string, projects: Project[]}[]} */
  const years = []
  for (const p of projects) {
    const year = p.start?.slice(0, 4) ?? ''
    if (years[years.length - 1]?.year !== year) years.push({ year, projects: [] })
    years[years.length - 1].projects.push(p)
  }
  return years
}
