// How the parts of the page stand beside each other: the view beside the filters,
// the sheet and the filter dialog of a phone, the tabs of a narrow window, the menu
// of languages. What is where is said by the style sheet; this file only sets
// attributes.

import { byId, setCurrent } from './dom.js'
import { date, t, time } from './i18n.js'
import { VIEWS } from './url.js'

const STOPS = /** @type {const} */ (['peek', 'half', 'full'])
/** @typedef {typeof STOPS[number]} Stop */
const TABS = /** @type {const} */ (['filters', 'results'])
/** @typedef {import('./url.js').State['view']} View */

const phone = matchMedia('(max-width: 767px)')
const panel = byId('div', 'panel')
/** What stands in the place of the map. */
const viewRoots = { list: byId('section', 'table-view'), statistics: byId('section', 'statistics-view') }

/** @param {() => Date} seen when what can be seen was loaded */
export function createLayout(seen) {
  setSheet('peek')
  createSheet()
  for (const tab of TABS) byId('button', `tab-${tab}`).addEventListener('click', () => setTab(tab))
  createSkips(createDialog())
  createMenu(byId('details', 'languages'))
  watchKeyboard()
  watchConnection(seen)
  window.addEventListener('beforeprint', fillPrintHead)
  return { viewRoots, show, raise, showResults: () => setTab('results') }
}

/** @param {View} chosen what stands beside the filters */
function show(chosen) {
  document.body.dataset.show = chosen
  for (const [view, root] of Object.entries(viewRoots)) root.hidden = view !== chosen
  for (const view of VIEWS) setCurrent(byId('a', `view-${view}`), view === chosen, 'page')
}

/** On a phone, brings what the sheet holds to sight. */
function raise() {
  if (phone.matches) setSheet('half')
}

/** @param {Stop} stop */
function setSheet(stop) {
  panel.dataset.stop = stop
  const handle = byId('button', 'sheet-handle')
  handle.setAttribute('aria-expanded', String(stop !== 'peek'))
  handle.setAttribute('aria-label', t(`sheet.${stop}`))
}

/**
 * The handle goes to the next stop when pressed; the whole head of the sheet can be
 * dragged. A mark that gets the focus is not left under the sheet.
 */
function createSheet() {
  let [start, last, time, speed] = [NaN, 0, 0, 0]
  byId('button', 'sheet-handle').addEventListener('click', () => {
    const i = STOPS.indexOf(/** @type {Stop} */ (panel.dataset.stop))
    setSheet(STOPS[(i + 1) % STOPS.length])
  })
  panel.addEventListener('pointerdown', (e) => {
    if (phone.matches && e.isPrimary && /** @type {Element} */ (e.target).closest('.sheet-head, .results-head')) [start, last, time, speed] = [e.clientY, e.clientY, e.timeStamp, 0]
  })
  window.addEventListener('pointermove', (e) => { // a mouse may have left the sheet by now
    const dragging = panel.classList.contains('dragging')
    if (isNaN(start) || (!dragging && Math.abs(e.clientY - start) < 6)) return
    if (!dragging) { // from here on a press is no click
      panel.setPointerCapture(e.pointerId)
      start += panel.offsetHeight
      panel.classList.add('dragging')
    }
    speed = (last - e.clientY) / Math.max(1, e.timeStamp - time)
    ;[last, time] = [e.clientY, e.timeStamp]
    panel.style.height = `${start - e.clientY}px`
  })
  const release = () => {
    if (panel.classList.contains('dragging')) setSheet(nearestStop((start - last) / /** @type {HTMLElement} */ (panel.parentElement).clientHeight, speed))
    panel.classList.remove('dragging')
    panel.style.height = ''
    start = NaN
  }
  for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, release)
  document.querySelector('.map-area')?.addEventListener('focusin', () => setSheet('peek'))
}

/**
 * @param {number} height of the sheet, in parts of what it can have
 * @param {number} speed upwards, in pixels a millisecond: a flick goes on by itself
 * @returns {Stop}
 */
export function nearestStop(height, speed) {
  const goal = height + speed / 4
  if (goal < 0.36) return 'peek'
  return goal < 0.79 ? 'half' : 'full'
}

/** @param {typeof TABS[number]} tab */
function setTab(tab) {
  panel.dataset.tab = tab
  for (const name of TABS) byId('button', `tab-${name}`).setAttribute('aria-pressed', String(name === tab))
}

/** A skip link brings to view what it leads to; the fragment is the map's. @param {() => void} openFilters */
function createSkips(openFilters) {
  for (const skip of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('a.skip'))) {
    skip.addEventListener('click', (e) => {
      e.preventDefault()
      const tab = skip.hash === '#filters' ? 'filters' : 'results'
      if (phone.matches && tab === 'filters') return openFilters()
      setTab(tab)
      raise()
      byId('section', tab).focus()
    })
  }
}

/**
 * On a phone the filters move into a dialog while it is open.
 * @returns {() => void} opens it
 */
function createDialog() {
  const dialog = byId('dialog', 'filters-dialog')
  const filters = byId('section', 'filters')
  const open = () => {
    byId('div', 'filters-slot').append(filters)
    dialog.showModal()
  }
  byId('button', 'open-filters').addEventListener('click', open)
  byId('button', 'close-filters').addEventListener('click', () => dialog.close())
  byId('button', 'show-results').addEventListener('click', () => {
    dialog.close()
    raise()
    byId('section', 'results').focus()
  })
  dialog.addEventListener('close', () => {
    byId('section', 'results').before(filters)
    if (!phone.matches) filters.focus() // the button that opened it is gone
  })
  phone.addEventListener('change', () => dialog.close())
  return open
}

/** A menu closes when the focus or a press goes elsewhere; on Escape it does so on every page. @param {HTMLDetailsElement} menu */
function createMenu(menu) {
  for (const event of ['pointerdown', 'focusin']) {
    document.addEventListener(event, (e) => {
      if (!menu.contains(/** @type {Node} */ (e.target))) menu.open = false
    })
  }
}

/** How much of the page the keyboard of a phone covers; zooming with two fingers is something else. */
function watchKeyboard() {
  const seen = window.visualViewport
  seen?.addEventListener('resize', () => {
    const covered = seen.scale > 1.01 ? 0 : Math.max(0, innerHeight - seen.height)
    document.documentElement.style.setProperty('--keyboard', `${Math.round(covered)}px`)
  })
}

/** Says it while there is no connection, with the time of what can be seen. @param {() => Date} seen */
function watchConnection(seen) {
  const bar = byId('p', 'offline')
  const tell = () => {
    bar.textContent = navigator.onLine ? '' : t('view.offline', { time: time(seen()) })
    bar.hidden = navigator.onLine
  }
  for (const event of ['offline', 'online']) window.addEventListener(event, tell)
}

/** What paper does not know of the page: the filters, the day, and the address. */
function fillPrintHead() {
  const filters = [...document.querySelectorAll('.chip > :first-child')].map((chip) => chip.textContent).join(t('list.comma'))
  byId('p', 'print-filters').textContent = t(filters ? 'print.filters' : 'print.all', { filters })
  byId('p', 'print-date').textContent = t('print.date', { date: date(new Date().toLocaleDateString('sv')) }) // a local day as YYYY-MM-DD
  byId('p', 'print-address').textContent = location.href
}
