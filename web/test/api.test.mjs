import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { ApiError, around, getJSON, late, latest } from '../app/api.js'

Object.assign(globalThis, { document: { documentElement: { lang: 'th' } } })

/** Answers to come: what the page asked for, by its address. @type {Map<string, {answer: (body: unknown, status?: number) => void, fail: () => void}>} */
const asked = new Map()
const fetched = globalThis.fetch
beforeEach(() => {
  asked.clear()
  globalThis.fetch = (url, { signal } = {}) => new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError')))
    asked.set(String(url), { answer: (body, status = 200) => resolve(Response.json(body, { status })), fail: () => reject(new TypeError('no network')) })
  })
})
afterEach(() => {
  globalThis.fetch = fetched
})

/** @param {Promise<void>} [first] */
function lineOf(first) {
  /** @type {unknown[]} */
  const told = []
  const line = latest((answer) => told.push(answer), (error) => told.push(`${error.status} ${error.message}`), first && (() => first))
  return { line, told }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

test('of several requests only the last is shown, in whatever order the answers come', async () => {
  const { line, told } = lineOf()
  line.ask('/a')
  line.ask('/b')
  asked.get('/b')?.answer('b')
  asked.get('/a')?.answer('a')
  await settle()
  assert.deepEqual(told, ['b'])
  assert.equal(line.open, false)
})

test('an answer that waits for something else is not shown once another is asked for', async () => {
  let named = () => {}
  const { line, told } = lineOf(new Promise((resolve) => (named = resolve)))
  line.ask('/a')
  asked.get('/a')?.answer('a')
  await settle()
  assert.deepEqual(told, [])
  line.ask('/b')
  named()
  asked.get('/b')?.answer('b')
  await settle()
  assert.deepEqual(told, ['b'])
})

test('what is known without asking takes the place of what is on its way', async () => {
  const { line, told } = lineOf()
  line.ask('/a')
  line.answer('known')
  asked.get('/a')?.answer('a')
  await settle()
  assert.deepEqual(told, ['known'])
  assert.equal(line.open, false)
})

test('a failure is told, and leaves the line open until there is an answer', async () => {
  const { line, told } = lineOf()
  line.ask('/a')
  assert.equal(line.open, true)
  asked.get('/a')?.answer({ title: 'Busy', detail: 'Try again.' }, 503)
  await settle()
  line.ask('/b')
  asked.get('/b')?.fail()
  await settle()
  assert.deepEqual(told, ['503 Try again.', '0 TypeError: no network'])
  assert.equal(line.open, true)
  line.ask('/c')
  asked.get('/c')?.answer('c')
  await settle()
  assert.equal(told.at(-1), 'c')
  assert.equal(line.open, false)
})

test('who gives up is told nothing', async () => {
  const { line, told } = lineOf()
  line.ask('/a')
  line.cancel()
  asked.get('/a')?.fail()
  await settle()
  assert.deepEqual(told, [])
  assert.equal(line.open, false)
})

test('a script that does not come is an answer that does not come', async () => {
  await assert.rejects(late(Promise.reject(new TypeError('Failed to fetch'))), (error) => error instanceof ApiError && error.status === 0)
  assert.equal(await late(Promise.resolve('here')), 'here')
})

test('matches on both sides of 180 degrees are fitted together, others as they lie', () => {
  assert.deepEqual(around([]), null)
  assert.deepEqual(around([[100, 5, 101, 6], [-80, -10, -70, 20]]), [-80, -10, 101, 20])
  assert.deepEqual(around([[178, -18, 178.5, -17], [-172, -14, -171, -13]]), [178, -18, 189, -13])
  assert.deepEqual(around([[-172, -14, -171, -13]]), [-172, -14, -171, -13])
})

test('a page that is no data is an answer that does not come', async () => {
  const { line, told } = lineOf()
  globalThis.fetch = async () => new Response('<html>', { status: 200 })
  line.ask('/a')
  await settle()
  assert.match(String(told), /^0 /)
})

/** A server that refuses so many times, and what it was asked when; no second passes. @param {number} times @param {(done: Promise<unknown>) => Promise<void>} check */
async function refused(times, check) {
  const real = globalThis.setTimeout
  /** @type {number[]} */
  const waits = []
  let busy = 0
  const quick = (/** @type {() => void} */ then, /** @type {number} */ ms) => (waits.push(ms), real(then, 0))
  Object.assign(globalThis, { setTimeout: quick })
  globalThis.dispatchEvent = () => ((busy += 1), true)
  globalThis.fetch = async (_, { headers } = {}) => {
    assert.equal(/** @type {any} */ (headers)['Accept-Language'], 'th')
    return times-- > 0 ? Response.json({ detail: 'full' }, { status: 503, headers: { 'Retry-After': '2' } }) : Response.json('here')
  }
  try {
    await check(getJSON('/a'))
  } finally {
    globalThis.setTimeout = real
  }
  assert.equal(busy, waits.length, 'the page is told each time')
  waits.forEach((ms, n) => assert.ok(ms >= 2000 * 2 ** n && ms <= 4000 * 2 ** n, `waited ${ms}`))
  return waits.length
}

test('what is refused for a while is asked for again, each time later', async () => {
  assert.equal(await refused(2, async (done) => assert.equal(await done, 'here')), 2)
})

test('what is refused again and again is given up, in the words of the server', async () => {
  assert.equal(await refused(9, (done) => assert.rejects(done, (error) => error instanceof ApiError && error.status === 503 && error.message === 'full')), 3)
})

test('what turns the direction of a text round is not shown, marks and joiners are', async () => {
  const { line, told } = lineOf()
  line.ask('/a')
  asked.get('/a')?.answer({ name: 'lab \u202egnp\u2066.\u200f\u200d', slug: '\\u202e' })
  await settle()
  assert.deepEqual(told, [{ name: 'lab gnp.\u200f\u200d', slug: '\\u202e' }])
})
