import { createReadStream } from 'node:fs'
import type { AuditEvidence, JournalHead, SignedHead } from '@rekey/domain'
import { followChain } from './chain.ts'
import { nameOf } from './journal-name.ts'
import { doubtOf, fitsJournal } from './signature.ts'

/** What is wrong, and what to do. */
export interface AuditProblem {
  /** The journal's file, or what else was given. */
  readonly where: string
  /** The number of the entry by its place, from 1. */
  readonly entry?: number
  readonly problem: string
  readonly advice: string
}

export interface VerifiedJournal {
  readonly file: string
  readonly journal: string
  readonly entries: number
  /** How many signed heads it agrees with. */
  readonly heads: number
  /** Up to here it is signed; what comes after could have been cut off or changed by whoever has the file. */
  readonly signedUpTo: number
}

export interface Verification {
  readonly journals: readonly VerifiedJournal[]
  readonly problems: readonly AuditProblem[]
  /** What could not be looked at. */
  readonly notes: readonly string[]
}

interface ReadJournal {
  readonly file: string
  readonly name: string
  readonly service: string
  readonly entries: number
  readonly after: JournalHead | undefined
  /** Hash of the lines that were asked for, by number. */
  readonly hashes: ReadonlyMap<number, string>
  readonly problems: readonly AuditProblem[]
}

const tampered = 'Compare it with a copy from elsewhere and with what GET /v1/audit shows, and look who could write the file: it was not a process of Rekey.'

/**
 * Follows the journals' chains, and compares them with the heads that were signed. It needs nothing but what it is given.
 * @throws what the file system throws
 */
export async function verifyJournals (files: readonly string[], evidence?: AuditEvidence): Promise<Verification> {
  const problems: AuditProblem[] = []
  const heads = evidence === undefined ? [] : trusted(evidence, problems)
  const read: ReadJournal[] = []
  for (const file of files) read.push(await readJournal(file))
  problems.push(...read.flatMap((one) => one.problems))

  const journals = read.map((one): VerifiedJournal => {
    const own = heads.filter(({ journal }) => journal === one.name)
    const wrong = own.flatMap((head) => disagreement(one, head) ?? [])
    problems.push(...firstOf(wrong), ...broken(one, read))
    const agreed = own.filter((head) => one.hashes.get(head.n) === head.hash)
    return { file: one.file, journal: one.name, entries: one.entries, heads: agreed.length, signedUpTo: Math.max(0, ...agreed.map(({ n }) => n)) }
  })
  problems.push(...missing(read, heads))
  return { journals, problems, notes: notesOn(read, heads, evidence) }
}

function trusted ({ heads, keys }: AuditEvidence, problems: AuditProblem[]): SignedHead[] {
  return heads.filter((head) => {
    const doubt = fitsJournal(head) ? doubtOf(head, keys) : `it is signed by ${head.key}, which does not sign for that process`
    if (doubt === undefined) return true
    problems.push({ where: `head of ${head.journal}`, entry: head.n, problem: `is not to be believed: ${doubt}`, advice: 'Somebody has made or changed this head. Export the heads again by a login of your own, and compare the keys with those of an earlier export.' })
    return false
  })
}

async function readJournal (file: string): Promise<ReadJournal> {
  const hashes = new Map<number, string>()
  let [name, service, after] = ['', '', undefined as JournalHead | undefined]
  const { head, breaks, tornBytes } = await followChain(createReadStream(file) as AsyncIterable<Buffer>, ({ line, entry, hash }) => {
    hashes.set(line, hash)
    if (line > 1) return
    service = entry?.service ?? ''
    name = nameOf(service, hash)
    after = entry?.act === 'journal.begin' ? entry['after'] as JournalHead | undefined : undefined
  })
  const problems = breaks.map(({ line, problem }) => ({ where: file, entry: line, problem, advice: tampered }))
  if (head.n === 0) problems.push({ where: file, entry: 0, problem: 'holds no entry', advice: tampered })
  if (tornBytes > 0) problems.push({ where: file, entry: hashes.size + 1, problem: `is torn: ${tornBytes} bytes without a line end`, advice: 'A crash leaves such a tail, and the next start of the process cuts it off on the record. If the process runs, copy the file again.' })
  return { file, name, service, entries: hashes.size, after, hashes, problems }
}

function disagreement (journal: ReadJournal, { n, hash, at }: SignedHead): AuditProblem | undefined {
  if (journal.hashes.get(n) === hash) return undefined
  return n > journal.entries
    ? { where: journal.file, entry: journal.entries + 1, problem: `and all up to ${n} are gone: entry ${n} was signed at ${at}, and the file ends before`, advice: `It was cut off, or an older copy was put in its place. ${tampered}` }
    : { where: journal.file, entry: n, problem: `is another one than was signed at ${at}`, advice: `It, or one before it, was changed and the chain made anew, or an older copy was gone on with. ${tampered}` }
}

/** The first says where it begins; the others follow from it. */
function firstOf (problems: readonly AuditProblem[]): AuditProblem[] {
  return problems.slice(0, 1)
}

/** Where the next journal says that this one ended otherwise. */
function broken (journal: ReadJournal, all: readonly ReadJournal[]): AuditProblem[] {
  return all.filter(({ after }) => after?.journal === journal.name).flatMap(({ file, after }) => {
    const end = after?.n ?? 0
    if (journal.hashes.get(end) !== after?.hash) return [{ where: journal.file, entry: Math.min(end, journal.entries + 1), problem: `is not what ${file} goes on from: its first entry names another end, entry ${end}`, advice: tampered }]
    return journal.entries === end ? [] : [{ where: journal.file, entry: end + 1, problem: `and all after it were added once the journal had ended: ${file} goes on from entry ${end}`, advice: tampered }]
  })
}

function missing (read: readonly ReadJournal[], heads: readonly SignedHead[]): AuditProblem[] {
  const services = new Set(read.map(({ service }) => service))
  return [...namesWithout(read, heads)].filter((name) => services.has(serviceOf(name))).map((name) => {
    const last = heads.findLast(({ journal }) => journal === name)
    return { where: `journal ${name}`, problem: `was not given: entry ${last?.n ?? 0} of it was signed at ${last?.at ?? ''}`, advice: 'Give its file too: another machine or folder may have it. Where it is nowhere, it was removed, or its first line was changed.' }
  })
}

function namesWithout (read: readonly ReadJournal[], heads: readonly SignedHead[]): Set<string> {
  const given = new Set(read.map(({ name }) => name))
  return new Set(heads.map(({ journal }) => journal).filter((name) => !given.has(name)))
}

function serviceOf (name: string): string {
  return name.slice(0, -13)
}

function notesOn (read: readonly ReadJournal[], heads: readonly SignedHead[], evidence: AuditEvidence | undefined): string[] {
  if (evidence === undefined) return ['without heads only the chains were followed: that a file was cut off, put back or made anew can\'t be seen']
  const services = new Set(read.map(({ service }) => service))
  const others = [...namesWithout(read, heads)].filter((name) => !services.has(serviceOf(name)))
  const before = read.flatMap(({ after }) => after !== undefined && !read.some(({ name }) => name === after.journal) && !heads.some(({ journal }) => journal === after.journal) ? [`${after.journal}, which ends at ${after.n}, was not given`] : [])
  return [...others.length === 0 ? [] : [`not looked at, as no file of these processes was given: ${others.join(', ')}`], ...before]
}
