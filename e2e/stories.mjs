// How a story is told: the server and the browser are those of the file, the
// profile is new, and the page is alive before the story begins.

import { after, describe, test } from 'node:test'
import { ready } from './atlas.mjs'
import { launch, visit } from './browser.mjs'
import { memory, start, stores } from './server.mjs'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('./browser.mjs').Options & {early?: boolean}} Options early: the story begins before the page is alive */
/** @typedef {(page: Page, base: string) => Promise<void>} Telling */
/** @typedef {(name: string, path: string, tell: Telling, options?: Options) => void} Story */

export const TIMEOUT = 120_000 // milliseconds of a story; a slow machine must not fail

/** @type {Promise<Browser>|undefined} */
let launched
/** The one browser of the file. */
export const browser = () => (launched ??= launch())

/** By their flags. @type {Map<string, ReturnType<typeof start>>} */
const running = new Map()

/** A server of the file, started when first asked for. @param {...string} flags */
export async function served(...flags) {
  const key = flags.join(' ')
  const server = running.get(key) ?? start(...flags)
  running.set(key, server)
  return (await server).url
}

after(async () => {
  await (await launched)?.close()
  await Promise.all([...running.values()].map(async (server) => (await server).stop()))
})

/** Stories in which the server has a part. @param {(story: Story) => void} declare */
export function onEachStore(declare) {
  for (const store of stores) describe(`on ${store.name}`, () => declare(storyOn(store.flags)))
}

/** Stories of the page alone. @param {(story: Story) => void} declare */
export function onMemory(declare) {
  describe(`on ${memory.name}`, () => declare(storyOn(memory.flags)))
}

/** Stories of a server with flags of its own. @param {string[]} flags @returns {Story} */
export function storyOn(flags) {
  return (name, path, tell, options = {}) => {
    test(name, { timeout: TIMEOUT }, async () => {
      const base = await served(...flags)
      await visit(await browser(), base + path, options, async (page) => {
        if (!options.early && options.scripts !== false) await ready(page)
        await tell(page, base)
      })
    })
  }
}
