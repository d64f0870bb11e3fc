import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hitsOf, normal } from '../app/search.js'

test('a text without case, accents, marks and the blanks of scripts that have none', () => {
  for (const [text, want] of [
    ['  Hà Nội – Đà Nẵng ', 'ha noi da nang '], ['中国—东盟 技术', '中国东盟技术'], ['People’s “AI” Ｌａｂ', 'people s ai lab'], ['กรุงเทพ มหานคร', 'กรุงเทพมหานคร'], ['AI 实验室', 'ai 实验室'],
  ]) assert.equal(normal(text).text, want)
})

/** @param {string} text @param {...string} words */
const marked = (text, ...words) => hitsOf(text, words).map(([from, to]) => text.slice(from, to))

test('words are marked at their beginnings, short ones whole, and in scripts without blanks anywhere', () => {
  assert.deepEqual(marked('Thailand AI lab, ai-driven', 'ai'), ['AI', 'ai'])
  assert.deepEqual(marked('Price of rice: Rices', 'rice'), ['rice', 'Rice'])
  assert.deepEqual(marked('中国—东盟技术转移中心', '中国东盟'), ['中国—东盟'])
  assert.deepEqual(marked('สถานีข้าวไทย', 'ข้าว'), ['ข้าว'])
  assert.deepEqual(marked('Đà Nẵng', 'da'), ['Đà'])
  assert.deepEqual(marked('曼谷 · 泰国 · 传统医药 · 健康', '泰国', '传统医药'), ['泰国', '传统医药'], 'not the marks behind')
  assert.deepEqual(marked('Caf\u0065\u0301 x', 'cafe'), ['Cafe\u0301'])
  assert.deepEqual(marked('rice rice station', 'rice', 'rice station'), ['rice', 'rice station'])
  assert.deepEqual(marked('x', 'rice', ''), [])
  assert.deepEqual(marked('泰国传统医药实验室', '泰国传统医药', '国传', '医药'), ['泰国传统医药'], 'none within another')
})
