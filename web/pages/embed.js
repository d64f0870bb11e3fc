// The map in a frame of another page: marks, and a panel for the one that is pressed.
// All that narrows it is in the address; the link to the full map has what the server
// understood of it.

import * as api from '../app/api.js'
import { load } from '../app/basemap.js'
import { byId, dataSet, el, keepFocus, kindSign, recordSign } from '../app/dom.js'
import { briefly, date, lang, loadCatalogue, names, place, spoken, t } from '../app/i18n.js'
import { AtlasMap } from '../app/map.js'
import { noFilters, parse, split, toHash, useOwn } from '../app/url.js'

/** @typedef {import('../app/api.js').Box} Box */
/** @typedef {import('../app/api.js').Facility} Facility */

const LISTED = 20 // records of one place; the full map lists all

const full = byId('a', 'full')
useOwn(dataSet().own)
const { filters, camera, layers } = parse(full.search, location.hash)
const drawn = split(filters, true)
const problem = byId('p', 'failed')
const coarse = load('../basemap/world-110m.bin')
coarse.catch(() => {}) // told where it is awaited
await loadCatalogue(document.documentElement.lang).catch(speechless)

const panel = byId('aside', 'panel')
/** What was pressed to open the panel. @type {HTMLElement|null} */
let opener = null
let shown = (/** @type {any} */ _) => {}
/** Whether the map shows where the matches are. */
let fitted = false
/** Where the panel's answer is asked for. */
let asked = ''
/** @type {Map<string, string>} */
const labels = new Map()

const map = new AtlasMap(byId('div', 'map'), {
  onMove(camera) {
    full.hash = toHash(camera)
    loadClusters()
  },
  onRecord: (slug, mark) => ask(api.address('items/' + encodeURIComponent(slug), noFilters()), mark, showRecord),
  onStack: (box, count, mark) => drawn && ask(api.itemsURL(drawn, { bbox: box.join(','), limit: String(LISTED), sortby: dataSet().names }), mark,
    (/** @type {api.Items} */ { features }) => showStack(features.map((f) => f.properties), count, box)),
  onPoint: (slug) => map.point(slug),
  describe: (f) => names(f)[0].text + t('list.comma') + spoken(f, label) + placeOf(f),
  countryName: (code) => label('country', code),
}, { cooperative: true })

const askNames = line(showNames)
const askClusters = line((/** @type {{features: api.ClusterFeature[], zoom: number}} */ { features, zoom }) => map.show(features, zoom))
const askPanel = line((answer) => shown(answer))

/** @template T @param {(answer: T) => void} show */
function line(show) {
  return api.latest((/** @type {T} */ answer) => {
    show(answer)
    calm()
  }, failed)
}

const loadNames = () => askNames.ask(api.facetsURL(filters))

function loadClusters() {
  if (!drawn) return
  const { zoom, box } = map.cells()
  askClusters.ask(api.clustersURL(drawn, zoom, box))
}

/** @param {string} url @param {HTMLElement} mark @param {(answer: any) => void} show */
function ask(url, mark, show) {
  opener = mark
  shown = show
  asked = url
  askPanel.ask(url)
}

// ---- what goes wrong ----

/** @param {unknown} error */
function failed(error) {
  if (!(error instanceof api.ApiError)) throw error
  tell(t(error.status ? 'failed.title' : 'failed.offline'), t('failed.retry'), again)
}

/** Without the texts of the page only English is left to say it. @param {Error} error */
function speechless(error) {
  const again = () => location.reload()
  problem.lang = 'en'
  tell('The map could not be loaded.', 'Try again', again)
  window.addEventListener('online', again)
  throw error
}

/** @param {string} text @param {string} retry what the button says @param {() => void} click */
function tell(text, retry, click) {
  keepFocus(problem, () => problem.replaceChildren(text, ' ', el('button', { type: 'button', class: 'action', click }, retry)))
}

/** Once all that was asked for is here, nothing is wrong any more. */
function calm() {
  if (!fitted || [askNames, askClusters, askPanel].some((line) => line.open)) return
  if (problem.contains(document.activeElement)) byId('div', 'map').focus({ preventScroll: true })
  problem.replaceChildren()
}

/** Asks once more for what is not here. */
function again() {
  if (askNames.open) loadNames()
  if (!fitted) fitMatches()
  else if (askClusters.open) loadClusters()
  if (askPanel.open) askPanel.ask(asked)
}

// ---- the panel ----

/** @param {api.FacilityFeature} record */
function showRecord({ geometry, properties: f }) {
  const [main, second] = names(f)
  const original = el('div', {}, f.machine_translated?.[0] && el('p', { class: 'hint' }, t('translated.machine')))
  const line = el('p', { class: 'card-place' }, placeOf(f) || t('list.nowhere'))
  if (lang() !== 'en') {
    import('../app/card.js').then((card) => {
      original.replaceChildren(...card.original(f))
      if (placeOf(f)) line.replaceChildren(...card.placeLine(f, countryOf(f)))
    }, () => {}) // else the page of the record has it
  }
  open([
    el('p', { class: 'card-kind' }, recordSign(f), label('kind', f.kind), el('span', { class: 'hidden' }, t('list.comma') + briefly(f))),
    el('h2', { tabindex: -1, lang: main.lang }, main.text),
    second && el('p', { class: 'card-name', lang: second.lang }, second.text),
    line,
    original,
    el('p', {}, recordLink(f, t('embed.more')))])
  const at = geometry?.coordinates ?? null
  map.select(at)
  if (at) map.uncover(at, panel.getBoundingClientRect())
}

/** @param {Facility[]} records @param {number} count @param {Box} box */
function showStack(records, count, box) {
  open([
    el('h2', { tabindex: -1 }, t('card.point', { n: count })),
    el('ul', {}, ...records.map((f) => el('li', {}, recordSign(f), el('span', { class: 'hidden' }, spoken(f, label)), recordLink(f, names(f)[0].text, names(f)[0].lang)))),
    count > records.length && el('p', { class: 'hint' }, t('table.shown', { shown: records.length, n: count }))])
  /** @type {[number, number]} */
  const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
  map.select(middle)
  map.uncover(middle, panel.getBoundingClientRect())
}

/** @param {string} dimension @param {string} value */
const label = (dimension, value) => labels.get(`${dimension} ${value}`) ?? value

/** @param {Facility} f */
const countryOf = (f) => f.country && label('country', f.country)

/** @param {Facility} f */
const placeOf = (f) => place(f, countryOf(f))

/** @param {Facility} f @param {string} text @param {string} [language] */
function recordLink(f, text, language) {
  return el('a', { href: `/facilities/${encodeURIComponent(f.slug)}?lang=${lang()}`, target: '_blank', rel: 'noopener', lang: language },
    text, el('span', { class: 'hidden' }, ` (${t('embed.new_tab')})`))
}

/** @param {import('../app/dom.js').Child[]} content the h2 takes the focus */
function open(content) {
  panel.replaceChildren(el('div', {},
    el('button', { type: 'button', class: 'close', 'aria-label': t('card.close'), click: close }, el('span', { 'aria-hidden': 'true' }, '×')), ...content))
  panel.hidden = false
  panel.querySelector('h2')?.focus({ preventScroll: true })
}

function close() {
  askPanel.cancel()
  calm()
  panel.hidden = true
  map.select(null)
  if (opener?.isConnected) opener.focus({ preventScroll: true })
  else map.mark?.focus({ preventScroll: true })
}

panel.addEventListener('keydown', (e) => {
  if (e.key === 'Escape') close()
})

// ---- start ----

/** The legend, and the names of kinds and countries. @param {api.Facets} answer */
function showNames({ facets }) {
  for (const d of ['kind', 'country']) for (const b of facets[d]?.buckets ?? []) labels.set(`${d} ${b.value}`, b.label)
  const kinds = (facets.kind?.buckets ?? []).flatMap((b) => b.value ?? [])
  const shown = kinds.filter((kind) => facets.kind.buckets.some((b) => b.value === kind && b.count > 0))
  const { compare } = new Intl.Collator(lang())
  byId('ul', 'legend').replaceChildren(...shown.sort((a, b) => compare(label('kind', a), label('kind', b))).map((kind) => el('li', {}, kindSign(kind), label('kind', kind))))
  if (map.ready) loadClusters() // the marks came before their names
  if (layers.includes('partnerships')) map.overlay([], { filters, selected: '', layers: ['partnerships'] }).catch(failed)
}

/** The coarse basemap at once, then the fine one. Without either the marks stand on plain ground. */
async function loadBasemap() {
  try {
    map.useBasemap(await coarse)
    map.useBasemap(await load('../basemap/world-50m.bin'))
  } catch (error) {
    console.warn('no basemap:', error)
  }
}

/** Shows what the address says, or where the matches are. */
async function fitMatches() {
  const found = camera ? undefined : await api.locate(filters).catch(failed)
  fitted = Boolean(camera ?? found)
  if (camera) map.setCamera(camera)
  else map.fitBox(found?.box ?? null)
}

/** Paper is light, and does not know where the page is. */
const { theme } = document.documentElement.dataset
window.addEventListener('beforeprint', () => {
  document.documentElement.dataset.theme = 'light'
  map.redraw()
  byId('span', 'print-address').textContent = full.href
  byId('p', 'print-date').textContent = t('print.date', { date: date(new Date().toLocaleDateString('sv')) }) // a local day as YYYY-MM-DD
})
window.addEventListener('afterprint', () => {
  if (theme) document.documentElement.dataset.theme = theme
  else delete document.documentElement.dataset.theme
  map.redraw()
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => map.redraw())
window.addEventListener('online', again)
loadBasemap()
await loadNames() // marks have signs and names
fitMatches()
