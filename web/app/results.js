// The list of matches, with the line that sums them up and the states in which
// there is nothing to list.

import { el, kindSign, nodes } from './dom.js'
import { names, place, t } from './i18n.js'

/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {import('./api.js').FacilityFeature} Feature */
/** @typedef {import('./filters.js').Label} Label */
/**
 * @typedef {object} Rows what a row needs
 * @property {Label} label
 * @property {(slug: string) => string} href
 * @property {(slug: string, row: HTMLElement) => void} open
 * @property {(slug: string|null) => void} point
 */

/**
 * One record as a link.
 * @param {Facility} f
 * @param {Rows} rows
 */
function row(f, { label, href, open, point }) {
  const [main, second] = names(f)
  const country = f.country ? label('country', f.country) : ''
  const link = el('a', {
    class: 'row', href: href(f.slug), 'data-slug': f.slug,
    click: (/** @type {MouseEvent} */ e) => {
      if (e.metaKey || e.ctrlKey || e.shiftKey) return // a new tab
      e.preventDefault()
      open(f.slug, link)
    },
    mouseenter: () => point(f.slug), mouseleave: () => point(null), focus: () => point(f.slug), blur: () => point(null),
  },
  kindSign(f.kind),
  el('span', { class: 'row-name', lang: main.lang }, main.text),
  second && second.lang !== 'en' && el('span', { class: 'row-second', lang: second.lang }, second.text),
  el('span', { class: 'row-place' }, place({ ...f, admin1: f.city ? undefined : f.admin1 }, country) || t('list.nowhere')),
  f.sectors && el('span', { class: 'row-sectors' }, f.sectors.map((s) => label('sector', s)).join(' · ')),
  f.status && f.status !== 'operating' && f.status !== 'unknown' && el('span', { class: 'row-status' }, label('status', f.status)))
  return link
}

/**
 * A list under headings of countries. Records come sorted by country, a page at a time.
 * @param {HTMLElement} root
 */
export function createList(root) {
  /** @type {HTMLUListElement|null} */
  let last = null
  let country = /** @type {string|undefined|null} */ (null)
  return {
    clear() {
      root.replaceChildren()
      last = country = null
    },
    /** @param {Feature[]} features @param {Rows} rows */
    append(features, rows) {
      for (const { properties: f } of features) {
        if (!last || f.country !== country) {
          country = f.country
          last = el('ul', { class: 'rows' })
          const title = f.country ? rows.label('country', f.country) : t('list.nowhere')
          root.append(el('section', { class: 'country' }, el('h2', {}, title), last))
        }
        last.append(el('li', {}, row(f, rows)))
      }
    },
    count: () => root.querySelectorAll('.row').length,
  }
}

/**
 * A list without headings, of the records at one place.
 * @param {Feature[]} features
 * @param {Rows} rows
 */
export function placeList(features, rows) {
  return el('ul', { class: 'rows' }, ...features.map(({ properties }) => el('li', {}, row(properties, rows))))
}

/** @param {number} matched @param {number} drawn */
export function summary(matched, drawn) {
  return nodes([
    el('strong', {}, t('summary.matched', { n: matched })), ' ',
    el('span', {}, t('summary.drawn', { n: drawn })),
  ])
}

/** @param {string} title empty where it is said elsewhere @param {string} text @param {Node[]} actions */
export function message(title, text, actions) {
  return el('div', { class: 'message' }, title && el('p', { class: 'message-title' }, title), text && el('p', {}, text), ...actions)
}

/** Rows to look at while the first ones are on their way. */
export function skeleton() {
  return Array.from({ length: 6 }, () => el('div', { class: 'skeleton', 'aria-hidden': 'true' }, el('span'), el('span')))
}
