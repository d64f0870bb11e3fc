// The filters: one group of checkboxes a facet, with the number of matches that
// each value would give, the years as columns above two fields, the chips of what
// is chosen, and the search box. What a long facet has besides is in facet.js.

import { DIMENSIONS, isFiltered, ownDimensions, parseYears } from './url.js'
import { late } from './api.js'
import { byId, el, keepFocus, kindSign } from './dom.js'
import { number, t, titleOf } from './i18n.js'

/** @typedef {import('./url.js').Dimension} Dimension */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {import('./api.js').Facets} Facets */
/** @typedef {import('./api.js').Bucket} Bucket */
/** @typedef {(dimension: string, value: string) => string} Label */
/** @typedef {{root: HTMLElement, show: (buckets: Bucket[], chosen: any) => void}} Group chosen: as the filters have it */

const NOT_STATED = 'none'
const FIRST = 12 // values that a long facet shows before it is asked for all
const ORDER = /** @type {const} */ (['country', 'takes_part', 'sector', 'kind', 'institution', 'status', 'established', 'precision'])
const OPEN = ['country', 'sector', 'kind', 'established']

/**
 * Names of the values that the facets list; the value itself for others.
 * @param {Facets} facets
 * @returns {Label}
 */
export function labelsOf(facets) {
  const labels = new Map(DIMENSIONS.flatMap((d) => (facets.facets[d]?.buckets ?? []).map((b) => [`${d} ${valueOf(b)}`, b.label])))
  return (dimension, value) => labels.get(`${dimension} ${value}`) ?? value
}

/** @param {Bucket} bucket */
const valueOf = (bucket) => bucket.value ?? NOT_STATED

/**
 * @param {HTMLElement} root has what the server wrote, until the first facets are here; its boxes count already
 * @param {(name: typeof ORDER[number], chosen: string[]|string) => void} changed chosen: values of a list, or years as established= has them
 */
export function createFilters(root, changed) {
  /** @type {Map<string, Group>} */
  const groups = new Map()
  root.addEventListener('change', (e) => {
    if (e.target instanceof HTMLInputElement && e.target.type === 'checkbox') {
      const dimension = /** @type {Dimension} */ (e.target.name)
      changed(dimension, ticked(root, dimension))
    }
  })

  /** @param {typeof ORDER[number]} name @param {Bucket[]} buckets @returns {Group} */
  function add(name, buckets) {
    const group = name === 'established' ? createYears((years) => changed(name, years)) : createGroup(name, buckets.filter((b) => b.value).length > FIRST)
    groups.set(name, group)
    root.append(group.root)
    return group
  }

  return {
    /** @param {Facets} facets @param {Filters} filters */
    show(facets, filters) {
      keepFocus(root, () => {
        if (groups.size === 0) root.replaceChildren() // what the server wrote
        for (const name of [...ORDER, ...ownDimensions()]) {
          const buckets = facets.facets[name]?.buckets ?? []
          if (buckets.some((b) => b.value)) (groups.get(name) ?? add(name, buckets)).show(buckets, filters[name])
        }
      })
    },
  }
}

/**
 * The ticked values of a dimension.
 * @param {HTMLElement} root @param {Dimension} dimension
 */
export function ticked(root, dimension) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll(`input[type=checkbox][name=${dimension}]`))
  return [...boxes].filter((box) => box.checked).map((box) => box.value)
}

/**
 * The section that every facet has.
 * @param {string} name
 * @param {...import('./dom.js').Child} content
 */
function section(name, ...content) {
  const title = titleOf(name)
  const badge = el('span', { class: 'chosen' })
  const root = el('details', { class: 'facet', open: OPEN.includes(name), 'data-dimension': name },
    el('summary', {}, el('span', {}, title), badge),
    el('div', { role: 'group', 'aria-label': title }, ...content))
  return { root, badge: (/** @type {number} */ n) => (badge.textContent = n ? number(n) : '') }
}

/**
 * @typedef {object} Option a row as it is shown, so that only what changes is written
 * @property {HTMLLIElement} row
 * @property {HTMLInputElement} box
 * @property {HTMLElement} count
 * @property {HTMLElement} bar
 * @property {boolean} kept was chosen once; its row does not go from under the pointer again
 * @property {number} [n]
 * @property {number} [share]
 */

/**
 * @param {Dimension} dimension
 * @param {boolean} long shows the first of its values only; once it is open, there is a box to search in all
 */
function createGroup(dimension, long) {
  /** Keeps its order: rows must not move when counts change. @type {Map<string, Option>} */
  const options = new Map()
  const list = el('ul', { class: 'options' })
  const { root, badge } = section(dimension, list, dimension === 'kind' && el('p', { class: 'hint' }, t('facet.hollow')))
  /** Hides the rows that are neither among the first nor searched for. */
  let sift = () => [...options.values()].forEach(({ row, kept }, i) => (row.hidden = i >= most && !kept))
  let most = long ? FIRST : Infinity
  const load = () => late(import('./facet.js')).then(({ createSift }) => (sift = createSift(dimension, list, options, FIRST)), () => (most = Infinity)).then(() => sift())
  if (long) root.addEventListener('toggle', load, { once: true })

  return {
    root,
    /** @param {Bucket[]} buckets @param {string[]} values */
    show(buckets, values) {
      const most = Math.max(1, ...buckets.map((b) => b.count))
      const shown = new Set()
      for (const b of buckets) {
        const value = valueOf(b)
        if (b.value === null && b.count === 0 && !values.includes(value)) continue
        shown.add(value)
        const option = options.get(value) ?? createOption(dimension, b)
        if (!options.has(value)) list.append(option.row)
        options.set(value, option)
        update(option, b.count, b.count / most, values.includes(value))
      }
      for (const [value, { row }] of options) row.classList.toggle('gone', !shown.has(value))
      sift()
      badge(values.length)
    },
  }
}

/** @param {Dimension} dimension @param {Bucket} bucket @returns {Option} */
function createOption(dimension, bucket) {
  const value = valueOf(bucket)
  const box = el('input', { type: 'checkbox', name: dimension, value })
  const count = el('span', { class: 'count' })
  const bar = el('span', { class: 'bar', 'aria-hidden': 'true' })
  const row = el('li', { class: 'option' },
    el('label', {}, box, dimension === 'kind' && kindSign(value), el('span', { class: 'name' }, bucket.label), count), bar)
  return { row, box, count, bar, kept: false }
}

/** @param {Option} option @param {number} n @param {number} share @param {boolean} checked */
function update(option, n, share, checked) {
  option.box.checked = checked
  option.kept ||= checked
  if (option.n !== n) option.count.textContent = number(n)
  if (option.n !== n) option.row.classList.toggle('zero', n === 0)
  if (option.share !== share) option.bar.style.setProperty('--share', String(share))
  Object.assign(option, { n, share })
}

// ---- years ----

/** @typedef {{from: number, to: number, count: number}} Column */

const COLUMNS = 40

/**
 * Years as columns of one year each, of five where there are more than 40 columns
 * else. What is older than the columns reach is in the first.
 * @param {Bucket[]} buckets by year
 * @returns {Column[]}
 */
export function columnsOf(buckets) {
  const years = buckets.filter((b) => b.value).map((b) => ({ year: Number(b.value), count: b.count }))
  const oldest = years[0].year
  const last = years[years.length - 1].year
  const step = last - oldest < COLUMNS ? 1 : 5
  const index = (/** @type {number} */ year) => Math.floor(year / step)
  const first = Math.max(index(oldest), index(last) - COLUMNS + 1)
  const columns = Array.from({ length: index(last) - first + 1 }, (_, i) => ({ from: (first + i) * step, to: (first + i + 1) * step - 1, count: 0 }))
  for (const { year, count } of years) columns[Math.max(0, index(year) - first)].count += count
  columns[0].from = oldest
  columns[columns.length - 1].to = last
  return columns
}

/** @param {string} range as parseYears writes it @returns {[string, string]} empty where it is open */
export function bounds(range) {
  const [from, to = from] = range.split('..')
  return [from, to]
}

/** @param {string} range @returns {string} in words */
export function yearsText(range) {
  const [from, to] = bounds(range)
  if (from === to) return t('chip.year', { year: from })
  if (!to) return t('chip.since', { year: from })
  return from ? t('chip.years', { from, to }) : t('chip.until', { year: to })
}

/** A year as the API reads it. @param {number|string} n */
const year = (n) => String(n).padStart(4, '0')

/** @param {Column} column */
const span = ({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)

/** @param {(range: string) => void} changed @returns {Group} */
function createYears(changed) {
  const [from, to] = [0, 0].map(() => el('select', { change: pick }))
  let chosen = ''
  let offered = ''
  const chart = createColumns((range) => changed(range === chosen ? '' : range))
  const unknown = el('p', { class: 'hint' })
  const { root, badge } = section('established', chart.root, chart.axis, el('div', { class: 'year-range' },
    el('label', {}, el('span', {}, t('facet.from')), from), el('label', {}, el('span', {}, t('facet.to')), to)), unknown)

  /** The field that was changed counts; the other is emptied where it is against it. @param {Event} e */
  function pick(e) {
    if (to.value && from.value > to.value) (e.target === from ? to : from).value = ''
    changed(parseYears(`${from.value}..${to.value}`))
  }

  return {
    root,
    /** @param {Bucket[]} buckets @param {string} range */
    show(buckets, range) {
      chosen = range
      const [start, end] = bounds(range)
      const years = buckets.flatMap((b) => (b.value ? year(b.value) : []))
      if (offered !== String(years)) { // at first, and where the data has other years by now
        offered = String(years)
        for (const select of [from, to]) select.replaceChildren(el('option', { value: '' }, t('facet.any_year')), ...years.map((y) => el('option', { value: y }, y)))
        chart.draw(columnsOf(buckets))
      }
      setYear(from, start)
      setYear(to, end)
      chart.show(columnsOf(buckets), Number(start), Number(end || Infinity))
      const without = buckets.find((b) => b.value === null)?.count
      unknown.textContent = without ? t('facet.no_year', { n: without }) : ''
      badge(range ? 1 : 0)
    },
  }
}

/** @param {(range: string) => void} pick by the pointer; the fields below do the same for all */
function createColumns(pick) {
  /** @type {HTMLElement[]} */
  let bars = []
  const root = el('div', { class: 'year-columns', role: 'img' })
  const axis = el('p', { class: 'year-axis', 'aria-hidden': 'true' })
  return {
    root, axis,
    /** @param {Column[]} columns */
    draw(columns) {
      const [first, last] = [columns[0], columns[columns.length - 1]]
      bars = columns.map((c) => el('span', { click: () => pick(parseYears(`${year(c.from)}..${year(c.to)}`)) }))
      root.replaceChildren(...bars)
      axis.replaceChildren(el('span', {}, first.to - first.from < 5 ? first.from : `≤ ${first.to}`), el('span', {}, last.to))
    },
    /** @param {Column[]} columns @param {number} start @param {number} end the chosen years */
    show(columns, start, end) {
      const top = columns.reduce((most, c) => (c.count > most.count ? c : most))
      columns.forEach((c, i) => {
        bars[i].style.setProperty('--share', String(c.count / (top.count || 1)))
        bars[i].title = `${span(c)}: ${number(c.count)}`
        bars[i].classList.toggle('out', c.to < start || c.from > end)
      })
      root.setAttribute('aria-label', t('facet.columns', { from: `${columns[0].from}`, to: `${columns[columns.length - 1].to}`, years: span(top), n: top.count }))
    },
  }
}

/** @param {HTMLSelectElement} select @param {string} year may be one that no record has */
function setYear(select, year) {
  select.value = year
  if (select.selectedIndex < 0) select.append(el('option', { value: year, selected: true }, year))
}

// ---- chips ----

/**
 * @param {HTMLElement} root
 * @param {Filters} filters
 * @param {Label} label
 * @param {(change: (now: Filters) => Partial<Filters>) => void} change of the filters as they are when a chip is pressed: others may have been chosen since
 * @param {() => void} clear
 */
export function showChips(root, filters, label, change, clear) {
  const chips = DIMENSIONS.flatMap((d) => filters[d].map((value) =>
    chip(inWords(d, label(d, value)), titleOf(d), () => change((now) => ({ [d]: now[d].filter((v) => v !== value) })))))
  if (filters.established) chips.push(chip(yearsText(filters.established), t('facet.established'), () => change(() => ({ established: '' }))))
  if (filters.q) chips.push(chip(t('chip.words', { q: filters.q }), t('search.label'), () => change(() => ({ q: '' })), ' words'))
  if (isFiltered(filters)) chips.push(el('button', { type: 'button', class: 'clear', click: clear }, t('filters.clear')))
  const held = [...root.children].indexOf(/** @type {Element} */ (document.activeElement))
  root.replaceChildren(...chips)
  root.hidden = chips.length === 0
  if (held >= 0) (chips[Math.min(held, chips.length - 1)] ?? byId('section', 'results')).focus() // the one that had the focus may be gone
}

/** A country alone is where facilities stand. @param {string} dimension @param {string} country or another value */
const inWords = (dimension, country) => (dimension === 'takes_part' ? t('chip.takes_part', { country }) : country)

/** @param {string} text @param {string} facet @param {() => void} remove @param {string} [more] class names, each after a space */
export function chip(text, facet, remove, more = '') {
  return el('button', { type: 'button', class: `chip${more}`, 'aria-label': t('chip.remove', { facet, value: text }), click: remove },
    el('span', {}, text), el('span', { class: 'cross', 'aria-hidden': 'true' }, '×'))
}

const PAUSE = 120 // milliseconds between the last key and the search

/**
 * @param {HTMLInputElement} input "/" anywhere on the page goes to it
 * @param {{search: (q: string, on: boolean) => void, enter: () => void}} handlers on: the same words are typed on
 */
export function createSearch(input, { search, enter }) {
  let timer = 0
  let words = input.value.trim()
  let on = false
  const now = () => {
    clearTimeout(timer)
    const q = input.value.trim()
    if (q === words) return
    search((words = q), on)
    on = true
  }
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = window.setTimeout(now, PAUSE)
  })
  input.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.isComposing) return
    e.preventDefault()
    now()
    enter()
  })
  input.addEventListener('blur', () => (on = false))
  document.addEventListener('keydown', (e) => {
    const typing = e.target instanceof HTMLElement && e.target.matches('input:not([type=checkbox]), textarea, select')
    if (e.key !== '/' || typing || e.ctrlKey || e.metaKey || e.altKey) return
    e.preventDefault()
    input.focus()
    input.select()
  })
  return {
    /** Other words than those that were typed. @param {string} q */
    show(q) {
      if (q === words) return
      clearTimeout(timer)
      input.value = words = q
      on = false
    },
  }
}
