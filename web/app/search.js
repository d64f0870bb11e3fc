// What a search means: the names in it as chips, the words that matches were found by marked, and what could be meant where nothing is found.
// Loaded with the first search. Which records match, the server says.

import * as api from './api.js'
import { el } from './dom.js'
import { fold } from './facet.js'
import { chip } from './filters.js'
import { t, titleOf } from './i18n.js'

/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {import('./api.js').FacilityFeature} Feature */
/** @typedef {import('./url.js').Filters} Filters */
/** @typedef {(change: (now: Filters) => Partial<Filters>) => void} Filter */
/** @typedef {{text: string, parameter: string, values: string[], labels: string[]}} Understood a name of a country, a kind or a sector */
/** @typedef {{text: string, numberMatchedWithout: number}} Word */
/**
 * rest is the search without the names; words are there where nothing is found.
 * @typedef {{understood: Understood[], rest: string, words: Word[], corrections: {q: string, numberMatched: number}[]}} Meaning
 */

/** What was asked last. */
let lastURL = ''
/** @type {Promise<Meaning>} */
let lastMeaning
/** What the last answer understood: the words, and names with other names for the same. */
let understood = { q: '', words: /** @type {string[][]} */ ([]), names: /** @type {string[][]} */ ([]) }

/** How a search is understood. @param {Filters} filters @returns {Promise<Meaning>} */
export function meaningOf(filters) {
  const url = api.address('suggestions', filters)
  if (lastURL !== url) lastMeaning = ask((lastURL = url), filters.q)
  return lastMeaning
}

/** @param {string} url @param {string} q @returns {Promise<Meaning>} */
async function ask(url, q) {
  try {
    const meaning = /** @type {Meaning} */ (await api.getJSON(url))
    understood = { q, words: wordsIn(meaning.rest), names: meaning.understood.map(({ text, labels }) => [text, ...labels].map((name) => normal(name).text.trim())) }
    return meaning
  } catch (error) {
    lastURL = '' // asked again when it is wanted again
    throw error
  }
}

/** Of several words, all but one. @param {string[]} words @param {number} left */
const but = (words, left) => words.filter((word, i) => word && i !== left).join(' ')

let asked = 0

/**
 * Puts a chip for each name in the place of the one for all words, once it is known what
 * they mean; each can be taken off.
 * @param {HTMLElement} root @param {Filters} filters @param {Filter} filter
 */
export async function showMeaning(root, filters, filter) {
  const call = ++asked
  const { understood: names, rest } = await meaningOf(filters).catch(() => ({ understood: /** @type {Understood[]} */ ([]), rest: '' }))
  const all = root.querySelector('.words')
  if (call !== asked || !all || !names.length) return
  const texts = [...names.map(({ text }) => text), rest]
  const takeOff = (/** @type {number} */ i) => () => filter(() => ({ q: but(texts, i) }))
  const chips = names.map(({ text, parameter, labels }, i) => chip(labels.length === 1 ? labels[0] : text, titleOf(parameter), takeOff(i)))
  if (rest) chips.push(chip(t('chip.words', { q: rest }), t('search.label'), takeOff(names.length)))
  all.replaceWith(...chips)
}

/**
 * What to try where nothing is found: other words, and the search without the word that
 * finds nothing.
 * @param {Filters} filters @returns {Promise<{text: string, q: string}[]>}
 */
export async function others(filters) {
  const { corrections, words } = await meaningOf(filters)
  const texts = words.map(({ text }) => text)
  return [
    ...corrections.map(({ q, numberMatched: n }) => ({ q, text: t('search.meant', { q, n }) })),
    ...words.flatMap(({ text, numberMatchedWithout: n }, i) =>
      n && words.length > 1 ? [{ q: but(texts, i), text: t('empty.without', { filter: t('chip.words', { q: text }), n }) }] : []),
  ]
}

// ---- what was found ----

const RUN = /[\p{Script=Han}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/**
 * A text as words are looked for in it, and where each of its letters began and ended: no
 * case, no accents, one blank for all marks, and none within scripts that have no blanks.
 * @param {string} text @returns {{text: string, at: number[], to: number[]}}
 */
export function normal(text) {
  let out = ''
  /** @type {number[]} */
  const at = []
  /** @type {number[]} */
  const to = []
  let i = 0
  for (const letter of text) {
    const plain = fold(letter.normalize('NFKC')).replace(/[\p{P}\p{S}\s]/gu, ' ')
    for (const c of plain) {
      if (c === ' ' && (out === '' || out.endsWith(' '))) continue
      if (out.endsWith(' ') && RUN.test(c) && RUN.test(out.slice(-2, -1))) {
        out = out.slice(0, -1)
        at.pop()
        to.pop()
      }
      out += c
      for (let n = c.length; n; n--) {
        at.push(i)
        to.push(i + letter.length)
      }
    }
    i += letter.length
    if (!plain && to.length) to[to.length - 1] = i // an accent by itself
  }
  return { text: out, at, to }
}

/** Where a word stands in a text in its normal form; -1: nowhere. @param {string} text @param {string} word @param {number} [from] @returns {number} */
function find(text, word, from = 0) {
  const at = text.indexOf(word, from)
  if (at < 0 || RUN.test(word)) return at
  const whole = word.length > 2 || !/[\p{L}\p{N}]/u.test(text[at + word.length] ?? ' ')
  return whole && (at === 0 || text[at - 1] === ' ') ? at : find(text, word, at + 1)
}

/** @param {string} text */
const wordsIn = (text) => normal(text).text.split(' ').filter(Boolean).map((word) => [word])

/** What a search looks for: the words that are no names, or where there are none, the names. @param {string} q */
function wordsOf(q) {
  if (q !== understood.q) return wordsIn(q)
  return understood.words.length ? understood.words : understood.names
}

/** Marks the words of a search in the rows of a list, and tells what others were found by. @param {HTMLElement} root @param {string} q */
export function markHits(root, q) {
  const words = [...wordsOf(q), ...(q === understood.q ? understood.names : [])].flat()
  const rows = [...root.querySelectorAll('.row')].filter((row) => row instanceof HTMLElement && !row.dataset.searched)
  for (const row of rows) {
    row.setAttribute('data-searched', '')
    mark(row, words)
  }
  tellOthers(rows.filter((row) => wordsOf(q).some((names) => !has(row, names))), q)
}

/** @param {Element} row @param {string[]} words */
function mark(row, words) {
  for (const part of row.querySelectorAll('.row-name, .row-second, .row-place, .row-place span')) {
    part.normalize()
    for (const node of [...part.childNodes].filter((child) => child instanceof Text)) {
      const text = node.data
      const hits = hitsOf(text, words)
      if (hits.length) node.replaceWith(...hits.flatMap(([from, to], i) =>
        [text.slice(i ? hits[i - 1][1] : 0, from), el('mark', {}, text.slice(from, to))]), text.slice(hits[hits.length - 1][1]))
    }
  }
}

/** Whether a row shows one of the names. @param {Element} row @param {string[]} names */
const has = (row, names) => hitsOf(row.textContent ?? '', names).length > 0

/** @typedef {{text: string, lang: string}} Hit a stretch of a text of the record that the search found */

/** Most that are asked for at a time. */
const ASKED = 100

/**
 * Rows that do not show what they were found by say it: another word for it, a text in another
 * language, or one that the list has no room for.
 * @param {Element[]} rows @param {string} q
 */
async function tellOthers(rows, q) {
  for (let i = 0; i < rows.length; i += ASKED) {
    const some = rows.slice(i, i + ASKED)
    const query = new URLSearchParams({ q, lang: document.documentElement.lang, slugs: String(some.map((row) => row.getAttribute('data-slug'))) })
    const found = /** @type {Record<string, Hit[]>} */ (await api.getJSON('/found?' + query).catch(() => ({}))) // a hint that fails is none
    for (const row of some) tell(row, found[row.getAttribute('data-slug') ?? ''] ?? [])
  }
}

/** @param {Element} row @param {Hit[]} hits */
function tell(row, hits) {
  const words = hits.map(({ text }) => normal(text).text.trim())
  mark(row, words)
  const hidden = hits.filter((_, i) => !has(row, [words[i]]))
  if (hidden.length) row.append(el('span', { class: 'row-found' }, t('search.found_by'),
    ...hidden.flatMap(({ text, lang }, i) => [i ? t('list.comma') : ' ', el('mark', { lang: lang || null }, text)])))
}

/** Where words stand in a text, from its beginning; none within another. @param {string} text @param {string[]} words @returns {[number, number][]} */
export function hitsOf(text, words) {
  const { text: plain, at, to } = normal(text)
  /** @type {[number, number][]} */
  const hits = []
  for (const word of words.filter(Boolean)) {
    for (let i = find(plain, word); i >= 0; i = find(plain, word, i + word.length)) hits.push([at[i], to[i + word.length - 1]])
  }
  hits.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  let end = 0
  return hits.filter(([from, to]) => from >= end && (end = to))
}
