import { formatName } from '@rekey/domain'
import { hostAccessContract } from './host-access.contract.ts'
import { createMemoryAccess, memoryKey, MemoryHost } from './memory-host.ts'

hostAccessContract('in memory', () => {
  const host = new MemoryHost()
  return Promise.resolve({
    access: createMemoryAccess(host),
    target: { address: '127.0.0.1', port: 22, hostKeys: [host.hostKey], account: 'root', via: null },
    credential: { zone: 'production', host: 'web-1', account: 'root', name: 'ssh-key' },
    makeKey: () => memoryKey(),
    grant: (key) => { host.keys.add(key.publicKey); return Promise.resolve() },
    holds: (key) => Promise.resolve(host.keys.has(key.publicKey)),
    spoilFence: (credential) => { host.fences.set(formatName(credential), 'unreadable'); return Promise.resolve() },
    wantMoreFactors: () => { host.wantsMoreFactors = true; return Promise.resolve() },
    forbidCommands: () => { host.runsCommands = false; return Promise.resolve() },
    goAway: () => { host.isReachable = false; return Promise.resolve() },
    close: () => Promise.resolve()
  })
})
