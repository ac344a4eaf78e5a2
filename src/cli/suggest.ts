/** The word of a list that was probably meant, if any is near: up to a third of its letters may differ (two swapped ones count twice). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const other = SYNONYMS[word.toLowerCase()];
  if (other !== undefined && known.includes(other)) return other;
  const limit = Math.max(1, Math.ceil(word.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of known) {
    const slips = distance(word.toLowerCase(), candidate);
    if (slips < least) [best, least] = [candidate, slips];
  }
  // The beginning of one, or of one and its compounds, is as clear as a slip.
  const [begun, ...others] = known
    .filter((candidate) => word.length >= 3 && candidate.startsWith(word.toLowerCase()))
    .sort((a, b) => a.length - b.length);
  return begun !== undefined && others.every((longer) => longer.startsWith(begun)) ? begun : best;
}

/** What others call it. Mutual TLS of the mesh is `hbone`: nobody who asks for `mtls` means the application's own. */
const SYNONYMS: { readonly [word: string]: string } = {
  mtls: 'hbone',
  mutual_tls: 'hbone',
  encrypted: 'hbone',
  secure: 'hbone',
  secured: 'hbone',
  clear: 'plaintext',
  cleartext: 'plaintext',
  unencrypted: 'plaintext',
  insecure: 'plaintext',
  leak: 'plaintext',
  blocked: 'denied',
  rejected: 'denied',
  error: 'failed',
  md: 'markdown',
  text: 'table',
};

/** Levenshtein's, one row at a time; words from a command line are short, longer ones are no slips. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 12 || a.length > 64) return 99;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 99;
}
