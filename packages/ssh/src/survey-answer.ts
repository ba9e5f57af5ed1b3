import type { LyingKey, OpeningKey, PasswordState, RootRight, SeenKey, SurveyedAccount, SurveyResult } from '@rekey/domain'
import { fingerprint, namePattern, passwordStates, rootRights } from '@rekey/domain'
import { otherWays } from './scripts/survey.ts'
import { strictBase64, WireReader } from './wire.ts'

/** Of each kind of thing: whatever a host tells beyond is not kept, and the survey says that it is not complete. */
const most = { accounts: 500, keys: 2000, privateKeys: 500, rest: 64 } as const

const account = namePattern('account').slice(1, -1)
const key = '((?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,60}) ([A-Za-z0-9+/]{16,16384}={0,2})'

type Reader = (words: string[], found: Found) => unknown

/** Every record that the script prints. What is none of them was written by somebody else. */
const records: ReadonlyArray<readonly [RegExp, Reader]> = [
  [new RegExp(`^me (${account}) (\\d{1,10})$`), ([by = '', uid], found) => Object.assign(found, { by, asRoot: uid === '0' })],
  [/^sshd (OpenSSH_[A-Za-z0-9._]{1,32})$/, ([version], found) => Object.assign(found, { version })],
  [/^set ([a-z]{1,40}) ([\x21-\x7e]{1,4096})$/, ([name = '', value = ''], found) => readSetting(name, value, found)],
  [new RegExp(`^hostkey ${key}$`), ([type = '', body = ''], found) => add(seenKey(type, body), found.hostKeys, most.rest, found)],
  [new RegExp(`^ca - ${key}$`), ([type = '', body = ''], found) => add(seenKey(type, body), found.authorities, most.rest, found)],
  [new RegExp(`^ca (${account}) ${key}$`), ([of = '', type = '', body = ''], found) => add(seenKey(type, body), found.accounts.get(of)?.authorities, most.rest, found)],
  [new RegExp(`^account (${account}) (\\d{1,10}) (${passwordStates.join('|')}) (\\d{1,7}|-) (${rootRights.join('|')})$`), readAccount],
  [new RegExp(`^key (${account}) ${key} (plain|options)$`), ([of = '', type = '', body = '', line], found) => {
    const seen = seenKey(type, body)
    found.keys += 1
    add(seen && { ...seen, restricted: line === 'options' }, found.accounts.get(of)?.keys, most.keys - found.keys, found)
  }],
  [new RegExp(`^private (${account}) (open|sealed) (SHA256:[A-Za-z0-9+/]{43})$`), ([of = '', state, print = ''], found) => {
    add({ fingerprint: print, encrypted: state === 'sealed' }, found.accounts.get(of)?.privateKeys, most.privateKeys, found)
  }]
]

type FoundKey = Omit<OpeningKey, 'since'>
interface FoundAccount extends Omit<SurveyedAccount, 'keys' | 'authorities' | 'privateKeys' | 'since'> {
  readonly keys: FoundKey[]
  readonly authorities: SeenKey[]
  readonly privateKeys: LyingKey[]
}

interface Found {
  by: string | undefined
  asRoot: boolean
  isComplete: boolean
  version: string | undefined
  readonly weak: Set<string>
  readonly otherWays: Set<string>
  readonly hostKeys: SeenKey[]
  readonly authorities: SeenKey[]
  readonly accounts: Map<string, FoundAccount>
  keys: number
}

/**
 * What the script of a survey has printed. The host wrote it: it is read word by word, and what can't be read is left out and makes the
 * survey incomplete.
 * @param at when it was told, for what is seen for the first time
 * @returns nothing when it is not what the script prints
 */
export function parseSurvey (told: string, at: string): SurveyResult | undefined {
  const lines = told.split('|')
  const found: Found = { by: undefined, asRoot: false, isComplete: lines.pop() === 'end', version: undefined, weak: new Set(), otherWays: new Set(), hostKeys: [], authorities: [], accounts: new Map(), keys: 0 }
  for (const line of lines) {
    const record = records.map(([pattern, read]) => ({ words: pattern.exec(line), read })).find(({ words }) => words !== null)
    if (record?.words == null) found.isComplete = false
    else record.read(record.words.slice(1), found)
  }
  const { by, asRoot, isComplete, version = null, weak, otherWays, hostKeys, authorities, accounts } = found
  if (by === undefined) return undefined
  return {
    by,
    asRoot,
    isComplete,
    sshd: { version, weak: [...weak].sort(), otherWays: [...otherWays].sort() },
    hostKeys,
    authorities,
    accounts: [...accounts.values()].map((one) => ({ ...one, since: at, keys: one.keys.map((seen) => ({ ...seen, since: at })) }))
  }
}

function readAccount ([name = '', uid, password, day, root]: string[], found: Found): void {
  if (found.accounts.has(name) || found.accounts.size >= most.accounts) {
    found.isComplete = false
    return
  }
  const passwordChangedOn = day === '-' || Number(day) === 0 ? null : new Date(Number(day) * 86_400_000).toISOString().slice(0, 10)
  found.accounts.set(name, { account: name, uid: Number(uid), password: password as PasswordState, passwordChangedOn, root: root as RootRight, keys: [], authorities: [], privateKeys: [] })
}

/** Of settings as sshd -T prints them, those that are weak, and those by which others than listed keys open accounts. */
function readSetting (name: string, value: string, { weak, otherWays: ways }: Found): void {
  if (weakValues.get(name) === value) weak.add(`${name} ${value}`)
  for (const algorithm of weakAlgorithms.get(name) === undefined ? [] : value.split(',')) {
    if (weakAlgorithms.get(name)?.test(algorithm) === true && weak.size < most.rest) weak.add(`${name} ${algorithm.slice(0, 64)}`)
  }
  if (otherWays.some((way) => way === name)) ways.add(name)
}

/** sshd_config(5): each lets in more than it must. */
const weakValues = new Map([
  ['permitrootlogin', 'yes'],
  ['passwordauthentication', 'yes'],
  ['permitemptypasswords', 'yes'],
  ['strictmodes', 'no'],
  ['hostbasedauthentication', 'yes'],
  ['permituserenvironment', 'yes']
])

/** What OpenSSH itself no longer offers unless told to: CBC modes and older ciphers, MD5 and cut MACs, SHA-1 in key exchange. */
const weakAlgorithms = new Map([
  ['ciphers', /-cbc|^3des|^arcfour|^blowfish|^cast/],
  ['macs', /md5|-96|^umac-32/],
  ['kexalgorithms', /-sha1$/]
])

/** @returns nothing when it is not a key of that type */
function seenKey (type: string, body: string): SeenKey | undefined {
  const blob = strictBase64(body)
  if (blob === undefined) return undefined
  try {
    const reader = new WireReader(blob)
    if (reader.text() !== type) return undefined
    const publicKey = `${type} ${body}`
    return { publicKey, fingerprint: fingerprint(publicKey), bits: type === 'ssh-rsa' ? modulusBits(reader) : null }
  } catch {
    return undefined
  }
}

function modulusBits (reader: WireReader): number {
  reader.integer()
  const [first = 0, ...rest] = reader.integer()
  return first === 0 ? 0 : 8 * rest.length + Math.floor(Math.log2(first)) + 1
}

/** Each once. */
function add<T extends { readonly fingerprint: string }> (item: T | undefined, list: T[] | undefined, room: number, found: Found): void {
  if (item === undefined || list === undefined || room <= 0 || list.length >= most.privateKeys) found.isComplete = false
  else if (!list.some((one) => one.fingerprint === item.fingerprint)) list.push(item)
}
