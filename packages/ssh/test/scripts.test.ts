import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Home, comment, dash, isRoot, shells, someKey } from './home.ts'

const asRoot = isRoot ? test : test.skip
let home: Home
afterEach(() => home.remove())

describe.each(shells)('on $name', (shell) => {
  const [old, fresh, other] = [someKey(), someKey(), someKey('ssh-rsa')]
  const open = (lines?: string): Home => { home = new Home(shell, lines); return home }

  test('a key is added below the old one, in a file that keeps its mode', () => {
    open(`# ours\n${old} somebody@there\n`)
    chmodSync(home.keys, 0o640)
    expect(home.add(fresh, old, 12)).toBe('applied')
    expect(home.read()).toBe(`# ours\n${old} somebody@there\n${fresh} ${comment}\n`)
    expect(statSync(home.keys).mode & 0o777).toBe(0o640)
    expect(home.read(home.fence)).toBe('12\n')
    expect(statSync(join(home.ssh, '.rekey')).mode & 0o777).toBe(0o700)
    expect(readdirSync(home.ssh).sort()).toEqual(['.rekey', 'authorized_keys'])
  })

  test('adding a key that is there already changes nothing but the fence', () => {
    open(`${old}\n${fresh} some comment\n`)
    const before = home.snapshot()[home.keys]
    expect(home.add(fresh, old, 3)).toBe('applied')
    expect(home.snapshot()[home.keys]).toBe(before)
    expect(home.read(home.fence)).toBe('3\n')
  })

  test('a new key that is there makes a missing old one no matter', () => {
    open(`${fresh}\n`)
    expect(home.add(fresh, old)).toBe('applied')
    expect(home.add(someKey(), old)).toBe('refused:no-heir:')
    expect(home.read()).toBe(`${fresh}\n`)
  })

  const options = [
    'no-pty',
    'from="10.0.0.0/8,!10.1.1.1",no-agent-forwarding',
    'command="/usr/bin/backup --to \\"the vault\\" -v",restrict',
    'environment="GREETING=hello  there\ttab",from="*"',
    'command="echo \'single\' `ticks` $HOME $(id) %s %% \\\\ ; & | > #"',
    `command="echo ${old}",from="1.2.3.4"`,
    'permitopen="[2001:db8::1]:80",principals="a b"',
    'command="caf\xe9 \xff\xfe"',
    `environment="LONG=${'x'.repeat(20_000)}"`
  ]
  test.each(options.map((text) => [text.slice(0, 60), text]))('the new key inherits %s', (_, text) => {
    open()
    writeFileSync(home.keys, Buffer.from(`${other}\n${text} ${old} c\n`, 'latin1'))
    expect(home.add(fresh, old)).toBe('applied')
    expect(home.read()).toBe(`${other}\n${text} ${old} c\n${text} ${fresh} ${comment}\n`)
    expect(home.take([old], 2)).toBe('applied')
    expect(home.read()).toBe(`${other}\n${text} ${fresh} ${comment}\n`)
  })

  test('a key with several sets of options is followed by one with the same sets', () => {
    open(`from="10.0.0.1" ${old}\n\t from="10.0.0.2" \t ${old} again\nfrom="10.0.0.1"   ${old}\n`)
    expect(home.add(fresh, old)).toBe('applied')
    expect(home.read().split('\n').slice(3)).toEqual([`from="10.0.0.1" ${fresh} ${comment}`, `from="10.0.0.2" ${fresh} ${comment}`, ''])
  })

  test('what only looks like the key is not the key', () => {
    const body = old.split(' ')[1] ?? ''
    const decoys = [`# ${old}`, `command="${old}" ${other}`, `${other} ${old}`, `${old}A`, `ssh-rsa ${body}`, `from="x ${old}`, `cert-authority ${old}`, `no-pty,CERT-AUTHORITY,from="a,b" ${old}`, body, `x ${body}`]
    open(decoys.join('\n') + '\n')
    const before = home.snapshot()
    expect(home.add(fresh, old)).toBe('refused:no-heir:')
    const after = home.snapshot()
    expect(after[home.keys]).toBe(before[home.keys])
    expect(home.take([old])).toBe('applied')
    // A key that may sign others is a way in as well, so it goes.
    expect(home.read()).toBe(decoys.filter((line) => !/cert-authority/i.test(line)).join('\n') + '\n')
  })

  test('an old key with CRLF and without a comment is found, added to and removed', () => {
    open(`${other} c\r\n${old}\r\n`)
    expect(home.add(fresh, old)).toBe('applied')
    expect(home.read()).toBe(`${other} c\r\n${old}\r\n${fresh} ${comment}\n`)
    expect(home.take([old])).toBe('applied')
    expect(home.read()).toBe(`${other} c\r\n${fresh} ${comment}\n`)
  })

  test('a last line without an end gets one before the new key, and keeps none when a key above it goes', () => {
    open(`${old}\n${other}`)
    expect(home.add(fresh, old)).toBe('applied')
    expect(home.read()).toBe(`${old}\n${other}\n${fresh} ${comment}\n`)
    writeFileSync(home.keys, `${fresh}\n${old} x\n# end`)
    expect(home.take([old, fresh])).toBe('applied')
    expect(home.read()).toBe('# end')
    writeFileSync(home.keys, `# begin\n${old}`)
    expect(home.take([old])).toBe('applied')
    expect(home.read()).toBe('# begin\n')
  })

  test.each(['\n', ''])('locked keys become comments in every file that holds them, once however often they are locked, and the rest stays byte for byte (last line ends with %j)', (end) => {
    const text = [`# ${old}`, `  no-pty,command="a \\"b\\" #rekey-locked c" ${old} somebody`, other, `${old}\r`, `#rekey-locked ${old}`, `ssh-ed25519 ${fresh.split(' ')[1] ?? ''}`].join('\n') + end
    open(text)
    writeFileSync(`${home.keys}2`, `${old} second\n`)
    const locked = text.split('\n').map((line, at) => [1, 3, 5].includes(at) ? `#rekey-locked ${line}` : line).join('\n')
    for (const epoch of [4, 4, 5]) {
      expect(home.lock([old, fresh], epoch)).toBe('applied')
      expect(home.read()).toBe(locked)
      expect(home.read(`${home.keys}2`)).toBe(`#rekey-locked ${old} second\n`)
    }
    expect(home.lock([other], 3)).toBe('fenced:5')
    expect(home.read(home.fence)).toBe('5\n')
  })

  test('a key that follows a locked one inherits its options, and removal takes out what was locked', () => {
    open(`from="10.0.0.1",no-pty ${old} c\n${other}\n`)
    expect(home.lock([old], 2)).toBe('applied')
    expect(home.add(fresh, old, 3)).toBe('applied')
    expect(home.read()).toBe(`#rekey-locked from="10.0.0.1",no-pty ${old} c\n${other}\nfrom="10.0.0.1",no-pty ${fresh} ${comment}\n`)
    expect(home.take([old], 3)).toBe('applied')
    expect(home.read()).toBe(`${other}\nfrom="10.0.0.1",no-pty ${fresh} ${comment}\n`)
  })

  test('a key that is locked is not there: it is added again where that is asked for', () => {
    open(`${old}\n#rekey-locked ${fresh}\n`)
    expect(home.add(fresh, old)).toBe('applied')
    expect(home.read()).toBe(`${old}\n#rekey-locked ${fresh}\n${fresh} ${comment}\n`)
  })

  test('keys go from every file that holds them, and from no other place', () => {
    open(`${old}\n${other}\n`)
    writeFileSync(`${home.keys}2`, `${old} second\n`)
    writeFileSync(`${home.keys}3`, `${old}\n`)
    expect(home.take([old, fresh], 4)).toBe('applied')
    expect(home.read()).toBe(`${other}\n`)
    expect(home.read(`${home.keys}2`)).toBe('')
    expect(home.read(`${home.keys}3`)).toBe(`${old}\n`)
    expect(home.take([old, fresh], 4)).toBe('applied')
    expect(home.read(home.fence)).toBe('4\n')
  })

  test('the file that holds the old key gets the new one', () => {
    open(`${other}\n`)
    writeFileSync(`${home.keys}2`, `no-pty ${old}\n`)
    expect(home.add(fresh, old)).toBe('applied')
    expect(home.read()).toBe(`${other}\n`)
    expect(home.read(`${home.keys}2`)).toBe(`no-pty ${old}\nno-pty ${fresh} ${comment}\n`)
  })

  test('an empty list of keys only raises the fence', () => {
    open(`${old}\n`)
    expect(home.take([], 8)).toBe('applied')
    expect(home.read()).toBe(`${old}\n`)
    expect(home.read(home.fence)).toBe('8\n')
  })

  test('symbolic links are refused, and what they point to stays', () => {
    open()
    const real = join(home.folder, 'real')
    writeFileSync(real, `${old}\n`)
    symlinkSync(real, home.keys)
    expect(home.add(fresh, old)).toBe(`refused:symlink:${home.keys}`)
    expect(home.take([old])).toBe(`refused:symlink:${home.keys}`)
    expect(home.read(real)).toBe(`${old}\n`)
    rmSync(home.keys)
    renameSync(home.ssh, join(home.folder, 'moved'))
    writeFileSync(join(home.folder, 'moved', 'authorized_keys'), `${old}\n`)
    symlinkSync(join(home.folder, 'moved'), home.ssh)
    expect(home.add(fresh, old)).toBe(`refused:symlink:${home.ssh}`)
  })

  test('a link in the place of the fence, its folder or the temporary file leads nowhere', () => {
    open(`${old}\n`)
    const victim = join(home.folder, 'victim')
    writeFileSync(victim, 'precious')
    mkdirSync(join(home.folder, 'elsewhere'))
    symlinkSync(join(home.folder, 'elsewhere'), join(home.ssh, '.rekey'))
    expect(home.add(fresh, old)).toBe(`refused:symlink:${join(home.ssh, '.rekey')}`)
    rmSync(join(home.ssh, '.rekey'))
    symlinkSync(victim, `${home.keys}.rekey-new`)
    expect(home.add(fresh, old, 2)).toBe('applied')
    rmSync(home.fence)
    symlinkSync(victim, home.fence)
    expect(home.add(someKey(), old, 3)).toBe('fence-unreadable')
    expect(home.read(victim)).toBe('precious')
  })

  test('without a home or a .ssh folder nothing is made up', () => {
    open()
    rmSync(home.ssh, { recursive: true })
    expect(home.add(fresh, old)).toBe(`refused:no-ssh-folder:${home.ssh}`)
    rmSync(home.path, { recursive: true })
    mkdirSync(home.path)
    const [script] = [home.addScript(fresh, old).replace(`home='${home.path}'`, 'home=\'/nonexistent\'')]
    expect(home.run(script)).toBe('refused:no-home:/nonexistent')
  })

  test('what an earlier run left behind is cleared away', () => {
    open(`${old}\n`)
    writeFileSync(`${home.keys}.rekey-new`, 'half a fi')
    mkdirSync(join(home.ssh, '.rekey'))
    writeFileSync(`${home.fence}.new`, '9999')
    expect(home.add(fresh, old, 2)).toBe('applied')
    expect(readdirSync(home.ssh).sort()).toEqual(['.rekey', 'authorized_keys'])
    expect(home.read(home.fence)).toBe('2\n')
  })

  asRoot('files of another user are refused', () => {
    open(`${old}\n`)
    chownSync(home.keys, 12345, 12345)
    expect(home.add(fresh, old)).toBe(`refused:foreign-owner:${home.keys}`)
    expect(home.take([old])).toBe(`refused:foreign-owner:${home.keys}`)
    chownSync(home.keys, 0, 0)
    chownSync(home.ssh, 12345, 12345)
    expect(home.add(fresh, old)).toBe(`refused:foreign-owner:${home.ssh}`)
    expect(home.read()).toBe(`${old}\n`)
  })

  asRoot('a full disk is found out before anything is changed', () => {
    open()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=700', 'tmpfs', home.ssh])
    try {
      const lines = `${other} ${'c'.repeat(30_000)}\nfrom="*" ${old}\n`
      writeFileSync(home.keys, lines)
      expect(home.take([], 1)).toBe('applied')
      try { writeFileSync(join(home.ssh, 'ballast'), Buffer.alloc(200_000)) } catch {}
      const before = home.snapshot()
      expect(home.add(fresh, old, 2)).toMatch(/^refused:incomplete:/)
      expect(home.take([old], 2)).toMatch(/^refused:incomplete:/)
      expect(home.snapshot()).toEqual(before)
      rmSync(join(home.ssh, 'ballast'))
      expect(home.add(fresh, old, 2)).toBe('applied')
      expect(home.read()).toBe(`${lines}from="*" ${fresh} ${comment}\n`)
    } finally {
      execFileSync('umount', [home.ssh])
    }
  })

  asRoot('root\'s keys are where sshd says', () => {
    open(`${old} ignored by this sshd\n`)
    mkdirSync(join(home.path, 'keys'))
    const elsewhere = join(home.path, 'keys', 'root%0')
    writeFileSync(elsewhere, `no-pty ${old}\n`)
    home.stub('sshd', 'case "$*" in "-T -C user=root,host=127.0.0.1,addr=127.0.0.1,laddr=127.0.0.1,lport=22") printf \'port 22\\nauthorizedkeysfile none keys/%%u%%%%%%U /nowhere\\nusepam yes\\n\' ;; *) exit 1 ;; esac')
    expect(home.add(fresh, old)).toBe('applied')
    expect(home.read(elsewhere)).toBe(`no-pty ${old}\nno-pty ${fresh} ${comment}\n`)
    expect(home.read()).toBe(`${old} ignored by this sshd\n`)
    // Gone means gone from the default files as well.
    expect(home.take([old])).toBe('applied')
    expect([home.read(elsewhere), home.read()]).toEqual([`no-pty ${fresh} ${comment}\n`, ''])
    home.stub('sshd', 'echo authorizedkeysfile none')
    expect(home.add(someKey(), old)).toBe('refused:no-files:')
  })

  asRoot('root learns which files count from where it is logged in', () => {
    open(`${old}\n`)
    home.stub('sshd', 'case "$*" in *host=10.0.0.9,addr=10.0.0.9,laddr=10.0.0.1,lport=2222) echo \'authorizedkeysfile .ssh/authorized_keys\' ;; *) echo \'authorizedkeysfile none\' ;; esac')
    expect(home.run(home.addScript(fresh, old).replace('rekey_main() {\n', 'rekey_main() {\n  SSH_CONNECTION=\'10.0.0.9 50000 10.0.0.1 2222\'\n'))).toBe('applied')
  })

  asRoot('a read-only file system is refused', () => {
    open(`${old}\n`)
    mkdirSync(join(home.ssh, '.rekey'))
    execFileSync('mount', ['--bind', home.ssh, home.ssh])
    try {
      execFileSync('mount', ['-o', 'remount,bind,ro', home.ssh])
      expect(home.add(fresh, old)).toMatch(/^refused:cannot-write:/)
    } finally {
      execFileSync('umount', [home.ssh])
    }
  })
})

test('a second name of the key file is left as it was', () => {
  home = new Home(dash, 'ssh-ed25519 AAAA x\n')
  const second = join(home.folder, 'backup')
  linkSync(home.keys, second)
  expect(home.take(['ssh-ed25519 AAAA'])).toBe('applied')
  expect(home.read(second)).toBe('ssh-ed25519 AAAA x\n')
  expect(existsSync(home.keys)).toBe(true)
})

test('values that don\'t belong in a script never get into one', () => {
  home = new Home(dash)
  const bad = ['ssh-ed25519 AAAA\'; touch /x; \'', 'ssh-ed25519 AAAA\n', 'ssh-ed25519', '', 'ssh-ed25519 $(id)', 'ssh-ed25519,ssh-rsa AAAA', 'ssh-ed25519 AAAA comment']
  for (const key of bad) {
    expect(() => home.addScript(key, someKey())).toThrow('type base64')
    expect(() => home.addScript(someKey(), key)).toThrow('type base64')
    expect(() => home.removeScript([key])).toThrow('type base64')
  }
  // A kind that is never added may have to go.
  expect(() => home.addScript('ssh-dss AAAA', someKey())).toThrow('type base64')
  expect(home.removeScript(['ssh-dss AAAA'])).toContain('ssh-dss AAAA')
  for (const epoch of [0, -1, 1.5, NaN, Infinity, 1e15, 1e21]) expect(() => home.removeScript([], epoch)).toThrow('epoch')
})
