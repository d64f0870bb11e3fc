import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellOf, diameter, merge, neighbour, snap } from '../app/clusters.js'

/** @param {number} x @param {number} y @param {number} [count] */
const mark = (x, y, count = 1) => ({ key: `${x},${y}`, x, y, count })

test('marks that stand apart stay as they are', () => {
  assert.equal(merge([mark(0, 0), mark(40, 0), mark(0, 60, 9)]).length, 3)
})

test('marks that overlap become one, where the largest stands', () => {
  const [group, ...rest] = merge([mark(10, 0), mark(0, 0, 50), mark(0, 12, 3)])
  assert.deepEqual([rest.length, group.x, group.y, group.count, group.members.length], [0, 0, 0, 54, 3])
})

test('a group that has grown into its neighbour takes it in', () => {
  const marks = [mark(0, 0, 90), mark(30, 0, 60), mark(74, 0, 20)]
  const groups = merge(marks)
  assert.ok(apart(groups))
})

test('whatever the marks: none lost, none overlapping, and their order does not matter', () => {
  let seed = 1
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
  for (let round = 0; round < 50; round++) {
    const marks = Array.from({ length: 120 }, (_, i) => ({ key: String(i), x: random() * 600, y: random() * 400, count: Math.ceil(random() ** 4 * 300) }))
    const groups = merge(marks, 1)
    assert.equal(sum(groups), sum(marks))
    assert.equal(groups.flatMap((g) => g.members).length, marks.length)
    assert.ok(apart(groups), `round ${round}`)
    assert.deepEqual(merge([...marks].reverse(), 1), groups)
  }
})

test('circles grow from 26 to 48 pixels', () => {
  assert.deepEqual([1, 2, 10, 100, 1000, 1e6].map(diameter), [28, 28, 33, 41, 48, 48])
})

test('a cell is 64 pixels of the world at its zoom', () => {
  assert.equal(cellOf(-180, 85, 0), '0/0/0')
  assert.equal(cellOf(179.999, -85, 0), '0/3/3')
  assert.equal(cellOf(100.5, 13.7, 4), cellOf(460.5, 13.7, 4))
  assert.notEqual(cellOf(100.5, 13.7, 12), cellOf(100.6, 13.7, 12))
})

test('a window is widened to whole cells', () => {
  const box = snap({ left: 0.51, top: 0.3, right: 0.74, bottom: 0.49 }, 2) // cells of a sixteenth
  assert.deepEqual(box, [0, 0, 90, 66.51326])
})

test('small movements ask for the same cells', () => {
  const move = (/** @type {number} */ d) => snap({ left: 0.51 + d, top: 0.3 + d, right: 0.74 + d, bottom: 0.49 + d }, 4)
  assert.deepEqual(move(0.001), move(0))
})

test('a window across the antimeridian, and one wider than the world', () => {
  const [west, , east] = snap({ left: 0.95, top: 0.4, right: 1.05, bottom: 0.6 }, 3)
  assert.deepEqual([west, east], [157.5, -157.5])
  assert.deepEqual(snap({ left: -0.2, top: -0.1, right: 1.1, bottom: 1.2 }, 2), [-180, -90, 180, 90])
  assert.equal(snap({ left: 0.8, top: 0.4, right: 1, bottom: 0.6 }, 3)[2], 180)
})

/** @param {{count: number}[]} all */
const sum = (all) => all.reduce((n, m) => n + m.count, 0)

/** @param {{x: number, y: number, count: number}[]} groups */
function apart(groups) {
  return groups.every((a, i) => groups.slice(i + 1).every((b) => Math.hypot(a.x - b.x, a.y - b.y) >= (diameter(a.count) + diameter(b.count)) / 2))
}

test('an arrow key goes to the nearest mark of its direction', () => {
  const [middle, right, farRight, above] = [mark(0, 0), mark(50, 10), mark(200, 0), mark(10, -80)]
  const marks = [middle, right, farRight, above]
  assert.equal(neighbour(middle, marks, 'ArrowRight'), right)
  assert.equal(neighbour(right, marks, 'ArrowRight'), farRight)
  assert.equal(neighbour(middle, marks, 'ArrowUp'), above)
  assert.equal(neighbour(middle, marks, 'ArrowDown'), undefined)
  assert.equal(neighbour(middle, marks, 'Enter'), undefined)
})
