// The list of matches, with the line that sums them up, its order, and the states
// in which there is nothing to list.

import { byId, el, keepFocus, newTab, recordSign, setCurrent } from './dom.js'
import { names, places, spoken, t, time } from './i18n.js'

/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {import('./api.js').FacilityFeature} Feature */
/** @typedef {import('./api.js').Items} Items */
/** @typedef {import('./filters.js').Label} Label */
/**
 * @typedef {object} Rows what a row needs
 * @property {Label} label
 * @property {(slug: string) => string} href
 * @property {(slug: string, row: HTMLElement) => void} open
 * @property {(slug: string|null) => void} point
 */

/** A place in a line. @param {Facility} f @param {string} [country] */
export const placeLine = (f, country) => places(f, country).flatMap(([text, lang], i) => [i ? t('list.comma') : '', el('span', { lang }, text)])

/**
 * One record as a link.
 * @param {Facility} f
 * @param {Rows} rows
 */
export function row(f, { label, href, open, point }) {
  const [main, second] = names(f)
  const parts = placeLine({ ...f, admin1: f.city ? undefined : f.admin1 }, f.country ? label('country', f.country) : '')
  const others = f.takes_part?.filter((code) => code !== f.country).map((code) => label('takes_part', code)).join(t('list.comma'))
  const link = el('a', {
    class: 'row', href: href(f.slug), 'data-slug': f.slug,
    click: (/** @type {MouseEvent} */ e) => {
      if (newTab(e)) return
      e.preventDefault()
      open(f.slug, link)
    },
    mouseenter: () => point(f.slug), mouseleave: () => point(null), focus: () => point(f.slug), blur: () => point(null),
  },
  recordSign(f), el('span', { class: 'hidden' }, spoken(f, label)),
  el('span', { class: 'row-name', lang: main.lang }, main.text),
  second && second.lang !== 'en' && el('span', { class: 'row-second', lang: second.lang }, second.text),
  el('span', { class: 'row-place' }, ...(parts[1] ? parts : [t('list.nowhere')]), others && ' · ' + t('list.with', { countries: others }),
    ...(f.sectors ?? []).map((s) => ' · ' + label('sector', s))),
  f.status && f.status !== 'operating' && f.status !== 'unknown' && el('span', { class: 'row-status' }, label('status', f.status)))
  return link
}

/** Does something to every row beside the map, knowing which is that of a record. @param {string|null} slug @param {(row: Element, its: boolean) => void} change */
function eachRow(slug, change) {
  for (const row of document.querySelectorAll('.panel .row')) change(row, row.getAttribute('data-slug') === slug)
}

/** Marks the row of the open record, and brings it into sight. @param {string} slug */
export function markRow(slug) {
  eachRow(slug, (row, its) => {
    setCurrent(row, its)
    if (its) row.scrollIntoView({ block: 'nearest' })
  })
}

/** @param {string|null} slug of the record whose mark is pointed at */
export function pointRow(slug) {
  eachRow(slug, (row, its) => row.classList.toggle('pointed', its))
}

/**
 * A list that grows by a page at a time.
 * @param {HTMLElement} root @param {Rows} rows
 */
export function createList(root, rows) {
  /** @type {HTMLUListElement|null} */
  let last = null
  /** @type {string|undefined} */
  let country

  /** @param {Feature[]} features @param {boolean} grouped records come by country, and stand under its name */
  function append(features, grouped = true) {
    for (const { properties: f } of features) {
      if (!last || (grouped && f.country !== country)) {
        country = f.country
        last = el('ul', { class: 'rows' })
        const title = f.country ? rows.label('country', f.country) : t('list.nowhere')
        root.append(grouped ? el('section', { class: 'country' }, el('h2', {}, title), last) : last)
      }
      last.append(el('li', {}, row(f, rows)))
    }
  }
  function clear() {
    root.replaceChildren()
    last = null
  }

  return {
    clear,
    append,
    /** A list that is shown in one go, and says so where it is not the whole. @param {Items} answer */
    show({ features, numberMatched }) {
      clear()
      append(features)
      if (numberMatched > features.length) root.append(el('p', { class: 'hint' }, t('list.cut', { n: features.length })))
    },
    count: () => root.querySelectorAll('.row').length,
  }
}

/**
 * The orders a reader can choose from are written by the server; those of the table's
 * other columns have no name of their own.
 * @param {HTMLSelectElement} select @param {(sort: string) => void} changed
 */
export function createOrder(select, changed) {
  const other = select.options[select.length - 1]
  select.addEventListener('change', () => changed(select.value))
  return {
    /** @param {string} sort the order it is in */
    show(sort) {
      other.value = sort // where another has it as well, that one is chosen: it comes first
      select.value = sort
    },
  }
}

/** The line that sums up the matches is announced to screen readers, once a change. @param {...(Node|string)} line */
export function say(...line) {
  const status = byId('p', 'summary')
  const next = el('p', {}, ...line)
  if (next.textContent !== status.textContent) status.replaceChildren(...next.childNodes)
}

// ---- nothing to list ----

/** @param {string} title empty where it is said elsewhere @param {string} text @param {Node[]} actions */
export function message(title, text, actions) {
  return el('div', { class: 'message' }, title && el('p', { class: 'message-title' }, title), text && el('p', {}, text), ...actions)
}

/** @param {string} text @param {() => void} click */
export const action = (text, click) => el('button', { type: 'button', class: 'action', click }, text)

/**
 * Says that an answer did not come.
 * @param {HTMLElement} root
 * @param {{status: number, message: string}} error status 0: no answer at all
 * @param {Date|null} kept when what stays on the page came
 * @param {() => void} again
 */
export function showFailed(root, error, kept, again) {
  const said = kept ? t('failed.kept', { time: time(kept) }) : error.status ? error.message : t('failed.offline')
  keepFocus(root, () => root.replaceChildren(message('', said, [action(t('failed.retry'), again)])))
}
