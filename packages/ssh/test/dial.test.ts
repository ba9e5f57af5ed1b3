import { DialPolicy, isRekeyError } from '@rekey/domain'
import { createHostAccess } from '@rekey/ssh'
import { access, behindWire, closeAll, current, startHost, stepTimeoutMs, targetAt } from './hostile-host.ts'

afterEach(closeAll)

const tcpHandles = (): number => process.getActiveResourcesInfo().filter((name) => /TCP(SocketWrap|WRAP)|TCPCONNECTWRAP/.test(name)).length

describe('where may be dialled', () => {
  const policy = (networks: string[]): ReturnType<typeof createHostAccess> => createHostAccess({ dialPolicy: new DialPolicy(networks), stepTimeoutMs })
  const codeOf = async (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (error: unknown) => isRekeyError(error) ? error.code : error)

  test('the address that a name stands for is what counts', async () => {
    const { target, connections } = await startHost()
    for (const address of ['127.0.0.1', 'localhost', '127.1', '2130706433', '::ffff:127.0.0.1', '0.0.0.0', '::1', 'fe80::1%lo']) {
      expect([address, await codeOf(policy(['10.0.0.0/8']).contact({ ...target, address }, [current]))]).toEqual([address, 'network/not-allowed'])
    }
    expect(connections()).toBe(0)
    const contact = await policy(['127.0.0.0/8']).contact({ ...target, address: 'localhost' }, [current])
    expect(contact.verdicts).toEqual(['accepted'])
    await contact.session?.close()
  })

  test('a name that does not exist is unreachable', async () => {
    expect(await codeOf(policy(['127.0.0.0/8']).contact({ ...targetAt(22), address: 'no-such-host.invalid' }, [current]))).toBe('ssh/unreachable')
  })

  test('an account name that is none is refused', async () => {
    expect(await codeOf(access.contact({ ...targetAt(22), account: 'a;b' }, [current]))).toBe('name/invalid')
  })
})

test('closing returns when the socket is closed, also when the host does not care', async () => {
  const { target } = await startHost()
  const silent = await behindWire(target, 'silent', 100_000)
  const { session } = await access.contact(silent, [current])
  const began = Date.now()
  await session?.close()
  await session?.close()
  expect(Date.now() - began).toBeLessThan(2000)
  await closeAll()
  for (const end = Date.now() + 2000; tcpHandles() > 0 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(tcpHandles()).toBe(0)
})
