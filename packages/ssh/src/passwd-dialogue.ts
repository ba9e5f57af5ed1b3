import type { Secret } from '@rekey/domain'
import type { Change } from '@rekey/rotation'
import { refusedFor } from './answers.ts'
import { shownReason } from './passwd-reasons.ts'

/** What passwd asks for. */
type Question = 'present' | 'new' | 'again'

/**
 * The prompts of shadow-utils, PAM, sssd, BusyBox and the BSDs, with LC_ALL=C. Each is a line of its own that has no end, and nothing but
 * that: what only contains such words is none. The blank after the colon may come later, or never.
 */
const prompts: ReadonlyArray<readonly [Question, RegExp]> = [
  ['present', /^(?:enter )?(?:\(?current\)?|old|existing)(?: unix| login)? ?password(?: for \S{1,64})?: ?$/i],
  ['new', /^(?:enter )?new(?: unix| login)? password(?: for \S{1,64})?: ?$/i],
  ['again', /^(?:re-?type|re-?enter|repeat|confirm|verify)(?: the)?(?: new)?(?: unix| login)? password(?: again)?: ?$/i]
]

/** A prompt is shorter, and of a longer line no more is kept. */
const longestLine = 500
/** What a terminal takes for the end of all input. */
const noMore = '\u0004'

/**
 * What is said to a passwd that asks on a terminal, as a machine over text: chunks of what it prints in, answers out. Nothing is
 * answered before its prompt is there in full, however the prompt was cut into chunks. What comes after an answer, up to the end of that
 * line, is the terminal's echo of it, whatever it looks like: every passwd ends the line that it has read unseen.
 *
 *     present? ─► new ─► again ─► the end, with a status
 *
 * Asked for the same once more, passwd has refused what it was given; it gets nothing else, and is told that nothing will come.
 */
export class PasswdDialogue {
  readonly #from: Secret
  readonly #to: Secret
  readonly #asked: Question[] = []
  #line = ''
  #isEcho = false
  #isRefused = false
  #reason: { code: string, shown?: string } | undefined

  constructor ({ from, to }: { from: Secret, to: Secret }) {
    this.#from = from
    this.#to = to
  }

  /** @returns what is to be typed now, if anything */
  hear (chunk: string): string | undefined {
    // A carriage return alone ends a line, too: what stood there is written over.
    const [first = '', ...others] = chunk.split(/[\r\n]/)
    this.#extend(first)
    for (const text of others) {
      this.#endLine()
      this.#extend(text)
    }
    const question = this.#isEcho ? undefined : prompts.find(([, prompt]) => prompt.test(this.#line))?.[0]
    return question === undefined ? undefined : this.#answer(question)
  }

  /** @returns what has come of it; nothing when passwd contradicts itself, so that nothing is known */
  judge (status: number): Change | undefined {
    if (status === 0 && this.#isRefused) return undefined
    if (status === 0 && this.#asked.includes('new')) return { outcome: 'applied' }
    // PAM's word for a wrong present password, and for whatever else went wrong later on.
    const { code, shown } = this.#reason ?? { code: 'not-changed' }
    return refusedFor(code === 'token-error' ? this.#asked.at(-1) === 'present' ? 'wrong-present' : 'not-changed' : code, { said: shown })
  }

  #extend (text: string): void {
    this.#line = (this.#line + text).slice(0, longestLine)
  }

  #endLine (): void {
    const line = this.#line
    this.#line = ''
    if (this.#isEcho) this.#isEcho = false
    else this.#reason ??= this.#reasonIn(line)
  }

  #answer (question: Question): string {
    const isInOrder = question === 'again' ? this.#asked.at(-1) === 'new' : !this.#asked.includes('new') && (question === 'new' || this.#asked.length === 0)
    if (this.#isRefused || !isInOrder) {
      this.#isRefused = true
      if (question === 'present') this.#reason = { code: 'wrong-present' }
      this.#line = ''
      return noMore
    }
    this.#asked.push(question)
    this.#line = ''
    this.#isEcho = true
    return `${(question === 'present' ? this.#from : this.#to).open()}\n`
  }

  #reasonIn (line: string): { code: string, shown?: string } | undefined {
    const [code] = codes.find(([, says]) => says.test(line)) ?? []
    const shown = shownReason(line, [this.#from, this.#to])
    return code === undefined ? undefined : { code, ...(shown === undefined ? {} : { shown }) }
  }
}

/** As the script that feeds passwd by a pipe tells them apart (set-password.ts). */
const codes: ReadonlyArray<readonly [string, RegExp]> = [
  ['too-soon', /must wait longer/],
  ['used-before', /already used|same as the old/i],
  ['too-weak', /bad password|longer password|too simple|too similar/i],
  ['wrong-present', /authentication failure|incorrect password/i],
  ['token-error', /authentication token manipulation error/i]
]
