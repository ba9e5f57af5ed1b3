import { makeKey, parsePrivateKey } from '@rekey/ssh'
import ssh2 from 'ssh2'
import { access, closeAll, current, failure, isCurrent, knowsSha1Only, namesNoRsa, onlyCurrent, silence, startHost, stranger, verdicts } from './hostile-host.ts'

afterEach(closeAll)

describe('what a host says of keys', () => {
  test('nothing but public keys is ever shown, one at a time and in order', async () => {
    const { target, attempts } = await startHost()
    expect(await verdicts(target, [stranger, makeKey(), current])).toEqual(['refused', 'refused', 'accepted', 'session'])
    // The last one twice: the question, then the signature.
    expect(attempts).toEqual(Array(4).fill('publickey ssh-ed25519 '))
  })

  test('a host that lets in whoever sends no key at all lets nobody in', async () => {
    const { target } = await startHost({ authenticate: (context) => context.method === 'none' ? context.accept() : context.reject(['none', 'publickey']) })
    expect(await verdicts(target)).toEqual(['refused', 'refused', 'refused', 'no session'])
  })

  test('a host that accepts anything accepts the random key', async () => {
    const { target } = await startHost({ authenticate: (context) => context.accept() })
    expect(await verdicts(target)).toEqual(['accepted', 'untried', 'untried', 'session'])
  })

  test('a host that lets us in without a signature has proven nothing', async () => {
    const { target } = await startHost({ authenticate: (_context, client) => (client as unknown as { _protocol: { authSuccess (): void } })._protocol.authSuccess() })
    expect(await failure(target)).toBe('ssh/misbehaved')
  })

  test('a key that is one factor of two is neither refused nor accepted, and nothing more is shown', async () => {
    const { target, attempts } = await startHost({ authenticate: (context) => isCurrent(context) && context.method === 'publickey' && context.signature !== undefined ? context.reject(['publickey', 'password'], true) : isCurrent(context) ? context.accept() : context.reject(['publickey']) })
    expect(await verdicts(target)).toEqual(['refused', 'unclear', 'untried', 'no session'])
    expect(attempts).toHaveLength(3)
  })

  test('where keys are not on offer none was looked at', async () => {
    const { target } = await startHost({ authenticate: (context) => context.reject(['password']) })
    expect(await verdicts(target)).toEqual(['unclear', 'untried', 'untried', 'no session'])
  })

  test('an RSA key signs with SHA-2', async () => {
    const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    const { target, attempts } = await startHost({ authenticate: (context) => context.accept() })
    expect(await verdicts(target, [rsa])).toEqual(['accepted', 'session'])
    expect(attempts).toEqual(['publickey ssh-rsa sha256', 'publickey ssh-rsa sha256'])
  })

  test('where RSA is known with SHA-1 only, an RSA key is shown and never signs', async () => {
    const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    const { target, attempts } = await startHost({
      onClient: knowsSha1Only,
      authenticate: (context) => context.method === 'publickey' && context.key.algo === 'ssh-rsa' ? context.accept() : onlyCurrent(context)
    })
    expect(await verdicts(target, [stranger, rsa, current])).toEqual(['refused', 'unclear', 'accepted', 'session'])
    expect(attempts.filter((attempt) => attempt.includes('rsa'))).toHaveLength(1)
  })

  test('a host that names no signature by RSA is shown an RSA key all the same, with either, and its answers count', async () => {
    const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    const refusing = await startHost({ onClient: namesNoRsa })
    expect(await verdicts(refusing.target, [rsa, current])).toEqual(['refused', 'accepted', 'session'])
    expect(refusing.attempts).toEqual(['publickey ssh-rsa sha512', 'publickey ssh-rsa sha256', ...Array<string>(2).fill('publickey ssh-ed25519 ')])
    for (const hash of ['sha512', 'sha256']) {
      const taking = await startHost({ onClient: namesNoRsa, authenticate: (context) => context.method === 'publickey' && context.hashAlgo === hash ? context.accept() : onlyCurrent(context) })
      expect([hash, ...await verdicts(taking.target, [stranger, rsa])]).toEqual([hash, 'refused', 'accepted', 'session'])
    }
  })

  test('a host that never answers a key is not waited for', async () => {
    const { target } = await startHost({ authenticate: (context) => isCurrent(context) ? undefined : onlyCurrent(context) })
    expect(await silence(target)).toBe('ssh/timeout')
  })

  test.each([['banner', { banner: 'x'.repeat(9000) }], ['greeting', { greeting: 'hello\r\n'.repeat(1300) }]])('a %s that is too long ends the connection', async (_, config) => {
    const { target } = await startHost({ config })
    expect(await failure(target)).toBe('ssh/misbehaved')
  })

  test('a banner of a usual length does not matter', async () => {
    const { target } = await startHost({ config: { banner: 'Authorised use only.\n'.repeat(100), greeting: 'hello' } })
    expect(await verdicts(target, [current])).toEqual(['accepted', 'session'])
  })

  test('one connection shows six keys at most', async () => {
    const { target, connections } = await startHost()
    await expect(access.contact(target, Array.from({ length: 7 }, makeKey))).rejects.toThrow(RangeError)
    await expect(access.contact(target, [])).rejects.toThrow(RangeError)
    expect(connections()).toBe(0)
  })
})
