// How the parts of the page stand beside each other: the view beside the filters,
// the sheet and the filter dialog of a phone, the tabs of a narrow window, the menu
// of languages. What is where is said by the style sheet; this file only sets
// attributes.

import { byId, setCurrent } from './dom.js'
import { date, t, time } from './i18n.js'

const STOPS = /** @type {const} */ (['peek', 'half', 'full'])
/** @typedef {typeof STOPS[number]} Stop */
/** @typedef {import('./url.js').State['show']} Show */

const PAPER = { width: 680, height: 452 } // CSS pixels: 18 cm by 12 cm

export const phone = matchMedia('(max-width: 767px)')

export function createLayout() {
  const panel = byId('div', 'panel')
  const sheet = (/** @type {Stop} */ stop) => setSheet(panel, stop)
  sheet('peek')
  createSheet(panel)
  createTabs(panel)
  const openFilters = createDialog(() => sheet('half'))
  createSkips(panel, openFilters)
  createMenu(byId('details', 'languages'))
  watchKeyboard()
  window.addEventListener('beforeprint', fillPrintHead)
  window.addEventListener('beforeprint', measureMap)
  return { sheet, show, showResults: () => setTab(panel, 'results'), loaded: watchConnection() }
}

/** @param {Show} chosen what stands beside the filters */
function show(chosen) {
  document.body.dataset.show = chosen
  byId('section', 'table-view').hidden = chosen !== 'list'
  byId('section', 'statistics-view').hidden = chosen !== 'statistics'
  for (const view of ['map', 'list', 'statistics']) {
    setCurrent(byId('a', `view-${view}`), view === chosen, 'page')
  }
}

/** @param {HTMLElement} panel @param {Stop} stop */
function setSheet(panel, stop) {
  panel.dataset.stop = stop
  const handle = byId('button', 'sheet-handle')
  handle.setAttribute('aria-expanded', String(stop !== 'peek'))
  handle.setAttribute('aria-label', t(`sheet.${stop}`))
}

/**
 * The handle goes to the next stop when pressed; the whole head of the sheet can be
 * dragged. A mark that gets the focus is not left under the sheet.
 * @param {HTMLElement} panel
 */
function createSheet(panel) {
  const head = '.sheet-head, .results-head'
  const room = /** @type {HTMLElement} */ (panel.parentElement)
  let [start, last, time, speed] = [NaN, 0, 0, 0]
  byId('button', 'sheet-handle').addEventListener('click', () => {
    const i = STOPS.indexOf(/** @type {Stop} */ (panel.dataset.stop))
    setSheet(panel, STOPS[(i + 1) % STOPS.length])
  })
  panel.addEventListener('pointerdown', (e) => {
    if (phone.matches && e.isPrimary && /** @type {Element} */ (e.target).closest(head)) [start, last, time, speed] = [e.clientY, e.clientY, e.timeStamp, 0]
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
    if (panel.classList.contains('dragging')) setSheet(panel, nearestStop((start - last) / room.clientHeight, speed))
    panel.classList.remove('dragging')
    panel.style.height = ''
    start = NaN
  }
  for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, release)
  document.querySelector('.map-area')?.addEventListener('focusin', () => setSheet(panel, 'peek'))
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

/** @param {HTMLElement} panel */
function createTabs(panel) {
  for (const tab of /** @type {const} */ (['filters', 'results'])) {
    byId('button', `tab-${tab}`).addEventListener('click', () => setTab(panel, tab))
  }
  setTab(panel, 'results')
}

/** @param {HTMLElement} panel @param {'filters'|'results'} tab */
function setTab(panel, tab) {
  panel.dataset.tab = tab
  for (const name of ['filters', 'results']) byId('button', `tab-${name}`).setAttribute('aria-pressed', String(name === tab))
}

/** A skip link brings to view what it leads to; the fragment is the map's. @param {HTMLElement} panel @param {() => void} openFilters */
function createSkips(panel, openFilters) {
  for (const skip of document.querySelectorAll('a.skip')) {
    skip.addEventListener('click', (e) => {
      e.preventDefault()
      const tab = skip.getAttribute('href') === '#filters' ? 'filters' : 'results'
      if (phone.matches && tab === 'filters') return openFilters()
      setTab(panel, tab)
      if (phone.matches) setSheet(panel, 'half')
      byId('section', tab).focus()
    })
  }
}

/**
 * On a phone the filters move into a dialog while it is open.
 * @param {() => void} show brings the results up
 * @returns {() => void} opens it
 */
function createDialog(show) {
  const dialog = byId('dialog', 'filters-dialog')
  const filters = byId('section', 'filters')
  const home = /** @type {HTMLElement} */ (filters.parentElement)
  const after = filters.nextSibling
  const open = () => {
    byId('div', 'filters-slot').append(filters)
    dialog.showModal()
  }
  byId('button', 'open-filters').addEventListener('click', open)
  byId('button', 'close-filters').addEventListener('click', () => dialog.close())
  byId('button', 'show-results').addEventListener('click', () => {
    dialog.close()
    show()
    byId('section', 'results').focus()
  })
  dialog.addEventListener('close', () => {
    home.insertBefore(filters, after)
    if (!phone.matches) filters.focus() // the button that opened it is gone
  })
  phone.addEventListener('change', () => dialog.close())
  return open
}

/** A menu closes on Escape, and when the focus or a press goes elsewhere. @param {HTMLDetailsElement} menu */
function createMenu(menu) {
  menu.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !menu.open) return
    menu.open = false
    menu.querySelector('summary')?.focus()
  })
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

/**
 * Says it while there is no connection, with the time of what can be seen.
 * @returns {() => void} to be called when data has come
 */
function watchConnection() {
  const bar = byId('p', 'offline')
  let at = new Date()
  const tell = () => {
    bar.textContent = navigator.onLine ? '' : t('view.offline', { time: time(at) })
    bar.hidden = navigator.onLine
  }
  for (const event of ['offline', 'online']) window.addEventListener(event, tell)
  return () => {
    at = new Date()
  }
}

/** The map is printed as it is on the screen, so small that it fits: there is no time to draw it for the paper. */
function measureMap() {
  const { offsetWidth: width, offsetHeight: height } = byId('div', 'map')
  const fit = Math.min(PAPER.width / width, PAPER.height / height)
  for (const [name, value] of Object.entries({ width, height, fit })) document.documentElement.style.setProperty(`--map-${name}`, String(value))
}

/** What paper does not know of the page: the filters, the day, and the address. */
function fillPrintHead() {
  const chips = [...document.querySelectorAll('#chips .chip > span:first-child')].map((chip) => chip.textContent ?? '')
  byId('p', 'print-filters').textContent = chips.length ? t('print.filters', { filters: chips.join(t('list.comma')) }) : t('print.all')
  byId('p', 'print-date').textContent = t('print.date', { date: date(new Date().toLocaleDateString('sv')) }) // a local day as YYYY-MM-DD
  byId('p', 'print-address').textContent = location.href
}
