// The filters: one group of checkboxes a facet, with the number of matches that
// each value would give, the chips of what is chosen, and the search box.

import { DIMENSIONS, isFiltered } from './url.js'
import { el, kindSign } from './dom.js'
import { number, t } from './i18n.js'

/** @typedef {import('./url.js').Dimension} Dimension */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {import('./api.js').Facets} Facets */
/** @typedef {import('./api.js').Bucket} Bucket */
/** @typedef {(dimension: string, value: string) => string} Label */

const NOT_STATED = 'none'
const LONG = 14

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
 * @param {(dimension: Dimension, values: string[]) => void} changed
 */
export function createFilters(root, changed) {
  /** @type {Map<Dimension, ReturnType<typeof createGroup>>} */
  const groups = new Map()
  root.addEventListener('change', (e) => {
    if (e.target instanceof HTMLInputElement && e.target.type === 'checkbox') {
      const dimension = /** @type {Dimension} */ (e.target.name)
      changed(dimension, ticked(root, dimension))
    }
  })
  return {
    /** @param {Facets} facets @param {Filters} filters */
    show(facets, filters) {
      for (const d of DIMENSIONS) {
        const buckets = facets.facets[d]?.buckets
        if (!buckets) continue
        let group = groups.get(d)
        if (!group) {
          if (groups.size === 0) root.replaceChildren() // what the server wrote
          group = createGroup(d, buckets.length > LONG)
          groups.set(d, group)
          root.append(group.root)
        }
        group.show(buckets, filters[d])
      }
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

/** @typedef {{row: HTMLLIElement, box: HTMLInputElement, count: HTMLElement, bar: HTMLElement, label: string}} Option */

/**
 * @param {Dimension} dimension
 * @param {boolean} long has a box to search the values in
 */
function createGroup(dimension, long) {
  /** Keeps its order: rows must not move under the pointer when counts change. @type {Map<string, Option>} */
  const options = new Map()
  const list = el('ul', { class: 'options' })
  const chosen = el('span', { class: 'chosen' })
  const title = t(`facet.${dimension}`)
  const search = el('input', { type: 'search', class: 'facet-search', placeholder: t('facet.find'), 'aria-label': t('facet.find_in', { facet: title }), input: find })

  function find() {
    const wanted = search.value.trim().toLocaleLowerCase()
    for (const { row, label } of options.values()) row.hidden = !label.toLocaleLowerCase().includes(wanted)
  }

  return {
    root: el('details', { class: 'facet', open: dimension !== 'status' && dimension !== 'precision', 'data-dimension': dimension },
      el('summary', {}, el('span', {}, title), chosen),
      long && search,
      el('div', { role: 'group', 'aria-label': title }, list),
      dimension === 'kind' && el('p', { class: 'hint' }, t('facet.hollow'))),
    /** @param {Bucket[]} buckets @param {string[]} values */
    show(buckets, values) {
      const most = Math.max(1, ...buckets.map((b) => b.count))
      const shown = buckets.filter((b) => b.value !== null || b.count > 0 || values.includes(NOT_STATED))
      for (const b of shown) {
        let option = options.get(valueOf(b))
        if (!option) {
          option = createOption(dimension, b)
          options.set(valueOf(b), option)
          list.append(option.row)
        }
        update(option, b.count, most, values.includes(valueOf(b)))
      }
      const kept = new Set(shown.map(valueOf))
      for (const [value, { row }] of options) row.classList.toggle('gone', !kept.has(value))
      chosen.textContent = values.length ? number(values.length) : ''
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
  return { row, box, count, bar, label: bucket.label }
}

/** @param {Option} option @param {number} n @param {number} most @param {boolean} checked */
function update({ row, box, count, bar }, n, most, checked) {
  box.checked = checked
  count.textContent = number(n)
  row.classList.toggle('zero', n === 0)
  bar.style.setProperty('--share', String(n / most))
}

/**
 * @param {HTMLElement} root
 * @param {Facets} facets
 * @param {Filters} filters
 * @param {Label} label
 * @param {(filters: Filters) => void} change
 * @param {() => void} clear
 */
export function showChips(root, facets, filters, label, change, clear) {
  const chips = DIMENSIONS.flatMap((d) => filters[d].map((value) =>
    chip(label(d, value), t(`facet.${d}`), () => change({ ...filters, [d]: filters[d].filter((v) => v !== value) }))))
  if (filters.q) chips.push(chip(t('chip.words', { q: filters.q }), t('search.label'), () => change({ ...filters, q: '' })))
  if (isFiltered(filters)) chips.push(el('button', { type: 'button', class: 'clear', click: clear }, t('filters.clear')))
  for (const { dimension, bucket } of offers(facets, filters)) {
    const chosen = { ...filters, q: '', [dimension]: [...filters[dimension], valueOf(bucket)] }
    chips.push(el('button', { type: 'button', class: 'offer', click: () => change(chosen) },
      t('search.offer', { value: bucket.label })))
  }
  root.replaceChildren(...chips)
  root.hidden = chips.length === 0
}

/**
 * Words look into the texts of records. Who types the name of a country or a sector
 * means that, so it is offered.
 * @param {Facets} facets @param {Filters} filters
 */
function offers(facets, filters) {
  const q = filters.q.toLowerCase()
  if (q.length < 2) return []
  return DIMENSIONS.slice(0, 3).flatMap((dimension) => (facets.facets[dimension]?.buckets ?? [])
    .filter((b) => b.value && b.label.toLowerCase().includes(q) && !filters[dimension].includes(b.value))
    .map((bucket) => ({ dimension, bucket }))).slice(0, 3)
}

/** @param {string} text @param {string} facet @param {() => void} remove */
function chip(text, facet, remove) {
  return el('button', { type: 'button', class: 'chip', 'aria-label': t('chip.remove', { facet, value: text }), click: remove },
    el('span', {}, text), el('span', { class: 'cross', 'aria-hidden': 'true' }, '×'))
}

const PAUSE = 120 // milliseconds between the last key and the search

/**
 * @param {HTMLInputElement} input "/" anywhere on the page goes to it
 * @param {{search: (q: string) => void, enter: () => void, done: () => void}} handlers done: the words are settled
 */
export function createSearch(input, { search, enter, done }) {
  let timer = 0
  const now = () => {
    clearTimeout(timer)
    search(input.value.trim())
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
  input.addEventListener('blur', done)
  document.addEventListener('keydown', (e) => {
    const typing = e.target instanceof HTMLElement && e.target.matches('input:not([type=checkbox]), textarea, select')
    if (e.key !== '/' || typing || e.ctrlKey || e.metaKey || e.altKey) return
    e.preventDefault()
    input.focus()
    input.select()
  })
}
