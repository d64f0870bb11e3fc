// Elements without markup: every text goes through a text node, so the name of a
// record can never become HTML.

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

/**
 * A link to another site; an address that is not http is shown as text only.
 * @param {string} url
 * @param {string} text
 */
export function externalLink(url, text) {
  if (!/^https?:\/\//i.test(url)) return el('span', {}, text || url)
  return el('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, text || url)
}

const SVG = 'http://www.w3.org/2000/svg'

/**
 * A drawing of one path in a box of 24 units, hidden from screen readers.
 * @param {string} path
 * @param {string} className
 */
export function drawing(path, className) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('class', className)
  svg.setAttribute('aria-hidden', 'true')
  const shape = document.createElementNS(SVG, 'path')
  shape.setAttribute('d', path)
  svg.append(shape)
  return svg
}
