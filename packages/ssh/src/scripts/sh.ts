/**
 * A piece of a POSIX script, as it is written, save that `\\${` stands for the shell's own `${`.
 * Lines that are only a comment are for those who read this, and are not sent.
 */
export function sh (text: TemplateStringsArray): string {
  return text.raw.join('').replaceAll('\\${', '${').split('\n').filter((line) => line !== '' && !/^ *# /.test(line)).join('\n') + '\n'
}
