import { randomInt } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Composition } from './composition.ts'
import type { Container } from './composition.ts'
import { describeFull } from './full.ts'
import { Images } from './images.ts'

/** The images as the Dockerfile builds them, and docker-compose.yml up to hosts whose keys have been replaced. */

const net = `127.${randomInt(20, 250)}`
const services = ['api', 'worker-production', 'worker-backup', 'broker-production', 'broker-backup']
let folder: string
let images: Images
let composition: Composition

describeFull('the images', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rekey-images-'))
    images = new Images(join(folder, 'images'))
    composition = await Composition.read(images, join(folder, 'volumes'), net)
    await images.makeBases()
    for (const target of ['api', 'worker', 'broker', 'setup', 'host']) await images.build(target)
  }, 1_800_000)
  afterAll(async () => {
    await composition.stop()
    await images.remove()
    await rm(folder, { recursive: true, force: true })
  }, 120_000)

  test.each([['api', ['health-listener.mjs', 'REKEY_API']], ['worker', ['health-worker.mjs']], ['broker', ['health-listener.mjs', 'REKEY_BROKER']]])('%s has a user who is not root, a health check, and no source or tool of the build', async (target, check) => {
    expect(await images.config(target)).toMatchObject({ User: expect.stringMatching(/^[1-9]\d+:[1-9]\d+$/) as string, Healthcheck: { Test: ['CMD', 'node', ...check] } })
    const root = await images.mount(target)
    for (const left of ['src', 'app/node_modules/typescript', 'app/node_modules/jest']) await expect(readFile(join(root, left))).rejects.toThrow('ENOENT')
    expect(await readFile(join(root, `app/services/${target}/dist/main.js`), 'utf8')).not.toBe('')
  }, 60_000)

  test('start on read-only roots without rights, become healthy, and replace the keys of both hosts', async () => {
    // They share the machine's networks, so each listens at its own address only.
    const addresses: Record<string, Record<string, string>> = { api: { REKEY_API_HOST: `${net}.10.12` }, 'broker-production': { REKEY_BROKER_HOST: `${net}.10.30` }, 'broker-backup': { REKEY_BROKER_HOST: `${net}.10.31` } }
    await composition.finish('files')
    for (const server of ['openbao', 'redis']) await composition.start(server)
    // On loopback whoever asks has the address 127.0.0.1.
    expect(await composition.finish('vault-setup', { REKEY_SERVICES_FROM: '127.0.0.0/8' })).toContain('Vault is set up')

    const running = new Map<string, Container>()
    for (const name of [...services, 'host-production', 'host-backup']) running.set(name, await composition.start(name, addresses[name] ?? {}))
    for (const [name, container] of running) await composition.healthy(name, container)
    for (const name of services) {
      const proc = `/proc/${running.get(name)?.pid ?? 0}`
      const status = await readFile(`${proc}/status`, 'utf8')
      expect([name, /^Uid:\s+(\d+)/m.exec(status)?.[1], /^CapEff:\s+(\w+)/m.exec(status)?.[1], /^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]])
        .toEqual([name, composition.services[name]?.user.split(':')[0], '0'.repeat(16), '1'])
      expect(await readFile(`${proc}/mountinfo`, 'utf8')).toMatch(/^\d+ \d+ \S+ \S+ \/ ro[, ]/m)
    }

    const proofs = (await composition.finish('rotate')).trim().split('\n')
    expect(proofs).toEqual(['backup', 'production'].map(zone => expect.stringMatching(new RegExp(`^${zone}/${zone}-1/deploy/ssh-key: SHA256:\\S+ refused, SHA256:\\S+ accepted, settled 20`)) as string))

    for (const name of services) {
      running.get(name)?.kill('SIGTERM')
      expect([name, (await running.get(name)?.ended)?.code]).toEqual([name, 0])
    }
  }, 300_000)
})
