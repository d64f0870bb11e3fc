// The card of one record, or of the records at one place. Loaded when the first
// card is opened.

import { address, getJSON, itemsURL, latest } from './api.js'
import { dataSet, drawing, el, newTab, recordSign } from './dom.js'
import { decimal, externalLink, ownFacts, plainList, written } from './facts.js'
import { date, lang, langOf, names, place, precision, t } from './i18n.js'
import { countryName, partnerFacts, projectsOf } from './partners.js'
import { placeLine, row } from './results.js'
import { noFilters } from './url.js'

export { placeLine }

/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {import('./api.js').FacilityFeature} Feature */
/** @typedef {import('./api.js').Items} Items */
/** @typedef {import('./api.js').Source} Source */
/** @typedef {import('./filters.js').Label} Label */
/** @typedef {import('./results.js').Rows} Rows */
/** @typedef {import('./url.js').Filters} Filters */
/**
 * @typedef {object} Page what the card needs of the page
 * @property {Rows} rows
 * @property {Promise<unknown>} names the names of countries, sectors and kinds are here
 * @property {() => string} link the absolute address of what the page shows
 * @property {(position: [number, number]|null, record: Facility|null) => void} onShow position: null where it is not drawn, or nothing is open any more; record: null for a place
 * @property {() => void} onClose by Escape, the button or the handle
 * @property {(slug: string) => (HTMLElement|null|undefined)[]} fallbacks what can take the focus where that which opened the card is gone
 * @property {() => void} share
 */

/** @param {string} slug @param {Record<string, string>} [more] */
const recordURL = (slug, more = {}) => address('items/' + encodeURIComponent(slug), noFilters(), more)

const PATIENCE = 300 // milliseconds after which the card says that it is loading

/** @param {HTMLElement} root its data-contact is the mail address for reports @param {Page} page */
export function createCard(root, page) {
  /** The place that the open record was chosen from, and the place last shown. @type {(() => void)|null} */
  let behind = null
  let showPlace = () => {}
  /** The record that is open; null for a place, or none. @type {string|null} */
  let record = null
  /** What was pressed to open the card; it gets the focus back. @type {HTMLElement|undefined} */
  let opener
  let answered = (/** @type {any} */ _) => {}
  let again = () => {}
  let waiting = 0
  /** What had the focus when the card was asked to take it: it does not take it from elsewhere. @type {Element|null} */
  let held = null
  const gone = () => show([heading(t('card.gone'))])
  const asking = latest((answer) => answered(answer), (error) => {
    if (error.status === 404) gone()
    else show([heading(t('failed.title')), action(t('failed.retry'), again)])
  }, () => page.names)
  const bar = createBar(root, leaveByHand)
  root.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return
    e.stopPropagation()
    leaveByHand()
  })

  /** @param {Node[]} content */
  function show(content) {
    clearTimeout(waiting)
    const focus = root.contains(document.activeElement) || document.activeElement === held
    root.replaceChildren(bar, ...content)
    root.hidden = false
    root.scrollTop = 0
    if (focus) root.querySelector('h2')?.focus({ preventScroll: true })
  }

  /** @param {string} url @param {boolean} focus whether the heading takes the focus @param {(answer: any) => void} then */
  function ask(url, focus, then) {
    clearTimeout(waiting)
    held = focus ? document.activeElement : null
    waiting = window.setTimeout(() => show([heading(t('list.loading'))]), PATIENCE)
    answered = then
    again = () => ask(url, true, then)
    asking.ask(url)
  }

  function leaveByHand() {
    page.onClose()
    leave(record ?? '', true)
  }

  /**
   * Goes back to the place that the record was chosen from, or away.
   * @param {string} slug of the record @param {boolean} [focus] whether the focus was in the card
   */
  function leave(slug, focus = root.contains(document.activeElement)) {
    const goBack = behind
    close()
    if (!goBack || !slug) return focus && focusFirst(opener, inTable(slug), ...page.fallbacks(slug))
    held = focus ? document.activeElement : null
    goBack()
    if (focus) focusFirst(root.querySelector(`[data-slug="${CSS.escape(slug)}"]`))
  }

  function close() {
    asking.cancel()
    clearTimeout(waiting)
    behind = record = null
    root.hidden = true
    root.replaceChildren()
    root.dataset.stop = 'half'
    document.title = t('title')
    page.onShow(null, null)
  }

  return {
    leave,

    /** @param {string} slug @param {HTMLElement} [from] the row or mark that was pressed: the card takes the focus */
    open(slug, from) {
      const inside = from && root.contains(from)
      behind = inside && from.matches('.row') ? showPlace : null
      if (!inside) opener = from
      record = slug
      ask(recordURL(slug), Boolean(from), (/** @type {Partial<Feature>} */ { geometry, properties: f }) => {
        if (!f?.slug) return gone() // a slug like ".." leads to another answer
        show(facility(f, page, root.dataset.contact ?? ''))
        document.title = `${names(f)[0].text} · ${t('title')}`
        page.onShow(f.precision === 'country' ? null : (geometry?.coordinates ?? null), f)
      })
    },

    /** @param {Filters} filters @param {import('./api.js').Box} box of the place @param {number} count @param {HTMLElement} from */
    openPlace(filters, box, count, from) {
      opener = from
      behind = record = null
      ask(itemsURL(filters, { bbox: box.join(','), limit: '5000', sortby: dataSet().names }), true, (/** @type {Items} */ { features }) => {
        const title = placeTitle(features.map((f) => f.properties), count, page.rows.label)
        const list = placeList(features, page.rows)
        showPlace = () => {
          document.title = t('title')
          show([heading(title), list])
          page.onShow([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], null)
        }
        showPlace()
      })
    },

    /** A place holds what matched when it was opened: where that changes, it goes. */
    leavePlace() {
      behind = null
      if (record === null) leave('')
    },
  }
}

/** @param {string} text */
const heading = (text) => el('h2', { tabindex: -1 }, text)

/** @param {string} text @param {() => void} click */
const action = (text, click) => el('button', { type: 'button', class: 'action', click }, text)

/** A record's link in the table, whose rows are others after each answer. @param {string} slug @returns {HTMLElement|null} */
const inTable = (slug) => document.querySelector(`tr[data-slug="${CSS.escape(slug)}"] a`)

/** Gives the focus to the first that can take it: what is hidden or gone cannot. @param {...(HTMLElement|null|undefined)} elements */
function focusFirst(...elements) {
  elements.find((e) => {
    e?.focus({ preventScroll: e.matches('.mark *') }) // the map moves, it does not scroll
    return e && document.activeElement === e
  })
}

// ---- the sheet of a phone ----

/**
 * The button that closes, and the handle of a phone: pressed it makes the card as
 * high as the window or lower again, dragged down far enough it closes.
 * @param {HTMLElement} root @param {() => void} closed
 */
function createBar(root, closed) {
  let dragged = false
  const handle = el('button', {
    type: 'button', class: 'card-handle', 'aria-label': t('card.full'),
    click(/** @type {MouseEvent} */ e) {
      if (!dragged || e.detail === 0) stop(root.dataset.stop === 'full' ? 'half' : 'full') // detail 0: by a key
    },
  })
  const stop = (/** @type {'half'|'full'} */ next) => {
    root.dataset.stop = next
    handle.setAttribute('aria-expanded', String(next === 'full'))
  }
  const height = (/** @type {PointerEvent} */ e) => root.getBoundingClientRect().bottom - e.clientY
  let start = 0
  handle.addEventListener('pointerdown', (e) => {
    handle.setPointerCapture(e.pointerId)
    start = e.clientY
    dragged = false
  })
  handle.addEventListener('pointermove', (e) => {
    if (!handle.hasPointerCapture(e.pointerId) || (!dragged && Math.abs(e.clientY - start) < 6)) return
    dragged = true
    root.classList.add('dragging')
    root.style.height = `${height(e)}px`
  })
  const release = (/** @type {PointerEvent} */ e) => {
    const next = nearestStop(height(e) / (root.parentElement?.clientHeight ?? 1))
    root.classList.remove('dragging')
    root.style.height = ''
    if (dragged && next) stop(next)
    else if (dragged) closed()
  }
  handle.addEventListener('pointerup', release)
  handle.addEventListener('pointercancel', release)
  stop('half')
  return el('div', { class: 'card-bar' }, handle,
    el('button', { type: 'button', class: 'close', 'aria-label': t('card.close'), click: closed }, el('span', { 'aria-hidden': 'true' }, '×')))
}

/** @param {number} height in parts of what it can have @returns {'half'|'full'|null} null: it goes away */
export function nearestStop(height) {
  if (height < 0.32) return null
  return height < 0.8 ? 'half' : 'full'
}

// ---- a place ----

/**
 * A town is named only where all records of a point state it: the point of a town
 * also stands for its province.
 * @param {Facility[]} records @param {number} n @param {Label} label
 */
export function placeTitle([first, ...others], n, label) {
  if (!first?.city || others.some((f) => f.city !== first.city || f.country !== first.country)) return t('card.point', { n })
  return t('card.here', { n, place: place({ ...first, admin1: undefined }, first.country && label('country', first.country)) })
}

const CHUNK = 100 // rows that a place shows at a time

/**
 * The records at one place, by the names that are shown.
 * @param {Feature[]} features
 * @param {Rows} rows
 */
function placeList(features, rows) {
  const sorted = byName(features.map((f) => f.properties))
  const list = el('ul', { class: 'rows' })
  const more = el('button', { type: 'button', class: 'action more', click: () => add()?.focus() })
  let n = 0
  function add() {
    const added = sorted.slice(n, (n += CHUNK)).map((f) => row(f, rows))
    list.append(...added.map((link) => el('li', {}, link)))
    more.hidden = n >= sorted.length
    more.textContent = t('list.more', { n: Math.min(CHUNK, sorted.length - n) })
    return added[0]
  }
  add()
  return el('div', {}, list, more)
}

/** @param {Facility[]} records */
export function byName(records) {
  const { compare } = new Intl.Collator(lang(), { numeric: true })
  return records.map((f) => ({ f, name: names(f)[0].text })).sort((a, b) => compare(a.name, b.name)).map(({ f }) => f)
}

// ---- a record ----

/** @param {Facility} f @param {Page} page @param {string} contact */
function facility(f, { rows, link, share }, contact) {
  const { label } = rows
  const [main, ...others] = names(f)
  const country = f.country ? label('country', f.country) : undefined
  const sectors = f.sectors?.map((s) => el('li', {}, label('sector', s)))
  const record = new URL(`/facilities/${encodeURIComponent(f.slug)}?lang=${lang()}`, location.href).href
  return [
    el('p', { class: 'card-kind' }, recordSign(f), label('kind', f.kind)),
    el('h2', { tabindex: -1, lang: main.lang }, main.text),
    ...others.map((n) => el('p', { class: 'card-name', lang: n.lang }, n.text)),
    el('p', { class: 'card-place' }, ...(place(f, country) ? placeLine(f, country) : [t('list.nowhere')])),
    ...(f.summary ? [el('p', { class: 'card-summary', lang: langOf(f, 'summary') }, f.summary)] : []),
    ...original(f),
    el('dl', { class: 'facts' },
      ...fact('field.status', f.status && label('status', f.status), f.source_date && t('card.as_of', { date: date(f.source_date) })),
      ...fact('card.since', f.established && String(f.established)),
      ...fact('field.sectors', sectors && el('ul', { class: 'tags' }, ...sectors)),
      ...partnerFacts(f, label),
      ...fact('facet.takes_part', f.takes_part && el('ul', { class: 'tags' }, ...f.takes_part.map((code) => el('li', {}, countryName(code, label))))),
      ...fact('field.closed', f.closed && String(f.closed)),
      ...fact('field.successor', f.successor && successor(f.successor, rows)),
      ...fact('field.former_names', f.former_names && plainList(f.former_names.map((name) => el('bdi', { lang: written(name) }, name)))),
      ...fact('field.website', f.website && externalLink(f.website, f.website)),
      ...fact('field.address', f.address && el('bdi', {}, f.address)),
      ...fact('field.area_ha', f.area_ha && `${decimal(f.area_ha)} ha`),
      ...fact('field.identifiers', f.identifiers && plainList(f.identifiers.map(identifier))),
      ...fact('field.checked', f.checked && date(f.checked))),
    ...ownFacts(f, label),
    projectsOf(f.slug),
    el('p', { class: 'card-precision' }, precisionSign(f.precision), el('span', {}, precision(f))),
    el('h3', {}, t('card.sources')),
    el('ol', { class: 'sources' }, ...sources(f).map(source)),
    el('footer', {},
      copyButton(link),
      action(t('card.share'), share),
      contact && el('a', { class: 'action', href: report(contact, main.text, record) }, t('card.report')),
      el('a', { href: record, class: 'action' }, t('card.page')),
      el('a', { href: recordURL(f.slug, { f: 'json' }), class: 'action', type: 'application/geo+json' }, 'GeoJSON'),
      f.updated && el('p', { class: 'hint' }, t('card.updated', { date: date(f.updated) }))),
  ]
}

/**
 * Where the card is in another language: whether a machine has put it into that, and a
 * press that brings what the record states in English.
 * @param {Facility} f
 */
export function original(f) {
  const inEnglish = (/** @type {'name'|'summary'} */ property) => !f[property] || langOf(f, property) === 'en'
  const [machine, outdated] = [f.machine_translated, f.outdated_translation].map((properties) => properties?.length)
  if (inEnglish('name') && inEnglish('summary') && !machine) return []
  const said = outdated ? t('translated.outdated') : machine ? t('translated.machine') : ''
  const text = el('div', { lang: 'en', role: 'status' })
  return [el('details', { class: 'original', toggle: () => text.firstChild || showOriginal(text, f.slug) },
    el('summary', {}, said && `${said} · `, el('span', {}, t('translated.english'))), text)]
}

/** @param {HTMLElement} root @param {string} slug */
function showOriginal(root, slug) {
  const show = (/** @type {any} */ { properties: f }) => root.replaceChildren(...[f.name, place(f), f.summary].map((text) => el('p', {}, text)))
  getJSON(recordURL(slug, { lang: 'en' })).then(show, () => root.replaceChildren(action(t('failed.retry'), () => showOriginal(root, slug))))
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

/** What a register calls the record, as a link where the program knows the register. @param {string} text scheme:value */
function identifier(text) {
  const [scheme] = text.split(':', 1)
  const { registers } = dataSet()
  return Object.hasOwn(registers, scheme) ? externalLink(registers[scheme] + text.slice(scheme.length + 1), text) : text
}

/** What took the place of the record, by its name once that is here. @param {string} slug @param {Rows} rows */
function successor(slug, { href, open }) {
  /** @type {HTMLAnchorElement} */
  const link = el('a', {
    href: href(slug),
    click(/** @type {MouseEvent} */ e) {
      if (newTab(e)) return
      e.preventDefault()
      open(slug, link)
    },
  }, slug)
  const named = (/** @type {any} */ { properties: f }) => link.replaceChildren(names(f)[0].text)
  getJSON(recordURL(slug)).then(named, (error) => error.status === 404 && link.replaceWith(slug))
  return link
}

const RING = 'M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17z'
/** The less is known, the less is drawn; the words beside it say it too. @type {Record<string, string>} */
const PRECISION = { site: `${RING}M12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5z`, city: RING, admin1: RING }

/** @param {string} [precision] */
function precisionSign(precision = 'none') {
  return drawing(PRECISION[precision] ?? `${RING}M6 18L18 6`, `sign ${precision}`)
}

/** @param {Facility} f @returns {Source[]} what the record rests on, then the sources of single facts */
function sources(f) {
  return [{ title: f.source_title, url: f.source_url, date: f.source_date }, ...(f.sources ?? [])].filter((s) => s.title || s.url)
}

/** @param {Source} s */
function source(s) {
  return el('li', {}, s.url ? externalLink(s.url, s.title ?? s.url) : el('span', { lang: written(s.title ?? '') }, s.title),
    s.date && el('span', { class: 'note' }, date(s.date)),
    s.supports && el('span', { class: 'note' }, t('card.supports', { fact: s.supports })))
}

/**
 * A mail that names the record and where it stands.
 * @param {string} contact @param {string} name @param {string} link
 */
export function report(contact, name, link) {
  const line = name.trim().replace(/\s+/g, ' ') // a subject is one
  const subject = encodeURIComponent(t('card.report_subject', { name: line }))
  const body = encodeURIComponent(t('card.report_body', { name: line, link }).replaceAll('\n', '\r\n')) // RFC 6068, 5
  return `mailto:${encodeURIComponent(contact).replace(/%40(?!.*%40)/, '@')}?subject=${subject}&body=${body}`
}

/** @param {() => string} link as it is when pressed: filters and map may be others by then */
function copyButton(link) {
  const said = el('span', { role: 'status', class: 'said' })
  const button = action(t('card.copy'), copy)
  async function copy() {
    try {
      await navigator.clipboard.writeText(link())
      said.textContent = t('card.copied')
    } catch { // not allowed, or not over https: the reader copies it
      const field = el('input', { type: 'text', readonly: true, value: link(), 'aria-label': t('card.link'), class: 'link-field' })
      said.replaceChildren(field)
      field.select()
    }
  }
  return el('span', { class: 'copy' }, button, said)
}
