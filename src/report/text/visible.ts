/**
 * Names come from log lines and captures, so from anybody. What a terminal would obey (C0, C1, DEL), what reorders text
 * (bidi controls), what is not seen (zero width, tags, fillers) and what is no character is shown as `\u{1b}`.
 */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

const PLAIN = /^[ -~]*$/;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
