import { Secret } from '@rekey/domain'
import { PasswdDialogue } from '../src/passwd-dialogue.ts'

const from = Secret.of('the present one')
const to = Secret.of('Xq3.the-new-one')
const [present, fresh] = [`${from.open()}\n`, `${to.open()}\n`]
const none = '\u0004'
/** Where passwd waits for an answer. */
const waits = '·'

/** What passwd printed on a terminal, cut where it waited, and what it ended with. */
interface Told {
  readonly prints: string
  readonly status: number
  readonly answers: readonly string[]
  readonly outcome: object | undefined
}

const done = { outcome: 'applied' }
const refusal = (...texts: string[]): object => ({ outcome: 'refused', reason: expect.stringMatching(texts.map((text) => `(?=.*${text})`).join('')) as string })
const weak = (...texts: string[]): object => ({ ...refusal('too weak', ...texts), forGood: true })

/* Those of Debian 12 were taken from it; the others are by the sources of those programs. */
const transcripts: Record<string, Told> = {
  'PAM, changed': { prints: 'Changing password for app.\r\nCurrent password: ·\r\nNew password: ·\r\nRetype new password: ·\r\npasswd: password updated successfully\r\n', status: 0, answers: [present, fresh, fresh], outcome: done },
  'PAM, too weak': { prints: 'Changing password for app.\r\nCurrent password: ·\r\nNew password: ·\r\nBAD PASSWORD: The password is shorter than 20 characters\r\nNew password: ·\r\nPassword change has been aborted.\r\npasswd: Authentication token manipulation error\r\npasswd: password unchanged\r\n', status: 10, answers: [present, fresh, none], outcome: weak('The password is shorter than 20 characters') },
  'PAM, too weak, without a second try': { prints: 'Changing password for app.\r\nCurrent password: ·\r\nNew password: ·\r\nBAD PASSWORD: The password is a palindrome\r\npasswd: Have exhausted maximum number of retries for service\r\npasswd: password unchanged\r\n', status: 10, answers: [present, fresh], outcome: weak('palindrome') },
  'PAM, too weak, and three tries that nobody wants': { prints: 'Current password: ·\r\nNew password: ·\r\nBAD PASSWORD: The password is shorter than 20 characters\r\nNew password: ·\r\nBAD PASSWORD: The password is too short\r\nNew password: ·\r\npasswd: password unchanged\r\n', status: 10, answers: [present, fresh, none, none], outcome: weak('shorter than 20') },
  'PAM, used before': { prints: 'Current password: ·\r\nNew password: ·\r\nRetype new password: ·\r\nPassword has been already used. Choose another.\r\npasswd: Authentication token manipulation error\r\npasswd: password unchanged\r\n', status: 10, answers: [present, fresh, fresh], outcome: { ...refusal('history', 'Password has been already used. Choose another'), forGood: true } },
  'PAM, too young': { prints: 'Changing password for app.\r\nCurrent password: ·\r\nYou must wait longer to change your password.\r\npasswd: Authentication token manipulation error\r\npasswd: password unchanged\r\n', status: 10, answers: [present], outcome: { ...refusal('minimum age'), account: { code: 'host/too-young' } } },
  'PAM, another present one': { prints: 'Changing password for app.\r\nCurrent password: ·\r\npasswd: Authentication token manipulation error\r\npasswd: password unchanged\r\n', status: 10, answers: [present], outcome: refusal('present password') },
  'PAM, aborted in the end': { prints: 'Current password: ·\r\nNew password: ·\r\nRetype new password: ·\r\npasswd: Authentication token manipulation error\r\n', status: 10, answers: [present, fresh, fresh], outcome: refusal('without a reason') },
  'PAM, an expired account': { prints: 'WARNING: Your password has expired.\r\nYou must change your password now and login again!\r\nChanging password for old.\r\nCurrent password: ·\r\nNew password: ·\r\nRetype new password: ·\r\npasswd: password updated successfully\r\n', status: 0, answers: [present, fresh, fresh], outcome: done },
  'PAM 1.1': { prints: 'Changing password for app.\r\n(current) UNIX password: ·\r\nEnter new UNIX password: ·\r\nRetype new UNIX password: ·\r\npasswd: password updated successfully\r\n', status: 0, answers: [present, fresh, fresh], outcome: done },
  'PAM, which warns and goes on': { prints: 'New password: ·\r\nBAD PASSWORD: The password is too short\r\nRetype new password: ·\r\npasswd: all authentication tokens updated successfully.\r\n', status: 0, answers: [fresh, fresh], outcome: done },
  sssd: { prints: 'Changing password for user app.\r\nCurrent Password: ·\r\nNew Password: ·\r\nReenter new Password: ·\r\npasswd: all authentication tokens updated successfully.\r\n', status: 0, answers: [present, fresh, fresh], outcome: done },
  'shadow-utils without PAM': { prints: 'Changing password for app\r\nOld password: ·\r\nEnter the new password (minimum of 5 characters)\r\nPlease use a combination of upper and lower case letters and numbers.\r\nNew password: ·\r\nRe-enter new password: ·\r\npasswd: password changed.\r\n', status: 0, answers: [present, fresh, fresh], outcome: done },
  'shadow-utils without PAM, too weak': { prints: 'Old password: ·\r\nNew password: ·\r\nBad password: too simple.  \r\nTry again.\r\nNew password: ·\r\nThe password for app is unchanged.\r\n', status: 1, answers: [present, fresh, none], outcome: weak('it says: too simple') },
  BusyBox: { prints: 'Changing password for app\r\nOld password: ·\r\nNew password: ·\r\nRetype password: ·\r\npasswd: password for app changed by app\r\n', status: 0, answers: [present, fresh, fresh], outcome: done },
  'BusyBox, before 1.22': { prints: 'Changing password for app\r\nOld password:·\r\nEnter the new password (minimum of 5 characters).\r\nPlease use a combination of upper and lower case letters and numbers.\r\nEnter new password:·\r\nRe-enter new password:·\r\nPassword changed\r\n', status: 0, answers: [present, fresh, fresh], outcome: done },
  'BusyBox, too weak': { prints: 'Changing password for app\r\nOld password: ·\r\nNew password: ·\r\nBad password: similar to username.\r\npasswd: password for app is unchanged\r\n', status: 1, answers: [present, fresh], outcome: weak('similar to username') },
  'BusyBox, another present one': { prints: 'Changing password for app\r\nOld password: ·\r\nIncorrect password\r\npasswd: password for app is unchanged\r\n', status: 1, answers: [present], outcome: refusal('present password') },
  'one that asks for the present one again': { prints: 'Current password: ·\r\nCurrent password: ·\r\n', status: 1, answers: [present, none], outcome: refusal('present password') },
  'one that asks to retype what it has not asked for': { prints: 'Retype new password: ·\r\n', status: 1, answers: [none], outcome: refusal('without a reason') },
  'one that changes without having asked': { prints: 'Password changed\r\n', status: 0, answers: [], outcome: refusal('without a reason') },
  'one that refuses and then says that it changed': { prints: 'New password: ·\r\nNew password: ·\r\n', status: 0, answers: [fresh, none], outcome: undefined }
}

/** Plays passwd: what it prints comes in these chunks, and it goes on only when it was answered. */
function play (prints: string, chunksOf: (text: string, part: number) => string[], echo: (answer: string) => string = () => ''): { dialogue: PasswdDialogue, answers: string[] } {
  const dialogue = new PasswdDialogue({ from, to })
  const answers: string[] = []
  let echoed = ''
  const parts = prints.split(waits)
  for (const [index, part] of parts.entries()) {
    const said: string[] = []
    const chunks = chunksOf(echoed + part, index)
    for (const [at, chunk] of chunks.entries()) {
      const answer = dialogue.hear(chunk)
      if (answer === undefined) continue
      said.push(answer)
      // Of a prompt no more than a blank may still be missing.
      expect(chunks.slice(at + 1).join('').trim()).toBe('')
    }
    if (index < parts.length - 1) expect(said).toHaveLength(1)
    else expect(said).toEqual([])
    answers.push(...said)
    echoed = said.map(echo).join('')
  }
  return { dialogue, answers }
}

describe.each(Object.entries(transcripts))('%s', (_, { prints, status, answers, outcome }) => {
  const whole = (text: string): string[] => [text]

  test('in one piece, and byte by byte', () => {
    for (const chunksOf of [whole, (text: string) => text.split('')]) {
      const played = play(prints, chunksOf)
      expect(played.answers).toEqual(answers)
      expect(played.dialogue.judge(status)).toEqual(outcome)
    }
  })

  test('cut in two at any place', () => {
    const parts = prints.split(waits)
    for (const [cut, part] of parts.entries()) {
      for (let at = 0; at <= part.length; at += 1) {
        const played = play(prints, (text, index) => index === cut ? [text.slice(0, at), text.slice(at)] : [text])
        expect(played.answers).toEqual(answers)
        expect(played.dialogue.judge(status)).toEqual(outcome)
      }
    }
  })

  test('on a terminal that echoes, byte by byte', () => {
    const played = play(prints, (text) => text.split(''), (answer) => answer.replace(/\n$/, '\r\n').replace(none, ''))
    expect(played.answers).toEqual(answers)
    expect(played.dialogue.judge(status)).toEqual(outcome)
  })

  test('nothing is answered as long as its prompt is not there in full', () => {
    const [first = '', ...others] = prints.split(waits)
    if (others.length === 0) return
    const end = first.trimEnd().length
    for (let at = 0; at < end; at += 1) expect(new PasswdDialogue({ from, to }).hear(first.slice(0, at))).toBeUndefined()
    expect(new PasswdDialogue({ from, to }).hear(first.slice(0, end))).toBe(answers[0])
  })
})

test('a password that reads like a prompt is no prompt when it is echoed, at any place that it is cut', () => {
  const tricky = Secret.of('New password:')
  for (let at = 0; at <= tricky.open().length; at += 1) {
    const dialogue = new PasswdDialogue({ from: tricky, to })
    expect(dialogue.hear('Current password: ')).toBe('New password:\n')
    expect(dialogue.hear(tricky.open().slice(0, at))).toBeUndefined()
    expect(dialogue.hear(tricky.open().slice(at))).toBeUndefined()
    expect(dialogue.hear('\r\n')).toBeUndefined()
    expect(dialogue.hear('\r\nNew password: ')).toBe(fresh)
  }
})

test.each([
  'Please choose a New password: ', 'New password: \r\n', 'passwd: ', 'New passwords: ', 'Verification code: ', 'New password: x', `${'x'.repeat(5000)}New password: `, 'New password for : ', 'login: '
])('%j is no prompt', (text) => {
  for (const chunks of [[text], text.split('')]) {
    const dialogue = new PasswdDialogue({ from, to })
    const answers = chunks.map((chunk) => dialogue.hear(chunk))
    // Cut after its colon, a line that has no end yet is a prompt.
    if (!text.startsWith('New password:') || chunks.length === 1) expect(answers.filter((answer) => answer !== undefined)).toEqual([])
  }
})

test.each([
  `BAD PASSWORD: ${to.open()} is too short`, `BAD PASSWORD: ${from.open()}`, `BAD PASSWORD: ${to.open().split('').reverse().join('')}`, `BAD PASSWORD: ${Buffer.from(to.open()).toString('hex')}`,
  'BAD PASSWORD: \u001b[2Jthe password is too short', 'BAD PASSWORD: it is 12345678', `BAD PASSWORD: ${'the '.repeat(100)}`
])('of %j nothing is passed on but that it is a refusal', (line) => {
  const dialogue = new PasswdDialogue({ from, to })
  expect([dialogue.hear('New password: '), dialogue.hear(`\r\n${line}\r\nNew password: `)]).toEqual([fresh, none])
  const change = dialogue.judge(10)
  expect(change).toEqual(weak())
  expect(JSON.stringify(change)).not.toContain('it says')
})
