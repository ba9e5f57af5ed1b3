import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Secret, signDelivery as sign } from '@rekey/domain'

type Verify = (signature: string, body: string, secret: string, now?: number) => boolean

test('the example of docs/webhooks.md takes what we sign, and nothing else', async () => {
  const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8')
  const source = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const { isFromRekey } = await import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`) as { isFromRekey: Verify }
  const [secret, body, seconds] = ['s'.repeat(32), '{"id":"e1"}', 1_772_366_401]
  const signature = sign(Secret.of(secret), seconds, body)
  expect(isFromRekey(signature, body, secret, seconds * 1000)).toBe(true)
  expect([
    isFromRekey(signature, body + ' ', secret, seconds * 1000),
    isFromRekey(signature, body, 'x'.repeat(32), seconds * 1000),
    isFromRekey(signature.replace('t=1772366401', 't=1772366402'), body, secret, seconds * 1000),
    isFromRekey(signature, body, secret, (seconds + 301) * 1000),
    isFromRekey('', body, secret, seconds * 1000)
  ]).toEqual([false, false, false, false, false])
})
