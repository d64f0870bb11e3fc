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
const ORDER = 'country_name,name'
const LATE = 1500 // milliseconds after which the map shows the region, wherever the matches may be
const STALE = 5 * 60_000 // milliseconds after which what is seen again is asked for again
const CARD = 388 // pixels of the map that an open card covers, with its margins
const BESIDE = '(min-width: 1280px)' // else the card stands over the panel

/** @type {NodeListOf<HTMLAnchorElement>} */
const languages = document.querySelectorAll('[data-lang]')

await inSavedLanguage()

const { own } = dataSet()
useOwn(own)
useTitles(own)
let state = asUnderstood(parse(location.search, location.hash))
/** @type {api.Facets} */
let facets = { numberMatched: 0, facets: {} }
let label = (/** @type {string} */ _, /** @type {string} */ value) => value
/** When what is seen was loaded. @type {Date|null} */
let loaded = null

// Asked for before the texts are here: the first marks wait for it.
const overviewBasemap = load('../basemap/world-110m.bin')
const firstLook = state.view ? undefined : api.locate(state.filters)
Promise.allSettled([overviewBasemap, firstLook]) // what goes wrong is told where they are awaited
await loadCatalogue(document.documentElement.lang)

const layout = createLayout(() => loaded ?? new Date(performance.timeOrigin))
const map = new AtlasMap(byId('div', 'map'), {
  moved(view, quiet) {
    go({ view }, 'replaceState')
    loadClusters()
    if (state.follow && !quiet) loadList()
  },
  opened: open,
  stacked: openPlace,
  pointed(slug) {
    pointRow(slug)
    map.point(slug)
  },
  describe: (f) => f.name + t('list.comma') + spoken(f, label) + place(f, f.country && label('country', f.country)),
  drawn: () => split(state.filters, true),
  countryChosen: (code) => filter(({ country }) => ({ country: country.includes(code) ? [] : [code] })),
  countryName: (code) => label('country', code),
  tilesFailed: () => document.querySelector('.results-head')?.append(el('p', { class: 'notice', role: 'status' }, t('map.tiles_failed'))),
})
const filters = createFilters(byId('div', 'facets'), (dimension, values) => filter(() => ({ [dimension]: values })))
const rows = {
  label: (/** @type {string} */ d, /** @type {string} */ v) => label(d, v),
  href: (/** @type {string} */ slug) => `/facilities/${encodeURIComponent(slug)}?lang=${lang()}`,
  open, point: (/** @type {string|null} */ slug) => map.point(slug),
}
const listRoot = byId('div', 'list')
const list = createList(listRoot, rows)
const more = byId('button', 'more')
const unplaced = byId('details', 'unplaced')
const unplacedList = createList(byId('div', 'unplaced-list'), rows)
const results = byId('section', 'results')
const inView = byId('p', 'in-view')
const message = byId('div', 'message')

// What the reader chooses with, beside the filters.
const search = createSearch(byId('input', 'search'), {
  search: (q, on) => filter(() => ({ q }), on ? 'replaceState' : 'pushState'),
  enter() {
    if (state.show !== 'map') return layout.viewRoots[state.show].focus()
    layout.raise()
    layout.showResults()
    loadList({ focus: true })
  },
})
const order = createOrder(byId('select', 'sort'), sortBy)
const follow = byId('input', 'follow')
const shaded = byId('input', 'shaded')

// ---- before the page begins ----

/** Who chose a language before reads the page in it again, unless the address names another. */
async function inSavedLanguage() {
  const saved = stored('lang') ?? ''
  const query = new URLSearchParams(location.search)
  const offered = [...languages].some((link) => link.dataset.lang === saved)
  if (!offered || query.has('lang') || saved === document.documentElement.lang) return
  query.set('lang', saved)
  location.replace(`?${query}${location.hash}`)
  await new Promise(() => {}) // the page goes
}

/**
 * The filters as the form has them: what the server understood of the address, in
 * the spelling of the API, and what was ticked or typed before this script ran.
 * @param {State} read
 * @returns {State}
 */
function asUnderstood(read) {
  const form = new URLSearchParams(/** @type {any} */ (new FormData(byId('form', 'filter-form'))))
  return { ...read, filters: parse(String(form), '').filters, lang: read.lang && document.documentElement.lang }
}

// ---- state ----

/**
 * Goes to another state. What differs from the one before is shown, and asked for.
 * @param {Partial<State>} change @param {'pushState'|'replaceState'} how
 */
function go(change, how = 'pushState') {
  const before = state
  state = { ...state, ...change }
  write(how)
  showChoices()
  const differs = (/** @type {(keyof State)[]} */ ...names) => names.some((name) => state[name] !== before[name])
  if (differs('selected')) markRow(state.selected)
  if (differs('shaded')) shade()
  if (differs('show')) {
    layout.show(state.show)
    if (!document.activeElement?.getClientRects().length) (layout.viewRoots[/** @type {'list'} */ (state.show)] ?? results).focus() // what had the focus is gone
  }
  if (differs('filters')) {
    card?.leavePlace()
    loadMatches()
  } else {
    if (differs('sort', 'follow')) loadList()
    if (differs('sort', 'show', 'selected')) refreshView()
  }
  if (differs('show')) explain()
}

/** @param {'pushState'|'replaceState'} how */
function write(how) {
  const url = toURL(state)
  if (url !== (location.search || '?') + location.hash) history[how](null, '', url)
  for (const link of languages) link.href = toURL({ ...state, lang: link.dataset.lang ?? '' })
  for (const show of VIEWS) byId('a', `view-${show}`).href = toURL({ ...state, show })
}

/** What the reader chose where there is no answer to wait for. */
function showChoices() {
  search.show(state.filters.q)
  order.show(state.sort)
  follow.checked = state.follow
  shaded.checked = state.shaded
}

/** @param {Change} change @param {'pushState'|'replaceState'} [how] @param {Partial<State>} [more] that changes with them */
function filter(change, how, more) {
  go({ ...more, filters: { ...state.filters, ...change(state.filters) } }, how)
}

function clearFilters() {
  filter(noFilters)
  results.focus()
}

/** @param {string} sort */
function sortBy(sort) {
  go({ sort: sort === 'country_name' ? '' : sort })
}

/** @param {Change} change */
function showOnMap(change) {
  filter(change, 'pushState', { show: 'map' })
  frameMatches().catch(failed)
  layout.showResults()
  results.focus()
}

window.addEventListener('popstate', () => {
  const before = state
  const read = parse(location.search, location.hash)
  const view = read.view ?? before.view
  go({ ...read, view, filters: sameFilters(read.filters, before.filters) ? before.filters : read.filters }, 'replaceState')
  if (view && toHash(view) !== toHash(before.view)) map.setView(view)
  if (state.selected === before.selected) return
  if (state.selected) showSelected()
  else card?.leave(before.selected)
})

// ---- what is asked of the server ----

/** @param {Omit<api.Found, 'box'>} found */
const showMarks = ({ features, zoom }) => map.show(features, zoom)
/** @type {() => void} */
let nowNamed
/** The facets bring the names of countries, sectors and kinds: what comes before them waits. @type {Promise<void>} */
const named = new Promise((resolve) => (nowNamed = resolve))
const askFacets = line(showFacets)
const askClusters = line(showMarks, named)
const askList = line(showList, named)
const askUnplaced = line(showUnplaced, named)

/** @template T @param {(answer: T) => void} show @param {Promise<void>} [first] */
function line(show, first) {
  return api.latest((/** @type {T} */ answer) => {
    show(answer)
    explain()
  }, failed, first)
}

/** Everything that depends on the filters. @param {number} [limit] rows of the list */
function loadMatches(limit) {
  askFacets.ask(api.facetsURL(state.filters, lang()))
  loadClusters()
  loadList({ limit })
  refreshView(true)
}

/** The same matches as they are by now, or at last. */
function reload() {
  loadMatches(Math.max(PAGE, list.count()))
  if (firstLook && !loaded) frameMatches().catch(failed)
  if (state.selected && cardRoot.hidden) showSelected()
}

function loadClusters() {
  if (!map.ready) return
  const drawn = split(state.filters, true)
  const { zoom, box } = map.cells()
  if (drawn) askClusters.ask(api.clustersURL(drawn, zoom, box))
  else askClusters.answer({ features: [], zoom })
}

/** What the list was last asked for; from: what has the focus, which the first of its rows is to take. */
let wanted = { offset: 0, from: /** @type {Element|null} */ (null) }

function loadList({ offset = 0, limit = PAGE, focus = false } = {}) {
  if (!map.ready) return
  wanted = { offset, from: focus ? document.activeElement : offset ? more : null }
  const drawn = split(state.filters, true)
  if (!drawn) return askList.answer({ features: [], numberMatched: 0 })
  /** @type {Record<string, string>} */
  const page = { limit: String(limit), sortby: state.sort || ORDER }
  if (state.follow) page.bbox = map.box().join(',')
  if (offset) page.offset = String(offset)
  listRoot.setAttribute('aria-busy', 'true')
  askList.ask(api.itemsURL(drawn, page))
}

function loadUnplaced() {
  const chosen = split(state.filters, false)
  if (unplaced.open && !unplaced.hidden && chosen) askUnplaced.ask(api.itemsURL(chosen, { limit: '500', sortby: ORDER }))
  else askUnplaced.cancel()
}

// ---- answers ----

/** @param {string} dimension */
const bucketsOf = (dimension) => facets.facets[dimension]?.buckets ?? []

/** The matches that are drawn, or those that are not. @param {boolean} drawn */
function countOf(drawn) {
  const chosen = split(state.filters, drawn)?.precision
  return bucketsOf('precision').reduce((n, b) => n + (chosen?.includes(b.value ?? 'none') ? b.count : 0), 0)
}

/** @param {api.Facets} answer */
function showFacets(answer) {
  facets = answer
  label = labelsOf(answer)
  filters.show(answer, state.filters)
  showChips(byId('div', 'chips'), answer, state.filters, label, filter, clearFilters)
  const chosen = Object.values({ ...state.filters, q: '' }).flat().filter(Boolean).length
  byId('span', 'filter-count').textContent = String(chosen || '')
  byId('button', 'show-results').textContent = t('filters.show', { n: answer.numberMatched })
  nowNamed()
  shade()
  tell()
  if (!countOf(true)) unplaced.open = true // there is nothing else to show
  loadUnplaced()
}

/** How many match, and how many of them have no place. */
function tell() {
  const left = countOf(false)
  say(el('strong', {}, t('summary.matched', { n: facets.numberMatched })), ' ', el('span', {}, t('summary.drawn', { n: countOf(true) })))
  unplaced.hidden = !left
  byId('span', 'unplaced-title').textContent = t('list.unplaced', { n: left })
}

/** Shades the countries by how many matches stand there, or shows the marks again. */
function shade() {
  const counts = bucketsOf('country').flatMap((b) => (b.value ? [/** @type {[string, number]} */ ([b.value, b.count])] : []))
  if (counts.length) map.shade(state.shaded ? new Map(counts) : null).catch(failed)
}

/** @param {api.Items} answer a page of the list */
function showList({ features, numberMatched }) {
  const { offset, from } = wanted
  keepFocus(listRoot, () => {
    if (!offset) list.clear()
    list.append(features, !state.sort)
  })
  listRoot.setAttribute('aria-busy', 'false')
  if (document.activeElement === from) listRoot.querySelectorAll('a')[offset]?.focus() // unless it went elsewhere meanwhile
  inView.textContent = state.follow ? t('list.in_view', { n: numberMatched }) : ''
  more.hidden = list.count() >= numberMatched
  more.dataset.shown = t('table.shown', { shown: list.count(), n: numberMatched }) // for paper
  more.textContent = t('list.more', { n: Math.min(PAGE, numberMatched - list.count()) })
  markRow(state.selected)
  loaded = new Date()
  document.documentElement.dataset.ready = 'true' // from here on a click on a row belongs to the page; the browser tests wait for it
}

/** @param {api.Items} answer */
function showUnplaced(answer) {
  unplacedList.show(answer)
  markRow(state.selected)
}

/** Why the message is there, so that the same one is not announced again. */
let explained = ''

/** Once all answers are here: says why nothing is listed, and what to do about it. */
async function explain() {
  if ([askFacets, askClusters, askList, askUnplaced].some((line) => line.open)) return
  tell()
  const chosen = state.filters
  const none = !facets.numberMatched
  const elsewhere = state.show === 'map' && !list.count() && countOf(true)
  const why = none ? JSON.stringify(chosen) : elsewhere ? 'elsewhere' : ''
  if (why === explained) return
  explained = why
  keepFocus(message, () => message.replaceChildren())
  if (!why) return
  const late = await script(import('./views.js'))
  if (chosen !== state.filters || why !== explained) return
  if (none) late?.showEmpty(message, chosen, filter, clearFilters)
  else late?.showElsewhere(message, () => void frameMatches().catch(failed))
}

/** @param {unknown} error @returns {undefined} */
function failed(error) {
  if (!(error instanceof api.ApiError)) throw error
  listRoot.setAttribute('aria-busy', 'false')
  const kept = error.status && !wanted.offset ? null : loaded // a further page that does not come takes nothing away
  if (!kept) layout.raise()
  const why = error.status ? error.message : String(kept)
  if (why !== explained) showFailed(message, error, kept, again)
  explained = why
  if (kept) return
  keepFocus(listRoot, list.clear)
  say(el('strong', {}, t('failed.title')))
  inView.textContent = ''
  unplaced.hidden = more.hidden = true
}

async function again() {
  // Where this script is no longer there, another version is served by now. The state is in the address.
  if (lost && (await fetch(import.meta.url, { cache: 'no-store' }).catch(() => null))?.status === 404) return location.reload()
  explained = 'again' // so that the same is told twice
  reload()
}

// ---- what comes when it is wanted ----

/** Whether a script did not come. */
let lost = false

/** @template T @param {Promise<T>} module @param {(error: api.ApiError) => undefined} fail */
const script = (module, fail = failed) => api.late(module).catch((error) => {
  lost = true
  return fail(error)
})

/** What stands in place of the map, once it was wanted. @type {{[show in State['show']]?: {show: (state: State, fresh: boolean) => void, filled: () => boolean}}|undefined} */
let views

/** @param {boolean} [fresh] whether what is there already is asked for again */
async function refreshView(fresh = false) {
  if (state.show === 'map') return
  const { list, statistics } = layout.viewRoots
  const failedIn = (/** @type {'list'|'statistics'} */ show) => (/** @type {api.ApiError} */ error) =>
    views?.[show]?.filled() ? failed(error) : void showFailed(layout.viewRoots[show], error, null, again)
  const late = await script(import('./views.js'), failedIn(state.show))
  if (!late) return
  await named
  views ??= {
    list: late.createTable(list, { ...rows, sort: sortBy, fail: failedIn('list') }),
    statistics: late.createStatistics(statistics, { ...rows, filter: showOnMap, fail: failedIn('statistics') }),
  }
  views[state.show]?.show(state, fresh)
}

const link = () => location.href

async function share() {
  const late = await script(import('./share.js'))
  late?.openShare(byId('dialog', 'share-dialog'), { state, link, matched: facets.numberMatched, drawn: countOf(true) })
}

const cardRoot = byId('aside', 'card')
/** Comes with the first card. @type {ReturnType<typeof import('./card.js').createCard>|undefined} */
let card

async function theCard() {
  const late = await script(import('./card.js'))
  return (card ??= late?.createCard(cardRoot, {
    rows, named, link, share,
    shown(position, record) {
      map.select(position)
      if (position) map.uncover(position, cardRoot.getBoundingClientRect())
      else if (record) unplaced.open = true // where its row is
    },
    closed: () => go({ selected: '' }),
    instead: (slug) => [document.querySelector(`.row[data-slug="${CSS.escape(slug)}"]`), map.mark, ...Object.values(layout.viewRoots), results],
  }))
}

/** @param {string} slug @param {HTMLElement} from */
function open(slug, from) {
  if (slug === state.selected && !cardRoot.hidden) return cardRoot.querySelector('h2')?.focus()
  go({ selected: slug })
  showSelected(from)
}

/** @param {HTMLElement} [from] what was pressed: the card takes the focus */
async function showSelected(from) {
  const slug = state.selected
  const card = await theCard()
  if (slug === state.selected) card?.open(slug, from)
}

/** @param {Box} box @param {number} count @param {HTMLElement} from */
async function openPlace(box, count, from) {
  const chosen = state.filters
  const drawn = split(chosen, true)
  go({ selected: '' })
  const card = await theCard()
  if (drawn && chosen === state.filters && !state.selected) card?.openPlace(drawn, box, count, from)
}

// ---- start ----

/**
 * Moves the map to where the matches are, and draws them as they were found, until
 * the exact ones are here; not if by then others are wanted or the map was moved.
 */
async function frameMatches(look = api.locate(state.filters)) {
  const chosen = state.filters
  let { view } = state
  const timer = setTimeout(() => {
    if (!map.ready) map.frame(null)
    view = state.view
  }, LATE)
  const found = await look.finally(() => clearTimeout(timer))
  if (chosen !== state.filters && !map.ready) return frameMatches()
  if (chosen !== state.filters || view !== state.view) return
  map.frame(found.box, state.selected && matchMedia(BESIDE).matches ? CARD : 0)
  named.then(() => showMarks(found))
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
for (const show of VIEWS) {
  byId('a', `view-${show}`).addEventListener('click', (e) => {
    if (newTab(e)) return
    e.preventDefault()
    go({ show })
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
shaded.addEventListener('change', () => go({ shaded: shaded.checked }))
follow.addEventListener('change', () => go({ follow: follow.checked }))
more.addEventListener('click', () => loadList({ offset: list.count() }))
unplaced.addEventListener('toggle', loadUnplaced)
byId('form', 'filter-form').addEventListener('submit', (e) => e.preventDefault())
// Who comes back to the page after a while sees what the data is by now.
document.addEventListener('visibilitychange', () => {
  if (loaded && !document.hidden && Date.now() - +loaded > STALE) reload()
})
window.addEventListener('online', reload)

showChoices()
layout.show(state.show)
loadBasemap()
loadMatches() // of the list and the clusters those come with the view of the map
if (state.view) map.setView(state.view)
else await frameMatches(firstLook).catch(() => map.ready || map.frame(null)) // what comes with the view tells what is wrong
if (!state.follow) loadList() // else it came with the view
if (state.selected) showSelected()
