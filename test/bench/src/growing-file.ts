import { open, stat } from 'node:fs/promises'

/** A file that others append lines to, from a moment on. */
export class GrowingFile {
  readonly #path: string
  #from = 0

  constructor (path: string) {
    this.#path = path
  }

  /** Leaves out what is there by now. */
  async mark (): Promise<void> {
    this.#from = await stat(this.#path).then(({ size }) => size, () => 0)
  }

  /** The complete lines since the mark. */
  async lines (): Promise<string> {
    const handle = await open(this.#path)
    try {
      const { size } = await handle.stat()
      const length = Math.max(size - this.#from, 0)
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, this.#from)
      const text = buffer.toString('utf8')
      return text.slice(0, text.lastIndexOf('\n') + 1)
    } finally {
      await handle.close()
    }
  }
}
