// What can stand in the place of the map or of the list: the statistics of the
// matches, the matches as a table, and what to do where there are none. Loaded when
// one of them is first shown.

import * as api from './api.js'
import { dataSet, el, keepFocus, kindSign, newTab, recordSign, setCurrent, svg } from './dom.js'
import { ownOf, ownText } from './facts.js'
import { briefly, date, langOf, names, number, t, titleOf } from './i18n.js'
import { createNetwork } from './network.js'
import { action, message } from './results.js'
import { others } from './search.js'
import { copyButton, matrixURL } from './share.js'
import { DIMENSIONS, isFiltered, ownDimensions, parseYears, SORTS } from './url.js'

/** @typedef {import('./url.js').State} State */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {import('./api.js').Bucket} Bucket */
/** @typedef {import('./api.js').Line} Line */
/** @typedef {import('./api.js').Matrix} Matrix */
/** @typedef {import('./filters.js').Label} Label */
/** @typedef {(now: Filters) => Filters} Change what a press does to the filters as they are by then: others may have been chosen since the answer */
/** @typedef {{label: Label, filter: (change: Change) => void, fail: (error: api.ApiError) => void}} StatisticsContext filter: applies it, and goes to the map */
/**
 * @typedef {object} TableContext
 * @property {Label} label
 * @property {(slug: string) => string} href
 * @property {(slug: string, opener: HTMLElement) => void} open
 * @property {(sortby: string) => void} sort
 * @property {(error: api.ApiError) => void} fail
 */

const NOT_STATED = 'none'

/**
 * What the pane of a view holds: its content, or a line where nothing matches. The focus stays in
 * the view when one takes the place of the other, or of what went wrong.
 * @param {HTMLElement} root @param {HTMLElement} content
 */
function createPane(root, content) {
  const none = el('div', { class: content.className }, el('p', { class: 'hint' }, t('empty.title')))
  let answered = false
  const held = () => [content, none].some((e) => e.parentElement === root)
  const filled = () => answered && held()
  const put = (/** @type {HTMLElement} */ e) => e.parentElement === root || keepFocus(root, () => root.replaceChildren(e))
  return {
    /** Whether an answer is shown, be it that nothing matches: it stays where the next one does not come. */
    filled,
    /** An answer is on its way. */
    wait() {
      if (!filled()) put(content)
      root.setAttribute('aria-busy', 'true')
    },
    /** It is here; what went wrong meanwhile stays told. @param {number} n how many match @returns {boolean} whether there is something to show */
    answer(n) {
      answered = true
      if (held()) put(n ? content : none)
      return n > 0
    },
    /** Nothing more is to come. */
    rest: () => root.setAttribute('aria-busy', 'false'),
  }
}

// ---- statistics ----

/** @param {HTMLElement} root @param {StatisticsContext} context */
export function createStatistics(root, context) {
  const [matrixPart, kindsPart, yearsPart] = [el('section'), el('section'), el('section')]
  /** @type {Map<import('./url.js').Dimension, HTMLElement>} */
  const ownParts = new Map(ownDimensions().map((d) => [d, el('section', { hidden: true })]))
  const network = createNetwork(context.filter)
  const [joined, ...together] = network.parts
  const content = el('div', { class: 'statistics' }, el('h2', {}, t('stats.heading')), matrixPart, joined,
    el('div', { class: 'stats-pair' }, kindsPart, yearsPart), el('div', { class: 'stats-pair' }, ...together), el('div', { class: 'stats-pair' }, ...ownParts.values()), createCoverage())
  const pane = createPane(root, content)
  /** @type {Filters} */
  let filters
  const failed = (/** @type {api.ApiError} */ error) => {
    pane.rest()
    context.fail(error)
  }
  const askMatrix = api.latest((/** @type {Matrix} */ matrix) => {
    pane.rest()
    if (pane.answer(matrix.numberMatched)) keepFocus(matrixPart, () => matrixPart.replaceChildren(...matrixNodes(matrix, filters, context.filter)))
  }, failed)
  const askFacets = api.latest((/** @type {api.Facets} */ { numberMatched, facets }) => {
    if (numberMatched === 0) return // the matrix says so: it is what the view is filled by, whichever comes first
    const kinds = chosenOf(facets.kind?.buckets ?? [], filters.kind)
    keepFocus(kindsPart, () => kindsPart.replaceChildren(...kindNodes(kinds, (kind) => context.filter((now) => ({ ...now, kind: [kind] })))))
    keepFocus(yearsPart, () => showYears(yearsPart, yearsOf(facets.established?.buckets ?? [], filters.established)))
    for (const [d, part] of ownParts) {
      const counted = chosenOf(facets[d]?.buckets ?? [], filters[d]).filter((b) => b.count > 0)
      part.hidden = !counted.some((b) => b.value)
      keepFocus(part, () => part.replaceChildren(...ownNodes(d, counted, (value) => context.filter((now) => ({ ...now, [d]: [value] })))))
    }
  }, failed)
  return {
    filled: pane.filled,
    /** @param {State} state */
    show(state) {
      filters = state.filters
      pane.wait()
      askMatrix.ask(matrixURL(filters))
      askFacets.ask(api.facetsURL(filters))
      network.show(filters)
    },
  }
}

/** A facet ignores the choice in its own dimension; here it counts. @param {Bucket[]} buckets @param {string[]} chosen */
export function chosenOf(buckets, chosen) {
  return buckets.filter((b) => chosen.length === 0 || chosen.includes(b.value ?? NOT_STATED))
}

/** @param {Matrix} full @param {Filters} filters that it counts @param {(change: Change) => void} filter */
function matrixNodes(full, filters, filter) {
  const matrix = withoutEmpty(full)
  const empty = filters.country.length ? [] : full.rows.filter((row) => row.value && row.count === 0).map((row) => row.label)
  return [el('h3', { id: 'matrix-title' }, t('stats.matrix')), el('p', { class: 'hint' }, t('stats.double')),
    el('div', { class: 'scroll-x', role: 'region', 'aria-labelledby': 'matrix-title', tabindex: 0 }, matrixTable(matrix, BY_SECTOR, filter)),
    empty.length > 0 && empty.length <= 12 ? el('p', { class: 'hint' }, t('stats.empty_rows', { list: empty.join(t('list.comma')) })) : '',
    el('p', { class: 'share-actions' },
      el('a', { class: 'action', href: matrixURL(filters, { f: 'csv' }), download: true }, t('stats.download')),
      copyButton(t('stats.copy'), () => tableText(matrix)))]
}

/** The rows and columns that have a record. @param {Matrix} matrix @returns {Matrix} */
export function withoutEmpty({ numberMatched, rows, columns, counts }) {
  const [ofRows, ofColumns] = [rows, columns].map((lines) => [...lines.keys()].filter((i) => lines[i].count > 0))
  return {
    numberMatched,
    rows: ofRows.map((i) => rows[i]),
    columns: ofColumns.map((j) => columns[j]),
    counts: ofRows.map((i) => ofColumns.map((j) => counts[i][j])),
  }
}

/** The table as text that spreadsheets paste into cells. @param {Matrix} matrix */
export function tableText({ numberMatched, rows, columns, counts }) {
  const lines = [
    ['', t('stats.total'), ...columns.map((c) => c.label)],
    ...rows.map((row, i) => [row.label, row.count, ...counts[i]]),
    [t('stats.total'), numberMatched, ...columns.map((c) => c.count)],
  ]
  return lines.map((cells) => cells.join('\t')).join('\n')
}

const STEPS = 5

/**
 * How strongly a cell is tinted, 1 to 5: by the root of its share of the greatest, so
 * that one great number does not leave the others pale.
 * @param {number} n @param {number} most
 */
export function heat(n, most) {
  return n === 0 ? 0 : Math.min(STEPS, Math.ceil(STEPS * Math.sqrt(n / most)))
}

/**
 * @typedef {object} Axes what rows and columns choose by, and how that is said
 * @property {import('./url.js').Dimension} rows
 * @property {import('./url.js').Dimension} columns
 * @property {string} caption key of the text
 * @property {(n: number, row: Line, column: Line) => string} cell
 * @property {(row: Line) => string} [name] of a row, where its label is that of a column too
 */

/** @type {Axes} */
const BY_SECTOR = {
  rows: 'country', columns: 'sector', caption: 'stats.caption',
  cell: (n, row, column) => t('stats.cell', { n, country: row.label, sector: column.label }),
}

/** @param {Omit<Matrix, 'numberMatched'> & {numberMatched?: number}} matrix numberMatched: without it there is no total of all @param {Axes} axes @param {(change: Change) => void} filter */
export function matrixTable({ numberMatched, rows, columns, counts }, axes, filter) {
  const most = Math.max(...counts.flat())
  const value = (/** @type {Line} */ line) => [line.value ?? NOT_STATED]
  const cell = (/** @type {number} */ n, /** @type {Line} */ row, /** @type {Line} */ column) =>
    countCell(n, axes.cell(n, row, column), heat(n, most), () => filter((now) => ({ ...now, [axes.rows]: value(row), [axes.columns]: value(column) })))
  const total = (/** @type {string} */ scope) => el('th', { scope, class: 'total' }, t('stats.total'))
  return el('table', { class: 'matrix', 'data-columns': axes.columns },
    el('caption', { class: 'hidden' }, t(axes.caption)),
    el('thead', {}, el('tr', {}, el('td'), total('col'), ...columns.map((c) => el('th', { scope: 'col' }, c.label)))),
    el('tbody', {}, ...rows.map((row, i) => el('tr', {}, el('th', { scope: 'row' }, row.label),
      totalCell(axes.name ? { ...row, label: axes.name(row) } : row, () => filter((now) => ({ ...now, [axes.rows]: value(row) }))), ...columns.map((column, j) => cell(counts[i][j], row, column))))),
    el('tfoot', {}, el('tr', {}, total('row'), el('td', { class: 'total' }, numberMatched === undefined ? '' : number(numberMatched)),
      ...columns.map((column) => totalCell(column, () => filter((now) => ({ ...now, [axes.columns]: value(column) })))))))
}

/** @param {number} n @param {string} name of the button @param {number} step @param {() => void} choose */
function countCell(n, name, step, choose) {
  if (n === 0) return el('td', { class: 'zero' }, '0')
  return el('td', { class: `heat-${step}` }, el('button', { type: 'button', 'aria-label': name, title: name, click: choose }, number(n)))
}

/** @param {Line} line @param {() => void} choose */
function totalCell(line, choose) {
  const name = t('stats.line', { n: line.count, name: line.label })
  return el('td', { class: 'total' }, el('button', { type: 'button', 'aria-label': name, title: name, click: choose }, number(line.count)))
}

/** @param {Bucket[]} buckets @param {(kind: string) => void} choose */
function kindNodes(buckets, choose) {
  const counted = buckets.filter((b) => b.count > 0)
  const most = Math.max(...counted.map((b) => b.count))
  return [el('h3', { id: 'kinds-title' }, t('facet.kind')), el('ul', { class: 'kind-bars' }, ...counted.map((b) => bar(b, most, choose, kindSign(valueOf(b)))))]
}

/** @param {Bucket} bucket */
const valueOf = ({ value }) => value ?? NOT_STATED

/** @param {Bucket} bucket @param {number} most @param {(value: string) => void} choose @param {Element} [sign] */
function bar(bucket, most, choose, sign) {
  const share = el('span', { class: 'kind-bar', 'aria-hidden': 'true' })
  share.style.setProperty('--share', String(bucket.count / most))
  return el('li', {}, el('button', { type: 'button', click: () => choose(valueOf(bucket)) },
    sign ?? '', el('bdi', {}, bucket.label), el('span', { class: 'kind-count' }, number(bucket.count)), share))
}

const FIRST = 12 // bars of an own field that are in sight; the others come when they are asked for

/**
 * The counts of a field of one's own, in the order of the facet.
 * @param {string} dimension @param {Bucket[]} counted @param {(value: string) => void} choose
 */
function ownNodes(dimension, counted, choose) {
  const most = Math.max(...counted.map((b) => b.count))
  const list = (/** @type {Bucket[]} */ buckets) => el('ul', { class: 'kind-bars own-bars' }, ...buckets.map((b) => bar(b, most, choose)))
  const rest = counted.slice(FIRST)
  return [el('h3', {}, titleOf(dimension)), list(counted.slice(0, FIRST)),
    rest.length > 0 ? el('details', {}, el('summary', {}, t('list.more', { n: rest.length })), list(rest)) : '']
}

// ---- years ----

/** @typedef {{year: number, count: number, total: number}} Year total: founded in it or before */
/** @typedef {{years: Year[], unknown: number}} Years unknown: records without a year */

/**
 * The years of the facet within the chosen ones, summed up from the first that has
 * a record.
 * @param {Bucket[]} buckets ascending
 * @param {string} chosen as the address has it
 * @returns {Years}
 */
export function yearsOf(buckets, chosen) {
  const [from, to] = rangeOf(chosen)
  let total = 0
  const years = buckets.filter((b) => b.value !== null && b.count > 0 && +b.value >= from && +b.value <= to)
    .map((b) => ({ year: Number(b.value), count: b.count, total: (total += b.count) }))
  const unknown = chosen ? 0 : (buckets.find((b) => b.value === null)?.count ?? 0)
  return { years, unknown }
}

/** @param {string} chosen @returns {[number, number]} */
function rangeOf(chosen) {
  const years = parseYears(chosen)
  const [from, to = from] = years.split('..')
  return [Number(from) || -Infinity, Number(to) || Infinity]
}

const CENTURY = 100

/**
 * The part of the years that is drawn: at most the last hundred, for a few very old
 * records would leave no width for the others.
 * @param {Year[]} years
 */
export function drawnYears(years) {
  const last = years[years.length - 1].year
  const from = Math.max(years[0].year, last - CENTURY)
  const before = years.findLast((y) => y.year < from)?.total ?? 0
  return { from, to: last, before, years: years.filter((y) => y.year >= from) }
}

/** @param {HTMLElement} root @param {Years} found */
function showYears(root, { years, unknown }) {
  const title = el('h3', { id: 'years-title' }, t('stats.years'))
  const note = unknown > 0 ? el('p', { class: 'hint' }, t('stats.no_year', { n: unknown })) : ''
  if (years.length < 2) return root.replaceChildren(title, el('p', { class: 'hint' }, t('stats.too_few')), note)
  const figure = el('div', { class: 'years-chart' })
  root.replaceChildren(title, figure, note, yearTable(years))
  new ResizeObserver(() => figure.replaceChildren(yearChart(years, figure.clientWidth))).observe(figure)
}

/** @param {Year[]} years */
function yearTable(years) {
  const heads = ['stats.year', 'stats.founded', 'stats.sum'].map((key) => el('th', { scope: 'col' }, t(key)))
  return el('details', {}, el('summary', {}, t('stats.year_table')),
    el('div', { class: 'scroll-x', role: 'region', 'aria-labelledby': 'years-title', tabindex: 0 },
      el('table', {}, el('caption', { class: 'hidden' }, t('stats.years')), el('thead', {}, el('tr', {}, ...heads)),
        el('tbody', {}, ...years.map((y) => el('tr', {}, el('th', { scope: 'row' }, String(y.year)), el('td', {}, number(y.count)), el('td', {}, number(y.total))))))))
}

/** Round numbers from 0 up to a greatest. @param {number} most @param {number} parts about how many */
export function ticks(most, parts) {
  const rough = most / parts
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough)
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step)
}

/**
 * A line in steps, each year as high as all records to its end.
 * @param {Year[]} all @param {number} width pixels
 */
function yearChart(all, width) {
  const { from, to, before, years } = drawnYears(all)
  const most = years[years.length - 1].total
  const plot = { left: 14 + 8 * number(most).length, right: width - 18, top: 26, bottom: 190 }
  const x = (/** @type {number} */ year) => plot.left + ((year - from) / (to - from || 1)) * (plot.right - plot.left)
  const y = (/** @type {number} */ n) => plot.bottom - (n / most) * (plot.bottom - plot.top)
  const line = stepPath(years.map((point) => [x(point.year), y(point.total)]), [plot.left, y(before)])
  const summary = t('stats.years_summary', { from: String(from), first: before || years[0].total, to: String(to), last: most })
  return svg('svg', { width, height: 220, role: 'img', 'aria-label': summary },
    ...ticks(most, 5).flatMap((n) => [
      svg('line', { class: 'grid', x1: plot.left, x2: plot.right, y1: y(n), y2: y(n) }),
      svg('text', { x: plot.left - 6, y: y(n) + 4, 'text-anchor': 'end' }, number(n))]),
    ...yearTicks(from, to, plot.right - plot.left).map((year) => svg('text', { x: x(year), y: plot.bottom + 20, 'text-anchor': 'middle' }, String(year))),
    svg('path', { class: 'area', d: `${line}V${plot.bottom}H${plot.left}Z` }),
    svg('path', { class: 'line', d: line }),
    svg('circle', { class: 'end', cx: x(to), cy: y(most), r: 4 }),
    svg('text', { class: 'value', x: plot.right, y: y(most) - 9, 'text-anchor': 'end' }, number(most)))
}

/** @param {number[][]} points @param {number[]} start */
export function stepPath(points, [x, y]) {
  return `M${round(x)} ${round(y)}` + points.map(([x, y]) => `H${round(x)}V${round(y)}`).join('')
}

const round = (/** @type {number} */ n) => Math.round(n * 10) / 10

/** The two ends, and round years between them where there is room. @param {number} from @param {number} to @param {number} width pixels */
export function yearTicks(from, to, width) {
  const room = (to - from) * (48 / width) // years that a label is wide
  const step = [1, 2, 5, 10, 20, 25, 50].find((n) => n >= room) ?? CENTURY
  const between = Array.from({ length: to - from }, (_, i) => from + i).filter((year) => year % step === 0 && year - from >= room && to - year >= room)
  return [...new Set([from, ...between, to])]
}

// ---- languages ----

/** @typedef {{source: number, person: number, machine: number}} Told texts by who put them into a language; the others are in English */
/** @typedef {{lang: string, names: Told, summaries: Told, towns: Told, outdated: number}} Language */
/** @typedef {{facilities: number, summaries: number, towns: number, languages: Language[]}} Coverage */

/** How much of the records is in each language, once somebody wants to know. */
function createCoverage() {
  const part = el('div', { role: 'status' })
  const load = () => api.getJSON('/languages').then((answer) => part.replaceChildren(...coverageNodes(/** @type {Coverage} */ (answer))),
    () => part.replaceChildren(action(t('failed.retry'), load)))
  return el('section', { class: 'coverage' }, el('details', { toggle: () => part.firstChild || load() },
    el('summary', {}, el('h3', { id: 'coverage-title' }, t('stats.languages'))), part))
}

/** @param {Coverage} coverage */
function coverageNodes({ facilities, summaries, towns, languages }) {
  const head = (/** @type {string} */ key, scope = 'col', colspan = 1) => el('th', { scope, colspan }, t(key))
  const cells = (/** @type {Language} */ l) => coverageOf(l, facilities, summaries, towns).map((n) => el('td', { class: n ? '' : 'zero' }, number(n)))
  return [el('p', { class: 'hint' }, t('stats.languages_hint', { n: facilities })),
    el('div', { class: 'scroll-x', role: 'region', 'aria-labelledby': 'coverage-title', tabindex: 0 }, el('table', { class: 'matrix' },
      el('caption', { class: 'hidden' }, t('stats.languages')),
      el('colgroup'), ...[4, 3, 3, 1].map((span) => el('colgroup', { span })),
      el('thead', {},
        el('tr', {}, el('td'), head('field.name', 'colgroup', 4), head('field.summary', 'colgroup', 3), head('field.city', 'colgroup', 3), el('td')),
        el('tr', {}, head('language'), ...COVERED.map((key) => head(key)))),
      el('tbody', {}, ...languages.map((l) => el('tr', {}, el('th', { scope: 'row', lang: l.lang }, nameOf(l.lang)), ...cells(l))))))]
}

/** What the numbers of a row say: of names, of summaries, of towns, of all. */
const COVERED = ['stats.printed', 'stats.person', 'stats.machine', 'stats.english', 'stats.person', 'stats.machine', 'stats.english',
  'stats.printed', 'stats.machine', 'stats.english', 'stats.outdated']

/** As COVERED. @param {Language} language @param {number} facilities @param {number} summaries that are stated @param {number} towns */
export function coverageOf({ names, summaries: told, towns: named, outdated }, facilities, summaries, towns) {
  const left = (/** @type {number} */ all, /** @type {Told} */ { source, person, machine }) => all - source - person - machine
  return [names.source, names.person, names.machine, left(facilities, names), told.source + told.person, told.machine, left(summaries, told),
    named.source + named.person, named.machine, left(towns, named), outdated]
}

/** What a language calls itself, as the menu has it. @param {string} lang */
const nameOf = (lang) => document.querySelector(`[data-lang="${CSS.escape(lang)}"]`)?.textContent ?? lang

// ---- the table ----

const PAGE = 50
const PRINTED = 1000 // rows on paper, at most

/** The columns, with the property that the API sorts them by. */
const COLUMNS = [
  { key: 'field.name', by: 'label' }, { key: 'facet.kind', by: 'kind' }, { key: 'facet.country', by: 'country_label' }, { key: 'field.city', by: 'city' },
  { key: 'facet.takes_part', by: '' }, { key: 'facet.sector', by: '' }, { key: 'card.since', by: 'established' }, { key: 'facet.status', by: '' }, { key: 'field.updated', by: 'updated' },
]

/** The order of the names of countries. */
const byCountry = () => 'country_' + dataSet().names

/** Fields of one's own that have a column: those that lists choose by, as far as there is room. */
const ownColumns = () => dataSet().own.filter((f) => f.facet).slice(0, 3)

/**
 * The order that a press on the head of a column asks for: the other way round where
 * the column is sorted by already, and the newest first for changes.
 * @param {string} by @param {string} now the order now
 */
export function nextSort(by, now) {
  const first = by === 'updated' ? '-updated' : by
  if (now.replace('-', '') !== by) return first
  return now.startsWith('-') ? by : `-${by}`
}

/** @param {HTMLElement} root @param {TableContext} context */
export function createTable(root, context) {
  let shown = ''
  let offset = 0
  let printing = false
  /** @type {State} */
  let state
  const dated = document.querySelector('#sort [value="-updated"]:not([hidden])') !== null // else no record has a date of its last change
  const body = el('tbody', { role: 'rowgroup' })
  const columns = COLUMNS.filter(({ by }) => by !== 'updated' || dated).map(({ key, by }) => ({ title: t(key), by: by.replace('label', dataSet().names) }))
  const heads = [...columns, ...ownColumns().map(({ title, name }) => ({ title, by: name }))].map((column) => headCell(column, () => state.sort, context.sort))
  const total = el('p', { class: 'view-count' })
  const more = el('button', { type: 'button', class: 'action table-more', hidden: true, click: () => load(body.rows.length) })
  const content = el('div', { class: 'table-view' }, el('header', {}, el('h2', { id: 'table-title' }, t('table.heading')), total),
    el('div', { class: 'scroll-x', role: 'region', 'aria-labelledby': 'table-title', tabindex: 0 }, el('table', { class: 'facilities', role: 'table' },
      el('caption', { class: 'hidden' }, t('table.caption')),
      el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...heads.map((h) => h.cell))), body)), more)
  const rest = el('p', { class: 'print-rest' })
  content.append(rest)
  const pane = createPane(root, content)
  const ask = api.latest((/** @type {api.Items} */ { features, numberMatched }) => {
    const first = offset
    pane.answer(numberMatched)
    keepFocus(body, () => {
      if (first === 0) body.replaceChildren()
      body.append(...features.map(({ properties }) => tableRow(properties, dated, context)))
    })
    for (const head of heads) head.show()
    total.textContent = t('table.shown', { shown: body.rows.length, n: numberMatched })
    const focused = document.activeElement === more
    more.hidden = features.length === 0 || body.rows.length >= numberMatched
    more.textContent = t('list.more', { n: Math.min(PAGE, numberMatched - body.rows.length) })
    rest.hidden = more.hidden
    rest.textContent = `${total.textContent}. ${t('print.rest', { share: t('view.share') })}`
    if (focused) body.rows[first]?.querySelector('a')?.focus({ preventScroll: true })
    mark(body, state.selected)
    pane.rest()
    if (printing) window.print()
    printing = false
  }, (error) => {
    shown = ''
    printing = false
    pane.rest()
    context.fail(error)
  })

  /** @param {number} from */
  function load(from, limit = PAGE) {
    offset = from
    pane.wait()
    ask.ask(api.itemsURL(state.filters, { limit: String(limit), offset: String(from), sortby: state.sort || `${byCountry()},${dataSet().names}` }))
  }

  // By the keys the whole table is printed: its other rows come first. The browser's menu leaves no time for that.
  addEventListener('keydown', (e) => {
    const keys = (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === 'p'
    if (!keys || more.hidden || !content.checkVisibility() || body.rows.length >= PRINTED) return
    e.preventDefault()
    printing = true
    load(body.rows.length, PRINTED - body.rows.length)
  })

  return {
    filled: pane.filled,
    /** @param {State} next @param {boolean} fresh */
    show(next, fresh) {
      state = next
      const wanted = JSON.stringify([state.filters, state.sort])
      mark(body, state.selected)
      if (wanted === shown && !fresh) return
      shown = wanted
      load(0)
    },
  }
}

/**
 * @param {{title: string, by: string}} column @param {() => string} sorted the order now @param {(sortby: string) => void} sort
 */
function headCell({ title, by }, sorted, sort) {
  const sortable = SORTS.some((s) => s === by)
  const press = () => {
    const next = nextSort(by, sorted() || byCountry())
    sort(next === byCountry() ? '' : next)
  }
  const cell = el('th', { scope: 'col', role: 'columnheader', class: sortable ? '' : 'unsorted' },
    sortable ? el('button', { type: 'button', click: press }, title, el('span', { class: 'arrow', 'aria-hidden': 'true' })) : title)
  return {
    cell,
    /** Tells the order of the rows, which is that of the answer. */
    show() {
      const now = sorted() || byCountry()
      if (now.replace('-', '') === by) cell.setAttribute('aria-sort', now.startsWith('-') ? 'descending' : 'ascending')
      else cell.removeAttribute('aria-sort')
    },
  }
}

/** @param {api.Facility} f @param {boolean} dated whether there is a column for the last change @param {TableContext} context */
function tableRow(f, dated, { label, href, open }) {
  const [main] = names(f)
  const link = el('a', {
    href: href(f.slug), lang: main.lang,
    click: (/** @type {MouseEvent} */ e) => {
      if (newTab(e)) return
      e.preventDefault()
      open(f.slug, link)
    },
  }, main.text)
  const cell = (/** @type {string} */ key, /** @type {Node|string|undefined} */ value, className = '', title = t(key)) =>
    el('td', { role: 'cell', 'data-label': title, class: `${className}${value ? '' : ' nothing'}`.trim() }, value || el('span', { class: 'hidden' }, t('table.nothing')))
  return el('tr', { role: 'row', 'data-slug': f.slug },
    el('th', { scope: 'row', role: 'rowheader' }, link),
    cell('facet.kind', el('span', { class: 'table-kind' }, recordSign(f), label('kind', f.kind), el('span', { class: 'hidden' }, t('list.comma') + briefly(f)))),
    cell('facet.country', f.country && label('country', f.country)),
    cell('field.city', f.city && el('span', { lang: langOf(f, 'city') }, f.city)),
    cell('facet.takes_part', f.takes_part?.map((code) => label('takes_part', code)).join(t('list.comma'))),
    cell('facet.sector', f.sectors?.map((s) => label('sector', s)).join(' · ')),
    cell('card.since', f.established && String(f.established) || undefined, 'figure'),
    cell('facet.status', f.status && label('status', f.status)),
    dated && cell('field.updated', f.updated && date(f.updated)),
    ...ownColumns().map((field) => {
      const value = ownOf(f, field.name)
      return cell('', value !== undefined && el('bdi', {}, ownText(field, value, label)) || undefined, typeof value === 'number' ? 'figure' : '', field.title)
    }))
}

/** @param {HTMLTableSectionElement} body @param {string} slug of the open record */
function mark(body, slug) {
  for (const row of body.rows) {
    setCurrent(row, row.dataset.slug === slug)
  }
}

// ---- nothing to list ----

/** Says that the matches are elsewhere on the map. @param {HTMLElement} root @param {() => void} fit */
export function showElsewhere(root, fit) {
  root.replaceChildren(message(t('empty.view'), '', [action(t('empty.frame'), fit)]))
}

/**
 * Says that nothing matches, and which filter to leave out.
 * @param {HTMLElement} root what is put into it meanwhile stays
 * @param {Filters} filters
 * @param {(change: Change) => void} change
 * @param {() => void} clear
 */
export async function showEmpty(root, filters, change, clear) {
  const spot = new Text() // once more words come they are announced, so they come together
  root.replaceChildren(spot)
  const found = await Promise.all(without(filters).map(async ({ name, filters, leave }) => {
    const n = await count(filters).catch(() => 0) // a hint that fails is one hint fewer
    return n ? [action(t('empty.without', { filter: name, n }), () => change(leave))] : []
  }))
  const meant = filters.q ? await others(filters).catch(() => []) : []
  const hints = [...meant.map(({ text, q }) => action(text, () => change((now) => ({ ...now, q })))), ...found.flat()]
  if (isFiltered(filters)) spot.replaceWith(message(t('empty.title'), t(hints.length ? 'empty.hint' : 'empty.none'), [...hints, action(t('filters.clear'), clear)]))
  else spot.replaceWith(message(t('empty.title'), '', []))
}

/** How many records match. @param {Filters} filters @returns {Promise<number>} */
const count = async (filters) => (await /** @type {Promise<api.Items>} */ (api.getJSON(api.itemsURL(filters, { limit: '1' })))).numberMatched

/**
 * The filters with one of them left out, in every way.
 * @param {Filters} filters
 * @returns {{name: string, filters: Filters, leave: Change}[]} leave: does the same to the filters of a later time
 */
export function without(filters) {
  /** @type {[string, Change][]} */
  const ways = DIMENSIONS.filter((d) => filters[d].length).map((d) => [titleOf(d), (now) => ({ ...now, [d]: [] })])
  if (filters.established) ways.push([t('facet.established'), (now) => ({ ...now, established: '' })])
  if (filters.q) ways.push([t('chip.words', { q: filters.q }), (now) => ({ ...now, q: '' })])
  return ways.map(([name, leave]) => ({ name, filters: leave(filters), leave }))
}
