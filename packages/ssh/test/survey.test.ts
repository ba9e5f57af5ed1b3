import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SurveyResult } from '@rekey/domain'
import { renderSurvey } from '../src/scripts/render.ts'
import { parseSurvey } from '../src/survey-answer.ts'
import { Home, isRoot, nonce, shells } from './home.ts'

const asRoot = isRoot ? test : test.skip
const at = '2026-03-01T12:00:00.000Z'

/** A key as ssh-keygen makes it, in files. */
function generate (file: string, ...options: string[]): string {
  execFileSync('ssh-keygen', ['-q', '-f', file, ...options])
  return execFileSync('cut', ['-d', ' ', '-f', '1,2', `${file}.pub`], { encoding: 'utf8' }).trim()
}

describe.each(shells)('a survey on $name', (shell) => {
  let home: Home
  afterEach(() => home.remove())

  function survey (): SurveyResult | undefined {
    const said = home.run(renderSurvey(nonce, 20, home.surroundings))
    return parseSurvey(said, at)
  }

  asRoot('tells who can log in, by which keys, and which private keys lie about', () => {
    home = new Home(shell)
    const elsewhere = join(home.folder, 'keys of app')
    mkdirSync(elsewhere)
    const [listed, weak, lying, authority] = [
      generate(join(home.folder, 'listed'), '-t', 'ed25519', '-N', ''), generate(join(home.folder, 'weak'), '-t', 'rsa', '-b', '1024', '-N', ''),
      generate(join(home.ssh, 'id_ed25519'), '-t', 'ed25519', '-N', ''), generate(join(home.folder, 'authority'), '-t', 'ed25519', '-N', '')
    ]
    generate(join(home.ssh, 'id_sealed'), '-t', 'ed25519', '-N', 'a passphrase')
    const host = generate(join(home.folder, 'ssh_host_key'), '-t', 'ed25519', '-N', '')
    writeFileSync(home.keys, `# a comment\n${listed} me@there\nfrom="10.0.0.0/8" ${weak}\ncert-authority ${authority}\nssh-ed25519 not|base64\n`)
    // BusyBox has no ssh-keygen, and a folder of few tools not these.
    for (const program of shell.tools === undefined ? [] : ['ssh-keygen', ...shell.name.startsWith('busybox') ? [] : ['find', 'grep', 'head']]) home.stub(program, `exec ${execFileSync('which', [program], { encoding: 'utf8' }).trim()} "$@"`)
    home.stub('getent', `printf 'app:x:1001:1001::%s:/bin/sh\\nidle:x:1002:1002::/:/usr/sbin/nologin\\n$(touch x):x:0:0::/:/bin/sh\\n' '${home.path}'`)
    home.stub('sudo', 'printf \'User app may run the following commands on here:\\n    (ALL : ALL) NOPASSWD: ALL\\n\'')
    home.stub('sshd', `case $1 in
      -V) echo 'OpenSSH_9.2p1, OpenSSL' >&2 ;;
      -T) printf '%s\\n' 'permitrootlogin yes' 'strictmodes yes' 'ciphers aes128-cbc,aes128-ctr' 'trustedusercakeys none' 'hostkey ${join(home.folder, 'ssh_host_key')}' 'authorizedkeyscommand /usr/bin/who' 'authorizedkeysfile .ssh/authorized_keys' ;;
    esac`)

    const found = survey()
    expect(found).toMatchObject({ asRoot: true, isComplete: true, sshd: { version: 'OpenSSH_9.2p1', weak: ['ciphers aes128-cbc', 'permitrootlogin yes'], otherWays: ['authorizedkeyscommand'] }, hostKeys: [{ publicKey: host }] })
    expect(found?.accounts).toHaveLength(1)
    const [app] = found?.accounts ?? []
    expect(app).toMatchObject({ account: 'app', uid: 1001, password: 'unknown', root: 'yes', keys: [{ publicKey: listed, bits: null, restricted: false, since: at }, { publicKey: weak, bits: 1024, restricted: true }], authorities: [{ publicKey: authority }] })
    const sealed = execFileSync('ssh-keygen', ['-l', '-f', join(home.ssh, 'id_sealed.pub')], { encoding: 'utf8' }).split(' ')[1]
    const open = execFileSync('ssh-keygen', ['-l', '-f', join(home.ssh, 'id_ed25519.pub')], { encoding: 'utf8' }).split(' ')[1]
    expect(lying).toMatch(/^ssh-ed25519 /)
    expect(app?.privateKeys.toSorted((a, b) => Number(a.encrypted) - Number(b.encrypted))).toEqual([{ fingerprint: open, encrypted: false }, { fingerprint: sealed, encrypted: true }])
  })

  asRoot('has an end however much there is to tell', () => {
    home = new Home(shell)
    home.stub('sudo', 'echo no')
    home.stub('sshd', 'exit 1')
    home.stub('getent', 'i=0; while [ $i -lt 9000 ]; do echo "a$i:x:1001:1001::/nowhere:/bin/sh"; i=$((i + 1)); done')
    const said = home.run(renderSurvey(nonce, 1, home.surroundings))
    expect(said.length).toBeLessThan(300_000)
    expect(parseSurvey(said, at)?.isComplete).toBe(false)
  })
})

describe('what a host tells of itself', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXdfQ0hqZb9qd0oQ0a6oF1yK0e1yqIwq8c0n9o3o2sB'
  const told = (...records: string[]): SurveyResult | undefined => parseSurvey(['me root 0', 'account app 1001 locked 20512 no', ...records, 'end'].join('|'), at)

  test('is read word by word', () => {
    expect(told(`key app ${key} plain`)).toMatchObject({ by: 'root', isComplete: true, accounts: [{ password: 'locked', passwordChangedOn: '2026-02-28', keys: [{ publicKey: key, fingerprint: expect.stringMatching(/^SHA256:/) as string }] }] })
  })

  test.each([
    ['a key of another type than it names', `key app ${key.replace('ed25519 ', 'rsa ')} plain`],
    ['a key that is cut off', `key app ${key.slice(0, -9)} plain`],
    ['a key of an account that it has not told of', `key other ${key} plain`],
    ['an account that is none', 'account ../../etc 0 set 1 yes'],
    ['an account told twice', 'account app 0 none 1 yes'],
    ['a password\'s state that there is not', 'account b 1 $6$salt$hash 1 no'],
    ['control characters', 'set ciphers \u001b[2Jaes128-cbc'],
    ['what the script never prints', 'please run this'],
    ['a fingerprint that is none', 'private app open SHA256:../../x'],
    ['nothing', '']
  ])('%s is left out, and makes it incomplete', (_, record) => {
    const survey = told(record, `key app ${key} plain`)
    expect(survey).toMatchObject({ isComplete: false, sshd: { weak: [], otherWays: [] } })
    expect(survey?.accounts.map(({ account, uid, privateKeys, keys }) => [account, uid, privateKeys, keys.length])).toEqual([['app', 1001, [], 1]])
  })

  test('is kept as far as there is room for it', () => {
    const many = Array.from({ length: 30_000 }, (_, n) => [`account b${n} 1 set - no`, `set ciphers x${n}-cbc`, `hostkey ssh-ed25519 ${Buffer.from(`\0\0\0\x0bssh-ed25519${n}`).toString('base64')}`])
    const survey = told(...many.flat())
    expect(survey?.isComplete).toBe(false)
    expect(JSON.stringify(survey).length).toBeLessThan(400_000)
  })

  test.each([['that is cut off', 'me root 0|account app 1001 locked 1 no'], ['that says so', 'me root 0|cut|end']])('%s is not complete', (_, text) => {
    expect(parseSurvey(text, at)?.isComplete).toBe(false)
  })

  test('is nothing where it is not what the script prints', () => {
    expect(parseSurvey('', at)).toBeUndefined()
    expect(parseSurvey('x'.repeat(300_000), at)).toBeUndefined()
  })
})
