// The dialog to share what the page shows: its address, the map for another page,
// and the records as files. Loaded when it is first opened.

import { address } from './api.js'
import { el } from './dom.js'
import { lang, t } from './i18n.js'
import { filterQuery, readable } from './url.js'

/** @typedef {import('./url.js').State} State */
/**
 * @typedef {object} Shared
 * @property {State} state
 * @property {() => string} link the absolute address of the page as it is: the map may still be on its way
 * @property {number} matched records that match
 * @property {number} drawn those of them that have a place on the map
 */
/** @typedef {{theme: string, lang: string, title: boolean, camera: boolean, height: number}} Embed theme and lang: empty for the reader's */

const THEMES = ['', 'light', 'dark']
const HEIGHT = { least: 240, usual: 480, most: 1200 }

/** The files of a selection, and who reads them; the endings are those of /data/facilities. */
const FILES = [
  { ending: 'xlsx', name: 'Excel', hint: 'download.spreadsheet' },
  { ending: 'csv', name: 'CSV', hint: 'download.csv' },
  { ending: 'geojson', name: 'GeoJSON', hint: 'download.geojson' },
  { ending: 'geojsonl', name: 'GeoJSON lines', hint: 'download.lines' },
  { ending: 'gpkg', name: 'GeoPackage', hint: 'download.gis' },
  { ending: 'fgb', name: 'FlatGeobuf', hint: 'download.gis' },
  { ending: 'kml', name: 'KML', hint: 'download.kml' },
  { ending: 'parquet', name: 'GeoParquet', hint: 'download.parquet' },
]

/**
 * Opens the dialog; it closes by Escape, its button, a press beside it or a step of
 * the history, and the browser gives the focus back.
 * @param {HTMLDialogElement} dialog its data-embed says whether other sites may show the map
 * @param {Shared} shared
 */
export function openShare(dialog, shared) {
  if (dialog.open) return // pressed twice
  const title = el('h2', { id: 'share-title', tabindex: -1, autofocus: true }, t('share.title'))
  dialog.classList.add('share')
  dialog.setAttribute('aria-labelledby', 'share-title')
  let beside = false // its content covers the dialog, so what hits the dialog itself is beside it
  dialog.onpointerdown = (e) => void (beside = e.target === dialog)
  dialog.onclick = (e) => {
    if (beside && e.target === dialog) dialog.close() // not where a selection of text was dragged out of it
  }
  const close = () => dialog.close()
  window.addEventListener('popstate', close)
  dialog.onclose = () => window.removeEventListener('popstate', close)
  dialog.replaceChildren(el('div', { class: 'share-body' },
    el('header', {}, title, closeButton(dialog)),
    linkPart(shared), embedPart(shared, dialog.dataset.embed === 'allowed'), downloadPart(shared)))
  dialog.showModal()
  dialog.scrollTop = 0
}

/** @param {HTMLDialogElement} dialog */
function closeButton(dialog) {
  return el('button', { type: 'button', class: 'close', 'aria-label': t('card.close'), click: () => dialog.close() }, el('span', { 'aria-hidden': 'true' }, '×'))
}

/** @param {Shared} shared */
function linkPart({ link }) {
  const field = el('input', { type: 'text', readonly: true, value: link(), 'aria-label': t('share.link'), class: 'share-field' })
  const now = () => (field.value = link())
  const send = () => navigator.share({ title: document.title, url: now() }).catch(() => {}) // the reader thought better of it
  return el('section', {}, el('h3', {}, t('share.link')), el('p', { class: 'hint' }, t('share.link_hint')),
    field,
    el('p', { class: 'share-actions' }, copyButton(t('share.copy_link'), now),
      'share' in navigator && el('button', { type: 'button', class: 'action', click: send }, t('share.send'))))
}

/**
 * A button that copies a text. Where the clipboard is refused, the text stands
 * selected in a field, for the reader to copy.
 * @param {string} name
 * @param {() => string} text
 */
export function copyButton(name, text) {
  const said = el('span', { role: 'status', class: 'share-said' })
  const button = el('button', { type: 'button', class: 'action', click: copy }, name)
  async function copy() {
    try {
      await navigator.clipboard.writeText(text())
      said.textContent = t('share.copied')
    } catch {
      const field = el('textarea', { readonly: true, rows: 2, 'aria-label': name, class: 'share-field' })
      field.value = text()
      said.replaceChildren(el('span', {}, t('share.copy_yourself')), field)
      field.select()
    }
  }
  return el('span', { class: 'share-copy' }, button, said)
}

// ---- embedding ----

/** @param {Shared} shared @param {boolean} allowed */
function embedPart(shared, allowed) {
  const heading = el('h3', {}, t('embed.heading'))
  if (!allowed) return el('section', {}, heading, el('p', { class: 'hint' }, t('embed.refused')))
  const code = el('textarea', { readonly: true, rows: 4, spellcheck: false, 'aria-label': t('embed.code'), class: 'share-field' })
  const form = el('form', { class: 'embed-options', input: write, submit: (/** @type {Event} */ e) => e.preventDefault() },
    choice('theme', t('embed.theme'), THEMES.map((theme) => ({ value: theme, name: t(`embed.theme_${theme || 'auto'}`) })), ''),
    choice('lang', t('language'), [{ value: '', name: t('embed.lang_auto') }, ...languages()], shared.state.lang),
    field(t('embed.height'), el('input', { type: 'number', name: 'height', min: HEIGHT.least, max: HEIGHT.most, step: 20, value: HEIGHT.usual })),
    tick('title', t('embed.bar')),
    shared.state.camera && tick('camera', t('embed.view')))
  function write() {
    const chosen = readEmbed(form)
    return (code.value = embedCode(embedURL(shared.state.filters, shared.link(), chosen), chosen.height, t('title')))
  }
  write()
  return el('section', {}, heading, el('p', { class: 'hint' }, t('embed.hint')), form, code,
    el('p', { class: 'share-actions' }, copyButton(t('embed.copy'), write)))
}

/** @param {string} label @param {HTMLElement} input */
const field = (label, input) => el('label', {}, el('span', {}, label), input)

/** @param {string} name @param {string} label @param {{value: string, name: string, lang?: string}[]} options @param {string} chosen */
function choice(name, label, options, chosen) {
  return field(label, el('select', { name }, ...options.map((o) => el('option', { value: o.value, lang: o.lang, selected: o.value === chosen }, o.name))))
}

/** @param {string} name @param {string} label */
const tick = (name, label) => el('label', { class: 'tick' }, el('input', { type: 'checkbox', name, checked: true }), el('span', {}, label))

/** The languages that the page offers. */
function languages() {
  /** @type {Map<string, string>} */
  const known = new Map()
  for (const link of document.querySelectorAll('[data-lang]')) known.set(link.getAttribute('data-lang') ?? '', link.textContent?.trim() ?? '')
  return [...known].map(([value, name]) => ({ value, name, lang: value }))
}

/** @param {HTMLFormElement} form @returns {Embed} */
function readEmbed(form) {
  const chosen = new FormData(form)
  return {
    theme: String(chosen.get('theme')), lang: String(chosen.get('lang')), title: chosen.has('title'), camera: chosen.has('camera'),
    height: heightOf(Number(chosen.get('height'))),
  }
}

/** @param {number} asked pixels @returns {number} what a map can be seen in */
export function heightOf(asked) {
  return asked ? Math.round(Math.min(HEIGHT.most, Math.max(HEIGHT.least, asked))) : HEIGHT.usual
}

/**
 * The address of the map for other pages: the filters stay, the rest is chosen.
 * @param {import('./url.js').Filters} filters
 * @param {string} link of the page, with the camera of the map
 * @param {Embed} embed
 */
export function embedURL(filters, link, embed) {
  const query = filterQuery(filters)
  if (embed.lang) query.set('lang', embed.lang)
  if (embed.theme) query.set('theme', embed.theme)
  if (!embed.title) query.set('title', '0')
  if (new URL(link).searchParams.get('layer')?.includes('partnerships')) query.set('layer', 'partnerships')
  const search = query.size ? '?' + readable(query) : ''
  return new URL('/embed' + search + (embed.camera ? new URL(link).hash : ''), link).href
}

/**
 * The line of HTML that shows the map.
 * @param {string} url @param {number} height pixels @param {string} title for screen readers
 */
export function embedCode(url, height, title) {
  const quoted = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<iframe src="${quoted(url)}" title="${quoted(title)}" width="100%" height="${height}" style="border:0" loading="lazy" allow="fullscreen"></iframe>`
}

// ---- files ----

/** @param {Shared} shared */
function downloadPart({ state, link, matched, drawn }) {
  const absolute = (/** @type {string} */ path) => new URL(path, link()).href
  const left = matched - drawn
  const translated = el('input', { type: 'checkbox', checked: lang() !== 'en', change: write })
  const files = el('ul', { class: 'download-files' })
  const urlOf = (/** @type {string} */ ending) => fileURL(state, ending, translated.checked)
  function write() {
    files.replaceChildren(...FILES.map(({ ending, name, hint }) => fileRow(urlOf(ending), name, t(hint))),
      ...(state.view === 'statistics' ? [fileRow(tableURL(state), t('download.table'), t('download.csv'))] : []))
  }
  write()
  return el('section', {}, el('h3', {}, t('download.heading')),
    el('p', { class: 'hint' }, t('download.count', { n: matched }), left > 0 && el('br'), left > 0 && t('download.unplaced', { n: left })),
    lang() !== 'en' && el('label', { class: 'tick' }, translated, el('span', {}, t('download.translated', { language: ownName() }))),
    files,
    el('p', { class: 'share-actions' },
      copyButton(t('download.copy_geojson'), () => absolute(urlOf('geojson'))),
      el('a', { class: 'action', href: openURL(state) }, t('download.open'))))
}

/** @param {string} href @param {string} name @param {string} hint */
const fileRow = (href, name, hint) => el('li', {}, el('a', { href, download: true }, el('strong', {}, name), el('span', {}, hint)))

/** What the language of the page calls itself. */
const ownName = () => languages().find(({ value }) => value === lang())?.name ?? lang()

/**
 * @param {State} state @param {string} ending
 * @param {boolean} [translated] in the language of the page: no import takes such a file for records
 */
export function fileURL(state, ending, translated) {
  const query = filterQuery(state.filters)
  if (translated) query.set('lang', lang())
  if (state.sort) query.set('sortby', state.sort)
  return `/data/facilities.${ending}${query.size ? '?' + readable(query) : ''}`
}

/** Counts by country and sector. @param {import('./url.js').Filters} filters @param {Record<string, string>} [more] */
export const matrixURL = (filters, more) => address('matrix', filters, more)

/** @param {State} state */
const tableURL = (state) => matrixURL(state.filters, { f: 'csv' })

/** Where other programs learn how to read the same records. @param {State} state */
function openURL(state) {
  const query = filterQuery(state.filters)
  query.set('lang', lang())
  return `/collections/facilities/open?${readable(query)}`
}
