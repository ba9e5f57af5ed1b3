import { readSshLog } from '../src/ssh-log.ts'

/** As OpenSSH 9.2 writes it with -v. */
const offer = (key: string) => `debug1: Offering public key: ${key} ED25519 SHA256:Zm9v explicit`
const accept = (key: string) => `debug1: Server accepts key: ${key} ED25519 SHA256:Zm9v explicit`
const goOn = 'debug1: Authentications that can continue: publickey,password'
const begin = (method: string) => `debug1: Next authentication method: ${method}`
const opened = (method: string) => `Authenticated to 127.1.40.1 ([127.1.40.1]:22022) using "${method}".`

function read (...lines: string[]) {
  return readSshLog(lines.map((line) => `${line}\r\n`).join(''))
}

test('a key is refused when the host said that others can be tried, and only then', () => {
  expect(read(goOn, begin('publickey'), offer('/a b/one'), goOn, offer('two'), accept('two'), opened('publickey')))
    .toEqual({ refusedKeys: ['/a b/one'], refusedPassword: false, acceptedKeys: ['two'], openedBy: 'publickey' })
  expect(read(offer('one'), 'Connection closed by 127.1.40.1 port 22022').refusedKeys).toEqual([])
  expect(read(offer('one'), 'Received disconnect from 127.1.40.1 port 22022:2: Too many authentication failures').refusedKeys).toEqual([])
})

test.each(['password', 'keyboard-interactive'])('the same holds for a password, by %s', (method) => {
  expect(read(goOn, begin(method), goOn, 'app@127.1.40.1: Permission denied (publickey,password).')).toMatchObject({ refusedPassword: true, openedBy: undefined })
  expect(read(goOn, begin(method), opened(method))).toMatchObject({ refusedPassword: false, openedBy: method })
  expect(read(goOn, begin(method), 'Connection reset by 127.1.40.1 port 22022')).toMatchObject({ refusedPassword: false, openedBy: undefined })
})

test('a host that does not ask for a password has refused none', () => {
  expect(read(goOn, 'debug1: No more authentication methods to try.', 'app@127.1.40.1: Permission denied (publickey).').refusedPassword).toBe(false)
})

test('keys that are refused before a password is asked for are not taken for it', () => {
  expect(read(goOn, offer('one'), goOn, begin('password'), opened('password')))
    .toEqual({ refusedKeys: ['one'], refusedPassword: false, acceptedKeys: [], openedBy: 'password' })
})
