// The texts of the page, and facts of a record in words. A text is a string with
// {slots}, or for counts an object of plural forms (CLDR names); every language has
// them all. No DOM in this file.

/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {string|Record<string, string>} Text */
/** @typedef {Record<string, Text>} Catalogue */

/** @type {Catalogue} */
let texts = {}
let language = 'en'
let plurals = new Intl.PluralRules('en')
/** Of fields of one's own, by their names. @type {Record<string, string>} */
let titles = {}

/**
 * @param {string} lang
 * @param {Catalogue} catalogue
 */
export function useCatalogue(lang, catalogue) {
  texts = catalogue
  language = lang
  plurals = new Intl.PluralRules(lang)
}

/** @param {string} lang the language of the page, as the server set it */
export async function loadCatalogue(lang) {
  const response = await fetch(new URL(`../i18n/${lang}.json`, import.meta.url))
  if (!response.ok) throw new Error(`the texts of the page (${lang}) answered ${response.status}`)
  useCatalogue(lang, await response.json())
}

/** @param {{name: string, title: string}[]} own */
export function useTitles(own) {
  titles = Object.fromEntries(own.map((f) => [f.name, f.title]))
}

/** The heading of what lists choose by. @param {string} dimension */
export const titleOf = (dimension) => titles[dimension] ?? t(dimension === 'country' ? 'facet.stands_in' : `facet.${dimension}`)

/** The language of the page (BCP 47). */
export const lang = () => language

/**
 * A text of the page; the key itself where there is none. The slot n, a
 * number, chooses the plural form.
 * @param {string} key
 * @param {Record<string, string|number>} [slots]
 */
export function t(key, slots = {}) {
  const text = texts[key] ?? key
  const form = typeof text === 'string' ? text : (text[plurals.select(Number(slots.n))] ?? text.other)
  return form.replace(/\{(\w+)\}/g, (whole, name) => (name in slots ? show(slots[name]) : whole))
}

/** @param {string|number} value */
const show = (value) => (typeof value === 'number' ? number(value) : value)

/** @param {number} n a whole number with the grouping of the language, in Latin digits */
export function number(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, String(texts['number.thousands'] ?? ','))
}

/**
 * A date as exact as its source gives it: a year, a month or a day. What does not
 * read as a date is shown as it is.
 * @param {string} date YYYY, YYYY-MM, YYYY-MM-DD, or a time of RFC 3339
 */
export function date(date) {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?$/.exec(date)
  if (!match) return date
  const [, year, month, day] = match
  if (!month) return year
  if (!Intl.DateTimeFormat.supportedLocalesOf(lang()).length) {
    const slots = { year, month: t('date.months').split('|')[+month - 1], day: String(Number(day)) }
    return day ? t('date.day', slots) : t('date.month', slots)
  }
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { year: 'numeric', month: 'long', day: day ? 'numeric' : undefined, timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' }
  return new Intl.DateTimeFormat(lang(), form).format(Date.UTC(+year, +month - 1, day ? +day : 1))
}

/** Hours and minutes, in figures that every language reads. @param {Date} date */
export const time = (date) => date.toTimeString().slice(0, 5)

/** The language of what a record states. @param {Facility} f @param {string} property */
export const langOf = (f, property) => (f.in_english?.includes(property) ? 'en' : language)

/**
 * The name in the language of the page, and the others that sources print, each with
 * its language.
 * @param {Facility} f
 * @returns {{text: string, lang: string}[]} the first is the main name
 */
export function names(f) {
  return [
    { text: f.name, lang: langOf(f, 'name') },
    { text: f.name_zh ?? '', lang: 'zh' },
    { text: f.name_local ?? '', lang: f.name_local_lang ?? 'und' },
  ].filter((n, i, list) => n.text && list.findIndex((m) => m.text === n.text) === i)
}

/**
 * Town, province and country, without saying one twice, each with its language where that is
 * not the page's.
 * @param {Facility} f
 * @param {string} [country] its name in the page's language
 */
export const places = (f, country = f.country_name) => /** @type {any[][]} */ ([...PARTS.map((p) => [f[p], f.in_english?.includes(p) && 'en']), [country]])
  .filter(([text], i, all) => text && i === all.findIndex(([other]) => other === text))
const PARTS = /** @type {const} */ (['city', 'admin1'])

/** @param {Facility} f @param {string} [country] */
export const place = (f, country) => places(f, country).map(([text]) => text).join(t('list.comma'))

/** How exact it is, in a word: that which the sentence begins with. @param {Facility} f */
export const briefly = (f) => precision(f).split(String(texts['sentence.colon'] ?? ':'))[0]

/** What the sign of a record says, in words that stand before others. @param {Facility} f @param {(dimension: string, value: string) => string} label */
export const spoken = (f, label) => [label('kind', f.kind), briefly(f), ''].join(t('list.comma'))

/** @param {Facility} f how exact the position is, in a sentence */
export function precision(f) {
  return t(`precision.${f.precision ?? 'none'}`)
}
