// The page as a whole: it keeps the state, writes it to the address, and asks the
// server for what each part shows.

import * as api from './api.js'
import { decode } from './basemap.js'
import { createCard } from './card.js'
import { byId, el, kindSign, useKinds } from './dom.js'
import { createFilters, createSearch, labelsOf, showChips, ticked } from './filters.js'
import { lang, loadCatalogue, names, number, place, t } from './i18n.js'
import { createLayout, phone } from './layout.js'
import { AtlasMap } from './map.js'
import { createList, message, placeList, skeleton, summary } from './results.js'
import { isDark, onSystemTheme, switchTheme } from './theme.js'
import { DIMENSIONS, isFiltered, noFilters, parse, split, toHash, toSearch, toURL, unused } from './url.js'

/** @typedef {import('./url.js').State} State */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {import('./api.js').Box} Box */

const PAGE = 30 // rows that the list shows at a time
const OVERVIEW = 2 // the zoom at which the whole world is asked for, to frame the matches
const ORDER = 'country_name,name'
const CARD = 388 // pixels of the map that an open card covers, with its margins
const besideCard = matchMedia('(min-width: 1200px)') // else the card stands over the panel

let state = asUnderstood(parse(location.search, location.hash))
/** @type {api.Facets|null} */
let facets = null
let label = (/** @type {string} */ _, /** @type {string} */ value) => value
/** What was pressed to open the card; it gets the focus back. @type {HTMLElement|null} */
let opener = null
/** Shows the list of a place again that the open record was chosen from. @type {(() => void)|null} */
let back = null
let showPlaceAgain = () => {}
let inView = 0
let searching = false

// Asked for before the texts are here: the first marks wait for it.
const overviewBasemap = basemapFile('world-110m.bin')
const firstLook = state.view ? null : locate(state.filters)
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
  stacked: showPlace,
  pointed: pointRow,
})
const card = createCard(byId('aside', 'card'), closeCard)
const filters = createFilters(byId('div', 'facets'), (dimension, values) => filter({ ...state.filters, [dimension]: values }))
const list = createList(byId('div', 'list'))
const unplaced = createList(byId('div', 'unplaced-list'))
const rows = {
  label: (/** @type {string} */ d, /** @type {string} */ v) => label(d, v),
  href: (/** @type {string} */ slug) => toURL({ ...state, selected: slug }),
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
    if (phone.matches) layout.sheet('half')
    layout.showResults()
    focusFirst = true
    loadList()
  },
  done: () => (searching = false),
})
let focusFirst = false

// ---- state ----

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
  const head = /** @type {HTMLElement} */ (document.querySelector('.results-head'))
  const told = head.innerText
  for (const name of unused(location.search)) {
    if (!told.includes(`${name}=`)) head.append(el('p', { class: 'notice' }, t('notice.unused', { name })))
  }
}

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
}

/** @param {Filters} chosen @param {'push'|'replace'} history */
function filter(chosen, history = 'push') {
  update({ filters: chosen }, history)
  loadMatches()
}

window.addEventListener('popstate', () => {
  const before = state
  back = null
  state = parse(location.search, location.hash)
  if (state.lang !== before.lang) return location.reload()
  state.view ??= before.view
  write('replace')
  if (state.view && toHash(state.view) !== toHash(before.view)) map.setView(state.view)
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
  unplaced.clear()
  unplaced.append(answer.features, rows)
  markRow()
}, failed)
const askRecord = api.latest(whenNamed(showRecord), (error) => card.showMessage(t(error.status === 404 ? 'card.gone' : 'failed.title')))

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
  const page = { limit: String(PAGE), sortby: ORDER }
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
  showUnplaced(countOf(answer, false), drawn === 0)
  showEmpty()
}

/** Which sign stands for which kind; the order stays while counts change. @param {api.Bucket[]} kinds */
function showLegend(kinds) {
  const legend = byId('ul', 'legend')
  if (legend.hasChildNodes()) return
  legend.append(...kinds.flatMap((b) => (b.value ? [el('li', {}, kindSign(b.value), b.label)] : [])))
}

const chosenCount = () => DIMENSIONS.reduce((n, d) => n + state.filters[d].length, 0)

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
  list.append(answer.features, rows)
  root.setAttribute('aria-busy', 'false')
  inView = answer.numberMatched
  byId('p', 'in-view').textContent = state.follow ? t('list.in_view', { n: inView }) : ''
  more.hidden = list.count() >= inView
  more.textContent = t('list.more', { n: Math.min(PAGE, inView - list.count()) })
  markRow()
  showEmpty()
  if (focusFirst) root.querySelector('a')?.focus()
  focusFirst = false
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
async function showEmpty() {
  const root = byId('div', 'message')
  root.replaceChildren()
  if (!facets || list.count() > 0 || byId('div', 'list').getAttribute('aria-busy') === 'true') return
  if (countOf(facets, true) > 0) {
    const show = el('button', { type: 'button', class: 'action', click: () => frameMatches() }, t('empty.frame'))
    return root.replaceChildren(message(t('empty.view'), '', [show]))
  }
  if (facets.numberMatched > 0) return
  const mine = state
  const actions = await hints(mine.filters)
  if (mine !== state) return
  const clear = isFiltered(mine.filters) && el('button', { type: 'button', class: 'action', click: clearFilters }, t('filters.clear'))
  root.replaceChildren(message(t('empty.title'), t(actions.length ? 'empty.hint' : 'empty.none'), [...actions, ...(clear ? [clear] : [])]))
}

/** Which filter to drop, and what that gives. @param {Filters} chosen */
async function hints(chosen) {
  const without = [...DIMENSIONS.filter((d) => chosen[d].length).map((d) => ({ name: t(`facet.${d}`), filters: { ...chosen, [d]: [] } })),
    ...(chosen.q ? [{ name: t('chip.words', { q: chosen.q }), filters: { ...chosen, q: '' } }] : [])]
  const buttons = await Promise.all(without.map(async ({ name, filters }) => {
    const { numberMatched: n } = /** @type {api.Items} */ (await api.getJSON(api.itemsURL(filters, { limit: '1' })))
    return n > 0 && el('button', { type: 'button', class: 'action', click: () => filter(filters) }, t('empty.without', { filter: name, n }))
  }).map((p) => p.catch(() => false))) // a hint that fails is one hint fewer
  return /** @type {HTMLElement[]} */ (buttons.filter(Boolean))
}

/** @param {api.ApiError} error */
function failed(error) {
  const retry = el('button', { type: 'button', class: 'action', click: () => { byId('div', 'message').replaceChildren(); start() } }, t('failed.retry'))
  byId('div', 'list').setAttribute('aria-busy', 'false')
  list.clear()
  byId('div', 'message').replaceChildren(message('', error.status ? error.message : t('failed.offline'), [retry]))
  say([el('strong', {}, t('failed.title'))])
  byId('p', 'in-view').textContent = ''
  if (phone.matches) layout.sheet('half')
  byId('details', 'unplaced').hidden = byId('button', 'more').hidden = true
}

// ---- the card ----

/** @param {string} slug @param {HTMLElement} from */
function open(slug, from) {
  opener = from
  back = from.closest('#card') ? showPlaceAgain : null
  const again = slug === state.selected
  update({ selected: slug })
  if (!again || !card.isOpen()) showSelected(true)
}

/** @param {boolean} focus whether the card takes the focus */
function showSelected(focus) {
  markRow()
  focusCard = focus
  if (state.selected) return void askRecord.ask(api.itemURL(state.selected))
  askRecord.cancel()
  card.close()
  map.select(null)
}
let focusCard = true

/** @param {api.FacilityFeature} record */
function showRecord({ geometry, properties: f }) {
  const link = new URL(toURL(state), location.href).href
  const page = api.itemURL(f.slug)
  card.showFacility(f, { label, link, json: `${page}?f=json`, page: `${page}?f=html&lang=${lang()}` }, focusCard)
  document.title = `${names(f)[0].text} · ${t('title')}`
  const drawn = geometry && f.precision !== 'country'
  map.select(drawn ? geometry.coordinates : null)
  if (drawn) map.uncover(geometry.coordinates, card.rect())
  else byId('details', 'unplaced').open = true // where its row is
}

/**
 * A town is named only where all records of a point state it: the point of a town
 * also stands for its province.
 * @param {api.Facility[]} records @param {number} n
 */
function placeTitle([first, ...others], n) {
  if (!first?.city || others.some((f) => f.city !== first.city || f.country !== first.country)) return t('card.point', { n })
  return t('card.here', { n, place: place({ ...first, admin1: undefined }, first.country && label('country', first.country)) })
}

/** @param {Box} box @param {number} count @param {HTMLElement} from */
async function showPlace(box, count, from) {
  const drawn = split(state.filters, true)
  if (!drawn) return
  /** @type {[number, number]} */
  const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
  try {
    const url = api.itemsURL(drawn, { bbox: box.join(','), limit: '5000', sortby: 'name' })
    const { features } = /** @type {api.Items} */ (await api.getJSON(url))
    const title = placeTitle(features.map((f) => f.properties), count)
    const list = placeList(features, rows)
    showPlaceAgain = () => {
      opener = from
      card.showPlace(title, list)
      map.select(middle)
      map.uncover(middle, card.rect())
    }
    showPlaceAgain()
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error
    card.showMessage(t('failed.title'))
  }
}

function closeCard() {
  const slug = state.selected
  card.close()
  map.select(null)
  document.title = t('title')
  if (slug) update({ selected: '' })
  markRow()
  const again = back
  back = null
  if (slug) again?.()
  const row = /** @type {HTMLElement|null} */ (document.querySelector(`${again ? '#card ' : ''}.row[data-slug="${CSS.escape(slug)}"]`))
  if (again && row) row.focus()
  else if (opener?.isConnected) opener.focus()
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
async function frameMatches(found = locate(state.filters)) {
  const { box, features, zoom } = await found
  map.frame(box, state.selected && besideCard.matches ? CARD : 0)
  drawClusters({ features, zoom })
}

/**
 * Where the matches are: a glance at the whole world finds the region, a closer
 * look its edges.
 * @param {Filters} chosen
 * @returns {Promise<{box: Box|null, features: api.ClusterFeature[], zoom: number}>}
 */
async function locate(chosen) {
  const drawn = split(chosen, true)
  const world = drawn ? await clusters(drawn, OVERVIEW) : []
  const region = around(world.map(({ geometry: { coordinates: [lng, lat] }, properties: p }) => ('cluster' in p ? p.bounds : [lng, lat, lng, lat])))
  if (!drawn || !region || region[2] - region[0] > 120) return { box: region, features: world, zoom: OVERVIEW }
  const zoom = Math.min(9, Math.ceil(Math.log2((24 * 90) / Math.max(region[2] - region[0], 4)))) // cells of a 24th of the width
  const near = await clusters(drawn, zoom, region)
  return { box: around(near.map(({ geometry: { coordinates: [lng, lat] } }) => [lng, lat, lng, lat])), features: near, zoom }
}

/** @param {Filters} drawn @param {number} zoom @param {Box} [box] */
async function clusters(drawn, zoom, box) {
  return /** @type {api.Clusters} */ (await api.getJSON(api.clustersURL(drawn, zoom, box))).features
}

/** @param {number[][]} boxes @returns {Box|null} */
function around(boxes) {
  if (boxes.length === 0) return null
  const side = (/** @type {number} */ i) => boxes.map((b) => b[i])
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))]
}

/** @param {string} name */
async function basemapFile(name) {
  const response = await fetch(new URL(`../basemap/${name}`, import.meta.url))
  if (!response.ok) throw new Error(`${name} answered ${response.status}`)
  return decode(await response.arrayBuffer())
}

/** The coarse basemap at once, the fine one when the data is here. Without either the marks stand on plain ground. */
async function loadBasemap() {
  try {
    map.useBasemap(await overviewBasemap)
    map.useBasemap(await basemapFile('world-50m.bin'))
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
    await frameMatches(firstLook ?? undefined).catch((error) => {
      if (!(error instanceof api.ApiError)) throw error
      map.frame(null)
    })
  } else {
    loadClusters()
  }
  if (again || !state.follow) loadList() // else it came with the view
  if (state.selected) showSelected(false)
}

byId('button', 'theme').addEventListener('click', showTheme)
onSystemTheme(() => map.redraw())
function showTheme() {
  switchTheme()
  map.redraw()
  byId('button', 'theme').setAttribute('aria-pressed', String(isDark()))
}
byId('button', 'theme').setAttribute('aria-pressed', String(isDark()))

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
loadBasemap()
await start()
