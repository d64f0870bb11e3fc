// How the parts of the page stand beside each other: the sheet and the filter
// dialog of a phone, and the tabs of a narrow window. What is where is said by
// the style sheet; this file only sets attributes.

import { byId } from './dom.js'
import { t } from './i18n.js'

const STOPS = /** @type {const} */ (['peek', 'half', 'full'])
/** @typedef {typeof STOPS[number]} Stop */

export const phone = matchMedia('(max-width: 767px)')

export function createLayout() {
  const panel = byId('div', 'panel')
  setSheet(panel, 'peek')
  createHandle(panel)
  createTabs(panel)
  const openFilters = createDialog(() => setSheet(panel, 'half'))
  createSkips(panel, openFilters)
  return {
    /** @param {Stop} stop */
    sheet: (stop) => setSheet(panel, stop),
    showResults: () => setTab(panel, 'results'),
  }
}

/** @param {HTMLElement} panel @param {Stop} stop */
function setSheet(panel, stop) {
  panel.dataset.stop = stop
  const handle = byId('button', 'sheet-handle')
  handle.setAttribute('aria-expanded', String(stop !== 'peek'))
  handle.setAttribute('aria-label', t(`sheet.${stop}`))
}

/** The handle goes to the next stop when pressed, and to the nearest when dragged. @param {HTMLElement} panel */
function createHandle(panel) {
  const handle = byId('button', 'sheet-handle')
  let start = 0
  let dragged = false
  handle.addEventListener('click', () => {
    if (dragged) return
    const i = STOPS.indexOf(/** @type {Stop} */ (panel.dataset.stop))
    setSheet(panel, STOPS[(i + 1) % STOPS.length])
  })
  handle.addEventListener('pointerdown', (e) => {
    handle.setPointerCapture(e.pointerId)
    start = e.clientY
    dragged = false
  })
  handle.addEventListener('pointermove', (e) => {
    if (!handle.hasPointerCapture(e.pointerId) || (!dragged && Math.abs(e.clientY - start) < 6)) return
    dragged = true
    panel.classList.add('dragging')
    panel.style.height = `${window.innerHeight - e.clientY}px`
  })
  const release = (/** @type {PointerEvent} */ e) => {
    panel.classList.remove('dragging')
    panel.style.height = ''
    if (dragged) setSheet(panel, nearestStop(1 - e.clientY / window.innerHeight))
  }
  handle.addEventListener('pointerup', release)
  handle.addEventListener('pointercancel', release)
}

/** @param {number} height of the sheet, in parts of the window @returns {Stop} */
export function nearestStop(height) {
  if (height < 0.32) return 'peek'
  return height < 0.76 ? 'half' : 'full'
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

/** A skip link brings to view what it leads to. @param {HTMLElement} panel @param {() => void} openFilters */
function createSkips(panel, openFilters) {
  for (const skip of document.querySelectorAll('a.skip')) {
    skip.addEventListener('click', (e) => {
      const tab = skip.getAttribute('href') === '#filters' ? 'filters' : 'results'
      if (!phone.matches) return setTab(panel, tab)
      if (tab === 'results') return setSheet(panel, 'half')
      e.preventDefault()
      openFilters()
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
  })
  dialog.addEventListener('close', () => home.insertBefore(filters, after))
  phone.addEventListener('change', () => dialog.close())
  return open
}
