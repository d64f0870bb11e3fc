// Elements without markup: every text goes through a text node, so the name of a
// record can never become HTML. And the signs of kinds: a kind of facility is told
// by shape and by colour, so that neither is needed alone. Kinds are data, and which
// sign each has, the server says.

/** @typedef {Node|string|number|null|undefined|false} Child */

/**
 * Makes an element. Attributes with false, null or undefined are left out, true
 * writes an empty one, and functions listen to the event of that name.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string|number|boolean|null|undefined|((event: any) => void)>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value))
  }
  element.append(...nodes(children))
  return element
}

/**
 * @param {Child[]} children
 * @returns {(Node|string)[]}
 */
export function nodes(children) {
  return children.flatMap((c) => (c === null || c === undefined || c === false ? [] : [typeof c === 'number' ? String(c) : c]))
}

/**
 * Finds an element that the page is known to have.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} id
 * @returns {HTMLElementTagNameMap[K]}
 */
export function byId(tag, id) {
  const element = document.getElementById(id)
  if (!element || element.localName !== tag) throw new Error(`the page has no <${tag} id="${id}">`)
  return /** @type {HTMLElementTagNameMap[K]} */ (element)
}

/** Whether a click on a link is for a new tab, which is the browser's. @param {MouseEvent} e */
export const newTab = (e) => e.metaKey || e.ctrlKey || e.shiftKey

/** Marks the one that is shown, among others like it. @param {Element} e @param {boolean} on @param {string} [as] */
export function setCurrent(e, on, as = 'true') {
  if (on) e.setAttribute('aria-current', as)
  else e.removeAttribute('aria-current')
}

/**
 * Changes what an element holds. Where the link or button that has the focus goes,
 * the one that takes its place gets it, or else what the element is part of.
 * @param {HTMLElement} root @param {() => void} change
 */
export function keepFocus(root, change) {
  const held = document.activeElement
  const within = root.contains(held)
  change()
  if (!held || !within || document.activeElement === held) return
  const same = [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(held.localName))].find((e) => meaning(e) === meaning(held))
  const next = same ?? /** @type {HTMLElement|null} */ (root.closest('[tabindex]'))
  next?.focus()
}

/** @param {Element} e a control */
const meaning = (e) => e.getAttribute('href') ?? [e.getAttribute('name'), e.getAttribute('value'), e.textContent].join()

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag @param {Record<string, string|number>} attributes @param {...(Node|string)} children
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.append(...children)
  return element
}

/** A drawing in a box of 24 units, hidden from screen readers. @param {string} className @param {...SVGElement} shapes */
const sign = (className, ...shapes) => svg('svg', { viewBox: '0 0 24 24', class: className, 'aria-hidden': 'true' }, ...shapes)

/** One of a single path. @param {string} path @param {string} className */
export const drawing = (path, className) => sign(className, svg('path', { d: path }))

/** @typedef {{name: string, title: string, type: string, facet?: boolean}} OwnField a field of one's own; type: as the API's schema has it */
/**
 * @typedef {object} DataSet what the server tells of the data set beside its records
 * @property {OwnField[]} own
 * @property {Record<string, string>} registers addresses of identifiers, by scheme
 * @property {Record<string, string>} shapes of signs, as paths in a box of 24 units
 * @property {string} names what they are sorted by: label, or name where the store has no alphabets
 * @property {[string, [string, number]][]} kinds each with its shape and its colour, one of the page's --kind-1 to --kind-8
 */

/** @type {DataSet} */
let told
export const dataSet = () => (told ??= JSON.parse(byId('script', 'data-set').text))

/**
 * The sign of a kind.
 * @param {string} kind
 * @param {string} [more] class names, each after a space
 */
export function kindSign(kind, more = '') {
  const [, [shape, colour]] = dataSet().kinds.find(([id]) => id === kind) ?? ['', ['circle', 8]]
  return drawing(dataSet().shapes[shape], `kind kind-${colour}${more}`)
}

/** The sign of a record: solid where its site is known, else hollow. @param {{kind: string, precision?: string}} record */
export const recordSign = ({ kind, precision }) => kindSign(kind, precision === 'site' ? '' : ' hollow')

/**
 * The ring around the number of a cluster: the share of each kind.
 * @param {Record<string, number>} kinds counts
 */
export function clusterSign(kinds) {
  const total = Object.values(kinds).reduce((sum, n) => sum + n, 0)
  let start = 0 // per cent of the turn
  return sign('shares', ...dataSet().kinds.filter(([kind]) => kinds[kind]).map(([kind, [, colour]]) => {
    const share = (100 * kinds[kind]) / total
    start += share
    return svg('circle', { cx: 12, cy: 12, r: 10.6, pathLength: 100, class: `share kind-${colour}`, 'stroke-dasharray': `${share} 100`, 'stroke-dashoffset': share - start })
  }))
}
