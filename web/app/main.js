// The page as a whole: it keeps the state, writes it to the address, and asks the
// server for what each part shows.

import * as api from './api.js'
import { load } from './basemap.js'
import { byId, dataSet, el, keepFocus, newTab } from './dom.js'
import { createFilters, createSearch, labelsOf, showChips } from './filters.js'
import { lang, loadCatalogue, place, spoken, t, useTitles } from './i18n.js'
import { createLayout } from './layout.js'
import { AtlasMap } from './map.js'
import { createList, createOrder, markRow, pointRow, say, showFailed } from './results.js'
import { createThemeButton, store, stored } from '../pages/theme.js'
import { noFilters, parse, sameFilters, split, toHash, toURL, useOwn, VIEWS } from './url.js'

/** @typedef {import('./url.js').State} State */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {(now: Filters) => Partial<Filters>} Change */
/** @typedef {import('./api.js').Box} Box */

const PAGE = 30 // rows that the list shows at a time
const LATE = 1500 // milliseconds after which the map shows the region, wherever the matches may be
const STALE = 5 * 60_000 // milliseconds after which what is seen again is asked for again
const CARD = 388 // pixels of the map that an open card covers, with its margins
const BESIDE = '(min-width: 1280px)' // else the card stands over the panel

/** @type {NodeListOf<HTMLAnchorElement>} */
const languages = document.querySelectorAll('[data-lang]')

await goToSavedLanguage()

const { own, names } = dataSet()
const byCountry = `country_${names},${names}`
useOwn(own)
useTitles(own)
let state = readForm(parse(location.search, location.hash))
/** @type {api.Facets} */
let facets = { numberMatched: 0, facets: {} }
let label = (/** @type {string} */ _, /** @type {string} */ value) => value
/** When what is seen was loaded. @type {Date|null} */
let loadTime = null

// Asked for before the texts are here: the first marks wait for it.
const overviewBasemap = load('../basemap/world-110m.bin')
const firstLookup = state.camera ? undefined : api.locate(state.filters)
Promise.allSettled([overviewBasemap, firstLookup]) // what goes wrong is told where they are awaited
await loadCatalogue(document.documentElement.lang)

const layout = createLayout(() => loadTime ?? new Date(performance.timeOrigin))
const map = new AtlasMap(byId('div', 'map'), {
  onMove(camera, quiet) {
    update({ camera }, 'replaceState')
    loadClusters()
    if (state.follow && !quiet) loadList()
  },
  onRecord: open,
  onStack: openPlace,
  onPoint(slug) {
    pointRow(slug)
    map.point(slug)
  },
  describe: (f) => f.name + t('list.comma') + spoken(f, label) + place(f, f.country && label('country', f.country)),
  drawnFilters: () => split(state.filters, true),
  onCountry: (code) => filter(({ country }) => ({ country: country.includes(code) ? [] : [code] })),
  countryName: (code) => label('country', code),
  onTileError: () => document.querySelector('.results-head')?.append(el('p', { class: 'notice', role: 'status' }, t('map.tiles_failed'))),
})
const filters = createFilters(byId('div', 'facets'), (dimension, values) => filter(() => ({ [dimension]: values })))
const rows = {
  label: (/** @type {string} */ d, /** @type {string} */ v) => label(d, v),
  href: (/** @type {string} */ slug) => `/facilities/${encodeURIComponent(slug)}?lang=${lang()}`,
  open, point: (/** @type {string|null} */ slug) => map.point(slug),
}
const listRoot = byId('div', 'list')
const list = createList(listRoot, rows)
const moreButton = byId('button', 'more')
const restPanel = byId('details', 'unplaced')
const restList = createList(byId('div', 'unplaced-list'), rows)
const results = byId('section', 'results')
const inView = byId('p', 'in-view')
const message = byId('div', 'message')

// What the reader chooses with, beside the filters.
const search = createSearch(byId('input', 'search'), {
  search: (q, on) => filter(() => ({ q }), on ? 'replaceState' : 'pushState'),
  enter() {
    if (state.view !== 'map') return layout.viewRoots[state.view].focus()
    layout.raise()
    layout.showResults()
    loadList({ focus: true })
  },
})
const order = createOrder(byId('select', 'sort'), sortBy)
const followBox = byId('input', 'follow')
const layerBoxes = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('.layer-switch input')])

// ---- before the page begins ----

/** Who chose a language before reads the page in it again, unless the address names another. */
async function goToSavedLanguage() {
  const choice = stored('lang') ?? ''
  const query = new URLSearchParams(location.search)
  const isThere = [...languages].some((link) => link.dataset.lang === choice)
  if (!isThere || query.has('lang') || choice === document.documentElement.lang) return
  query.set('lang', choice)
  location.replace(`?${query}${location.hash}`)
  await new Promise(() => {}) // the page goes
}

/**
 * The filters as the form has them: what the server understood of the address, in
 * the spelling of the API, and what was ticked or typed before this script ran.
 * @param {State} address
 * @returns {State}
 */
function readForm(address) {
  const form = new URLSearchParams(/** @type {any} */ (new FormData(byId('form', 'filter-form'))))
  return { ...address, filters: parse(String(form), '').filters, lang: address.lang && document.documentElement.lang }
}

// ---- state ----

/**
 * Goes to another state. What differs from the one before is shown, and asked for.
 * @param {Partial<State>} change @param {'pushState'|'replaceState'} how
 */
function update(change, how = 'pushState') {
  const before = state
  state = { ...state, ...change }
  writeAddress(how)
  showChoices()
  const differs = (/** @type {(keyof State)[]} */ ...names) => names.some((name) => state[name] !== before[name])
  if (differs('selected')) markRow(state.selected)
  if (differs('layers', 'selected')) overlay()
  if (differs('view')) {
    layout.show(state.view)
    if (!document.activeElement?.getClientRects().length) (layout.viewRoots[/** @type {'list'} */ (state.view)] ?? results).focus() // what had the focus is gone
  }
  if (differs('filters')) {
    card?.leavePlace()
    loadMatches()
  } else {
    if (differs('sort', 'follow')) loadList()
    if (differs('sort', 'view', 'selected')) refreshView()
  }
  if (differs('view')) explain()
}

/** @param {'pushState'|'replaceState'} how */
function writeAddress(how) {
  const url = toURL(state)
  if (url !== (location.search || '?') + location.hash) history[how](null, '', url)
  for (const link of languages) link.href = toURL({ ...state, lang: link.dataset.lang ?? '' })
  for (const view of VIEWS) byId('a', `view-${view}`).href = toURL({ ...state, view })
}

/** What the reader chose where there is no answer to wait for. */
function showChoices() {
  search.show(state.filters.q)
  order.show(state.sort)
  followBox.checked = state.follow
  for (const box of layerBoxes) box.checked = state.layers.includes(box.value)
}

/** @param {Change} change @param {'pushState'|'replaceState'} [how] @param {Partial<State>} [more] that changes with them */
function filter(change, how, more) {
  update({ ...more, filters: { ...state.filters, ...change(state.filters) } }, how)
}

function clearFilters() {
  filter(noFilters)
  results.focus()
}

/** @param {string} sort */
function sortBy(sort) {
  update({ sort })
}

/** @param {Change} change */
function showOnMap(change) {
  filter(change, 'pushState', { view: 'map' })
  fitMatches().catch(fail)
  layout.showResults()
  results.focus()
}

window.addEventListener('popstate', () => {
  const before = state
  const address = parse(location.search, location.hash)
  const camera = address.camera ?? before.camera
  update({ ...address, camera, filters: sameFilters(address.filters, before.filters) ? before.filters : address.filters }, 'replaceState')
  if (camera && toHash(camera) !== toHash(before.camera)) map.setCamera(camera)
  if (state.selected === before.selected) return
  if (state.selected) showSelected()
  else card?.leave(before.selected)
})

// ---- what is asked of the server ----

/** @param {Omit<api.Found, 'box'>} found */
const showMarks = ({ features, zoom }) => map.show(features, zoom)
/** @type {() => void} */
let resolveNames
/** The facets bring the names of countries, sectors and kinds: what comes before them waits. @type {Promise<void>} */
const namesReady = new Promise((resolve) => (resolveNames = resolve))
/** Comes with the first search. @type {typeof import('./search.js')|undefined} */
let finder
const loadFinder = async () => (state.filters.q ? (finder ??= await api.late(import('./search.js')).catch(() => undefined)) : undefined)
const askFacets = request(showFacets)
const askClusters = request(showMarks, () => namesReady)
const askList = request(showList, () => Promise.all([namesReady, loadFinder().then((finder) => finder?.meaningOf(state.filters)).catch(() => {})]))
const askRest = request(showRest, () => namesReady)

/** @template T @param {(answer: T) => void} show @param {() => Promise<unknown>} [first] */
function request(show, first) {
  return api.latest((/** @type {T} */ answer) => {
    show(answer)
    explain()
  }, fail, first)
}

/** Everything that depends on the filters. @param {number} [limit] rows of the list */
function loadMatches(limit) {
  askFacets.ask(api.facetsURL(state.filters))
  loadClusters()
  loadList({ limit })
  refreshView(true)
}

/** The same matches as they are by now, or at last. */
function reload() {
  loadMatches(Math.max(PAGE, list.count()))
  if (firstLookup && !loadTime) fitMatches().catch(fail)
  if (state.selected && cardRoot.hidden) showSelected()
}

function loadClusters() {
  if (!map.ready) return
  const mapFilters = split(state.filters, true)
  const { zoom, box } = map.cells()
  if (mapFilters) askClusters.ask(api.clustersURL(mapFilters, zoom, box))
  else askClusters.answer({ features: [], zoom })
}

/** What the list was last asked for; from: what has the focus, which the first of its rows is to take. */
let listRequest = { offset: 0, from: /** @type {Element|null} */ (null) }

function loadList({ offset = 0, limit = PAGE, focus = false } = {}) {
  if (!map.ready) return
  listRequest = { offset, from: focus ? document.activeElement : offset ? moreButton : null }
  const mapFilters = split(state.filters, true)
  if (!mapFilters) return askList.answer({ features: [], numberMatched: 0 })
  /** @type {Record<string, string>} */
  const page = { limit: String(limit), sortby: state.sort || (state.filters.q ? 'relevance,' + names : byCountry) }
  if (state.follow) page.bbox = map.box().join(',')
  if (offset) page.offset = String(offset)
  listRoot.setAttribute('aria-busy', 'true')
  askList.ask(api.itemsURL(mapFilters, page))
}

function loadRest() {
  const restFilters = split(state.filters, false)
  if (restPanel.open && !restPanel.hidden && restFilters) askRest.ask(api.itemsURL(restFilters, { limit: '500', sortby: byCountry }))
  else askRest.cancel()
}

// ---- answers ----

/** @param {string} dimension */
const bucketsOf = (dimension) => facets.facets[dimension]?.buckets ?? []

/** The matches that are drawn, or those that are not. @param {boolean} drawn */
function countOf(drawn) {
  const precisions = split(state.filters, drawn)?.precision
  return bucketsOf('precision').reduce((n, b) => n + (precisions?.includes(b.value ?? 'none') ? b.count : 0), 0)
}

/** @param {api.Facets} answer */
function showFacets(answer) {
  facets = answer
  label = labelsOf(answer)
  filters.show(answer, state.filters)
  showChips(byId('div', 'chips'), state.filters, label, filter, clearFilters)
  loadFinder().then((finder) => finder?.showMeaning(byId('div', 'chips'), state.filters, filter))
  const n = Object.values({ ...state.filters, q: '' }).flat().filter(Boolean).length
  byId('span', 'filter-count').textContent = String(n || '')
  byId('button', 'show-results').textContent = t('filters.show', { n: answer.numberMatched })
  resolveNames()
  overlay()
  showCounts()
  if (!countOf(true)) restPanel.open = true // there is nothing else to show
  loadRest()
}

/** How many match, and how many of them have no place. */
function showCounts() {
  const rest = countOf(false)
  say(el('strong', {}, t('summary.matched', { n: facets.numberMatched })), ' ', el('span', {}, t('summary.drawn', { n: countOf(true) })))
  restPanel.hidden = !rest
  byId('span', 'unplaced-title').textContent = t('list.unplaced', { n: rest })
}

/** Shades the countries by how many matches stand there, and joins those who work together. */
function overlay() {
  const counts = bucketsOf('country').flatMap((b) => (b.value ? [/** @type {[string, number]} */ ([b.value, b.count])] : []))
  if (counts.length) map.overlay(counts, state).catch(fail)
}

/** @param {api.Items} answer a page of the list */
function showList({ features, numberMatched }) {
  const { offset, from } = listRequest
  const { sort, filters: { q } } = state
  keepFocus(listRoot, () => {
    if (!offset) list.clear()
    list.append(features, !sort && !q)
  })
  if (q) finder?.markHits(listRoot, q)
  listRoot.setAttribute('aria-busy', 'false')
  if (document.activeElement === from) listRoot.querySelectorAll('a')[offset]?.focus() // unless it went elsewhere meanwhile
  inView.textContent = state.follow ? t('list.in_view', { n: numberMatched }) : ''
  moreButton.hidden = list.count() >= numberMatched
  moreButton.dataset.shown = t('table.shown', { shown: list.count(), n: numberMatched }) // for paper
  moreButton.textContent = t('list.more', { n: Math.min(PAGE, numberMatched - list.count()) })
  markRow(state.selected)
  loadTime = new Date()
  document.documentElement.dataset.ready = 'true' // from here on a click on a row belongs to the page; the browser tests wait for it
}

/** @param {api.Items} answer */
function showRest(answer) {
  restList.show(answer)
  markRow(state.selected)
}

/** Why the message is there, so that the same one is not announced again. */
let explanation = ''

/** Once all answers are here: says why nothing is listed, and what to do about it. */
async function explain() {
  if ([askFacets, askClusters, askList, askRest].some((request) => request.open)) return
  showCounts()
  const filtersThen = state.filters
  const none = !facets.numberMatched
  const elsewhere = state.view === 'map' && !list.count() && countOf(true)
  const why = none ? JSON.stringify(filtersThen) : elsewhere ? 'elsewhere' : ''
  if (why === explanation) return
  explanation = why
  keepFocus(message, () => message.replaceChildren())
  if (!why) return
  const module = await script(import('./views.js'))
  if (filtersThen !== state.filters || why !== explanation) return
  if (none) module?.showEmpty(message, filtersThen, filter, clearFilters)
  else module?.showElsewhere(message, () => void fitMatches().catch(fail))
}

/** @param {unknown} error @returns {undefined} */
function fail(error) {
  if (!(error instanceof api.ApiError)) throw error
  listRoot.setAttribute('aria-busy', 'false')
  const lastLoad = error.status && !listRequest.offset ? null : loadTime // a further page that does not come takes nothing away
  if (!lastLoad) layout.raise()
  const why = error.status ? error.message : String(lastLoad)
  if (why !== explanation) showFailed(message, error, lastLoad, retry)
  explanation = why
  if (lastLoad) return
  keepFocus(listRoot, list.clear)
  say(el('strong', {}, t('failed.title')))
  inView.textContent = ''
  restPanel.hidden = moreButton.hidden = true
}

async function retry() {
  // Where this script is no longer there, another version is served by now. The state is in the address.
  if (scriptFailure && (await fetch(import.meta.url, { cache: 'no-store' }).catch(() => null))?.status === 404) return location.reload()
  explanation = 'again' // so that the same is told twice
  reload()
}

// ---- what comes when it is wanted ----

/** Whether a script did not come. */
let scriptFailure = false

/** @template T @param {Promise<T>} module @param {(error: api.ApiError) => undefined} onFail */
const script = (module, onFail = fail) => api.late(module).catch((error) => {
  scriptFailure = true
  return onFail(error)
})

/** What stands in place of the map, once it was wanted. @type {{[view in State['view']]?: {show: (state: State, fresh: boolean) => void, filled: () => boolean}}|undefined} */
let views

/** @param {boolean} [fresh] whether what is there already is asked for again */
async function refreshView(fresh = false) {
  if (state.view === 'map') return
  const { list, statistics } = layout.viewRoots
  const failIn = (/** @type {'list'|'statistics'} */ view) => (/** @type {api.ApiError} */ error) =>
    views?.[view]?.filled() ? fail(error) : void showFailed(layout.viewRoots[view], error, null, retry)
  const module = await script(import('./views.js'), failIn(state.view))
  if (!module) return
  await namesReady
  views ??= {
    list: module.createTable(list, { ...rows, sort: sortBy, fail: failIn('list') }),
    statistics: module.createStatistics(statistics, { ...rows, filter: showOnMap, fail: failIn('statistics') }),
  }
  views[state.view]?.show(state, fresh)
}

const link = () => location.href

async function share() {
  const module = await script(import('./share.js'))
  module?.openShare(byId('dialog', 'share-dialog'), { state, link, matched: facets.numberMatched, drawn: countOf(true) })
}

const cardRoot = byId('aside', 'card')
/** Comes with the first card. @type {ReturnType<typeof import('./card.js').createCard>|undefined} */
let card

async function loadCard() {
  const module = await script(import('./card.js'))
  return (card ??= module?.createCard(cardRoot, {
    rows, names: namesReady, link, share,
    onShow(position, record) {
      map.select(position)
      if (position) map.uncover(position, cardRoot.getBoundingClientRect())
      else if (record) restPanel.open = true // where its row is
    },
    onClose: () => update({ selected: '' }),
    fallbacks: (slug) => [document.querySelector(`.row[data-slug="${CSS.escape(slug)}"]`), map.mark, ...Object.values(layout.viewRoots), results],
  }))
}

/** @param {string} slug @param {HTMLElement} from */
function open(slug, from) {
  if (slug === state.selected && !cardRoot.hidden) return cardRoot.querySelector('h2')?.focus()
  update({ selected: slug })
  showSelected(from)
}

/** @param {HTMLElement} [from] what was pressed: the card takes the focus */
async function showSelected(from) {
  const slug = state.selected
  const card = await loadCard()
  if (slug === state.selected) card?.open(slug, from)
}

/** @param {Box} box @param {number} count @param {HTMLElement} from */
async function openPlace(box, count, from) {
  const filtersThen = state.filters
  const mapFilters = split(filtersThen, true)
  update({ selected: '' })
  const card = await loadCard()
  if (mapFilters && filtersThen === state.filters && !state.selected) card?.openPlace(mapFilters, box, count, from)
}

// ---- start ----

/**
 * Moves the map to where the matches are, and draws them as they were found, until
 * the exact ones are here; not if by then others are wanted or the map was moved.
 */
async function fitMatches(lookup = api.locate(state.filters)) {
  const filtersThen = state.filters
  let { camera } = state
  const timer = setTimeout(() => {
    if (!map.ready) map.fitBox(null)
    camera = state.camera
  }, LATE)
  const matches = await lookup.finally(() => clearTimeout(timer))
  if (filtersThen !== state.filters && !map.ready) return fitMatches()
  if (filtersThen !== state.filters || camera !== state.camera) return
  map.fitBox(matches.box, state.selected && matchMedia(BESIDE).matches ? CARD : 0)
  namesReady.then(() => showMarks(matches))
}

/** The coarse basemap at once, the fine one when the data is here. Without either the marks stand on plain ground. */
async function loadBasemap() {
  try {
    map.useBasemap(await overviewBasemap)
    map.useBasemap(await load('../basemap/world-50m.bin'))
  } catch (error) {
    console.warn('no basemap:', error)
  }
}

addEventListener('busy', () => say(t('failed.waiting')))
createThemeButton(byId('button', 'theme'), () => map.redraw())
for (const view of VIEWS) {
  byId('a', `view-${view}`).addEventListener('click', (e) => {
    if (newTab(e)) return
    e.preventDefault()
    update({ view })
  })
}
// A language is no step of the history: going back from it would lead to the saved one.
for (const link of languages) {
  link.addEventListener('click', (e) => {
    store('lang', link.dataset.lang ?? '')
    if (newTab(e)) return
    e.preventDefault()
    location.replace(link.href)
  })
}
byId('button', 'share').addEventListener('click', share)
for (const box of layerBoxes) box.addEventListener('change', () => update({ layers: layerBoxes.flatMap((b) => (b.checked ? b.value : [])) }))
followBox.addEventListener('change', () => update({ follow: followBox.checked }))
moreButton.addEventListener('click', () => loadList({ offset: list.count() }))
restPanel.addEventListener('toggle', loadRest)
byId('form', 'filter-form').addEventListener('submit', (e) => e.preventDefault())
// Who comes back to the page after a while sees what the data is by now.
document.addEventListener('visibilitychange', () => {
  if (loadTime && !document.hidden && Date.now() - +loadTime > STALE) reload()
})
window.addEventListener('online', reload)

showChoices()
layout.show(state.view)
loadBasemap()
loadMatches() // of the list and the clusters those come with the camera of the map
if (state.camera) map.setCamera(state.camera)
else await fitMatches(firstLookup).catch(() => map.ready || map.fitBox(null)) // what comes with the camera tells what is wrong
if (!state.follow && !loadTime) loadList() // else it came with the camera, or is there
if (state.selected) showSelected()
