import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { aclLine } from '../src/redis.ts'

test('the ACL file holds the hash of a password and not the password', () => {
  const line = aclLine({ name: 'api', uid: 1, keys: ['rekey:visits-a:*'] }, 'open sesame')
  expect(line).not.toContain('open sesame')
  // printf 'open sesame' | sha256sum
  expect(line).toContain('#41ef4bb0b23661e66301aac36066912dac037827b4ae63a7b1165a5aa93ed4eb')
})

test('a service may do nothing but what is listed, and listen to nothing', () => {
  const words = aclLine({ name: 'api', uid: 1, keys: ['rekey:visits-a:*', 'rekey:visits-b:*'] }, 'x').split(' ')
  expect(words).toEqual(expect.arrayContaining(['resetchannels', '~rekey:visits-a:*', '~rekey:visits-b:*', '-@all']))
  expect(words.filter(word => /@all|@admin|@dangerous|flush|keys$/.test(word))).toEqual(['-@all'])
})

test('docs/deployment.md shows the very rules that the local stack gives', () => {
  const page = readFileSync(new URL('../../../docs/deployment.md', import.meta.url), 'utf8')
  const shown = page.split('\n').filter(line => line.startsWith('user ') && line.includes(' on #')).map(line => line.replace('#SHA256', '#'))
  const given = [['api', 'production', 'backup'], ['worker-production', 'production'], ['worker-backup', 'backup']]
    .map(([name = '', ...zones]) => aclLine({ name, uid: 1, keys: zones.map(zone => `rekey:visits-${zone}:*`) }, 'x').replace(/#[0-9a-f]{64}/, '#'))
  expect(shown).toEqual(given)
})
