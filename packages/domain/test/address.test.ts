import { expect, test } from '@jest/globals'
import { hostOf } from '@rekey/domain'

test.each([['https://vault.example.org:8200', 'vault.example.org'], ['https://10.20.0.7:8200', '10.20.0.7'], ['https://[2001:db8::7]:8200', '2001:db8::7']])('the host of %s is %s, as it is looked up and dialled', (url, host) => {
  expect(hostOf(url)).toBe(host)
})
