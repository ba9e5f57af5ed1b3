import { checkName, formatName, isRekeyError, namePattern, nameRule, parseName } from '@rekey/domain'
import type { NameKind } from '@rekey/domain'

const kinds: NameKind[] = ['zone', 'host', 'account', 'credential', 'label', 'policy']

function isRefused (kind: NameKind, value: string): boolean {
  try {
    checkName(kind, value)
    return false
  } catch (error) {
    return isRekeyError(error, 'name/invalid')
  }
}

const goodNames: Record<NameKind, string[]> = {
  zone: ['a', 'production', 'dc-2', 'z'.repeat(31), 'shared-1', 'unshared'],
  host: ['a', '7', 'web-1', 'web-1.example.org', '10.0.0.7', 'h'.repeat(63)],
  account: ['a', 'root', '_apt', 'Deploy', 'www-data', 'first.last', 'u'.repeat(32)],
  credential: ['ssh-key', 'password', 'k2', 'c'.repeat(31)],
  policy: ['frontends', 'rsa-4096', 'p'.repeat(31)],
  grant: ['deploy-shop', 'g'.repeat(31)],
  label: ['env', '7', 'Team', 'app.kubernetes.io', 'cost_centre', 'l'.repeat(63)]
}

test.each(kinds)('a %s keeps an ordinary name as it is', (kind) => {
  for (const name of goodNames[kind]) expect(checkName(kind, name)).toBe(name)
})

/** What could end or extend a command, a path, a key or a line somewhere behind us. */
const badInAll: ReadonlyArray<readonly [what: string, text: string]> = [
  ['nothing', ''],
  ['a blank', ' '],
  ['a space inside', 'a b'],
  ['a space in front', ' a'],
  ['a space behind', 'a '],
  ['a tab', 'a\tb'],
  ['a newline inside', 'a\nb'],
  ['a newline behind', 'a\n'],
  ['a newline in front', '\na'],
  ['a carriage return behind', 'a\r'],
  ['a line separator', 'a\u2028'],
  ['a NUL', 'a\0'],
  ['single quotes', "a'b"],
  ['double quotes', 'a"b'],
  ['a backquote', 'a`id`'],
  ['a dollar', 'a$HOME'],
  ['a semicolon', 'a;b'],
  ['an ampersand', 'a&b'],
  ['a pipe', 'a|b'],
  ['a backslash', 'a\\b'],
  ['two dots', '..'],
  ['two dots inside', 'a..b'],
  ['one dot', '.'],
  ['a dot in front', '.a'],
  ['a slash', 'a/b'],
  ['a way up', '../a'],
  ['a hyphen in front', '-a'],
  ['an option', '--help'],
  ['a colon', 'a:b'],
  ['a star', 'a*'],
  ['a plus', '+'],
  ['a question mark', 'a?b'],
  ['braces', '{{a}}'],
  ['a percent sign', 'a%2fb'],
  ['an at sign', 'a@b'],
  ['a comma', 'a,b'],
  ['an equals sign', 'a=b'],
  ['a hash', 'a#b'],
  ['an umlaut', 'bücher'],
  ['a letter that only looks like one', 'а'],
  ['a wide letter', '\uff41'],
  ['a combining accent', 'e\u0301'],
  ['an invisible character', 'a\u200bb'],
  ['a text that turns around', 'a\u202eb'],
  ['half of a pair', 'a\ud800'],
  ['an emoji', 'a😀'],
  ['too many characters', 'a'.repeat(64)],
  ['far too many characters', 'a'.repeat(1_000_000)],
  ['a byte order mark', '\ufeffa']
]

test.each(badInAll)('no name may hold %s', (_what, text) => {
  for (const kind of kinds) expect([kind, isRefused(kind, text)]).toEqual([kind, true])
})

const badInOne: ReadonlyArray<readonly [NameKind, string[]]> = [
  ['zone', ['A', '1a', 'a.b', 'a_b', 'z'.repeat(32), 'shared']],
  ['host', ['Web', 'a-', 'a.', 'a_b', '-', 'h'.repeat(64)]],
  ['account', ['1a', '.', 'a+b', 'u'.repeat(33)]],
  ['credential', ['A', '1', 'a.b', 'a_b', 'c'.repeat(32)]],
  ['label', ['_a', 'a_', 'a-', 'a.', '__proto__', 'l'.repeat(64)]]
]

test.each(badInOne)('a %s has its own limits', (kind, names) => {
  for (const name of names) expect([name, isRefused(kind, name)]).toEqual([name, true])
})

test('a refusal names the field and what is allowed, and does not repeat what was sent', () => {
  expect(() => checkName('host', 'x;reboot', 'hosts[3]')).toThrow(expect.objectContaining({
    code: 'name/invalid',
    retry: 'after-change',
    detail: { field: 'hosts[3]' },
    message: `hosts[3] is not a host name: use ${nameRule('host')}`
  }) as Error)
})

test('every printable character but letters, digits, dot, hyphen and underscore is refused everywhere', () => {
  for (let code = 0; code < 0x300; code += 1) {
    const character = String.fromCharCode(code)
    if (/[A-Za-z0-9._-]/.test(character)) continue
    for (const kind of kinds) {
      for (const text of [character, `a${character}`, `${character}a`, `a${character}a`]) {
        if (!isRefused(kind, text)) throw new Error(`${kind} takes ${JSON.stringify(text)}`)
      }
    }
  }
})

test('the pattern that goes into API schemas decides the same, also with the u flag that JSON Schema uses', () => {
  for (const kind of kinds) {
    const pattern = new RegExp(namePattern(kind), 'u')
    for (const text of [...goodNames[kind], ...badInAll.map(([, text]) => text)]) expect([text, pattern.test(text)]).toEqual([text, !isRefused(kind, text)])
  }
})

test('a hard name is refused as fast as an easy one', () => {
  const begun = performance.now()
  for (const kind of kinds) {
    expect(isRefused(kind, 'a.'.repeat(500_000))).toBe(true)
    expect(isRefused(kind, 'a-'.repeat(500_000) + '!')).toBe(true)
  }
  // A pattern that backtracks over a million characters needs years, not seconds.
  expect(performance.now() - begun).toBeLessThan(10_000)
})

test('a credential is named by four parts, and the text leads back to them', () => {
  const name = { zone: 'production', host: 'web-1.example.org', account: 'www-data', name: 'ssh-key' }
  expect(formatName(name)).toBe('production/web-1.example.org/www-data/ssh-key')
  expect(parseName(formatName(name))).toEqual(name)
})

test.each([
  '', 'production', 'production/web-1/deploy', 'production/web-1/deploy/ssh-key/', 'production/web-1/deploy/ssh-key/more',
  '/production/web-1/deploy/ssh-key', 'production//deploy/ssh-key', 'production/../deploy/ssh-key', 'production/web-1/deploy/ssh-key\n',
  'production/web-1/-oProxyCommand=x/ssh-key', 'production/web-1/%2e%2e/ssh-key', 'shared/web-1/deploy/ssh-key'
])('%j names no credential', (text) => {
  expect(() => parseName(text)).toThrow(expect.objectContaining({ code: 'name/invalid' }) as Error)
})
