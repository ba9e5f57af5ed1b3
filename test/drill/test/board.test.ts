import { expect, test } from '@jest/globals'
import { Board } from '../src/board.ts'

test('what opened last counts as open, what has never answered as unknown, and a refusal stays one while a host is silent', () => {
  const board = new Board(['a', 'b', 'c'])
  board.note('a', 'open', 1000)
  board.note('b', 'no-answer', 1000)
  expect(board.tally()).toEqual({ open: 1, silent: 2, refused: 0 })
  expect(board.isAllOpened()).toBe(false)
  board.note('a', 'refused', 2000)
  board.note('a', 'no-answer', 3000)
  expect(board.tally()).toEqual({ open: 0, silent: 2, refused: 1 })
  expect(board.tally(['b'])).toEqual({ open: 0, silent: 1, refused: 0 })
})

test('times go by the first refusal, and there is none for half or all before that many have refused', () => {
  const board = new Board(['a', 'b', 'c', 'd'])
  for (const [name, at] of [['a', 3000], ['b', 5000], ['a', 9000]] as const) board.note(name, 'refused', at)
  expect(board.refusals(1000)).toEqual({ first: 2, half: 4, all: null })
  expect(board.refusals(1000, ['a'])).toEqual({ first: 2, half: 2, all: 2 })
  // Refused before the moment that counts.
  expect(board.refusals(4000, ['a'])).toEqual({ first: 0, half: 0, all: 0 })
})

test('a place that opens again is not refused any more, and is remembered', () => {
  const board = new Board(['a'])
  for (const verdict of ['open', 'refused', 'open'] as const) board.note('a', verdict, 1000)
  expect([board.tally().open, board.reopened, board.isRefused('a')]).toEqual([1, ['a'], false])
  board.note('a', 'refused', 2000)
  expect([board.tally().refused, board.reopened]).toEqual([1, ['a']])
})
