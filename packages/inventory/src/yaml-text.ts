import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type ScalarTag, type Tags } from 'yaml'
import { malformed } from './refusal.ts'

/** A value that ansible-vault has encrypted. */
export const vaulted = Symbol('encrypted with ansible-vault')

export type YamlPath = ReadonlyArray<string | number>

/** How often anchors may be repeated: enough to be handy, too little for a bomb. */
const mostAliases = 100

const vaultTags: ScalarTag[] = ['!vault', '!vault-encrypted'].map(tag => ({ tag, resolve: () => vaulted }))
const unsafeTag: ScalarTag = { tag: '!unsafe', resolve: text => text }

/** Nothing here is a fraction: a password of `1e3`, or a name of `10.10`, stays as it is written. */
function isNotFloat (tag: Tags[number]): boolean {
  return typeof tag === 'string' ? !tag.startsWith('float') : tag.tag !== 'tag:yaml.org,2002:float'
}

/** One YAML (or JSON) document, with the line of each place in it. */
export class YamlText {
  readonly value: unknown
  readonly #document: Document
  readonly #lines: LineCounter
  readonly #members = new WeakMap<object, Map<unknown, { readonly at: unknown, readonly value: unknown }>>()

  /** @param version 1.1 is what Ansible reads, with merge keys @throws RekeyError `input/invalid`, naming the line */
  constructor (text: string, version: '1.1' | '1.2') {
    this.#lines = new LineCounter()
    try {
      this.#document = parseDocument(text, {
        version, lineCounter: this.#lines, prettyErrors: false, logLevel: 'silent', customTags: tags => [...tags.filter(isNotFloat), ...vaultTags, unsafeTag]
      })
    } catch {
      // Nested too deeply for the parser.
      throw malformed('this is not YAML that can be read')
    }
    const [error] = this.#document.errors
    // The library's message quotes the text, its code doesn't.
    if (error !== undefined) throw malformed(`this is not well-formed YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`, this.#lineAt(error.pos[0]))
    try {
      this.value = this.#document.toJS({ maxAliasCount: mostAliases })
    } catch {
      throw malformed(`aliases stand for more than is there, or for more than ${mostAliases} parts; write them out`)
    }
  }

  /** The line of a place, or of the nearest one around it that is written there. */
  lineOf (path: YamlPath): number {
    let [node, line]: [unknown, number] = [this.#document.contents, 1]
    for (const step of path) {
      const member = this.#membersOf(node)?.get(step)
      if (member === undefined) break
      const { at } = member
      if (hasRange(at)) line = this.#lineAt(at.range[0])
      node = member.value
    }
    return line
  }

  #membersOf (node: unknown): Map<unknown, { at: unknown, value: unknown }> | undefined {
    if (!isMap(node) && !isSeq(node)) return undefined
    let members = this.#members.get(node)
    if (members === undefined) {
      members = isMap(node)
        ? new Map(node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : key, { at: key, value }]))
        : new Map(node.items.map((item, index) => [index, { at: item, value: item }]))
      this.#members.set(node, members)
    }
    return members
  }

  #lineAt (offset: number): number {
    return Math.max(1, this.#lines.linePos(offset).line)
  }
}

function hasRange (node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}

export function isRecord (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype
}
