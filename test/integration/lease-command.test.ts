import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { repository } from '../../deploy/local/src/layout.ts'
import { until } from '../faults/harness/system.ts'
import { execute, ssh } from '../lab/test/stock-ssh.ts'
import { personOf } from '../faults/harness/logins.ts'
import { CiSystem, rekeyProgram } from './ci-system.ts'

/*
 * Jobs run commands with leased keys, and programs fetch them: with Debian's own ssh, scp, sftp, git and rsync, each against real hosts under
 * strict host key checking.
 */

const credential = 'production/web-1/deploy/ssh-key'
const lease = ['lease', '--credential', credential]

let ci: CiSystem
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-lease-test-'))
  ci = await CiSystem.start(188, 'web-1/deploy', 'web-2/deploy')
  await ci.grant('shop', { accounts: ['deploy'] })
  await ci.grant('gitlab', { accounts: ['deploy'] }, { claims: { project_id: '4711', ref: 'main', ref_type: 'branch', ref_protected: 'true', environment: 'production' } })
})

afterAll(async () => {
  await ci.stop()
  await rm(folder, { recursive: true, force: true })
})

const fingerprint = async (): Promise<string> => (await ci.system.view(ci.system.place('web-1/deploy'))).fingerprint ?? ''

/** Waits until the key is another, and settled. */
async function rotated (from: string): Promise<void> {
  await ci.system.becomes(ci.system.place('web-1/deploy'), 'has another key', view => view.status === 'settled' && view.fingerprint !== from)
}

test('a command logs in while it runs; then the lease is given back, nothing is left, and the key is replaced', async () => {
  const before = await fingerprint()
  const { code, stdout, stderr } = await ci.rekey([...lease, '--', 'sh', '-c', 'ssh web-1 id -un; dirname "$SSH_AUTH_SOCK"; ssh-add -L; env; cat /proc/$PPID/environ; cd "$(dirname "$SSH_AUTH_SOCK")"; cat known_hosts ssh_config inventory.json *.pub bin/*'])
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('rekey:')])
  const [user, left = '', key] = stdout.split('\n')
  expect([user, key]).toEqual(['deploy', expect.stringMatching(/^ssh-ed25519 /)])
  expect(stdout).not.toMatch(/PRIVATE KEY|rekey_lease_/)
  expect(stdout).toContain('StrictHostKeyChecking yes')
  await expect(access(left)).rejects.toThrow()
  expect(await execute('ssh-add', ['-L'], { SSH_AUTH_SOCK: join(left, 'agent') })).toMatchObject({ code: 2 })
  expect(await ci.liveLeases()).toEqual([])
  await rotated(before)
})

test('scp, sftp, rsync and git take the same keys, by the host\'s name and by its address', async () => {
  await writeFile(join(folder, 'release'), 'version 1.4.2\n')
  const { address } = ci.system.lab.host('web-1')
  const script = `set -eu
scp -q release web-1:scp
echo 'put release sftp' | sftp -q -b - web-1 > /dev/null
rsync release web-1:rsync
ssh ${address} 'git init -q --bare shop.git && git --git-dir shop.git symbolic-ref HEAD refs/heads/main'
git init -q -b main shop && cd shop
git -c user.name=ci -c user.email=ci@example.org commit -q --allow-empty -m 'release 1.4.2'
git push -q web-1:shop.git main
git clone -q web-1:shop.git ../clone
git -C ../clone log --format=%s
ssh web-1 cat scp sftp rsync`
  const ended = await execute('sh', ['-c', `cd ${folder} && exec ${process.execPath} ${rekeyProgram} ${lease.join(' ')} -- sh -c "$SCRIPT"`], { ...ci.environment, ...ci.github, SCRIPT: script })
  expect(ended).toMatchObject({ code: 0, stdout: 'release 1.4.2\n' + 'version 1.4.2\n'.repeat(3) })
})

test('a host that shows another key is not spoken to', async () => {
  const script = 'ssh-keygen -q -t ed25519 -N "" -f "$HOME/other"; sed -i "s|ssh-ed25519 .*|$(cut -d" " -f1,2 "$HOME/other.pub")|" "$REKEY_KNOWN_HOSTS"; ssh web-1 id -un'
  expect(await ci.rekey([...lease, '--', 'sh', '-c', script])).toMatchObject({ code: 255, stdout: '', stderr: expect.stringContaining('Host key verification failed') as unknown })
})

test('the exit code is that of the command, and what can\'t be run leaves no lease', async () => {
  expect(await ci.rekey([...lease, '--', 'sh', '-c', 'exit 7'])).toMatchObject({ code: 7 })
  expect(await ci.rekey([...lease, '--', 'no-such-program'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no-such-program can\'t be run') as unknown })
  expect(await ci.liveLeases()).toEqual([])
})

test('a lease of four seconds is renewed while its command runs', async () => {
  expect(await ci.rekey([...lease, '--ttl', '4', '--', 'sh', '-c', 'sleep 6; ssh web-1 id -un'])).toMatchObject({ code: 0, stdout: 'deploy\n' })
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the command and gives the lease back', async (name) => {
  await until('the last rotation', async () => (await ci.system.view(ci.system.place('web-1/deploy'))).status === 'settled' || undefined, 20)
  const child = spawn(process.execPath, [rekeyProgram, ...lease, '--reason', name, '--', 'sh', '-c', 'echo ready; exec sleep 60'], { env: { ...ci.environment, ...ci.github }, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(await ci.liveLeases()).toMatchObject([{ reason: name }])
  child.kill(name)
  expect(await once(child, 'exit')).toEqual([name === 'SIGTERM' ? 143 : 130, null])
  expect(await ci.liveLeases()).toEqual([])
})

test('files are this user\'s alone, open the host until they are given back, and are gone then', async () => {
  const place = join(folder, 'files')
  expect(await ci.rekey(['fetch', '--credential', credential, '--format', 'files', '--out', place])).toMatchObject({ code: 0, stdout: '' })
  expect((await stat(place)).mode & 0o777).toBe(0o700)
  for (const name of await readdir(place)) expect([name, (await stat(join(place, name))).mode & 0o777]).toEqual([name, name === 'bin' ? 0o700 : 0o600])
  expect(await execute(join(place, 'bin/ssh'), ['web-1', 'id', '-un'])).toMatchObject({ code: 0, stdout: 'deploy\n' })
  const key = await readFile(join(place, 'web-1--deploy--ssh-key'), 'utf8')
  const before = await fingerprint()
  expect(await ci.rekey(['fetch', '--credential', credential, '--format', 'files', '--out', place])).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') as unknown })
  expect(await ci.rekey(['give-back', place])).toMatchObject({ code: 0 })
  await expect(access(place)).rejects.toThrow()
  await rotated(before)
  expect(await ssh(folder, ci.system.lab.host('web-1'), { account: 'deploy', privateKey: key }, 'id')).toMatchObject({ code: 255, stderr: expect.stringContaining('Permission denied') as unknown })
})

test('with an agent no key is in a file, and the agent ends with the lease', async () => {
  const place = join(folder, 'agent')
  expect(await ci.rekey(['fetch', '--account', 'deploy', '--audience', 'rekey-production', '--format', 'files', '--agent', '--out', place])).toMatchObject({ code: 0 })
  expect(await execute('grep', ['-rl', 'PRIVATE KEY', place])).toMatchObject({ code: 1 })
  for (const host of ['web-1', 'web-2']) expect(await execute(join(place, 'bin/ssh'), [host, 'id', '-un'])).toMatchObject({ code: 0, stdout: 'deploy\n' })
  const { agentPid } = JSON.parse(await readFile(join(place, 'lease.json'), 'utf8')) as { agentPid: number }
  expect(await ci.rekey(['give-back', place])).toMatchObject({ code: 0 })
  await until('the end of the agent', async () => await access(`/proc/${agentPid}`).then(() => undefined, () => true), 5)
})

test('programs read JSON or variables', async () => {
  const { code, stdout } = await ci.rekey(['fetch', '--credential', credential, '--ttl', '2', '--format', 'json'])
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { credentials: [{ credential, user: 'deploy' }] }])
  const token = await ci.gitlabToken()
  const script = `eval "$(${process.execPath} ${rekeyProgram} fetch --credential ${credential} --ttl 2 --reason "a program" --token-file - --format env)"; echo "$REKEY_USER"; printf '%s' "$REKEY_PRIVATE_KEY" | ssh-keygen -y -f /dev/stdin | cut -d' ' -f1-2; echo "$REKEY_PUBLIC_KEY"`
  const { stdout: shown } = await execute('bash', ['-c', script], ci.environment, token)
  const [user, made, known] = shown.split('\n')
  expect([user, made]).toEqual(['deploy', known?.split(' ').slice(0, 2).join(' ')])
})

test('the template for GitLab logs a job in and gives back, and what it prints has no line of a secret', async () => {
  const template = parse(await readFile(join(repository, 'deploy/ci/gitlab/rekey.yml'), 'utf8')) as Record<'.rekey', { id_tokens: object, before_script: string[], after_script: string[] }>
  const { id_tokens: tokens, before_script: before, after_script: after } = template['.rekey']
  expect(tokens).toEqual({ REKEY_CI_TOKEN: { aud: 'rekey-production' } })
  await mkdir(join(folder, 'tools'))
  await writeFile(join(folder, 'tools/rekey'), `#!/bin/sh\nexec '${process.execPath}' '${rekeyProgram}' "$@"\n`, { mode: 0o700 })
  const token = await ci.gitlabToken()
  const { PATH, ...environment } = ci.environment
  const env = { ...environment, PATH: `${join(folder, 'tools')}:${PATH ?? ''}`, CI_JOB_ID: `${process.pid}`, CI_JOB_URL: 'https://gitlab.example.org/acme/shop/-/jobs/1', REKEY_CREDENTIALS: credential, REKEY_CI_TOKEN: token }
  // As the runner does it: before_script and script in one shell, after_script in another.
  const job = await execute('bash', ['-c', ['set -eo pipefail', ...before, 'ssh web-1 id -un', 'ssh-add -L', 'env'].join('\n')], env)
  expect([job.code, job.stdout.split('\n')[0], job.code === 0 ? '' : job.stderr]).toEqual([0, 'deploy', ''])
  const { secret } = JSON.parse(await readFile(`/tmp/rekey-${process.pid}/lease.json`, 'utf8')) as { secret: string }
  const end = await execute('bash', ['-c', after.join('\n')], env)
  expect(end.code).toBe(0)
  for (const line of [token, secret, 'PRIVATE KEY']) expect(job.stdout + job.stderr + end.stdout + end.stderr).not.toContain(line)
  expect(await ci.liveLeases()).not.toMatchObject([{ reason: `GitLab: ${env.CI_JOB_URL}` }])
})

test.each([
  ['another project that has taken the path', { project_id: '4712' }],
  ['a branch that is not protected', { ref_protected: 'false' }],
  ['another environment', { environment: 'staging' }]
])('a job of GitLab gets nothing for %s', async (_what, change) => {
  const { code, stdout, stderr } = await execute(process.execPath, [rekeyProgram, 'fetch', '--credential', credential, '--ttl', '2', '--reason', 'a job', '--token-file', '-', '--format', 'json'], ci.environment, await ci.gitlabToken(change))
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('grant')])
})

/** What a runner of GitHub shows of what a step prints: it hides what it was told to, line by line. */
function shownBy (printed: string): string {
  const masks = [...printed.matchAll(/^::add-mask::(.*)$/gm)].map(([, text = '']) => text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%'))
  return printed.split('\n').filter(line => !line.startsWith('::add-mask::')).map(line => masks.reduce((text, mask) => text.replaceAll(mask, '***'), line)).join('\n')
}

test.each([false, true])('the action for GitHub logs the steps of a job in (in files: %s), masks each line of a secret, and gives back at its end', async (inFiles) => {
  const place = join(folder, `runner-${String(inFiles)}`)
  await mkdir(place)
  const files = Object.fromEntries(['ENV', 'PATH', 'STATE', 'OUTPUT'].map(name => [`GITHUB_${name}`, join(place, name)]))
  const read = async (name: string): Promise<string> => await readFile(join(place, name), 'utf8')
  const pairs = (text: string): Record<string, string> => Object.fromEntries(text.trim().split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
  await writeFile(join(place, 'rekey'), `#!/bin/sh\nexec '${process.execPath}' '${rekeyProgram}' "$@"\n`, { mode: 0o700 })
  const { REKEY_BROKER_ADDR: broker = '', REKEY_BROKER_CA_FILE: ca = '', ...environment } = ci.environment
  const env: Record<string, string> = { ...environment, ...ci.github, ...files, RUNNER_TEMP: place, INPUT_CREDENTIALS: `${credential}\n  production/web-2/deploy/ssh-key`, INPUT_BROKER: broker, 'INPUT_CA-FILE': ca, INPUT_FILES: String(inFiles), INPUT_REKEY: join(place, 'rekey'), INPUT_TTL: '' }
  const action = async (script: string, more: Record<string, string> = {}) => await execute(process.execPath, [join(repository, 'deploy/ci/github', script)], { ...env, ...more })

  const main = await action('main.mjs')
  expect(main).toMatchObject({ code: 0 })
  const { folder: lease = '' } = pairs(await read('OUTPUT'))
  const { secret } = JSON.parse(await readFile(join(lease, 'lease.json'), 'utf8')) as { secret: string }
  const step = await execute('bash', ['-c', `ssh web-1 id -un; ssh web-2 id -un; env; cat ${lease}/*`], { ...env, ...pairs(await read('ENV')), PATH: `${(await read('PATH')).trim()}:${env['PATH'] ?? ''}` })
  expect(step.stdout).toMatch(/^deploy\ndeploy\n/)
  const printed = main.stdout + main.stderr + step.stdout + step.stderr
  expect([printed.includes(secret), printed.includes('PRIVATE KEY')]).toEqual([true, inFiles])
  const keys = inFiles ? await Promise.all(['web-1', 'web-2'].map(async host => await readFile(join(lease, `${host}--deploy--ssh-key`), 'utf8'))) : []
  const shown = shownBy(printed).split('\n')
  for (const line of [secret, ...keys.flatMap(key => key.split('\n'))].filter(one => one !== '')) expect(shown.filter(one => one.includes(line))).toEqual([])

  const post = async () => await action('post.mjs', Object.fromEntries(Object.entries(pairs(await read('STATE'))).map(([name, value]) => [`STATE_${name}`, value])))
  expect(await post()).toMatchObject({ code: 0, stdout: expect.stringContaining('is given back') as unknown })
  await expect(access(lease)).rejects.toThrow()
  expect(await ci.liveLeases()).toEqual([])
  // A job that was refused its lease has nothing to give back.
  expect(await post()).toMatchObject({ code: 0, stdout: '' })
})

test('the action for GitHub ends the step where there is no lease, with the reason', async () => {
  const place = join(folder, 'runner-refused')
  await mkdir(place)
  const env = { ...ci.environment, ...ci.github, GITHUB_STATE: join(place, 'STATE'), RUNNER_TEMP: place, INPUT_CREDENTIALS: 'production/web-1/root/ssh-key', INPUT_BROKER: ci.environment['REKEY_BROKER_ADDR'] ?? '', INPUT_REKEY: rekeyProgram }
  expect(await execute(process.execPath, [join(repository, 'deploy/ci/github/main.mjs')], env)).toMatchObject({ code: 1, stdout: expect.stringContaining('::error::there is no lease') as unknown, stderr: expect.stringContaining('lease/') as unknown })
})

describe('a person', () => {
  const whoami = [...lease, '--reason', 'a look at the disk', '--', 'ssh', 'web-1', 'id', '-un']
  const place = () => ['--vault-addr', ci.system.stack.vault.address, '--ca-file', ci.system.stack.caFile]
  const homeOf = (name: string) => ({ XDG_RUNTIME_DIR: join(folder, name) })
  /** Types a command as a person on a machine of his own. */
  const types = async (name: string, ...args: string[]) => await execute(process.execPath, [rekeyProgram, ...args], { ...ci.environment, ...homeOf(name) })

  beforeAll(async () => {
    const { stack } = ci.system
    await ci.grant('admins', { hosts: ['web-1'], accounts: ['deploy'] }, { issuer: `${stack.vault.address}/v1/identity/oidc`, audience: 'rekey-lease-production', claims: { groups: 'rekey-admin-production' }, rotateAfter: 'never' })
    const operator = personOf(stack, 'production')
    // Eve may ask the API in this zone, and is an admin of another one.
    const password = 'correct horse battery staple'
    await writeFile(join(folder, 'eve-password'), password)
    await stack.asRoot(async root => {
      await root.must('POST', 'auth/userpass/users/eve', { password, token_policies: ['rekey-identity'], token_no_default_policy: true })
      const { entity_id: eve } = (await root.must('POST', 'auth/userpass/login/eve', { password }))['auth'] as { entity_id: string }
      for (const name of ['rekey-operator-production', 'rekey-admin-backup']) await root.must('POST', `identity/group/name/${name}`, { policies: ['rekey-identity'], member_entity_ids: [eve] })
    })
    for (const [name, username, file] of [['ada', operator.username, operator.passwordFile], ['eve', 'eve', join(folder, 'eve-password')]] as const) {
      expect(await types(name, 'login', ...place(), '--username', username, '--password-file', file)).toMatchObject({ code: 0 })
    }
  })

  test('who is logged in runs a command with what his group is granted, and the lease says who it was', async () => {
    expect(await types('ada', ...whoami)).toMatchObject({ code: 0, stdout: 'deploy\n' })
    const { items } = (await ci.system.api.get<{ items: Array<{ grant: string, subject: string, status: string }> }>('/v1/leases?status=returned')).body
    expect(items.filter(({ grant }) => grant === 'admins')).toMatchObject([{ subject: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown, status: 'returned' }])
  })

  test('two leases of one person within a second both come', async () => {
    const both = await Promise.all([types('ada', ...whoami), types('ada', ...whoami)])
    expect(both.map(({ code, stdout }) => [code, stdout])).toEqual([[0, 'deploy\n'], [0, 'deploy\n']])
  })

  test('another role, another zone\'s admin, the token for the API and a token that was used are refused', async () => {
    expect(await types('eve', ...whoami)).toMatchObject({ code: 1, stderr: expect.stringContaining('[lease/refused]') as unknown })
    const { token } = JSON.parse(await readFile(join(folder, 'ada', 'rekey', 'vault-login.json'), 'utf8')) as { token: string }
    const file = join(folder, 'person-token')
    const leaseWith = async (role: string) => {
      await writeFile(file, ((await ci.system.stack.vaultHttp.as(token).must('GET', `identity/oidc/token/${role}`))['data'] as { token: string }).token)
      return [await types('ada', ...lease, '--token-file', file, '--reason', 'x', '--', 'true'), await types('ada', ...lease, '--token-file', file, '--reason', 'x', '--', 'true')]
    }
    const refused = { code: 1, stderr: expect.stringContaining('[token/refused]') as unknown }
    expect(await leaseWith('rekey')).toMatchObject([refused, refused])
    expect(await leaseWith('rekey-lease-backup')).toMatchObject([refused, refused])
    expect(await leaseWith('rekey-lease-production')).toMatchObject([{ code: 0 }, refused])
  })
})
