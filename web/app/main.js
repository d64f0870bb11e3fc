// The page as a whole: it keeps the state, writes it to the address, and asks the
// server for what each part shows.

import * as api from './api.js'
import { load } from './basemap.js'
import { byId, el, kindSign, useKinds } from './dom.js'
import { createFilters, createSearch, labelsOf, showChips, ticked } from './filters.js'
import { lang, loadCatalogue, number, otherSaved, place, precision, remember, t } from './i18n.js'
import { createLayout, phone } from './layout.js'
import { AtlasMap } from './map.js'
import { createList, createOrder, showElsewhere, showFailed, skeleton, summary } from './results.js'
import { isDark, onSystemTheme, switchTheme } from '../pages/theme.js'
import { DIMENSIONS, noFilters, parse, split, toHash, toSearch, toURL, unused } from './url.js'

/** @typedef {import('./url.js').State} State */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {import('./api.js').Box} Box */

const PAGE = 30 // rows that the list shows at a time
const ORDER = 'country_name,name'
const LATE = 1500 // milliseconds after which the map shows the region, wherever the matches may be
const STALE = 5 * 60_000 // milliseconds after which what is seen again is asked for again
const CARD = 388 // pixels of the map that an open card covers, with its margins
const besideCard = matchMedia('(min-width: 1280px)') // else the card stands over the panel

await inSavedLanguage()

let state = asUnderstood(parse(location.search, location.hash))
/** @type {api.Facets|null} */
let facets = null
let label = (/** @type {string} */ _, /** @type {string} */ value) => value
/** What was pressed to open the card; it gets the focus back. @type {HTMLElement|null} */
let opener = null
/** Comes with the first card. @type {ReturnType<typeof import('./card.js').createCard>|null} */
let card = null
const cardRoot = byId('aside', 'card')
/** When what is seen was loaded. @type {Date|null} */
let loaded = null
let inView = 0
let searching = false

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
const searchBox = byId('input', 'search')
createSearch(searchBox, {
  search(q) {
    if (q === state.filters.q) return
    filter({ ...state.filters, q }, searching ? 'replace' : 'push')
    searching = true
  },
  enter() {
    if (state.show !== 'map') return viewRoot().focus()
    if (phone.matches) layout.sheet('half')
    layout.showResults()
    focusFirst = true
    loadList()
  },
  done: () => (searching = false),
})
let focusFirst = false

// ---- state ----

/** Who chose a language before reads the page in it again, unless the address names another. */
async function inSavedLanguage() {
  const saved = otherSaved(document.documentElement.lang)
  const query = new URLSearchParams(location.search)
  if (!saved || query.has('lang')) return
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
  const filters = { ...read.filters, q: byId('input', 'search').value.trim() }
  for (const d of /** @type {const} */ (['country', 'sector', 'kind'])) filters[d] = ticked(byId('div', 'facets'), d)
  return { ...read, filters }
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

/** @param {Partial<State>} change @param {'push'|'replace'} history */
function update(change, history = 'push') {
  state = { ...state, ...change }
  write(history)
}

/** @param {'push'|'replace'} how */
function write(how) {
  const url = toURL(state)
  if (url !== (location.search || '?') + location.hash) {
    if (how === 'push') history.pushState(null, '', url)
    else history.replaceState(null, '', url)
  }
  for (const link of document.querySelectorAll('[data-lang]')) {
    const chosen = { ...state, lang: link.getAttribute('data-lang') ?? '' }
    link.setAttribute('href', toSearch(chosen) + toHash(state.view))
  }
  for (const show of VIEWS) byId('a', `view-${show}`).setAttribute('href', toURL({ ...state, show }))
}

/** @param {Filters} chosen @param {'push'|'replace'} history */
function filter(chosen, history = 'push') {
  update({ filters: chosen }, history)
  loadMatches()
}

window.addEventListener('popstate', () => {
  const before = state
  state = parse(location.search, location.hash)
  if (state.lang !== before.lang) return location.reload()
  state.view ??= before.view
  write('replace')
  if (state.view && toHash(state.view) !== toHash(before.view)) map.setView(state.view)
  order.show(state.sort)
  showShaded()
  showView()
  loadMatches()
  if (state.selected !== before.selected) showSelected(false)
})

// ---- what is asked of the server ----

let nowNamed = () => {}
/** @type {Promise<void>} */
const named = new Promise((resolve) => (nowNamed = resolve))

const askFacets = api.latest(showFacets, failed)
const drawClusters = whenNamed((/** @type {{features: api.ClusterFeature[], zoom: number}} */ answer) => map.show(answer.features, answer.zoom))
const askClusters = api.latest(drawClusters, failed)
const askList = api.latest(whenNamed(showList), failed)
const askUnplaced = api.latest((/** @type {api.Items} */ answer) => {
  unplaced.show(answer, rows)
  markRow()
}, failed)

/**
 * The facets bring the names of countries, sectors and kinds: what comes before
 * them waits.
 * @template T
 * @param {(answer: T) => void} show
 */
function whenNamed(show) {
  return (/** @type {T} */ answer) => void named.then(() => show(answer))
}

/** Everything that depends on the filters. */
function loadMatches() {
  if (document.activeElement !== searchBox) searchBox.value = state.filters.q
  askFacets.ask(api.facetsURL(state.filters, lang()))
  loadClusters()
  loadList()
  refreshView()
}

function loadClusters() {
  if (!map.ready) return
  const drawn = split(state.filters, true)
  const { zoom, box } = map.cells()
  if (drawn) askClusters.ask(api.clustersURL(drawn, zoom, box))
  else map.show([], zoom)
}

/** @param {number} offset 0: from the start */
function loadList(offset = 0) {
  if (!map.ready) return
  const drawn = split(state.filters, true)
  if (!drawn) return showList({ features: [], numberMatched: 0 })
  /** @type {Record<string, string>} */
  const page = { limit: String(PAGE), sortby: state.sort || ORDER }
  if (state.follow) page.bbox = map.box().join(',')
  if (offset) page.offset = String(offset)
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
  const matched = answer.numberMatched
  const drawn = countOf(answer, true)
  say(summary(matched, drawn))
  byId('span', 'filter-count').textContent = chosenCount() ? number(chosenCount()) : ''
  byId('button', 'show-results').textContent = t('filters.show', { n: matched })
  nowNamed()
  showShaded()
  showUnplaced(countOf(answer, false), drawn === 0)
  explain()
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
function showList(answer) {
  const root = byId('div', 'list')
  const more = byId('button', 'more')
  const appended = more.dataset.asked === 'true'
  more.dataset.asked = 'false'
  if (!appended) list.clear()
  list.append(answer.features, rows, state.sort === '')
  root.setAttribute('aria-busy', 'false')
  inView = answer.numberMatched
  byId('p', 'in-view').textContent = state.follow ? t('list.in_view', { n: inView }) : ''
  more.hidden = list.count() >= inView
  more.textContent = t('list.more', { n: Math.min(PAGE, inView - list.count()) })
  markRow()
  loaded = new Date()
  layout.loaded()
  explain()
  if (focusFirst) root.querySelector('a')?.focus()
  focusFirst = false
  document.documentElement.dataset.ready = 'true' // from here on a click on a row is the page's; the browser tests wait for it
}

/** @param {number} n @param {boolean} alone there is nothing else to show */
function showUnplaced(n, alone) {
  const details = byId('details', 'unplaced')
  details.hidden = n === 0
  byId('span', 'unplaced-title').textContent = t('list.unplaced', { n })
  if (alone && n > 0) details.open = true
  loadUnplaced()
}

function loadUnplaced() {
  const details = byId('details', 'unplaced')
  const chosen = split(state.filters, false)
  if (details.open && !details.hidden && chosen) askUnplaced.ask(api.itemsURL(chosen, { limit: '500', sortby: ORDER }))
}

/** Says why the list is empty, and what to do about it. */
function explain() {
  const root = byId('div', 'message')
  root.replaceChildren()
  if (!facets || list.count() > 0 || byId('div', 'list').getAttribute('aria-busy') === 'true') return
  if (countOf(facets, true) > 0) showElsewhere(root, () => void frameMatches())
  else if (facets.numberMatched === 0) explainNone(root, state.filters)
}

/** @param {HTMLElement} root @param {Filters} chosen that nothing matches */
async function explainNone(root, chosen) {
  const { showEmpty } = await import('./views.js')
  if (chosen === state.filters) showEmpty(root, chosen, { count, change: filter, clear: clearFilters })
}

/** @param {Filters} chosen */
async function count(chosen) {
  return /** @type {api.Items} */ (await api.getJSON(api.itemsURL(chosen, { limit: '1' }))).numberMatched
}

/** @param {api.ApiError} error */
function failed(error) {
  byId('div', 'list').setAttribute('aria-busy', 'false')
  if (phone.matches) layout.sheet('half')
  const kept = showFailed(byId('div', 'message'), error, loaded, () => { byId('div', 'message').replaceChildren(); start() })
  if (kept) return
  list.clear()
  say([el('strong', {}, t('failed.title'))])
  byId('p', 'in-view').textContent = ''
  byId('details', 'unplaced').hidden = byId('button', 'more').hidden = true
}

// ---- what stands in place of the map, or over it ----

const VIEWS = /** @type {const} */ (['map', 'list', 'statistics'])
/** What stands in place of the map, once it was wanted. @type {Partial<Record<State['show'], {show: (state: State) => void}>>} */
const views = {}

/** Brings up what the state shows. */
function showView() {
  layout.show(state.show)
  refreshView()
}

const viewRoot = () => byId('section', state.show === 'list' ? 'table-view' : 'statistics-view')

async function refreshView() {
  if (state.show === 'map') return
  const root = viewRoot()
  const fail = (/** @type {api.ApiError} */ error) => void showFailed(root, error, null, refreshView)
  try {
    const { createStatistics, createTable } = await import('./views.js')
    await named
    views.list ??= createTable(byId('section', 'table-view'), { label: rows.label, href: rows.href, open, sort: sortBy, fail })
    views.statistics ??= createStatistics(byId('section', 'statistics-view'), { label: rows.label, fail, filter: showOnMap })
    views[state.show]?.show(state)
  } catch (error) { // the script did not come
    fail(new api.ApiError(0, String(error)))
  }
}

/** @param {Filters} chosen */
function showOnMap(chosen) {
  update({ show: 'map' })
  showView()
  filter(chosen, 'replace')
  frameMatches()
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
  if (counted) map.shade(state.shaded ? new Map(counted) : null).catch((error) => console.warn('no country layer:', error))
}

const link = () => new URL(toURL(state), location.href).href

async function share() {
  const { openShare } = await import('./share.js')
  openShare(byId('dialog', 'share-dialog'), { state, link: link(), matched: facets?.numberMatched ?? 0, drawn: facets ? countOf(facets, true) : 0 })
}

// ---- the card ----

async function theCard() {
  const { createCard } = await import('./card.js')
  return (card ??= createCard(cardRoot, {
    rows, named,
    link, share,
    shown(position, record) {
      map.select(position)
      if (position) map.uncover(position, cardRoot.getBoundingClientRect())
      else if (record) byId('details', 'unplaced').open = true // where its row is
    },
    closed: closeCard,
  }))
}

/** @param {string} slug @param {HTMLElement} from */
function open(slug, from) {
  if (!cardRoot.contains(from)) opener = from
  const again = slug === state.selected && !cardRoot.hidden
  update({ selected: slug })
  if (!again) showSelected(true, from)
}

/** @param {boolean} focus whether the card takes the focus @param {HTMLElement} [from] */
async function showSelected(focus, from) {
  markRow()
  const slug = state.selected
  if (slug) return (await theCard()).open(slug, focus, from)
  card?.close()
  map.select(null)
}

/** @param {Box} box @param {number} count @param {HTMLElement} from */
async function openPlace(box, count, from) {
  const drawn = split(state.filters, true)
  opener = from
  if (drawn) (await theCard()).openPlace(drawn, box, count)
}

function closeCard() {
  const slug = state.selected
  if (slug) update({ selected: '' })
  markRow()
  if (card?.back(slug)) return
  card?.close()
  map.select(null)
  const row = /** @type {HTMLElement|null} */ (document.querySelector(`.row[data-slug="${CSS.escape(slug)}"]`))
  if (opener?.isConnected) opener.focus()
  else if (row) row.focus()
  else map.focusMark()
}

/** Marks the row of the open record, and brings it into sight. */
function markRow() {
  for (const row of document.querySelectorAll('.panel .row')) {
    const current = row.getAttribute('data-slug') === state.selected
    if (current) row.setAttribute('aria-current', 'true')
    else row.removeAttribute('aria-current')
    if (current) row.scrollIntoView({ block: 'nearest' })
  }
}

/** @param {string|null} slug */
function pointRow(slug) {
  for (const row of document.querySelectorAll('.panel .row')) row.classList.toggle('pointed', row.getAttribute('data-slug') === slug)
  map.point(slug)
}

// ---- start ----

function clearFilters() {
  searchBox.value = ''
  filter(noFilters())
  byId('section', 'results').focus()
}

/** Moves the map to where the matches are, and draws them as they were found, until the exact ones are here. */
async function frameMatches(found = api.locate(state.filters)) {
  const { box, features, zoom } = await found
  map.frame(box, state.selected && besideCard.matches ? CARD : 0)
  drawClusters({ features, zoom })
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
  const again = map.ready
  askFacets.ask(api.facetsURL(state.filters, lang()))
  if (state.view) {
    map.setView(state.view)
  } else if (!map.ready) {
    const late = setTimeout(() => map.frame(null), LATE)
    await frameMatches(firstLook ?? undefined).catch((error) => {
      if (!(error instanceof api.ApiError)) throw error
      map.frame(null)
    })
    clearTimeout(late)
  } else {
    loadClusters()
  }
  if (again || !state.follow) loadList() // else it came with the view
  if (state.selected) showSelected(false)
}

byId('button', 'theme').addEventListener('click', showTheme)
onSystemTheme(() => map.redraw())
for (const event of ['beforeprint', 'afterprint']) window.addEventListener(event, () => map.redraw())
function showTheme() {
  switchTheme()
  map.redraw()
  byId('button', 'theme').setAttribute('aria-pressed', String(isDark()))
}
byId('button', 'theme').setAttribute('aria-pressed', String(isDark()))

for (const show of VIEWS) {
  byId('a', `view-${show}`).addEventListener('click', (e) => {
    if (e.metaKey || e.ctrlKey || e.shiftKey) return // a new tab
    e.preventDefault()
    update({ show })
    showView()
  })
}
for (const link of document.querySelectorAll('[data-lang]')) link.addEventListener('click', () => remember(link.getAttribute('data-lang') ?? ''))
byId('button', 'share').addEventListener('click', share)
byId('input', 'shaded').addEventListener('change', (e) => {
  update({ shaded: /** @type {HTMLInputElement} */ (e.currentTarget).checked })
  showShaded()
})
// Who comes back to the page after a while sees what the data is by now.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && loaded && Date.now() - loaded.getTime() > STALE) loadMatches()
})
window.addEventListener('online', loadMatches)

const follow = byId('input', 'follow')
follow.checked = state.follow
follow.addEventListener('change', () => {
  update({ follow: follow.checked })
  loadList()
})
byId('button', 'more').addEventListener('click', (e) => {
  const button = /** @type {HTMLButtonElement} */ (e.currentTarget)
  button.dataset.asked = 'true'
  loadList(list.count())
})
byId('details', 'unplaced').addEventListener('toggle', loadUnplaced)
byId('form', 'filter-form').addEventListener('submit', (e) => e.preventDefault())
if (!byId('div', 'list').querySelector('a')) byId('div', 'list').replaceChildren(...skeleton())

showUnused()
order.show(state.sort)
showView()
loadBasemap()
await start()
