// What a long facet has besides its first values: all of them, and a box to search in
// them. A facet of institutions has the most frequent only, so that its box asks the
// server for the others. Loaded when such a facet is open.

import { getJSON } from './api.js'
import { el } from './dom.js'
import { lang, t, titleOf } from './i18n.js'

/** @typedef {import('./url.js').Dimension} Dimension */
/** @typedef {import('./filters.js').Option} Option */
/** @typedef {{features: {properties: {slug: string, name: string, in_english?: string[]}}[]}} Institutions */

const PAUSE = 200 // milliseconds between the last key and the question
const FOUND = 10 // institutions that are offered

/**
 * A text without case and accents, to search in: the marks of Latin, Greek and
 * Cyrillic go, as in the API's q; the vowels of Thai or Burmese stay.
 * @param {string} text
 */
export const fold = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replaceAll('đ', 'd')

/**
 * @param {Dimension} dimension
 * @param {HTMLElement} list of the rows
 * @param {Map<string, Option>} options those that there are by then
 * @param {number} first how many rows are in sight before all are asked for
 * @returns {() => void} hides the rows that are neither searched for nor among the first
 */
export function createSift(dimension, list, options, first) {
  let whole = false
  const hint = el('p', { class: 'hint', role: 'status' })
  const input = el('input', { type: 'search', class: 'facet-search', placeholder: t('facet.find'), 'aria-label': t('facet.find_in', { facet: titleOf(dimension) }), input: search })
  const all = el('button', { type: 'button', class: 'all', click: () => { whole = !whole; sift() } })
  const others = dimension === 'institution' ? createOthers(options, sift) : null
  list.before(input)
  list.after(...(others ? [others.list] : []), hint, all)

  function search() {
    sift()
    others?.ask(input.value.trim())
  }

  function sift() {
    const wanted = fold(input.value.trim())
    let [i, shown] = [0, others?.show() ?? 0]
    for (const [value, { row, kept }] of options) {
      row.hidden = !(wanted ? fold(row.querySelector('.name')?.textContent ?? '').includes(wanted) || others?.has(value) : whole || i < first || kept)
      i++
      if (!row.hidden) shown++
    }
    hint.textContent = shown || others?.busy() ? '' : t('facet.not_found')
    all.hidden = wanted !== '' || options.size <= first
    all.textContent = whole ? t('facet.fewer') : others ? t('list.more', { n: options.size - first }) : t('facet.all', { n: options.size })
  }
  return sift
}

/**
 * The institutions that are found beside those of the facet.
 * @param {Map<string, Option>} options of the facet @param {() => void} changed
 */
function createOthers(options, changed) {
  const list = el('ul', { class: 'options', hidden: true })
  let [timer, asked] = [0, '']
  let busy = false

  /** @param {string} words */
  async function load(words) {
    const query = new URLSearchParams({ q: words, limit: String(FOUND), properties: 'slug,name,in_english', lang: lang() })
    const found = await getJSON(`/collections/institutions/items?${query}`).then((answer) => /** @type {Institutions} */ (answer).features, () => [])
    if (words !== asked) return // others are looked for by now
    busy = false
    list.replaceChildren(...found.map(({ properties: { slug, name, in_english: english } }) => el('li', { class: 'option', 'data-value': slug },
      el('label', {}, el('input', { type: 'checkbox', name: 'institution', value: slug }), el('span', { class: 'name', lang: english?.includes('name') ? 'en' : lang() }, name)))))
    changed()
  }

  const rows = () => /** @type {HTMLElement[]} */ ([...list.children])
  return {
    list,
    busy: () => busy,
    /** Whether one is found, be it by a name that is not shown. @param {string} slug */
    has: (slug) => rows().some((row) => row.dataset.value === slug),
    /** @param {string} words none: nothing is offered */
    ask(words) {
      if (words === asked) return
      clearTimeout(timer)
      asked = words
      list.replaceChildren()
      busy = words !== ''
      if (busy) timer = window.setTimeout(() => load(words), PAUSE)
    },
    /** Shows those that the facet itself has not. @returns {number} how many */
    show() {
      for (const row of rows()) {
        const own = options.get(row.dataset.value ?? '')?.row
        row.hidden = own !== undefined && !own.classList.contains('gone')
        const box = row.querySelector('input')
        if (box && row.hidden) box.checked = false // that of the facet is the one that counts
      }
      const shown = rows().filter((row) => !row.hidden).length
      list.hidden = shown === 0
      return shown
    },
  }
}
