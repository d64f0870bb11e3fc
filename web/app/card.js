// The card of one record, or of the records at one place.

import { el, externalLink, kindSign } from './dom.js'
import { date, lang, names, partner, place, precision, t } from './i18n.js'

/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {import('./api.js').Source} Source */
/** @typedef {import('./filters.js').Label} Label */

/**
 * @param {HTMLElement} root
 * @param {() => void} closed asked to close, by Escape or the button
 */
export function createCard(root, closed) {
  root.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') {
      e.stopPropagation()
      closed()
    }
  })

  /** @param {Node[]} content the first h2 takes the focus */
  function open(content, focus = true) {
    const close = el('button', { type: 'button', class: 'close', 'aria-label': t('card.close'), click: closed }, el('span', { 'aria-hidden': 'true' }, '×'))
    root.replaceChildren(close, ...content)
    root.hidden = false
    root.scrollTop = 0
    if (focus) root.querySelector('h2')?.focus({ preventScroll: true })
  }

  return {
    /** @param {Facility} f @param {{label: Label, link: string, json: string, page: string}} context @param {boolean} focus */
    showFacility: (f, context, focus) => open(facility(f, context), focus),
    /** @param {string} title @param {Node} list */
    showPlace: (title, list) => open([el('h2', { tabindex: -1 }, title), list]),
    /** @param {string} text @param {Node[]} actions */
    showMessage: (text, ...actions) => open([el('h2', { tabindex: -1 }, text), ...actions]),
    close() {
      root.hidden = true
      root.replaceChildren()
    },
    isOpen: () => !root.hidden,
    rect: () => (root.hidden ? null : root.getBoundingClientRect()),
  }
}

/** @param {Facility} f @param {{label: Label, link: string, json: string, page: string}} context */
function facility(f, { label, link, json, page }) {
  const [main, ...others] = names(f)
  const country = f.country ? label('country', f.country) : undefined
  const sectors = f.sectors?.map((s) => el('li', {}, label('sector', s)))
  return [
    el('p', { class: 'card-kind' }, kindSign(f.kind), label('kind', f.kind)),
    el('h2', { tabindex: -1, lang: main.lang }, main.text),
    ...others.map((n) => el('p', { class: 'card-name', lang: n.lang }, n.text)),
    el('p', { class: 'card-place' }, place(f, country) || t('list.nowhere')),
    ...(f.summary ? [el('p', { class: 'card-summary', lang: 'en' }, f.summary)] : []),
    el('dl', { class: 'facts' },
      ...fact('card.status', f.status && label('status', f.status), f.source_date && t('card.as_of', { date: date(f.source_date) })),
      ...fact('card.since', f.established && String(f.established)),
      ...fact('card.sectors', sectors && el('ul', { class: 'tags' }, ...sectors)),
      ...fact('card.host', f.host_institution),
      ...fact('card.partners', f.partners && partners(f.partners, label)),
      ...fact('card.precision', precision(f))),
    el('h3', {}, t('card.sources')),
    el('ol', { class: 'sources' }, ...sources(f).map(source)),
    el('footer', {},
      copyButton(link),
      el('a', { href: page, class: 'action' }, t('card.page')),
      el('a', { href: json, class: 'action', type: 'application/geo+json' }, 'GeoJSON'),
      f.updated && el('p', { class: 'hint' }, t('card.updated', { date: date(f.updated) }))),
  ]
}

/**
 * @param {string} key
 * @param {Node|string|false|0|undefined} value left out where there is none
 * @param {string} [note]
 */
function fact(key, value, note) {
  if (!value) return []
  return [el('dt', {}, t(key)), el('dd', {}, value, note && ' ', note && el('span', { class: 'note' }, note))]
}

/** @param {string[]} list @param {Label} label */
function partners(list, label) {
  return el('ul', { class: 'plain' }, ...list.map((p) => {
    const { name, country } = partner(p)
    return el('li', {}, name, ' ', country && el('span', { class: 'note' }, '· ', countryName(country, label)))
  }))
}

/** @param {string} code alpha-3 @param {Label} label */
function countryName(code, label) {
  const name = label('country', code)
  const own = t(`country.${code}`)
  return name !== code || own === `country.${code}` ? name : own
}

/** @param {Facility} f @returns {Source[]} what the record rests on, then the sources of single facts */
function sources(f) {
  return [{ title: f.source_title, url: f.source_url, date: f.source_date }, ...(f.sources ?? [])].filter((s) => s.title || s.url)
}

/** @param {Source} s */
function source(s) {
  return el('li', {}, s.url ? externalLink(s.url, s.title ?? s.url) : s.title,
    s.date && el('span', { class: 'note' }, date(s.date)),
    s.supports && el('span', { class: 'note' }, t('card.supports', { fact: s.supports })))
}

/** @param {string} link */
function copyButton(link) {
  const said = el('span', { role: 'status', class: 'said' })
  const button = el('button', { type: 'button', class: 'action', click: copy }, t('card.copy'))
  async function copy() {
    try {
      await navigator.clipboard.writeText(link)
      said.textContent = t('card.copied')
    } catch { // not allowed, or not over https: the reader copies it
      const field = el('input', { type: 'text', readonly: true, value: link, 'aria-label': t('card.link'), class: 'link-field' })
      said.replaceChildren(field)
      field.select()
    }
  }
  return el('span', { class: 'copy', lang: lang() }, button, said)
}
