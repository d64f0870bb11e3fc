// What a record states of fields of one's own, and the links and lists that facts are
// shown by. Loaded with the card or the table.

import { dataSet, el } from './dom.js'
import { date, number, t } from './i18n.js'

/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {import('./dom.js').OwnField} OwnField */
/** @typedef {import('./filters.js').Label} Label */

const FIRST = 12 // own fields that are in sight; the others come when they are asked for
const LONG = 300 // characters of a text, from where on its beginning is in sight

/**
 * What the record states of fields of one's own.
 * @param {Facility} f @param {Label} label
 */
export function ownFacts(f, label) {
  const stated = dataSet().own.filter(({ name }) => ownOf(f, name) !== undefined)
  const facts = stated.map((field) => [el('dt', {}, field.title), el('dd', {}, ownValue(field, ownOf(f, field.name), label))])
  const list = (/** @type {HTMLElement[][]} */ facts) => el('dl', { class: 'facts own' }, ...facts.flat())
  const rest = facts.slice(FIRST)
  return [
    ...(facts.length ? [list(facts.slice(0, FIRST))] : []),
    ...(rest.length ? [el('details', { class: 'own-rest' }, el('summary', {}, t('list.more', { n: rest.length })), list(rest))] : []),
  ]
}

/**
 * A value in words, by its type.
 * @param {OwnField} field @param {any} value as JSON has it @param {Label} label
 * @returns {Node|string}
 */
function ownValue({ name, type }, value, label) {
  if (Array.isArray(value)) return plainList(value.map((v) => label(name, v)))
  if (type === 'url') return externalLink(value, value)
  return longText(ownText({ name, type }, value, label))
}

/**
 * The same as a text in a line.
 * @param {{name: string, type: string}} field @param {any} value @param {Label} label
 * @returns {string}
 */
export function ownText({ name, type }, value, label) {
  if (Array.isArray(value)) return value.map((v) => label(name, v)).join(' · ')
  if (typeof value === 'boolean') return t(`value.${value}`)
  if (typeof value === 'number') return decimal(value)
  if (type === 'date') return date(value)
  if (type === 'timestamp') return `${date(value)} ${value.slice(11, 16)} UTC`
  return label(name, value)
}

/**
 * A value in Latin digits. It is grouped from five digits on: one of four may be a year.
 * @param {number} n
 */
export function decimal(n) {
  const [whole, part] = String(n).split('.')
  const point = number(1000) === '1.000' ? ',' : '.'
  return (/^-?\d{1,4}$|e/.test(whole) ? whole : number(+whole)) + (part ? point + part : '')
}

/** The value of an own field, undefined where the record does not state it. @param {Facility} f @param {string} name */
export const ownOf = (f, name) => (Object.hasOwn(f, name) ? /** @type {Record<string, any>} */ (f)[name] : undefined)

/** One that is long begins, and goes on where it is asked for. @param {string} text */
function longText(text) {
  if (text.length <= LONG) return el('bdi', {}, text)
  const cut = text.lastIndexOf(' ', LONG / 2) + 1 || [...text.slice(0, LONG / 2 + 1)].slice(0, -1).join('').length // no half of a character
  return el('details', {}, el('summary', {}, el('bdi', {}, text.slice(0, cut)), el('span', { class: 'cut' }, '…')), el('bdi', {}, text.slice(cut)))
}

/** @param {(Node|string)[]} items */
export const plainList = (items) => el('ul', { class: 'plain' }, ...items.map((item) => el('li', {}, typeof item === 'string' ? el('bdi', {}, item) : item)))

/** Scripts that tell a language. @type {[string, RegExp][]} */
const SCRIPTS = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu], ['ko', /\p{Script=Hangul}/gu], ['zh', /\p{Script=Han}/gu], ['th', /\p{Script=Thai}/gu],
  ['lo', /\p{Script=Lao}/gu], ['km', /\p{Script=Khmer}/gu], ['my', /\p{Script=Myanmar}/gu],
]

/**
 * The language that a title or the name of an institution is in, as far as its script
 * tells it. What is in Latin letters, but for a few, is taken for English.
 * @param {string} text
 */
export function written(text) {
  const letters = (/** @type {RegExp} */ script) => text.match(script)?.length ?? 0
  const latin = letters(/\p{Script=Latin}/gu)
  return SCRIPTS.find(([, script]) => letters(script) && 3 * letters(script) >= latin)?.[0] ?? 'en'
}

/**
 * A link to another site; an address that is not http is shown as text only.
 * @param {string} url
 * @param {string} text
 */
export function externalLink(url, text) {
  const lang = text && text !== url && written(text)
  if (!/^https?:\/\//i.test(url)) return el('span', { lang }, text || url)
  return el('a', { href: url, lang, rel: 'nofollow noopener noreferrer', target: '_blank' }, text || url)
}
