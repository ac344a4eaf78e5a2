/** Just enough of TypeScript to see what a file imports and names: comments, strings and regular expressions are told apart, nothing more. */

export type Import = {
  readonly specifier: string;
  /** `import type …`: gone after the build. */
  readonly typeOnly: boolean;
};

const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=(?:[=(,:[!&|?{};>]|return)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

/** The file without its comments; strings and regular expressions stay. */
function withoutComments(text: string): string {
  return text.replace(TOKENS, (token) => (token.startsWith('//') || token.startsWith('/*') ? ' ' : token));
}

/** The file without comments, strings and regular expressions, but with what stands in `${…}`. */
export function codeOnly(text: string): string {
  return text.replace(TOKENS, (token) => {
    if (!token.startsWith('`')) return ' ';
    return [...token.matchAll(/\$\{([^}]*)\}/g)].map((inner) => `(${inner[1] ?? ''})`).join(' ');
  });
}

/** All string literals. */
export function stringsOf(text: string): readonly string[] {
  return (withoutComments(text).match(TOKENS) ?? []).filter((token) => /^['"`]/.test(token)).map((token) => token.slice(1, -1));
}

const STATEMENT = /(?:^|[;}\n])\s*(import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\s*from\s*)?['"]([^'"]+)['"]/g;
const CALL = /\bimport\s*\(\s*['"`]([^'"`]+)['"`]\s*\)/g;

export function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  const statements = [...code.matchAll(STATEMENT)].map((found) => ({ specifier: found[3] ?? '', typeOnly: found[2] !== undefined }));
  const calls = [...code.matchAll(CALL)].map((found) => ({ specifier: found[1] ?? '', typeOnly: false }));
  return [...statements, ...calls];
}

/** Names of the exported constants declared with one of `types`. */
export function exportedConstants(text: string, types: readonly string[]): readonly string[] {
  const declared = new RegExp(`\\bexport\\s+const\\s+(\\w+)\\s*:\\s*(?:${types.join('|')})\\s*=`, 'g');
  return [...codeOnly(text).matchAll(declared)].map((found) => found[1] ?? '');
}
