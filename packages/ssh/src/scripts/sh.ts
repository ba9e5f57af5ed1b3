/** A piece of a POSIX script, as it is written, save that `\${` stands for the shell's own `${`. */
export function sh (text: TemplateStringsArray): string {
  return text.raw.join('').replaceAll('\\${', '${').trim() + '\n'
}
