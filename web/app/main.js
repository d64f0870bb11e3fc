// The page as a whole: it keeps the state, writes it to the address, and asks the
// server for what each part shows.

import * as api from './api.js'
import { load } from './basemap.js'
import { byId, el, keepFocus, kindSign, newTab, setCurrent, useKinds } from './dom.js'
import { createFilters, createSearch, labelsOf, showChips, ticked } from './filters.js'
import { lang, loadCatalogue, number, place, precision, t } from './i18n.js'
import { createLayout, phone } from './layout.js'
import { AtlasMap } from './map.js'
import { createList, createOrder, showFailed, skeleton, summary } from './results.js'
import { createThemeButton, store, stored } from '../pages/theme.js'
import { DIMENSIONS, noFilters, parse, sameMatches, split, toHash, toSearch, toURL, unused } from './url.js'

/** @typedef {import('./url.js').State} State */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {import('./api.js').Box} Box */

const PAGE = 30 // rows that the list shows at a time
const ORDER = 'country_name,name'
const LATE = 1500 // milliseconds after which the map shows the region, wherever the matches may be
const STALE = 5 * 60_000 // milliseconds after which what is seen again is asked for again
const CARD = 388 // pixels of the map that an open card covers, with its margins
const VIEWS = /** @type {const} */ (['map', 'list', 'statistics'])
const besideCard = matchMedia('(min-width: 1280px)') // else the card stands over the panel

await inSavedLanguage()

let state = asUnderstood(parse(location.search, location.hash))
/** @type {api.Facets|null} */
let facets = null
let label = (/** @type {string} */ _, /** @type {string} */ value) => value
/** When what is seen was loaded. @type {Date|null} */
let loaded = null

// Asked for before the texts are here: the first marks wait for it.
const overviewBasemap = load('../basemap/world-110m.bin')
const firstLook = state.view ? null : api.locate(state.filters)
overviewBasemap.catch(() => {}) // told where they are awaited
firstLook?.catch(() => {})
await loadCatalogue(document.documentElement.lang)

const layout = createLayout()
const map = new AtlasMap(byId('div', 'map'), {
  moved(view, quiet) {
    state = { ...state, view }
    write('replace')
    loadClusters()
    if (state.follow && !quiet) loadList()
  },
  opened: (slug, mark) => open(slug, mark),
  stacked: openPlace,
  pointed: pointRow,
  describe: (f) => [f.name, label('kind', f.kind), place(f, f.country && label('country', f.country)), precision(f)].join(t('list.comma')),
  drawn: () => split(state.filters, true),
  countryChosen: (code) => filter({ ...state.filters, country: state.filters.country.includes(code) ? [] : [code] }),
  countryName: (code) => label('country', code),
  tilesFailed: () => notify(t('map.tiles_failed')),
})
const filters = createFilters(byId('div', 'facets'), (dimension, values) => filter({ ...state.filters, [dimension]: values }))
const order = createOrder(byId('select', 'sort'), sortBy)
const list = createList(byId('div', 'list'))
const unplaced = createList(byId('div', 'unplaced-list'))
const rows = {
  label: (/** @type {string} */ d, /** @type {string} */ v) => label(d, v),
  href: (/** @type {string} */ slug) => `/facilities/${encodeURIComponent(slug)}?lang=${lang()}`,
  open, point: (/** @type {string|null} */ slug) => map.point(slug),
}
const search = createSearch(byId('input', 'search'), {
  search: (q, on) => filter({ ...state.filters, q }, on ? 'replace' : 'push'),
  enter() {
    if (state.show !== 'map') return viewRoot().focus()
    if (phone.matches) layout.sheet('half')
    layout.showResults()
    loadList({ focus: true })
  },
})
const follow = byId('input', 'follow')

// ---- state ----

/** Who chose a language before reads the page in it again, unless the address names another. */
async function inSavedLanguage() {
  const saved = stored('lang') ?? ''
  const query = new URLSearchParams(location.search)
  const offered = [...languageLinks()].some((link) => link.dataset.lang === saved)
  if (!offered || query.has('lang') || saved === document.documentElement.lang) return
  query.set('lang', saved)
  location.replace(`?${query}${location.hash}`)
  await new Promise(() => {}) // the page goes
}

/** @returns {NodeListOf<HTMLAnchorElement>} */
function languageLinks() {
  return document.querySelectorAll('[data-lang]')
}

/** A language is no step of the history: going back from it would lead to the saved one. @param {MouseEvent} e */
function chooseLanguage(e) {
  const link = /** @type {HTMLAnchorElement} */ (e.currentTarget)
  store('lang', link.dataset.lang ?? '')
  if (newTab(e)) return
  e.preventDefault()
  location.replace(link.href)
}

/**
 * The filters as the form has them: what the server understood of the address, in
 * the spelling of the API, and what was ticked or typed before this script ran.
 * @param {State} read
 * @returns {State}
 */
function asUnderstood(read) {
  const filters = { ...read.filters, q: byId('input', 'search').value.trim() }
  for (const d of /** @type {const} */ (['country', 'sector', 'kind'])) filters[d] = ticked(byId('div', 'facets'), d)
  return { ...read, filters, lang: read.lang && document.documentElement.lang }
}

/** Names what the address has and the page does not use; the server named what it did not understand itself. */
function showUnused() {
  const told = resultsHead().textContent ?? ''
  for (const name of unused(location.search)) {
    if (!told.includes(`${name}=`)) notify(t('notice.unused', { name }))
  }
}

/** @param {string} text */
function notify(text) {
  resultsHead().append(el('p', { class: 'notice', role: 'status' }, text))
}

const resultsHead = () => /** @type {HTMLElement} */ (document.querySelector('.results-head'))

/** @param {Partial<State>} change @param {'push'|'replace'} how */
function update(change, how = 'push') {
  state = { ...state, ...change }
  write(how)
}

/** @param {'push'|'replace'} how */
function write(how) {
  const url = toURL(state)
  if (url !== (location.search || '?') + location.hash) {
    if (how === 'push') history.pushState(null, '', url)
    else history.replaceState(null, '', url)
  }
  for (const link of languageLinks()) {
    link.setAttribute('href', toSearch({ ...state, lang: link.dataset.lang ?? '' }) + toHash(state.view))
  }
  for (const show of VIEWS) byId('a', `view-${show}`).setAttribute('href', toURL({ ...state, show }))
}

/** @param {Filters} chosen @param {'push'|'replace'} how */
function filter(chosen, how = 'push') {
  update({ filters: chosen }, how)
  card?.leavePlace()
  loadMatches()
}

function clearFilters() {
  filter(noFilters())
  byId('section', 'results').focus()
}

window.addEventListener('popstate', () => {
  const before = state
  const read = parse(location.search, location.hash)
  const same = sameMatches(read, before)
  state = { ...read, view: read.view ?? before.view, filters: same ? before.filters : read.filters }
  write('replace')
  if (state.view && toHash(state.view) !== toHash(before.view)) map.setView(state.view)
  order.show(state.sort)
  follow.checked = state.follow
  showShaded()
  showView()
  if (!same) {
    card?.leavePlace()
    loadMatches()
  }
  if (state.selected === before.selected) return
  if (state.selected) showSelected()
  else card?.leave(before.selected)
  markRow()
})

// ---- what is asked of the server ----

/** @type {() => void} */
let nowNamed
/** The facets bring the names of countries, sectors and kinds: what comes before them waits. @type {Promise<void>} */
const named = new Promise((resolve) => (nowNamed = resolve))
const askFacets = line(showFacets)
const askClusters = line((/** @type {Omit<api.Found, 'box'>} */ found) => map.show(found.features, found.zoom), named)
const askList = line(showList, named)
const askUnplaced = line(showUnplaced, named)

/** @template T @param {(answer: T) => void} show @param {Promise<void>} [first] */
function line(show, first) {
  return api.latest((/** @type {T} */ answer) => {
    show(answer)
    explain()
  }, failed, first)
}

/** Everything that depends on the filters. @param {number} limit rows of the list */
function loadMatches(limit = PAGE) {
  search.show(state.filters.q)
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

const START = { offset: 0, limit: PAGE, focus: false } // focus: the first row takes it
/** What the list was last asked for. */
let wanted = START

/** @param {Partial<typeof START>} rows */
function loadList(rows = {}) {
  if (!map.ready) return
  wanted = { ...START, ...rows }
  const drawn = split(state.filters, true)
  if (!drawn) return askList.answer({ features: [], numberMatched: 0 })
  /** @type {Record<string, string>} */
  const page = { limit: String(wanted.limit), sortby: state.sort || ORDER }
  if (state.follow) page.bbox = map.box().join(',')
  if (wanted.offset) page.offset = String(wanted.offset)
  byId('div', 'list').setAttribute('aria-busy', 'true')
  askList.ask(api.itemsURL(drawn, page))
}

// ---- answers ----

/** @param {api.Facets} answer */
function showFacets(answer) {
  facets = answer
  label = labelsOf(answer)
  useKinds((answer.facets.kind?.buckets ?? []).flatMap((b) => b.value ?? []))
  filters.show(answer, state.filters)
  showLegend(answer.facets.kind?.buckets ?? [])
  showChips(byId('div', 'chips'), answer, state.filters, label, (f) => filter(f), clearFilters)
  byId('span', 'filter-count').textContent = chosenCount() ? number(chosenCount()) : ''
  byId('button', 'show-results').textContent = t('filters.show', { n: answer.numberMatched })
  nowNamed()
  showShaded()
  tell(answer)
  if (countOf(answer, true) === 0) byId('details', 'unplaced').open = true // there is nothing else to show
  loadUnplaced()
}

/** How many match, and how many of them have no place. @param {api.Facets} answer */
function tell(answer) {
  const left = countOf(answer, false)
  say(summary(answer.numberMatched, countOf(answer, true)))
  byId('details', 'unplaced').hidden = left === 0
  byId('span', 'unplaced-title').textContent = t('list.unplaced', { n: left })
}

/** Which sign stands for which kind; the order stays while counts change. @param {api.Bucket[]} kinds */
function showLegend(kinds) {
  const legend = byId('ul', 'legend')
  if (legend.hasChildNodes()) return
  const byName = [...kinds].sort((a, b) => a.label.localeCompare(b.label, lang()))
  legend.append(...byName.flatMap((b) => (b.value ? [el('li', {}, kindSign(b.value), b.label)] : [])))
}

const chosenCount = () => DIMENSIONS.reduce((n, d) => n + state.filters[d].length, state.filters.established ? 1 : 0)

/** The matches that are drawn, or those that are not. @param {api.Facets} answer @param {boolean} drawn */
function countOf(answer, drawn) {
  const wanted = split(state.filters, drawn)?.precision ?? []
  return (answer.facets.precision?.buckets ?? [])
    .filter((b) => wanted.includes(b.value ?? 'none')).reduce((n, b) => n + b.count, 0)
}

/** @param {(Node|string)[]} line is announced to screen readers, once a change */
function say(line) {
  const status = byId('p', 'summary')
  const next = el('p', {}, ...line)
  if (next.textContent !== status.textContent) status.replaceChildren(...next.childNodes)
}

/** @param {api.Items} answer a page of the list */
function showList({ features, numberMatched }) {
  const root = byId('div', 'list')
  const more = byId('button', 'more')
  const before = wanted.offset
  keepFocus(root, () => {
    if (before === 0) list.clear()
    list.append(features, rows, state.sort === '')
  })
  root.setAttribute('aria-busy', 'false')
  if (wanted.focus || (before && document.activeElement === more)) root.querySelectorAll('a')[before]?.focus()
  byId('p', 'in-view').textContent = state.follow ? t('list.in_view', { n: numberMatched }) : ''
  more.hidden = list.count() >= numberMatched
  more.textContent = t('list.more', { n: Math.min(PAGE, numberMatched - list.count()) })
  markRow()
  loaded = new Date()
  layout.loaded()
  document.documentElement.dataset.ready = 'true' // from here on a click on a row belongs to the page; the browser tests wait for it
}

/** @param {api.Items} answer */
function showUnplaced(answer) {
  unplaced.show(answer, rows)
  markRow()
}

function loadUnplaced() {
  const chosen = split(state.filters, false)
  const { open, hidden } = byId('details', 'unplaced')
  if (open && !hidden && chosen) askUnplaced.ask(api.itemsURL(chosen, { limit: '500', sortby: ORDER }))
  else askUnplaced.cancel()
}

/** Why the message is there, so that the same one is not announced again. */
let explained = ''

/** Once all answers are here: says why nothing is listed, and what to do about it. */
function explain() {
  if (!facets || [askFacets, askClusters, askList, askUnplaced].some((line) => line.open)) return
  tell(facets)
  const why = whyEmpty(facets)
  if (why === explained) return
  explained = why
  const root = byId('div', 'message')
  keepFocus(root, () => root.replaceChildren())
  if (why) explainEmpty(root, why)
}

const ELSEWHERE = 'elsewhere'

/** @param {api.Facets} answer @returns {string} another one for each choice of filters that nothing matches; empty where there is something */
function whyEmpty(answer) {
  if (answer.numberMatched === 0) return JSON.stringify(state.filters)
  return state.show === 'map' && list.count() === 0 && countOf(answer, true) > 0 ? ELSEWHERE : ''
}

/** @param {HTMLElement} root @param {string} why */
async function explainEmpty(root, why) {
  const chosen = state.filters
  const late = await script(import('./views.js'))
  if (chosen !== state.filters || why !== explained) return
  if (why === ELSEWHERE) late?.showElsewhere(root, () => void frameMatches().catch(failed))
  else late?.showEmpty(root, chosen, filter, clearFilters)
}

/** @param {unknown} error @returns {undefined} */
function failed(error) {
  if (!(error instanceof api.ApiError)) throw error
  byId('div', 'list').setAttribute('aria-busy', 'false')
  if (phone.matches) layout.sheet('half')
  const kept = error.status ? null : loaded
  const why = kept ? 'kept' : error.status ? error.message : 'offline'
  if (why !== explained) showFailed(byId('div', 'message'), error, kept, again)
  explained = why
  if (kept) return
  keepFocus(byId('div', 'list'), list.clear)
  say([el('strong', {}, t('failed.title'))])
  byId('p', 'in-view').textContent = ''
  byId('details', 'unplaced').hidden = byId('button', 'more').hidden = true
}

/** @template T @param {Promise<T>} module that is loaded when it is wanted */
const script = (module) => api.late(module).catch(failed)

function again() {
  explained = 'again' // so that the same is told twice
  reload()
}

// ---- what stands in place of the map, or over it ----

/** What stands in place of the map, once it was wanted. @type {Partial<Record<State['show'], {show: (state: State, fresh: boolean) => void}>>} */
const views = {}

/** Brings up what the state shows. */
function showView() {
  layout.show(state.show)
  refreshView()
  explain()
}

const viewRoot = () => byId('section', state.show === 'list' ? 'table-view' : 'statistics-view')

/** @param {boolean} [fresh] whether what is there already is asked for again */
async function refreshView(fresh = false) {
  if (state.show === 'map') return
  const root = viewRoot()
  const fail = (/** @type {api.ApiError} */ error) => void showFailed(root, error, null, () => refreshView(true))
  const late = await api.late(import('./views.js')).catch(fail)
  if (!late) return
  await named
  views.list ??= late.createTable(byId('section', 'table-view'), { label: rows.label, href: rows.href, open, sort: sortBy, fail })
  views.statistics ??= late.createStatistics(byId('section', 'statistics-view'), { label: rows.label, fail, filter: showOnMap })
  views[state.show]?.show(state, fresh)
}

/** @param {Filters} chosen */
function showOnMap(chosen) {
  update({ show: 'map' })
  showView()
  filter(chosen, 'replace')
  frameMatches().catch(failed)
  layout.showResults()
  byId('section', 'results').focus()
}

/** @param {string} sort */
function sortBy(sort) {
  update({ sort: sort === 'country_name' ? '' : sort })
  order.show(state.sort)
  loadList()
  refreshView()
}

/** Shades the countries by how many matches stand there, or shows the marks again. */
function showShaded() {
  byId('input', 'shaded').checked = state.shaded
  const counted = facets?.facets.country?.buckets.flatMap((b) => (b.value ? [/** @type {[string, number]} */ ([b.value, b.count])] : []))
  if (counted) map.shade(state.shaded ? new Map(counted) : null).catch(failed)
}

const link = () => new URL(toURL(state), location.href).href

async function share() {
  const shared = { state, link: link(), matched: facets?.numberMatched ?? 0, drawn: facets ? countOf(facets, true) : 0 }
  const late = await script(import('./share.js'))
  late?.openShare(byId('dialog', 'share-dialog'), shared)
}

// ---- the card ----

const cardRoot = byId('aside', 'card')
/** Comes with the first card. @type {ReturnType<typeof import('./card.js').createCard>|undefined} */
let card

async function theCard() {
  const late = await script(import('./card.js'))
  return (card ??= late?.createCard(cardRoot, {
    rows, named,
    link, share,
    shown(position, record) {
      map.select(position)
      if (position) map.uncover(position, cardRoot.getBoundingClientRect())
      else if (record) byId('details', 'unplaced').open = true // where its row is
    },
    closed() {
      if (state.selected) update({ selected: '' })
      markRow()
    },
    instead: (slug) => [document.querySelector(`.row[data-slug="${CSS.escape(slug)}"]`), map.mark, viewRoot(), byId('section', 'results')],
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
  markRow()
  const card = await theCard()
  if (slug === state.selected) card?.open(slug, from)
}

/** @param {Box} box @param {number} count @param {HTMLElement} from */
async function openPlace(box, count, from) {
  const chosen = state.filters
  const drawn = split(chosen, true)
  if (state.selected) update({ selected: '' })
  markRow()
  const card = await theCard()
  if (drawn && chosen === state.filters && !state.selected) card?.openPlace(drawn, box, count, from)
}

/** Marks the row of the open record, and brings it into sight. */
function markRow() {
  for (const row of document.querySelectorAll('.panel .row')) {
    const current = row.getAttribute('data-slug') === state.selected
    setCurrent(row, current)
    if (current) row.scrollIntoView({ block: 'nearest' })
  }
}

/** @param {string|null} slug */
function pointRow(slug) {
  for (const row of document.querySelectorAll('.panel .row')) row.classList.toggle('pointed', row.getAttribute('data-slug') === slug)
  map.point(slug)
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
  map.frame(found.box, state.selected && besideCard.matches ? CARD : 0)
  named.then(() => map.show(found.features, found.zoom))
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

async function start() {
  askFacets.ask(api.facetsURL(state.filters, lang()))
  if (state.view) map.setView(state.view)
  else await frameMatches(firstLook ?? undefined).catch(() => map.ready || map.frame(null)) // what comes with the view tells what is wrong
  if (!state.follow) loadList() // else it came with the view
  if (state.selected) showSelected()
}

function listen() {
  createThemeButton(byId('button', 'theme'), () => map.redraw())
  for (const show of VIEWS) {
    byId('a', `view-${show}`).addEventListener('click', (e) => {
      if (newTab(e)) return
      e.preventDefault()
      update({ show })
      showView()
    })
  }
  for (const link of languageLinks()) link.addEventListener('click', chooseLanguage)
  byId('button', 'share').addEventListener('click', share)
  byId('input', 'shaded').addEventListener('change', (e) => {
    update({ shaded: /** @type {HTMLInputElement} */ (e.currentTarget).checked })
    showShaded()
  })
  follow.addEventListener('change', () => {
    update({ follow: follow.checked })
    loadList()
  })
  byId('button', 'more').addEventListener('click', () => loadList({ offset: list.count() }))
  byId('details', 'unplaced').addEventListener('toggle', loadUnplaced)
  byId('form', 'filter-form').addEventListener('submit', (e) => e.preventDefault())
  // Who comes back to the page after a while sees what the data is by now.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && loaded && Date.now() - loaded.getTime() > STALE) reload()
  })
  window.addEventListener('online', reload)
}

if (!byId('div', 'list').querySelector('a')) byId('div', 'list').replaceChildren(...skeleton())
follow.checked = state.follow
listen()
showUnused()
order.show(state.sort)
showView()
loadBasemap()
await start()
