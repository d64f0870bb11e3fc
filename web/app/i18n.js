// The texts of the page. A text is a string with {slots}, or for counts an object
// of plural forms (CLDR names); what a language lacks is taken from English.

/** @typedef {string|Record<string, string>} Text */
/** @typedef {Record<string, Text>} Catalogue */

/** @type {Catalogue} */
let texts = {}
let fallback = /** @type {Catalogue} */ ({})
let language = 'en'
let plurals = new Intl.PluralRules('en')
let digits = new Intl.NumberFormat('en')

/**
 * @param {string} lang
 * @param {Catalogue} catalogue
 * @param {Catalogue} [english]
 */
export function useCatalogue(lang, catalogue, english = catalogue) {
  texts = catalogue
  fallback = english
  language = lang
  plurals = new Intl.PluralRules(lang)
  digits = new Intl.NumberFormat(lang, { numberingSystem: 'latn' })
}

/** @param {string} lang the language of the page, as the server set it */
export async function loadCatalogue(lang) {
  const [catalogue, english] = await Promise.all([fetchCatalogue(lang), lang === 'en' ? undefined : fetchCatalogue('en')])
  useCatalogue(lang, catalogue, english)
}

/** @param {string} lang @returns {Promise<Catalogue>} */
async function fetchCatalogue(lang) {
  const response = await fetch(new URL(`../i18n/${lang}.json`, import.meta.url))
  if (!response.ok) throw new Error(`the texts of the page (${lang}) answered ${response.status}`)
  return response.json()
}

/** The language of the page (BCP 47). */
export const lang = () => language

/**
 * A text of the page; the key itself where no language has it. The slot n, a
 * number, chooses the plural form.
 * @param {string} key
 * @param {Record<string, string|number>} [slots]
 */
export function t(key, slots = {}) {
  const text = texts[key] ?? fallback[key] ?? key
  const form = typeof text === 'string' ? text : (text[plurals.select(Number(slots.n))] ?? text.other)
  return form.replace(/\{(\w+)\}/g, (whole, name) => (name in slots ? show(slots[name]) : whole))
}

/** @param {string|number} value */
const show = (value) => (typeof value === 'number' ? number(value) : value)

/** @param {number} n a number with the grouping of the language, in Latin digits */
export function number(n) {
  return digits.format(n)
}
