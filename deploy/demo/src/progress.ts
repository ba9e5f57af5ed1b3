/** What the demo says while it works: one line that counts on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #isTerminal = process.stdout.isTTY
  #pending = false
  #saidAt = 0

  say (line: string): void {
    this.#end()
    process.stdout.write(`${line}\n`)
  }

  /** The same line again and again, with another count. */
  count (what: string, done: number, of: number): void {
    const now = performance.now()
    if (!this.#isTerminal && done < of && now - this.#saidAt < 2000) return
    this.#saidAt = now
    process.stdout.write(this.#isTerminal ? `\r  ${what} ${done}/${of}\u001b[K` : `  ${what} ${done}/${of}\n`)
    this.#pending = this.#isTerminal
  }

  #end (): void {
    if (this.#pending) process.stdout.write('\n')
    this.#pending = false
  }
}
